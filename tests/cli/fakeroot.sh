# --fakeroot: guests are root, and owners, modes and device nodes they set on host files are remembered.
cat >script <<'END'
umask 022
id -u
mkdir made
echo x >file
chown 123:456 file
chmod 4755 file
stat -c '%u:%g %a %F' file
chown 7 file
stat -c '%u:%g %a' file
mknod null c 1 3
stat -c '%F %t,%T %a' null
chown -R 5:6 made
cp file made/copy
chown 9:8 made/copy
chmod 640 made/copy
tar cf archive file null made
mkdir out
tar xf archive -C out
stat -c '%u:%g %a %F' out/made/copy out/null out/made
find . -user 9 | sort
find . -type c | sort
cat null 2>/dev/null || echo no device
rm file
echo y >file
stat -c '%u' file
mv made/copy file
stat -c '%u' file
ln -s file link
chown -h 77 link
stat -c '%u' link file
chmod 0 file
cat file
stat -c '%a' file
END
run --fakeroot busybox sh script
expect_status 0
expect_out '0
123:456 4755 regular file
7:456 755
character special file 1,3 644
9:8 640 regular file
0:0 644 character special file
5:6 755 directory
./made/copy
./out/made/copy
./null
./out/null
no device
0
9
77
9
x
0'
[[ -f null && -u out ]] && fail 'the host got more than placeholders'
run --fakeroot busybox stat -c %u file
expect_out '0'
