#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace kemu {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "kemu: internal error: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace kemu
