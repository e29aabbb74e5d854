# shell: busybox sh
# oracle: native busybox sh
# BusyBox's inetd: a built-in service and a program that is started for each connection.
user=$(awk -F: -v uid="$(id -u)" '$3 == uid { print $1; exit }' /etc/passwd)
printf '#!%s/busybox sh\nread -r line; echo "$((line * 2)) doubled"\n' "$PATH" >double
chmod +x double

for attempt in 1 2 3 4 5 6 7 8 9 10; do
  port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
  nc 127.0.0.1 $((port + 1)) </dev/null >/dev/null 2>&1 && continue
  {
    echo "127.0.0.1:$port stream tcp nowait ${user:-root} $PWD/double double"
    echo "127.0.0.1:$((port + 1)) stream tcp nowait ${user:-root} internal echo"
  } >services
  busybox-servers inetd -f services >/dev/null 2>&1 &
  server=$!
  until nc 127.0.0.1 $port </dev/null >/dev/null 2>&1 || ! kill -0 $server 2>/dev/null; do
    usleep 10000
  done
  kill -0 $server 2>/dev/null && break
done
for number in 1 20 300; do
  echo $number | nc 127.0.0.1 $port
done
seq 1 2000 | nc 127.0.0.1 $((port + 1)) | tail -n 1
kill $server
wait $server 2>/dev/null
rm -f services
exit 0
