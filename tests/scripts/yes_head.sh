# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet
# oracle: native busybox sh
# SIGPIPE ends the writer quietly when the reader has gone.
yes | head -n 1
yes | head -1
yes a long line of text | head -n 1000 | tail -n 1
seq 1000000 | head -n 3 | tail -n 1
(trap '' PIPE; yes 2>/dev/null; echo "EPIPE: $?" >&2) 2>status | head -n 1
cat status
{ yes; echo "status $?" >&2; } 2>status | head -n 1
cat status
rm status
