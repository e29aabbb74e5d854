# A guest that runs a host program gets ENOEXEC, and kemu says which file and for what machine; nothing ran.
cp "$native/busybox" host-program
# (ash takes what the kernel cannot execute for a script, as POSIX has it, and fails at its first lines.)
run busybox sh -c './host-program touch escaped'
((status != 0)) || fail 'a host program succeeded'
expect_err_line 'host-program.*x86-64'
[[ ! -e escaped ]] || fail 'a host program ran'

run bash-static -c './host-program touch escaped; echo status $?'
expect_out 'status 126'
expect_err_line 'host-program.*x86-64'
[[ ! -e escaped ]] || fail 'a host program ran'

run bash-static -c '/bin/ls /; echo status $?'
expect_out 'status 126'
expect_err_line '/bin/ls.*x86-64'

# By PATH, by env -i, by an interpreter line, by xargs and find: the same.
mkdir path
cp "$native/busybox" path/touch
run --env "PATH=$PWD/path" "$bin/bash-static" -c 'touch escaped; echo status $?'
expect_out 'status 126'
run busybox env -i ./host-program touch escaped
expect_status 126
printf '#!%s/host-program touch\n' "$PWD" >script
chmod +x script
run "$bin/bash-static" -c './script escaped'
expect_err_line 'host-program.*x86-64'
run busybox sh -c 'echo escaped | xargs ./host-program touch'
((status != 0)) || fail 'xargs of a host program succeeded'
[[ ! -e escaped ]] || fail 'a host program ran'

# A child of a guest is a guest.
run bash-static -c 'busybox uname -m; sh -c "uname -m"; env -i '"$bin"'/busybox uname -m'
expect_out 'aarch64
aarch64
aarch64'
