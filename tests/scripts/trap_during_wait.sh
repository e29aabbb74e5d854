# shell: busybox sh, bash-static, mksh-musl
# oracle: native busybox sh
# A trapped signal ends wait with more than 128, and the child lives on to be waited for again.
trap ':' USR1
mkfifo gate
(read -r line < gate; exit 11) &
child=$!
# Again and again, since a signal that comes before wait begins is no interruption of it.
(until [ -e woken ]; do kill -USR1 $$; sleep 0.02; done) &
wait "$child"
echo "interrupted: $(($? > 128))"
: > woken
trap '' USR1
wait_out() {
  wait "$1"
  status=$?
  while [ "$status" -gt 128 ]; do wait "$1"; status=$?; done
  echo "status: $status"
}
wait_out $!
echo open > gate
wait_out "$child"
rm gate woken
