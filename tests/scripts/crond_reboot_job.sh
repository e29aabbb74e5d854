# shell: busybox sh
# oracle: native busybox sh
# BusyBox's crond: it reads a crontab, and runs the job of its @reboot line at once, with the variables set above it.
# Other jobs run at full minutes, which no test waits for.
# mask: s/^crond: USER [^ ]+ pid +[0-9]+ /crond: USER NAME pid N /   and whose job it is
user=$(awk -F: -v uid="$(id -u)" '$3 == uid { print $1; exit }' /etc/passwd)
mkdir tabs
mkfifo told
cat >tabs/"${user:-root}" <<TABLE
SHELL=$PATH/sh
PATH=$PATH
@reboot echo "a job of \$SHELL" >$PWD/told
0 0 1 1 * echo never
@yearly echo never
TABLE
SHELL=$PATH/sh busybox-servers crond -f -d 0 -c "$PWD/tabs" 2>log &
server=$!
cat told
until grep -q 'cmd echo "a job' log; do usleep 10000; done
grep -v started log | sed "s#$PWD#DIRECTORY#"
kill $server
wait $server 2>/dev/null
rm -rf tabs told log
exit 0
