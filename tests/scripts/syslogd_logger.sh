# shell: busybox sh
# oracle: stored   natively it would be the host's /dev/log; made by root in a mount namespace of its own
# mask: s/[A-Z][a-z]{2} +[0-9]+ [0-9:]{8} /DATE /   when it was
# kemu: --fakeroot --overlay=/dev   where the socket is made
# BusyBox's syslogd and logger: messages through /dev/log, from the C library's own openlog(3) too, into a file, with
# doubles left out and the lesser ones not written, until its file is so long that it is put aside.
busybox-servers syslogd -n -S -D -l 7 -O "$PWD/messages" -s 1 -b 2 &
server=$!
until busybox-servers logger -t early here 2>/dev/null && [ -s messages ]; do
  usleep 10000
done

# until_written TEXT: each logger returns when its message is in the socket, not in the file.
until_written() {
  until cat messages messages.0 2>/dev/null | grep -qF "$1"; do usleep 10000; done
}
busybox-servers logger -t task -p daemon.err 'one message'
busybox-servers logger -t task -p daemon.err 'one message'
echo 'read from a pipe' | busybox-servers logger -t task -p user.notice
busybox-servers logger -t task -p kern.debug 'too small for -l 7'
busybox-servers logger -t task 'the last'
until_written 'the last'
grep -v early messages
for line in $(seq 1 40); do
  busybox-servers logger -t fill "$line $(seq -s . 1 20)"
done
until_written 'fill: 40 '
ls
kill $server
wait $server 2>/dev/null
rm -f messages messages.*
exit 0
