#include "process/tracer.h"

#include <fmt/format.h>

namespace kemu {

void Tracer::line(int pid, std::string_view text) {
  if (sink_) sink_(fmt::format("[pid {}] {}\n", pid, text));
}

}  // namespace kemu
