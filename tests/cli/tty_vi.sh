# vi: a file is edited, searched and saved; the screen is what an editor's should be.
seq 100 >file
start_terminal
guest_shell
type_line 'vi file'
await '^23$'
await 'file.*1/100'
type_text '/50'
keys Enter
await '^50$'
type_text 'ofifty and a half'
keys Escape
await '^fifty and a half$'
await '^- file .*51/101' # Escape was understood as itself, not as the start of a key's sequence.
type_text 'ggdd'
await_gone '^1$'
type_text 'G'
await '^100$'
type_text ':%s/^99$/ninety-nine/'
keys Enter
await '^ninety-nine$'
type_text ':wq'
keys Enter
await_prompt 'guest>'
type_line 'exit'
await_prompt 'host>'
expect_same 'lines' "$(wc -l <file)" 100
expect_same 'first' "$(head -n 1 file)" 2
expect_same 'added' "$(sed -n 50p file)" 'fifty and a half'
expect_same 'replaced' "$(sed -n 99p file)" 'ninety-nine'
type_line 'kemu busybox vi file'
await '^2$'
type_text 'dG:q!'
keys Enter
await_prompt 'host>'
expect_same 'kept after :q!' "$(wc -l <file)" 100
