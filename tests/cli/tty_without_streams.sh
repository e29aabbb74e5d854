# A guest whose standard streams all lead elsewhere still has the terminal kemu was started on, as /dev/tty.
start_terminal
type_line 'kemu busybox sh -c "read -r word </dev/tty; echo said \$word >/dev/tty; ps -o tty >out" </dev/null 2>err'
type_until 'something' '^said something$'
await_that 'a terminal in the list of processes' grep -qE '^136,[0-9]+' out
# An interactive shell controls jobs through it, and stops nobody's work at the end.
type_line 'clear; kemu bash-static --norc -i </dev/null >out 2>&1; grep -c "no job control" out'
await '^0$'
