# shell: busybox sh, bash-static
# oracle: native busybox sh
# chmod by number and by letters, umask, stat's formats.
: > f
for mode in 644 u+x g-r,o= a+r 4755 1777 +t,-x u=rwx,go=; do
  chmod "$mode" f
  stat -c '%a %A' f
done
umask
for mask in 000 022 077 027; do
  umask "$mask"
  : > "new$mask"
  mkdir "dir$mask"
  stat -c '%a %F %n' "new$mask" "dir$mask"
done
umask 022
umask -S
seq 2000 > f
stat -c '%s %F %h %n' f
stat -c '%F' . /dev/null /proc/self
stat -c '%t,%T' /dev/null /dev/zero
stat absent 2>&1
echo "status: $?"
chmod 000 f; stat -c %A f; chmod 644 f
