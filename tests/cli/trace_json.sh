# --trace writes a JSON object a line, whatever the guests do and however the run ends.
echo content >file
run --trace=trace.json busybox md5sum file
expect_status 0
expect_err ''
expect_file_line trace.json '^\{"event":"exec","pid":2,"program":"busybox","time":[0-9]+\.[0-9]{9}\}$'
expect_file_line trace.json '"call":"read","args":\["3","\\"content\\\\n\\"","[0-9]+"\],"result":"8","value":8\}$'
expect_file_line trace.json '"number":94,"call":"exit_group","args":\["0"\],"result":"\?"\}$'
expect_same 'the last line' "$(tail -n 1 trace.json | sed -E 's/"time":[0-9.]+/T/')" \
  '{"event":"exit","pid":2,"program":"busybox",T,"status":0}'
expect_same 'lines that are no object' "$(grep -vcE '^\{"event":"[a-z]+","pid":[0-9]+,.*\}$' trace.json)" 0

run --trace=trace.json busybox cat no_such_file
expect_file_line trace.json '"result":"-1 ENOENT \(No such file or directory\)","value":-1,"errno":"ENOENT"\}$'

# Forks, signals and ends of a tree; names by which processes were known then.
run --trace=trace.json --trace-format=json bash-static -c '(kill -TERM $BASHPID); exec busybox true'
expect_file_line trace.json '^\{"event":"fork","pid":2,"program":"bash-static",.*"child":3\}$'
expect_file_line trace.json '^\{"event":"signal","pid":3,.*"signal":"SIGTERM","info":"\{si_signo=SIGTERM, .*\}"\}$'
expect_file_line trace.json '^\{"event":"exit","pid":3,.*"signal":"SIGTERM"\}$'
expect_file_line trace.json '^\{"event":"exec","pid":2,"program":"busybox",'

# Bytes that are no UTF-8 are written as strace writes them.
printf '#!%s/busybox sh\n:\n' "$bin" >$'caf\xe9"\\'
chmod +x $'caf\xe9"\\'
run --trace=trace.json busybox sh -c $'./caf\xe9\\"\\\\'
expect_status 0
expect_file_line trace.json '"program":"caf\\\\351\\"\\\\"'
expect_same 'bytes beyond ASCII' "$(LC_ALL=C grep -c $'[\x80-\xff]' trace.json)" 0

# A deterministic run: the same file. What is masked has no times.
run --deterministic --trace=a busybox md5sum file
run --deterministic --trace=b busybox md5sum file
cmp -s a b || fail 'two traces of one run differ'
run --strace-stable --trace=a --strace=brk busybox true
expect_same 'masked' "$(head -n 2 a)" '{"event":"exec","pid":2,"program":"busybox"}
{"event":"call","pid":2,"program":"busybox","number":214,"call":"brk","args":["NULL"],"result":"@"}'

# A deadlock and a spent budget leave a whole trace.
run --trace=trace.json busybox sh -c 'busybox mkfifo p; exec 5<>p; busybox cat <&5'
expect_status 123
expect_same 'the last byte' "$(tail -c 2 trace.json)" '}'
run --max-blocks=100000 --trace=trace.json busybox sh -c 'while :; do :; done'
expect_status 124
expect_same 'the last byte' "$(tail -c 2 trace.json)" '}'

run --trace=a --strace-out=b busybox true
expect_status 125
expect_only_err_line '^kemu: --trace and --strace-out '
run --trace=a --trace-format=xml busybox true
expect_status 125
expect_err "kemu: --trace-format wants json, chrome or strace, not 'xml'"
run --trace-format=json busybox true
expect_status 125
expect_only_err_line '^kemu: --trace-format '
run --trace=a --strace-summary busybox true
expect_status 125
expect_only_err_line '^kemu: --strace-summary '
run --trace=/no/such/directory/a busybox true
expect_status 125
expect_only_err_line '^kemu: .*/no/such/directory/a'
