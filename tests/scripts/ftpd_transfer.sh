# shell: busybox sh
# oracle: native busybox sh
# BusyBox's tcpsvd starts an ftpd for each connection: files fetched, stored, missing, and refused without leave.
mkdir -p served
seq 1 40000 >served/numbers
seq 5 3000 >mine

# serve WORD...: tcpsvd and ftpd with those options, on a free port below those the kernel gives out.
serve() {
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
    busybox-servers tcpsvd 127.0.0.1 $port busybox-servers ftpd "$@" served 2>/dev/null &
    server=$!
    until nc 127.0.0.1 $port </dev/null >/dev/null 2>&1 || ! kill -0 $server 2>/dev/null; do
      usleep 10000
    done
    kill -0 $server 2>/dev/null && break
  done
}

stop() {
  kill $server
  wait $server 2>/dev/null
}

serve -w -A
busybox-servers ftpget -P $port 127.0.0.1 fetched numbers
echo "status $?"
cmp fetched served/numbers && echo 'the same'
busybox-servers ftpput -P $port 127.0.0.1 stored mine
echo "status $?"
cmp mine served/stored && echo 'the same'
busybox-servers ftpget -P $port 127.0.0.1 nothing missing 2>&1
echo "status $?"
head -c 1000 fetched >part
busybox-servers ftpget -c -P $port 127.0.0.1 part numbers
echo "status $?"
cmp part served/numbers && echo 'the same from byte 1000 on'
# What ftpget does not say: the commands of the protocol.
for command in 'USER anonymous' 'PASS x' PWD 'SIZE numbers' 'MKD sub' 'RNFR stored' 'RNTO sub/kept' 'DELE sub/kept' \
  'RMD sub' NONSENSE QUIT; do
  printf '%s\r\n' "$command"
done | nc 127.0.0.1 $port | tr -d '\r'
stop
serve -A
busybox-servers ftpput -P $port 127.0.0.1 refused mine 2>&1
echo "status $?"
stop
exit 0
