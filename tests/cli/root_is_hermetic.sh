# --root: the guests see that directory and nothing of the host's but /proc and /dev of kemu's own.
mkdir -p root/bin root/etc root/tmp
cp "$bin/busybox" root/bin/
ln -s busybox root/bin/sh
ln -s busybox root/bin/ls
echo inside >root/etc/name
ln -s /etc/name root/absolute
ln -s ../../../../../../etc/passwd root/etc/climb
echo secret >"$scratch/secret"
run --root root /bin/busybox sh -c 'cat /etc/name /absolute; pwd; ls /bin'
expect_status 0
expect_err ''
expect_out "inside
inside
/
busybox
ls
sh"
run --root root /bin/sh -c 'cat /etc/climb'
expect_status 1
run --root root /bin/sh -c 'cat ../../../../../../../../../etc/name'
expect_out 'inside'
run --root root /bin/sh -c "cat $scratch/secret"
expect_status 1
expect_err_line 'No such file'
run --root root /bin/sh -c "cd /; cd ..; cd ../..; ls; cat ../../../../$scratch/secret"
expect_status 1
run --root root /bin/sh -c 'cd /proc/self/root && ls -d etc && cat ../../../../../etc/name'
expect_out 'etc
inside'
run --root root --env PATH=/bin sh -c 'echo found in the PATH of the root'
expect_out 'found in the PATH of the root'
run --root root --env PATH=/bin \
  sh -c 'ls /proc/self/exe && readlink /proc/self/exe && echo x >/dev/null && echo y >/tmp/new'
expect_status 0
expect_out_line '^/bin/busybox$'
expect_same 'the file written inside' "$(cat root/tmp/new)" 'y'
run --root root --cwd /etc /bin/sh -c 'pwd; cat name'
expect_out '/etc
inside'
