# less: pages, jumps, searches and quits, with a file and with a pipe.
seq -f 'number %g' 300 >file
start_terminal
guest_shell
type_line 'less file'
await '^number 23$'
keys Space
await '^number 40$'
type_text 'b'
await '^number 1$'
type_text 'G'
await '^number 300$'
type_text 'g'
await '^number 1$'
type_text '/'
await '^/$' # less has changed the terminal's modes; what is typed before is lost natively too
type_text 'number 150'
await '^/number 150$'
keys Enter
await '^number 150$'
keys Down
type_text 'q'
await_prompt 'guest>'
clear_screen
type_line 'cat file | less'
await '^number 23$'
type_text 'G'
await '^number 300$'
type_text 'q'
await_prompt 'guest>'
clear_screen
type_line 'more file'
await '--More--'
keys Space
await '^number 40$'
type_text 'q'
await_prompt 'guest>'
type_line 'exit'
await_prompt 'host>'
