# --sysroot: a directory whose files are found before the root's, while everything else stays the root's.
mkdir -p root/bin root/etc/both root/home root/usr/lib/deep layer/etc/both layer/lib/only layer/usr/lib root/tmp
cp "$bin/busybox" root/bin/
ln -s usr/lib root/lib
echo root >root/etc/name
echo layer >layer/etc/name
echo low >root/etc/both/low
echo high >layer/etc/both/high
echo inside >layer/lib/inside
echo other >root/usr/lib/other
echo deep >root/usr/lib/deep/file
ln -s /etc/name layer/absolute
mkdir layer/proc layer/dev
shell() { run --root root --sysroot layer /bin/busybox sh -c "$1"; }
shell 'cat /etc/name /absolute /etc/both/low /etc/both/high; ls /etc /etc/both; cd /etc/both; cat ../name low high; pwd'
expect_status 0
expect_err ''
expect_out 'layer
layer
low
high
/etc:
both
name

/etc/both:
high
low
layer
low
high
/etc/both'
# A directory of the layer meets the link to a directory that the root has.
shell 'cat /lib/inside /lib/other /lib/deep/file; ls /lib; cat /usr/lib/other; cd /lib/deep && cat ../other; ls /proc/self/exe'
expect_status 0
expect_out 'inside
other
deep
deep
inside
only
other
other
other
/proc/self/exe'
# What is new is made in the root, what the layer has is changed there.
shell 'echo new >/etc/new; echo made >/etc/both/made; mkdir /etc/both/dir; echo changed >>/etc/name
  mv /etc/both/low /etc/both/moved; cat /etc/both/moved; rm /etc/both/high; rmdir /etc/both/dir; ls /etc/both
  echo x >/lib/only/x; ln /etc/new /etc/both/hard; stat -c %h /etc/new; mv /etc/both /elsewhere 2>/dev/null && ls /elsewhere'
expect_status 0
expect_out 'low
made
moved
2
hard
made
moved'
expect_same 'the root' "$(ls root root/etc root/elsewhere; cat root/etc/name root/etc/new)" "$(printf '%s\n' root: bin elsewhere \
  etc home lib tmp usr '' root/elsewhere: hard made moved '' root/etc: name new root new)"
expect_same 'the layer' "$(cat layer/etc/name layer/lib/only/x)" "$(printf 'layer\nchanged\nx')"
# Under an overlay both stay as they are.
run --root root --sysroot layer --overlay /bin/busybox sh -c 'rm -r /etc /lib/only; ls / /lib; echo z >/etc; cat /etc'
expect_status 0
expect_out '/:
absolute
bin
dev
elsewhere
home
lib
proc
sys
tmp
usr

/lib:
deep
inside
other
z'
expect_same 'the layer under an overlay' "$(cat layer/etc/name)" "$(printf 'layer\nchanged')"
run --sysroot "$PWD/nowhere" busybox true
expect_status 125
expect_only_err_line "cannot use '.*/nowhere' as sysroot: No such file or directory"
run --sysroot "$PWD/root/etc/new" busybox true
expect_status 125
expect_only_err_line 'as sysroot: not a directory'
