#pragma once

#include "base/types.h"

/// Socket constants and layouts (linux/socket.h, asm-generic/socket.h), the same on arm64 and
/// x86-64.
namespace kemu::abi {

inline constexpr u16 kAfUnspecified = 0;
inline constexpr u16 kAfUnix = 1;
inline constexpr u16 kAfInet = 2;
inline constexpr u16 kAfInet6 = 10;
inline constexpr u16 kAfNetlink = 16;

inline constexpr i32 kSockStream = 1;
inline constexpr i32 kSockDatagram = 2;
inline constexpr i32 kSockRaw = 3;
inline constexpr i32 kSockSeqPacket = 5;
inline constexpr i32 kSockTypeMask = 0xf;
inline constexpr i32 kSockNonBlock = 04000;
inline constexpr i32 kSockCloseOnExec = 02000000;

// The flags of send(2) and recv(2).
inline constexpr u32 kMsgOutOfBand = 0x1;
inline constexpr u32 kMsgPeek = 0x2;
inline constexpr u32 kMsgDontRoute = 0x4;
inline constexpr u32 kMsgControlTruncated = 0x8;
inline constexpr u32 kMsgTruncated = 0x20;
inline constexpr u32 kMsgDontWait = 0x40;
inline constexpr u32 kMsgEndOfRecord = 0x80;
inline constexpr u32 kMsgWaitAll = 0x100;
inline constexpr u32 kMsgErrorQueue = 0x2000;
inline constexpr u32 kMsgNoSignal = 0x4000;
inline constexpr u32 kMsgMore = 0x8000;
inline constexpr u32 kMsgWaitForOne = 0x10000;
inline constexpr u32 kMsgCloseOnExec = 0x40000000;

/// SOMAXCONN of net.core.somaxconn: no backlog is longer.
inline constexpr i32 kMostBacklog = 4096;

inline constexpr i32 kSolSocket = 1;
// Options of SOL_SOCKET (SO_…).
inline constexpr i32 kSoDebug = 1;
inline constexpr i32 kSoReuseAddress = 2;
inline constexpr i32 kSoType = 3;
inline constexpr i32 kSoError = 4;
inline constexpr i32 kSoDontRoute = 5;
inline constexpr i32 kSoBroadcast = 6;
inline constexpr i32 kSoSendBuffer = 7;
inline constexpr i32 kSoReceiveBuffer = 8;
inline constexpr i32 kSoKeepAlive = 9;
inline constexpr i32 kSoOobInline = 10;
inline constexpr i32 kSoLinger = 13;
inline constexpr i32 kSoReusePort = 15;
inline constexpr i32 kSoPassCredentials = 16;
inline constexpr i32 kSoPeerCredentials = 17;
inline constexpr i32 kSoReceiveLowWater = 18;
inline constexpr i32 kSoSendLowWater = 19;
inline constexpr i32 kSoReceiveTimeout = 20;
inline constexpr i32 kSoSendTimeout = 21;
inline constexpr i32 kSoAcceptConnections = 30;
inline constexpr i32 kSoSendBufferForce = 32;
inline constexpr i32 kSoReceiveBufferForce = 33;
inline constexpr i32 kSoProtocol = 38;
inline constexpr i32 kSoDomain = 39;
inline constexpr i32 kSoPeekOffset = 42;
inline constexpr i32 kSoReceiveTimeoutNew = 66;
inline constexpr i32 kSoSendTimeoutNew = 67;
/// SCM_MAX_FD: files in one message.
inline constexpr u64 kMostRights = 253;
inline constexpr i32 kScmRights = 1;
inline constexpr i32 kScmCredentials = 2;

/// sizeof(struct sockaddr_storage): no address is longer.
inline constexpr u32 kAddressSize = 128;

/// struct ucred.
struct SocketCredentials {
  i32 pid;
  u32 uid;
  u32 gid;
};
static_assert(sizeof(SocketCredentials) == 12);

/// struct msghdr (user_msghdr in the kernel).
struct MessageHeader {
  u64 name;
  i32 name_size;
  u32 padding;
  u64 iov;
  u64 iov_count;
  u64 control;
  u64 control_size;
  u32 flags;
  u32 padding2;
};
static_assert(sizeof(MessageHeader) == 56);

/// struct mmsghdr, of sendmmsg(2) and recvmmsg(2).
struct MultipleMessageHeader {
  MessageHeader header;
  u32 size;
  u32 padding;
};
static_assert(sizeof(MultipleMessageHeader) == 64);

/// struct cmsghdr; its data follows, and the next one at a multiple of 8 bytes.
struct ControlHeader {
  u64 size;
  i32 level;
  i32 type;
};
static_assert(sizeof(ControlHeader) == 16);

}  // namespace kemu::abi
