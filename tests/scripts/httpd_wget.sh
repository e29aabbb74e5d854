# shell: busybox sh
# BusyBox's web server and its client: files, a missing one, a large one, ranges of it, CGI, and four
# clients at once.
mkdir -p www/cgi-bin
echo '<p>hello</p>' >www/index.html
seq 1 60000 >www/large
printf '#!%s\necho "Content-Type: text/plain"\necho\necho "query $QUERY_STRING of $REQUEST_METHOD"\ncat\n' \
  "$(command -v sh)" >www/cgi-bin/ask
chmod +x www/cgi-bin/ask

# A free port below those the kernel gives out.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
  httpd -f -p 127.0.0.1:$port -h www 2>/dev/null &
  server=$!
  until nc 127.0.0.1 $port </dev/null >/dev/null 2>&1 || ! kill -0 $server 2>/dev/null; do
    usleep 10000
  done
  kill -0 $server 2>/dev/null && break
done
url=http://127.0.0.1:$port
wget -q -O - $url/
wget -q -O - http://localhost:$port/index.html
wget -q -O - $url/missing 2>&1
echo "status $?"
wget -q -O copy $url/large
cmp copy www/large && echo 'the same'
head -c 1000 www/large >part
wget -q -c -O part $url/large
cmp part www/large && echo 'the same from byte 1000 on'
wget -q -O - "$url/cgi-bin/ask?a=b"
wget -q -O - --post-data 'posted' "$url/cgi-bin/ask"
echo
for client in 1 2 3 4; do
  wget -q -O many.$client $url/large &
  clients="$clients $!"
done
wait $clients
cmp many.1 many.2 && cmp many.3 many.4 && cmp many.1 www/large && echo 'four alike'
kill $server
wait $server 2>/dev/null
rm -f copy part many.*
exit 0
