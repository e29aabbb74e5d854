# Line editing at a busybox sh prompt: cursor keys, deletion, history, completion.
start_terminal
guest_shell
type_text 'echo hllo'
keys Left Left Left
type_text e
keys Enter
await '^hello$'
type_text 'echo abcd'
keys BSpace BSpace
type_text 'xy'
keys Enter
await '^abxy$'
keys Up Up Enter
await_that 'hello once more' eval '[[ "$(screen | grep -c "^hello$")" == 2 ]]'
type_text 'wrong words'
keys C-u
type_text 'echo right'
keys C-a
type_text 'true && '
keys C-e
type_line ' words'
await '^right words$'
type_text 'echo one two'
keys C-w
type_line 'three'
await '^one three$'
: >completable-name
type_text 'ls comple'
keys Tab Enter
await '^completable-name$'
type_text 'cancelled'
keys C-c
await_prompt 'guest>'
type_line 'echo "status $?"'
await '^status 130$'
type_line 'exit 5'
await_prompt 'host>'
type_line 'echo "kemu: $?"'
await '^kemu: 5$'
