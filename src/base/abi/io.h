#pragma once

#include <array>

#include "base/types.h"

/// Structures that input and output calls of AArch64 Linux take.
namespace kemu::abi {

struct Iovec {
  u64 base = 0;
  u64 size = 0;
};
static_assert(sizeof(Iovec) == 16);
inline constexpr u32 kIovMax = 1024;

struct PollFd {
  i32 fd = 0;
  i16 events = 0;
  i16 revents = 0;
};
static_assert(sizeof(PollFd) == 8);

/// fd_set of select(2): 1024 bits.
struct FdSet {
  std::array<u64, 16> bits{};
};
static_assert(sizeof(FdSet) == 128);

/// What pselect6(2)'s sixth argument points to.
struct SigSetArgument {
  u64 address = 0;
  u64 size = 0;
};
static_assert(sizeof(SigSetArgument) == 16);

/// struct epoll_event: not packed on arm64.
struct EpollEvent {
  u32 events = 0;
  u32 pad = 0;
  u64 data = 0;
};
static_assert(sizeof(EpollEvent) == 16);

/// struct open_how of openat2(2): its size is the call's version.
struct OpenHow {
  u64 flags = 0;
  u64 mode = 0;
  u64 resolve = 0;
};
static_assert(sizeof(OpenHow) == 24);

inline constexpr u64 kResolveNoXdev = 0x01;
inline constexpr u64 kResolveNoMagicLinks = 0x02;
inline constexpr u64 kResolveNoSymlinks = 0x04;
inline constexpr u64 kResolveBeneath = 0x08;
inline constexpr u64 kResolveInRoot = 0x10;
inline constexpr u64 kResolveCached = 0x20;

inline constexpr u32 kRwfDataSync = 0x02;  // RWF_DSYNC
inline constexpr u32 kRwfSync = 0x04;
inline constexpr u32 kRwfNoWait = 0x08;
inline constexpr u32 kRwfAppend = 0x10;
inline constexpr u32 kRwfKnown = 0x1f;  // with RWF_HIPRI: what every kernel since 4.16 takes

inline constexpr u32 kSpliceNonBlock = 2;  // SPLICE_F_NONBLOCK
inline constexpr u32 kSpliceKnown = 0x0f;

/// The pair pipe2(2) and socketpair(2) write.
struct FdPair {
  i32 first = -1;
  i32 second = -1;
};
static_assert(sizeof(FdPair) == 8);

}  // namespace kemu::abi
