# --net: the loopback alone, nothing at all, or what the host has; and what each shows of interfaces.
cat >serve.sh <<'END'
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
  echo answer | nc -l -p $port 2>/dev/null &
  server=$!
  until nc 127.0.0.1 $port </dev/null 2>/dev/null; do
    kill -0 $server 2>/dev/null || continue 2
    usleep 10000
  done
  exit
done
END
for mode in host loopback; do
  run --net=$mode busybox sh serve.sh
  expect_status 0
  expect_out 'answer'
done

run --net=loopback busybox nc 192.0.2.1 80
expect_status 1
expect_only_err_line 'Network is unreachable'
run --net=loopback busybox ifconfig lo
expect_out_line 'inet addr:127.0.0.1'
run --net=loopback busybox ping -c 1 -w 1 192.0.2.1
((status != 0)) || fail 'a packet left the loopback'

run --net=none busybox nc 127.0.0.1 80
expect_status 1
expect_only_err_line 'Network is unreachable'
run --net=none busybox ifconfig lo
expect_status 0
[[ "$out" != *inet* && "$out" == *LOOPBACK* ]] || fail 'lo should be there and have no address'
run --net=none busybox sh -c 'nc -l -p 25 & usleep 50000; kill $! && echo waited'
expect_out 'waited'
run --net=none busybox httpd -f -p 127.0.0.1:8080
expect_only_err_line 'annot assign requested address'

run --net=some busybox true
expect_status 125
expect_only_err_line '^kemu: --net wants host, loopback or none'
