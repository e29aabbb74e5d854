#include "base/errno.h"

#include <cerrno>

namespace kemu {

std::string_view errno_name(Errno error) {
  switch (error) {
#define ERRNO(name, number, text) \
  case Errno::name:               \
    return #name;
#include "base/errno.def"
#undef ERRNO
  }
  return "E?";
}

std::string_view errno_text(Errno error) {
  switch (error) {
#define ERRNO(name, number, text) \
  case Errno::name:               \
    return text;
#include "base/errno.def"
#undef ERRNO
  }
  return "Unknown error";
}

Errno host_errno() { return static_cast<Errno>(errno); }

}  // namespace kemu
