# ^C kills the foreground job and nothing else: not the shell, not a background job.
start_terminal
guest_shell
type_line 'sleep 200 &'
await_prompt 'guest>'
type_line "sh -c 'echo sta\"\"rted; exec sleep 100'"
await '^started$'
keys C-c
await_prompt 'guest>'
type_line 'echo "status $?"'
await '^status 130$'
type_line 'jobs'
await 'Running.*sleep 200'
# A pipeline is one job.
clear_screen
type_line "sh -c 'echo sta\"\"rted >&2; exec sleep 100' | cat | cat"
await '^started$'
keys C-c
await_prompt 'guest>'
type_line 'echo alive $((40 + 2))'
await '^alive 42$'
# A job that traps INT goes on.
clear_screen
type_line "sh -c 'trap \"echo tra\"\"pped; exit 7\" INT; echo re\"\"ady; while :; do sleep 0.05; done'"
await '^ready$'
keys C-c
await '^(\^C)?trapped$'
await_prompt 'guest>'
type_line 'echo "status $?"'
await '^status 7$'
# ^\ too, with its own number.
clear_screen
type_line "sh -c 'echo sta\"\"rted; exec sleep 100'"
await '^started$'
keys C-'\'
await_prompt 'guest>'
type_line 'echo "status $?"'
await '^status 131$'
type_line 'kill %1; exit'
await_prompt 'host>'
# Without a shell between: ^C ends the program, and the host's shell sees its status.
type_line 'kemu busybox sh -c "echo started; exec sleep 100"'
await '^started$'
keys C-c
await_prompt 'host>'
type_line 'echo "kemu: $?"'
await '^kemu: 130$'
