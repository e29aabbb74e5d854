# The same in bash-static, whose editor and job control are its own.
start_terminal
type_line 'kemu bash-static --noprofile --norc'
await_prompt 'guest>'
type_line "sh -c 'echo sta\"\"rted; exec sleep 100'"
await '^started$'
keys C-z
await '\[1\]\+ +Stopped'
type_line 'bg'
await '^\[1\]\+ sh -c'
type_line 'jobs'
await 'Running'
type_line 'fg'
await_that 'fg in effect' eval '[[ "$(last_line)" == "sh -c"* ]]'
keys C-c
await_prompt 'guest>'
type_line 'echo "status $?"'
await '^status 130$'
type_line 'for i in 1 2 3; do'
await_that 'a continued line' eval '[[ "$(last_line)" == "> " || "$(last_line)" == ">" ]]'
type_line 'echo "line $i"; done'
await '^line 3$'
type_line '!!'
await_that 'history repeated' eval '[[ "$(screen | grep -c "^line 3$")" == 2 ]]'
keys C-d
await_prompt 'host>'
