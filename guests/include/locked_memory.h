// For guests about mlock(2). Include it after guest.h.
#pragma once

// VmLck of /proc/self/status in pages.
static inline long locked_pages(void) {
  static char text[8192];
  const int fd = (int)must(open("/proc/self/status", O_RDONLY));
  const long size = must(read(fd, text, sizeof text - 1));
  close(fd);
  text[size] = 0;
  const char *line = strstr(text, "VmLck:");
  return line == NULL ? -1 : atol(line + 6) * 1024 / kPage;
}

static inline char *some_pages(long count, int flags) {
  char *base =
      mmap(NULL, count * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  return base;
}

static inline void limit_locks(long pages) {
  const struct rlimit limit = {pages * kPage, pages * kPage};
  must(setrlimit(RLIMIT_MEMLOCK, &limit));
}
