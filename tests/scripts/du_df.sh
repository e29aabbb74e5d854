# shell: busybox sh
# oracle: native
# du counts what was written; df, stat -f, sync and free have an answer of the right shape.
mkdir d
dd if=/dev/zero of=d/big bs=1024 count=64 2>/dev/null
sync
[ "$(du -sk d | cut -f1)" -ge 64 ] && echo 'du: at least 64 KiB'
du -a d | awk '{ print $2 }' | sort
df -k / | awk 'NR == 2 { print NF, ($2 > 0) }'
stat -f -c '%S' . | grep -c '[1-9]'
free | awk 'NR == 2 { print $1, ($2 > 0) }'
uptime | grep -c load
nproc | grep -c '[1-9]'
