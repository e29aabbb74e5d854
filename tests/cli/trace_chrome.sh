# --trace-format=chrome: an array of events, complete however the run ends.
complete() {
  expect_same 'its first line' "$(head -n 1 "$1")" '['
  expect_same 'its last line' "$(tail -n 1 "$1")" ']'
  expect_same 'lines that are no element' "$(sed '1d;$d' "$1" | grep -vcE '^\{"name":.*\},?$')" 0
  expect_same 'elements without a comma' "$(sed '1d;$d' "$1" | grep -vcE '\},$')" 1
}
run --trace=t --trace-format=chrome bash-static -c '(exit 3); exec busybox true'
expect_status 0
complete t
expect_file_line t '^\{"name":"process_name","ph":"M","pid":2,"tid":2,"args":\{"name":"bash-static"\}\}'
expect_file_line t '^\{"name":"process_name","ph":"M","pid":2,"tid":2,"args":\{"name":"busybox"\}\}'
expect_file_line t '^\{"name":"wait4","cat":"call","ph":"X","dur":[0-9]+\.[0-9]{3},"ts":[0-9]+\.[0-9]{3},"pid":2,'
expect_file_line t '^\{"name":"exit","cat":"exit","ph":"i","s":"t",.*"pid":3,"tid":3,"args":\{"status":3\}\}'

run --trace=t --trace-format=chrome --max-blocks=100000 busybox sh -c 'while :; do :; done'
expect_status 124
complete t
run --trace=t --trace-format=chrome busybox sh -c 'busybox mkfifo p; exec 5<>p; busybox cat <&5'
expect_status 123
complete t
run --trace=t --trace-format=chrome no_such_program
expect_status 127
expect_same 'an empty trace' "$(<t)" '[
]'
# What lives on after the first program completes it.
run_shell 'kemu --trace=t --trace-format=chrome busybox sh -c "{ sleep 0.2; echo late; } &" | cat'
expect_out 'late'
complete t
