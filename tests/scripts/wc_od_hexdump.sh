# shell: busybox sh
# oracle: native
# wc, od, hexdump, xxd, strings.
awk 'BEGIN { for (i = 0; i < 256; i++) printf "%c", i }' > bytes
printf 'words on a line\nand another\n' > text
wc text bytes
wc -l < text
wc -w < text
wc -L text
od text
od -A d -t x1 bytes | head -n 4
od -c text
od -A n -t u2 -N 8 bytes
hexdump -C bytes | tail -n 5
hexdump text
hexdump -v -e '4/1 "%02x " "\n"' -n 8 text
xxd text
xxd -p text | xxd -r -p
printf 'ab\000text in binary\001\002more text\000' | strings
printf 'ab\000text\000' | strings -n 2
