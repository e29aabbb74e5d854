# The guests see the terminal's size, and get SIGWINCH when it changes.
start_terminal
guest_shell
type_line 'stty size'
await '^24 80$'
resize_terminal 100 30
type_line 'stty size'
await '^30 100$'
type_line 'exit'
await_prompt 'host>'
cat >watch <<'END'
trap 'echo resized; stty size' WINCH
echo ready
while :; do sleep 0.05; done
END
type_line 'kemu bash-static watch'
await '^ready$'
resize_terminal 90 20
await '^resized$'
await '^20 90$'
keys C-c
await_prompt 'host>'
