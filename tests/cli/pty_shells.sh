# Shells and an editor on ptys of kemu's own, driven by a guest: job control, ^C, ^Z, ^D, resizing, vi.
drive=$guests/musl/terminal/drive

cat >"$scratch/job_control" <<'END'
await $ 
type echo one-$((1+1))\r
await one-2
type tty; (echo sta""rted; exec sleep 1000)\r
await /dev/pts/
await started
type ^C
await $ 
type (echo be""gun; exec cat)\r
await begun
type ^Z
await topped
type jobs; echo listed-$((1+1))\r
await topped
await listed-2
type fg\r
await exec cat
type ping\r
await ping
await ping
type ^D
await $ 
size 33 99
type stty size\r
await 33 99
type echo last-$?-$((1+1))\r
await last-0-2
type exit 4\r
END
for shell in 'busybox sh' 'bash-static --norc --noprofile'; do
  # shellcheck disable=SC2086
  input=$scratch/job_control run --env=PS1='$ ' "$drive" $shell -i
  expect_status 0
  expect_out 'program: exited 4'
done

cat >"$scratch/editor" <<'END'
await ~
type ihello\rworld\e
await world
type :wq\r
END
input=$scratch/editor run --env=TERM=vt100 "$drive" busybox vi file
expect_status 0
expect_out 'program: exited 0'
expect_same 'what vi wrote' "$(<file)" $'hello\nworld'
