# ^D ends a program's input at the start of a line, and the shell at its prompt.
start_terminal
guest_shell
type_line "sh -c 'echo re\"\"ady; exec cat'"
await '^ready$' # Until then the line editor has the terminal.
type_line 'typed'
await_that 'the line echoed and copied' eval '[[ "$(screen | grep -c "^typed$")" == 2 ]]'
keys C-d
await_prompt 'guest>'
type_line "sh -c 'echo coun\"\"ting; exec wc -c'"
await '^counting$'
type_text 'abc'
keys C-d C-d
await '^(abc)?3$'
await_prompt 'guest>'
type_line 'echo as""king; read -r line; echo "got $line"'
await '^asking$'
type_line 'words'
await '^got words$'
keys C-d
await_prompt 'host>'
type_line 'echo "kemu: $?"'
await '^kemu: 0$'
