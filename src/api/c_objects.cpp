#include "api/c_objects.h"

namespace kemu::c_api {

std::string& last_error() {
  thread_local std::string error;
  return error;
}

void keep_error(const char* what) noexcept {
  try {
    last_error() = what;
  } catch (...) {
    last_error().clear();
  }
}

}  // namespace kemu::c_api
