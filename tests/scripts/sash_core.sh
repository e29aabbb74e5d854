# shell: sash -f
# oracle: stored
# kemu: --bind=BIN/busybox:/bin/sh   programs that call system(3) run /bin/sh, which is the host's
# The stand-alone shell: its own built-in commands, and programs by name.
echo hello from sash
-echo built in
-mkdir dir
-cp dir copy
-touch dir/file
-ls dir
-ln -s file dir/link
-mv dir/file dir/renamed
-ls dir
-printenv LANG
echo piped through | grep -c piped
seq 3 | sort -r
-rm dir/renamed dir/link
-rmdir dir
sh -c 'exit 3'
sh -c 'kill -SEGV $$'; true
-grep hello absent
setenv ADDED value
env | grep ADDED
exit
