# shell: busybox sh
# oracle: native
# bc and dc: long numbers, scale, functions, bases.
echo '2^200' | bc
echo 'scale=20; 1/7; sqrt(2)' | bc
printf 'define f(n) {\n if (n < 2) return n;\n return f(n-1) + f(n-2);\n}\nf(15)\n' | bc
echo 'obase=16; 48879; obase=2; 10' | bc
echo 'for (i = 1; i <= 5; i++) i * i' | bc
echo 'scale=15; 4*a(1)' | bc -l
echo '3 4 + p 2 * p 100 3 / p' | dc
echo '5 k 22 7 / p' | dc
