// For guests that need an unprivileged process, whoever runs them. Include it after guest.h.
#pragma once

// From root to a user that nobody else is, not even the same test beside this one; capabilities go
// with that.
static inline void become_unprivileged(void) {
  if (geteuid() != 0) return;
  const unsigned user = 10000 + (unsigned)getpid() % 50000;
  must(syscall(SYS_setgroups, 0, NULL));
  must(setresgid(user, user, user));
  must(setresuid(user, user, user));
}
