# shell: busybox sh
# oracle: native busybox sh
# BusyBox's script(1): a command on a pty of its own, recorded, appended to, and its exit status.
SHELL=$PATH/sh
export SHELL
busybox-servers script -q -c 'echo "$(tty)" | sed s/[0-9]*$/N/; stty size; echo end' record >shown </dev/null
echo "status $?"
cmp shown record && od -c record
busybox-servers script -q -a -c 'echo again' record >/dev/null </dev/null
tail -n 1 record
rm -f shown
exit 0
