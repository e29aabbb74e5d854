# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# printf as a program: conversions, widths, escapes, reuse of the format, errors.
printf() { env printf "$@"; }
printf '%d %i %o %x %X %u\n' 42 -42 8 255 255 7
printf '%5d|%-5d|%05d|%+d\n' 42 42 42 42
printf '%s %10s|%-10s|%.2s\n' a b c defg
printf '%e %f %g %.3f\n' 1234.5 1234.5 1234.5 1.0005
printf '%c%c\n' abc x
printf '%b\n' 'tab\there\101'
printf '%s-%s\n' 1 2 3 4 5
printf '%d\n' 0x1f 010 "'A"
printf '%%\n'
printf '%*d|%-*d|\n' 6 42 6 42
printf '%d\n' notanumber 2>/dev/null
echo "status: $?"
printf '\x41\102\n'
