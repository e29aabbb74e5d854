# `kemu trace diff` says where two runs parted.
echo content >file
run --deterministic --trace=a busybox md5sum file
run --deterministic --strace-out=b --strace-times=epoch --strace-durations busybox md5sum file
run trace diff a a
expect_status 0
expect_out ''
# One run in two forms.
run trace diff a b
expect_status 0
expect_out ''

echo otherwise >file
run --deterministic --trace=b busybox md5sum file
run trace diff a b
expect_status 1
expect_err ''
expect_out_line '^first difference: a:[0-9]+ and b:[0-9]+, event [0-9]+ of pid 2$'
expect_out_line '^--- a pid 2$'
expect_out_line '^-read\(3, "content\\n", [0-9]+\) = 8$'
expect_out_line '^\+read\(3, "otherwise\\n", [0-9]+\) = 10$'
number=$(sed -nE 's/^first difference: a:([0-9]+) .*/\1/p' <<<"$out")
expect_same 'its line' "$(sed -n "${number}p" a | grep -c '"call":"read"')" 1

# Who ran when is no difference; addresses are one if asked for.
tree='busybox seq 9 & busybox seq 8; wait'
run --deterministic --trace=a --strace='write,exit_group;signal=none' bash-static -c "$tree"
run --chaos=3 --trace=b --strace='write,exit_group;signal=none' bash-static -c "$tree"
run trace diff a b
expect_status 0
printf 'brk(NULL) = 0x5d9000\n' >a
printf 'brk(NULL) = 0x7d9000\n' >b
run trace diff a b
expect_status 0
run trace diff --exact a b
expect_status 1

printf 'brk(NULL) = 0x5d9000\nnonsense\n' >b
run trace diff a b
expect_status 125
expect_err 'kemu: b:2: no event of a trace'
run trace diff a missing
expect_status 125
expect_err "kemu: cannot read 'missing': No such file or directory"
run trace diff a .
expect_status 125
expect_err "kemu: cannot read '.': Is a directory"
for words in '' 'diff a' 'diff a b c' 'diff --no a b' 'merge a b'; do
  # shellcheck disable=SC2086
  run trace $words
  expect_status 125
  expect_only_err_line '^kemu: '
done
run trace --help
expect_status 0
expect_out_line '^kemu trace diff '
