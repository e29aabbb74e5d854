# ^Z stops the foreground job; jobs, bg and fg do what they say.
start_terminal
guest_shell
type_line "sh -c 'echo sta\"\"rted; exec sleep 100'"
await '^started$'
keys C-z
await '\[1\].*Stopped'
await_prompt 'guest>'
type_line 'jobs'
await_that 'the stopped job listed' eval '[[ "$(screen | grep -c "Stopped")" == 2 ]]'
type_line 'bg'
await_prompt 'guest>'
clear_screen
type_line 'jobs'
await 'Running'
type_line 'fg'
await '^sh -c'
keys C-z
await 'Stopped'
await_prompt 'guest>'
clear_screen
type_line 'fg %1'
await '^sh -c'
keys C-c
await_prompt 'guest>'
clear_screen
type_line 'jobs; echo "none le""ft"'
await '^none left$'
expect_same 'jobs left' "$(screen | grep -cE 'Running|Stopped')" 0
# A background job that reads the terminal is stopped; one that writes is not.
type_line 'cat &'
await_prompt 'guest>'
type_line 'echo writ""ten & wait $!'
await '^written$'
type_until 'jobs' 'Stopped.*cat'
type_line 'kill -9 %1'
await_prompt 'guest>'
type_until 'exit' '^host>'
