# --inject: faults on purpose, what the trace says of them, and what is refused.
printf 'b\na\n' >list
run --strace=openat,write --inject 'openat path~*list error=EIO' busybox cat list
expect_status 1
expect_err_line "^cat: can't open 'list': Input/output error$"
expect_err_line '^\[pid 2\] openat\(AT_FDCWD, "list", O_RDONLY\) += -1 EIO \(Input/output error\) \(INJECTED\)$'
run --inject 'write fd=1 nth=1..2 retval=2' --inject 'write fd=1 short=1' busybox sh -c 'echo a; echo b; echo c'
expect_status 0
expect_out c
run --inject 'write path~*/full space=3' busybox sh -c 'echo abc >full; cat full'
expect_out abc
expect_err_line 'write error: No space left on device$'
run --deterministic --inject 'write nth=1 delay=90s' busybox sh -c 'echo a; date +%T'
expect_out $'a\n00:01:30'
run --inject 'write signal=SIGTERM' busybox echo never
expect_status 143
expect_out ''
run --trace=json --strace=close --inject 'close fd=9 error=EIO' busybox sh -c 'exec 9<list; exec 9<&-'
expect_file_line json '"result":"-1 EIO \(Input/output error\) \(INJECTED\)","value":-1,"errno":"EIO"'

# In tests as well.
printf '  $ echo hello | cat\n  hello\n' >hello.t
run test "--shell=$bin/busybox sh" hello.t
expect_status 0
run test "--shell=$bin/busybox sh" --inject 'sendfile,write comm=cat fd=1 error=EIO' hello.t
expect_status 1
expect_out_line '^\+  cat: '
run test "--shell=$bin/busybox sh" --inject 'read eror=EIO' hello.t
expect_status 125
expect_only_err_line '^kemu: cannot inject: column 6: '

# One line with the place for what says nothing.
for rule in '' 'read' 'raed error=EIO' 'read eror=EIO' 'read error=EIOO' 'read nth=0 error=EIO' 'read short=x' \
  'close short=1' 'frame fd=1' 'read error=EIO retval=1' 'read delay=5'; do
  run --inject "$rule" busybox true
  expect_status 125
  expect_only_err_line '^kemu: cannot inject: column [0-9]+: .*, in '"'$rule'\$"
done
