#pragma once

#include "base/abi/fcntl.h"
#include "base/types.h"

/// Constants of epoll(7), eventfd(2) and timerfd_create(2) on AArch64 Linux.
namespace kemu::abi {

inline constexpr u32 kEpollCloseOnExec = kOpenCloseOnExec;
inline constexpr u32 kEpollAdd = 1;
inline constexpr u32 kEpollDelete = 2;
inline constexpr u32 kEpollModify = 3;
inline constexpr u32 kEpollExclusive = 1u << 28;
inline constexpr u32 kEpollWakeUp = 1u << 29;
inline constexpr u32 kEpollOneShot = 1u << 30;
inline constexpr u32 kEpollEdgeTriggered = 1u << 31;

inline constexpr u32 kEventFdSemaphore = 1;
inline constexpr u32 kEventFdNonBlock = kOpenNonBlock;
inline constexpr u32 kEventFdCloseOnExec = kOpenCloseOnExec;

inline constexpr u32 kTimerFdNonBlock = kOpenNonBlock;
inline constexpr u32 kTimerFdCloseOnExec = kOpenCloseOnExec;
inline constexpr u32 kTimerFdCancelOnSet = 2;
inline constexpr u32 kTimerFdSetTicks = 0x40085400;  // TFD_IOC_SET_TICKS

}  // namespace kemu::abi
