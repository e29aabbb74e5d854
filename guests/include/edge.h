// Runs a system call with a pointer argument in five places: ending exactly where memory ends, one
// byte over the end, wholly beyond it, NULL, and in the kernel's half. Include it after guest.h.
#pragma once

enum { kEdgePlaces = 5 };

// Room for `size` bytes in the given place, holding as much of `contents` (or zeros) as there is
// memory.
static inline void *edge_place(int place, size_t size, const void *contents) {
  static char *end;
  if (end == NULL) end = memory_edge();
  if (place == 3) return NULL;
  if (place == 4) return (void *)-(intptr_t)kPage;
  if (place == 2) return end;
  memset(end - kPage, 0, kPage);
  char *const start = end - size + (place == 1);
  if (contents != NULL) memcpy(start, contents, (size_t)(end - start));
  return start;
}

static inline void edge_print(const char *call, int place, long result) {
  static const char *const kPlaces[kEdgePlaces] = {"up to the edge", "one byte over", "beyond",
                                                   "NULL", "kernel"};
  printf("%s, %s: %s\n", call, kPlaces[place], result == -1 ? errno_name(errno) : "ok");
}

#define edge_run(text, size, contents, call)                            \
  for (int edge_number = 0; edge_number < kEdgePlaces; edge_number++) { \
    void *p = edge_place(edge_number, size, contents);                  \
    edge_print(text, edge_number, (long)(call));                        \
  }

// `call` uses the pointer `p` to `size` bytes, which it reads as `contents` or (NULL) writes.
#define at_edges(size, contents, call) edge_run(#call, size, contents, call)

// The same for a string: `contents` with its terminator.
#define string_at_edges(contents, call) edge_run(#call, strlen(contents) + 1, contents, call)

// Sizes of structures for which a libc has a larger one than the kernel.
enum { kKernelRusage = 144, kKernelSysinfo = 112 };
