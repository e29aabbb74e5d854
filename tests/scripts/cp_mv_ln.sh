# shell: busybox sh, bash-static
# oracle: native busybox sh
# cp -a, mv, ln, rm, rmdir, mkdir, touch, install of links and errors.
mkdir -p src/sub
echo one > src/one
echo two > src/sub/two
ln -s one src/soft
ln src/one src/hard
chmod 640 src/one
touch -d '2005-05-05 05:05:05' src/sub/two
cp -a src copy
stat -c '%a %F %n' copy/one copy/soft copy/sub
stat -c '%h' src/one
TZ=UTC stat -c '%y' copy/sub/two | cut -d. -f1
cp src/one again && cat again
cp -r src/sub sub2
cp -p src/one kept && stat -c %a kept
cp src missing-r 2>&1; echo "status: $?"
cp absent x 2>&1; echo "status: $?"
mv again moved && cat moved
mv moved src/sub/ && ls src/sub
mv -n kept src/one && cat kept 2>/dev/null
ln -sf two src/soft && readlink src/soft
ln src/absent y 2>&1; echo "status: $?"
rmdir src 2>&1; echo "status: $?"
mkdir src 2>&1; echo "status: $?"
mkdir -p deep/er/still -m 700 && stat -c %a deep/er/still
rm src 2>&1; echo "status: $?"
rm -r src/sub && ls src
rm -f absent; echo "status: $?"
unlink src/hard && ls src
cat src/hard 2>&1
ln -s loop loop; cat loop 2>&1
(cd copy/sub && pwd | sed 's/.*copy/copy/'; cd .. && ls)
