# A deterministic run that listens to the host is not the same each time: that is said once, and only of what is heard.
run_shell 'seq 3 | kemu --deterministic busybox sh -c "read a; read b; echo \$b"'
expect_out 2
expect_only_err_line '^kemu: warning: pid 2 `busybox` read from a pipe of the host: what comes from there may be another '
run_shell 'seq 3 | kemu busybox cat'
expect_err ''
seq 3 >file
input=file run --deterministic busybox cat
expect_err ''
run --deterministic busybox cat
expect_err ''
run_shell ': | kemu --deterministic busybox cat'
expect_err ''

# What the standard streams are on the host shows in nothing that guests see of them, nor of other files.
streams='for i in 0 1 2; do stat -L -c "%d %i %h %Y %Z" /proc/self/fd/$i; readlink /proc/self/fd/$i; done; stat -c %i /bin'
see() { run_shell "sleep 0 | kemu --deterministic busybox sh -c '$streams' 2>&1 | cat; $1"; }
see true
first=$out
see 'echo >>other; true'
expect_same 'the streams' "$out" "$first"
expect_out_line '^pipe:\[2\]$'
