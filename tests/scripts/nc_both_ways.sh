# shell: busybox sh
# BusyBox's nc: many bytes from the client, from the server, and a program behind the server. It ends with the first
# end of file that it sees from the network, so the side that only listens has a standard input without an end.
mkfifo endless
exec 9<>endless

# serve TO_SERVER TO_CLIENT WORD...: `nc -l` and the words on a free port below those the kernel gives out, and a
# client, each with the standard input given; an address already taken is tried no more.
serve() {
  to_server=$1 to_client=$2
  shift 2
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
    nc -l -p $port "$@" <$to_client >at_server 2>/dev/null &
    server=$!
    until nc 127.0.0.1 $port <$to_server >at_client 2>/dev/null; do
      kill -0 $server 2>/dev/null || continue 2
      usleep 10000
    done
    wait $server
    return
  done
}

seq 1 30000 >numbers
serve numbers endless
md5sum <at_server
serve endless numbers
md5sum <at_client
printf '3\n4\n' >few
serve few endless -e sh -c 'while read n; do echo $((n * n)); done'
cat at_client
rm -f endless numbers few at_server at_client
