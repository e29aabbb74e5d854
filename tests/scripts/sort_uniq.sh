# shell: busybox sh
# oracle: native
# sort in its orders and keys; uniq.
printf '10\n9\n2\n33\n1\n' > numbers
sort numbers
sort -n numbers
sort -rn numbers
printf 'b 2\na 10\nc 1\na 9\n' | sort -k1,1 -k2,2n
printf 'x,3\ny,1\nz,2\n' | sort -t, -k2
printf 'B\na\nb\nA\n' | sort -f
printf 'b\na\nb\na\n' | sort -u
printf '1.5K\n2M\n300\n' | sort -h
printf 'Mar\nJan\nFeb\n' | sort -M
sort -c numbers
echo "unsorted: $?"
printf 'a\0c\0b\0' | sort -z | tr '\0' ' '
echo
printf 'a\na\nb\nc\nc\nc\n' > runs
uniq runs
uniq -c runs
uniq -d runs
uniq -u runs
uniq -i -f1 <<END
1 x
2 X
3 y
END
awk 'BEGIN { x = 7; for (i = 0; i < 5000; i++) { x = (x * 1103 + 12345) % 65521; print x } }' > many
sort -n many | sha256sum
sort -n many -o many && tail -n 1 many
rm many
