# shell: bash-static
# A server of bash scripts, one for each connection, answers a thousand requests of bash's own.
answer='while read -r word; do echo "$((word * 3))"; done'

# start: a server on a free port below those the kernel gives out.
start() {
  local attempt
  for attempt in {1..50}; do
    port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
    nc -ll -p "$port" -e bash-static -c "$answer" 2>/dev/null &
    server=$!
    until (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || ! kill -0 "$server" 2>/dev/null; do
      sleep 0.01
    done
    kill -0 "$server" 2>/dev/null && return
  done
  exit 1
}

start
right=0
for ((connection = 0; connection < 50; connection++)); do
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  for ((request = 0; request < 20; request++)); do
    number=$((connection * 20 + request))
    echo "$number" >&3
    read -r product <&3
    ((product == number * 3)) && ((++right))
  done
  exec 3>&-
done
echo "$right right answers"
kill "$server"
wait "$server" 2>/dev/null
exit 0
