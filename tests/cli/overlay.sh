# --overlay keeps what guests change away from the host: in memory, or in a directory that can be used again.
mkdir -p root/bin root/etc/deep root/tmp upper
cp "$bin/busybox" root/bin/
echo one >root/etc/file
echo two >root/etc/deep/file
chmod 640 root/etc/file
ln -s file root/etc/link
ln root/etc/file root/etc/twin
kept() { (cd root && find . | sort && cat etc/file etc/deep/file && stat -c '%a %h %s %Y' etc/file etc/deep); }
before=$(kept)
run --root root --overlay /bin/busybox sh -c 'rm -rf /etc; ls /; mkdir /etc; ls -A /etc; echo new >/etc/file; cat /etc/file'
expect_status 0
expect_out 'bin
dev
proc
sys
tmp
new'
expect_same 'the tree after rm -rf' "$(kept)" "$before"
run --root root --overlay /bin/busybox sh -c 'exec 3</etc/file; echo more >>/etc/file; cat /etc/file; cat <&3
stat -c "%a %s" /etc/file; mv /etc/file /etc/moved; ls /etc; cat /etc/link; ls /etc/deep; mv /etc/deep /etc/away; cat /etc/away/file; ls /etc'
expect_out 'one
more
one
640 9
deep
link
moved
twin
file
two
away
link
moved
twin'
expect_err_line 'No such file'
expect_same 'the tree after changes' "$(kept)" "$before"
run --root root --overlay="/etc:$PWD/upper" /bin/busybox sh -c 'rm /etc/link; echo kept >/etc/kept; rm -r /etc/deep; mkdir /etc/deep'
expect_status 0
run --root root --overlay="/etc:$PWD/upper" /bin/busybox sh -c 'ls -A /etc /etc/deep; cat /etc/kept; echo out >/tmp/out'
expect_out '/etc:
deep
file
kept
twin

/etc/deep:
kept'
expect_same 'outside of the overlay' "$(cat root/tmp/out)" out
rm root/tmp/out
expect_same 'the tree under an upper directory' "$(kept)" "$before"
run --root root --overlay=etc /bin/busybox true
expect_status 125
run --root root --overlay=/missing /bin/busybox true
expect_status 125
