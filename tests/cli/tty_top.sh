# top shows the guests and quits with q.
start_terminal
guest_shell
type_line 'sleep 222 &'
await_prompt 'guest>'
type_line 'top'
await '^Mem: '
await '^ *PID +PPID'
await 'sleep 222'
await ' top'
type_text 'q'
await_prompt 'guest>'
type_line 'kill %1; exit'
await_prompt 'host>'
