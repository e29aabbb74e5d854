# shell: busybox sh
# oracle: native
# Pagers and terminal applets without a terminal just copy.
seq 30 | less | tail -n 1
seq 30 | more | tail -n 1
less "$DATA/services" | sha256sum
stty 2> /dev/null; echo "stty: $?"
TERM=vt100 clear | od -A n -t x1
seq 3 | cat -n
printf 'a\tb\001\n' | cat -v
printf 'a\tb\n' | cat -A
seq 3 | ts '' | sed 's/^ *//'
yes x | head -n 3 | shuf
shuf -i 1-50 | sort -n | paste -s -d+ - | bc
shuf -n 3 -e a a a
