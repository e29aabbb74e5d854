# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: stored
# What a guest sees of its machine is AArch64, whatever the host is.
uname -m
arch
env uname -sm
linux64 uname -m
grep -c '^Features' /proc/cpuinfo | sed 's/^[1-9][0-9]*$/cpuinfo has features/'
grep -ci 'genuineintel\|authenticamd' /proc/cpuinfo
exit 0
