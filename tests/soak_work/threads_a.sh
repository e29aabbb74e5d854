# Threads that are made, joined, cancelled, executed over, and ended in every way, with locks held.
for name in create_join cancel exec_in_thread exit_races leader_exit robust_threads fork_in_thread; do
  for libc in musl glibc; do "$GUESTS/$libc/thread/$name" | md5sum; done
done
