# shell: busybox sh
# oracle: native
# CHLD traps run once a child ended, not before.
mkdir seen
trap 'echo chld' CHLD
(exit 3)
echo "foreground: $?"
(exit 4) &
wait $!
echo "background: $?"
trap - CHLD
(exit 5) & wait $!
echo "no trap: $?"
rmdir seen
