# The host's terminal is left as it was found, however the guests ended.
start_terminal
type_line 'stty -a >before'
await_prompt 'host>'
check_modes() {
  await_prompt 'host>'
  type_line "stty -a >after; echo modes wri\"\"tten"
  await '^modes written$'
  expect_same "modes after $1" "$(<after)" "$(<before)"
  clear_screen
}
guest_shell
type_line 'exit'
check_modes 'a shell that exits'
guest_shell
keys C-d
check_modes 'a shell at ^D'
type_line 'kemu busybox vi new'
await 'new.*1/1'
type_text ':q!'
keys Enter
check_modes vi
type_line "kemu busybox sh -c 'stty raw -echo; kill -9 \$\$'"
check_modes 'a guest killed in raw mode'
guest_shell
type_line 'kill -9 $$'
check_modes 'a shell that was killed'
type_line "kemu busybox sh -c 'stty -echo; echo as\"\"king; read -r x; stty echo; echo \"got [\$x]\"'"
await '^asking$'
type_line 'secret'
await '^got \[secret\]$'
expect_same 'echo was off' "$(screen | grep -c '^secret$')" 0
check_modes 'a password prompt'
