# shell: busybox sh
# oracle: native
# diff and patch: a change applied, reversed and refused.
seq 20 > old
sed -e '3d' -e 's/^10$/ten/' -e '15a fifteen and a half' old > new
diff -u -L old -L new old new > change.diff
echo "differ: $?"
cat change.diff
cp old work
patch work < change.diff
cmp work new && echo patched
patch -R work < change.diff
cmp work old && echo reversed
diff old old
echo "same: $?"
seq 100 105 > other
patch other < change.diff > refused 2>&1
echo "refused: $?"
diff old missing
echo "missing: $?"
mkdir a b
echo 1 > a/x
echo 2 > b/x
echo 3 > a/only
diff -rq a b
rm -f other.rej other.orig refused
