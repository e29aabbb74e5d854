#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "fs/page_cache.h"
#include "vm/engine.h"

namespace kemu {

class Kernel;

/// What a machine and its copies share: guest memory, the engine with its translations, and the
/// pages of host files. One of them runs at a time.
struct Hardware {
  std::unique_ptr<FramePool> pool;
  std::unique_ptr<Engine> engine;
  std::shared_ptr<PageCache> page_cache;
  std::vector<Kernel*> machines;  // that are alive
  Kernel* running = nullptr;      // whose blocks and time the engine's are
};

}  // namespace kemu
