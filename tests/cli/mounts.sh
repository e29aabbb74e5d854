# mount(2) and its kin inside the machine, by a guest that is root there.
mkdir -p root/bin root/etc root/mnt root/a/b root/old
cp "$bin/busybox" root/bin/
if [[ $(id -u) != 0 ]]; then
  run --root root /bin/busybox mount -t tmpfs none /mnt
  expect_status 1
  expect_err_line 'permission denied'
  return 0
fi
script() { run --root root /bin/busybox sh -c "export PATH=/bin; for a in mount umount; do alias \$a=\"busybox \$a\"; done; busybox --install -s /bin; $1"; }
script 'mount -t tmpfs -o size=64k,mode=700 store /mnt && stat -c "%a" /mnt; grep store /proc/mounts
dd if=/dev/zero of=/mnt/big bs=1k count=100 2>&1 | grep -c "No space"; stat -c %s /mnt/big
cd /mnt; umount /mnt 2>&1; cd /; umount /mnt && ls /mnt; umount /mnt 2>&1'
expect_status 1
expect_out "700
store /mnt tmpfs rw,relatime,size=64k,nr_inodes=$(sed -n 's/.*nr_inodes=\([0-9]*\).*/\1/p' <<<"$out"),mode=700 0 0
1
65536
umount: can't unmount /mnt: Device or resource busy
umount: can't unmount /mnt: Invalid argument"
script 'echo deep >/a/b/file; mount --bind /a /mnt && cat /mnt/b/file; mount -o remount,ro,bind /mnt; echo no >/mnt/b/new; echo yes >/a/b/new; ls /mnt/b
umount /mnt; mount -t tmpfs none /a/b; mount --bind /a /mnt; ls /mnt/b; umount /mnt; echo in >/a/b/tmp; mount --rbind /a /mnt; ls /mnt/b; umount /mnt 2>/dev/null || umount -l /mnt; ls /mnt
mount --move /a/b /mnt; ls /mnt /a/b; umount /mnt; rm /a/b/*'
expect_out 'deep
file
new
file
new
tmp
/a/b:
file
new

/mnt:
tmp'
expect_err_line 'Read-only file system'
script 'mount -t tmpfs -o noexec none /mnt; cp /bin/busybox /mnt; /mnt/busybox true; echo $?; umount /mnt; mount -t nonsense none /mnt; echo $?'
expect_out '126
255'
script 'mkdir /mnt/up /mnt/work; mount -t tmpfs none /old; mkdir /old/up /old/work; echo low >/a/low
mount -t overlay over -o lowerdir=/a,upperdir=/old/up,workdir=/old/work /mnt; ls /mnt; echo high >/mnt/high; rm /mnt/low; ls /mnt; ls -l /old/up | sed 1d | cut -c1-10; cat /a/low; rm /a/low'
expect_out 'b
low
b
high
-rw-r--r--
c---------
low'
script 'mount -t tmpfs none /mnt; mkdir /mnt/bin /mnt/old /mnt/proc; cp /bin/busybox /mnt/bin; busybox --install -s /mnt/bin; cd /mnt; pivot_root . old; mount -t proc proc /proc; cut -d" " -f2 /proc/mounts; umount -l /old; ls /old; ls /'
expect_out '/
/old
/old/proc
/old/sys
/old/dev
/old/dev/shm
/proc
bin
old
proc'
script 'mkdir /mnt/pts; mount -t tmpfs none /mnt; mkdir /mnt/pts; mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 pts /mnt/pts; exec 3<>/mnt/pts/ptmx; cd /mnt/pts; stat -c "%n %a %g" *; cd /
exec 4<>/dev/ptmx; ls /mnt/pts; exec 3>&- 4>&-; ls /mnt/pts; mount -t devpts -o odd pts /old; echo $?; umount /mnt/pts && umount /mnt; rmdir /mnt/pts'
expect_out '0 620 5
ptmx 666 0
0
ptmx
ptmx
255'
