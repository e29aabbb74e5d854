# ^Z with no job-control shell among the guests stops kemu itself, and the host's fg and bg go on with it.
start_terminal
type_line 'kemu busybox sh -c "echo started; exec sleep 100"'
await '^started$'
keys C-z
await '\[1\]\+ +Stopped'
await_prompt 'host>'
type_line 'bg'
await '^\[1\]\+ kemu'
type_line 'jobs'
await 'Running'
type_line 'fg'
await_that 'fg in effect' eval '[[ "$(last_line)" == kemu* ]]'
keys C-c
await_prompt 'host>'
type_line 'echo "kemu: $?"'
await '^kemu: 130$'
