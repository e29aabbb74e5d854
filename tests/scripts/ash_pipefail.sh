# shell: busybox sh, mksh-musl
# oracle: native busybox sh
# Pipeline status with and without pipefail; the status of each stage by way of descriptor 3.
false | true
echo "last wins: $?"
true | false
echo "last wins: $?"
set -o pipefail
(exit 3) | (exit 4) | true
echo "pipefail: $?"
(exit 3) | true
echo "pipefail: $?"
true | true
echo "pipefail: $?"
set +o pipefail
{ { { (exit 5); echo "first $?" >&3; } | { cat; (exit 6); echo "second $?" >&3; } } 3>&1 >&4 | sort; } 4>&1
