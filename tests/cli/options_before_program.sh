# Options end at PROGRAM: what follows is the guest's, even if kemu has an option of that name.
run busybox echo --help --version --strace --fork=eager -- --env A=1
expect_status 0
expect_err ''
expect_out '--help --version --strace --fork=eager -- --env A=1'
run --fork=eager busybox echo --fork=cow
expect_out '--fork=cow'
run -- busybox echo dashes
expect_out 'dashes'
run busybox sh -c 'echo "$0" "$@"' --stats -x
expect_out '--stats -x'
run --env A=1 busybox sh -c 'echo $A' --unset-env A
expect_out '1'
run busybox printf '[%s]' '' ' ' 'a b' '*'
expect_out '[][ ][a b][*]'
