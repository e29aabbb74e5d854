# shell: busybox sh
# oracle: native
# base64, uuencode, dos2unix, mkpasswd, ipcalc, getopt.
seq 30 | base64
seq 30 | base64 | base64 -d | tail -n 1
printf 'a\n' | uuencode name
seq 100 | uuencode name | uudecode -o - | sha256sum
printf 'a\r\nb\r\n' | dos2unix | od -c
printf 'a\nb\n' | unix2dos | od -c
printf 'h\303\251llo\n' | wc -c
mkpasswd -m sha512 -S saltsalt secret
mkpasswd -m md5 -S saltsalt secret
ipcalc -n -b -m 192.168.1.77/26
getopt -o ab:c --long long,value: -- -a -b arg --value=7 rest
