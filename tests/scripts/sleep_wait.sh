# shell: busybox sh, bash-static, mksh-musl, mksh-klibc, mksh-diet, sash -f
# oracle: stored
# kemu: --bind=BIN/busybox:/bin/sh   sash runs what is not built in by /bin/sh, which is the host's
# sleep 1 & wait
sh -c 'sleep 1 & wait; echo "waited $?"'
sleep 0.1
echo done
