# shell: busybox sh
# oracle: native busybox sh
# BusyBox's telnetd: a client logs in and gets a shell on a pty of its own, where what it types is echoed, `tty` knows
# its name and ^Z reaches the foreground job. The client's standard input stays open till the session has ended.
# mask: s#/dev/pts/[0-9]+#/dev/pts/N#   other ptys may be in use
# The client tells its window's size some time, and stty complains until then; the shell would redraw its prompt.
cat >login <<LOGIN
#!$PATH/busybox sh
until [ "\$(stty size 2>/dev/null)" = '24 80' ]; do usleep 5000; done
PS1='> '
export PS1
exec busybox sh -i
LOGIN
chmod +x login

# A free port below those the kernel gives out.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
  busybox-servers telnetd -F -b 127.0.0.1 -p $port -l "$PWD/login" -f /dev/null 2>/dev/null &
  server=$!
  until nc 127.0.0.1 $port </dev/null >/dev/null 2>&1 || ! kill -0 $server 2>/dev/null; do
    usleep 10000
  done
  kill -0 $server 2>/dev/null && break
done

# until_shown COUNT TEXT: waits until the client has shown that many lines with it.
until_shown() {
  until [ "$(grep -cF -e "$2" shown)" -ge "$1" ]; do
    usleep 5000
  done
}

# type_at PROMPT LINE: types it when that prompt is there. The shell asks the terminal for its cursor behind each.
type_at() {
  until_shown "$1" "$(printf '\033[6n')"
  printf '%s\n' "$2" >&3
}

mkfifo keys
: >shown
busybox-servers telnet 127.0.0.1 $port <keys >>shown 2>&1 &
client=$!
exec 3>keys
type_at 1 'tty; stty size; echo "$((6 * 7)) is it"'
type_at 2 'echo "$((1 + 1)) to go"; cat'
until_shown 1 '2 to go'
echo typed >&3
until_shown 2 typed
# Not ^C: a shell without job control starts its background jobs, of which telnetd is one, with SIGINT ignored.
printf '\032' >&3
type_at 3 'echo "status $?"; kill %1; fg'
type_at 4 exit
wait $client
echo "client $?"
exec 3>&-
# Debian's builds for two machines may differ in the version they tell.
tr -d '\r\000' <shown | grep -v 'BusyBox v'
kill $server
wait $server 2>/dev/null
rm -f keys shown
exit 0
