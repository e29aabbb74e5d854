# Ends by chance, locks of all kinds, stops and signals.
for name in random_ends fairness sync_objects stop_and_kill signal_direction futex_pi_threads shared_files vfork_in_thread; do
  for libc in musl glibc; do "$GUESTS/$libc/thread/$name" | md5sum; done
done
