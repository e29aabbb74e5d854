# Filters by what an event is about: files, errors, processes.
echo content >file
calls() {
  grep -vE '^\[pid +[0-9]+\] (\+\+\+|---) ' <<<"$err" | sed -nE 's/^\[pid +[0-9]+\] ([a-z0-9_]+).*/\1/p' |
    sort -u | paste -s -d' '
}
run --strace='path=file' busybox cat file
expect_status 0
expect_err_line 'openat\(AT_FDCWD, "file", O_RDONLY\) += 3$'
expect_no_err_line 'brk\('
run --strace="path=$(pwd -P)/f*" busybox cat file
expect_err_line 'openat\(AT_FDCWD, "file", O_RDONLY\) += 3$'
# Of the file it stands for, and of no other with its number.
expect_err_line '(read|sendfile)\(.*3.*\) += 8$'
expect_err_line 'close\(3\) += 0$'
expect_no_err_line '(brk|execve|getuid)\('
run --strace='path=!*file' --strace='openat,brk' busybox cat file
expect_no_err_line '"file"'
expect_err_line 'brk\('

run --strace='fd=3' busybox md5sum file
expect_same 'calls about 3' "$(calls)" 'close openat read'
run --strace='fd=0-1,7' busybox md5sum file
expect_err_line 'write\(1, '
expect_no_err_line '\((3|AT_FDCWD),'
run --strace='pipe2;fd=4' bash-static -c 'busybox true | busybox true'
expect_err_line 'pipe2\(\[3, 4\]'

run --strace='errno=ENOENT,EACCES' busybox cat no_such_file
expect_err_line 'openat\(.*ENOENT'
expect_same 'others' "$(grep -E '\) += ' <<<"$err" | grep -vcE 'ENOENT|EACCES')" 0
run --strace='openat;errno=!ENOENT' busybox cat no_such_file
expect_no_err_line ENOENT

tree() { run "$@" bash-static -c '(exit 3); busybox true; exit 4'; }
tree --strace=pid=3
expect_same 'processes' "$(sed -E 's/^\[pid ([0-9]+)\].*/\1/' <<<"$err" | sort -u)" 3
expect_err_line '\+\+\+ exited with 3 \+\+\+'
tree --strace='pid=!3'
expect_no_err_line '^\[pid 3\]'
expect_err_line '^\[pid 2\] exit_group\(4\)'
tree --strace=comm=busybox
expect_err_line '^\[pid 4\] \+\+\+ exited with 0'
expect_no_err_line '^\[pid [23]\]'
# A thread belongs to the program of its process.
run --strace='comm=create_join;exit' "$guests/musl/thread/create_join"
expect_err_line '^\[pid [3-9]\] exit\(0\)'
run --trace=t --strace='comm=busybox;write' bash-static -c 'echo a; busybox echo b; :'
expect_same 'written by busybox' "$(grep -c '"call":"write"' t)" 1

for expression in fd=x fd= fd=5-3 fd=-1 pid=1,x errno=ENOSUCH path= comm= errno=E?; do
  run --strace="$expression" busybox true
  expect_status 125
  expect_only_err_line "^kemu: '.*' is no "
done
