#pragma once

#include <array>

#include "base/abi/time.h"
#include "base/types.h"

/// What AArch64 Linux tells about the system and about processes.
namespace kemu::abi {

struct Utsname {
  std::array<char, 65> sysname{}, nodename{}, release{}, version{}, machine{}, domainname{};
};
static_assert(sizeof(Utsname) == 390);

struct Sysinfo {
  i64 uptime = 0;
  std::array<u64, 3> loads{};
  u64 total_ram = 0, free_ram = 0, shared_ram = 0, buffer_ram = 0, total_swap = 0, free_swap = 0;
  u16 procs = 0;
  u16 pad = 0;
  u32 pad2 = 0;
  u64 total_high = 0, free_high = 0;
  u32 mem_unit = 1;
  u32 pad3 = 0;
};
static_assert(sizeof(Sysinfo) == 112);

struct Rlimit {
  u64 soft = 0;
  u64 hard = 0;
};
static_assert(sizeof(Rlimit) == 16);

struct Rusage {
  Timeval user_time, system_time;
  i64 max_rss = 0, shared_rss = 0, data_rss = 0, stack_rss = 0, minor_faults = 0, major_faults = 0,
      swaps = 0, in_blocks = 0, out_blocks = 0, messages_sent = 0, messages_received = 0,
      signals = 0, voluntary_switches = 0, involuntary_switches = 0;
};
static_assert(sizeof(Rusage) == 144);

}  // namespace kemu::abi
