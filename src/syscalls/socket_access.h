#pragma once

#include "fs/socket.h"
#include "syscalls/file_access.h"
#include "syscalls/guest_buffer.h"

namespace kemu {

// What the handlers of socket calls share.

/// A new socket of any family. EAFNOSUPPORT, ESOCKTNOSUPPORT, EPROTONOSUPPORT. `flags`: O_NONBLOCK.
Result<std::shared_ptr<Socket>> make_socket(Task& task, i32 family, i32 type, i32 protocol,
                                            u32 flags);

/// EBADF, ENOTSOCK.
Result<std::shared_ptr<Socket>> get_socket(Task& task, Fd fd);
/// Null when the open file is no socket of a guest's.
Socket* as_socket(FileDescription& file);

/// Linux's move_addr_to_kernel(): EINVAL for a size out of 0…128, EFAULT.
Result<SocketAddress> take_address(Task& task, GuestAddr from, i32 size);
/// Linux's move_addr_to_user(): as much as the guest's size lets in, and the whole size. EFAULT,
/// EINVAL for a negative size.
Result<Unit> give_address(Task& task, const SocketAddress& address, GuestAddr to, GuestAddr size);

/// What SO_PEERCRED tells of the caller, and what SCM_CREDENTIALS does.
SocketUser effective_user(Task& task);
SocketUser real_user(Task& task);

/// The file an AF_UNIX path leads to, which must be a socket the caller may write; null for any
/// other address. ECONNREFUSED, ENOENT, EACCES…
Result<std::shared_ptr<Inode>> find_destination(Task& task, Socket& socket,
                                                const SocketAddress& address);
/// bind(2) with a path makes the file.
Result<Unit> bind_socket(Task& task, Socket& socket, const SocketAddress& address);

/// A blocking call found nothing to do: waits for `events`, at most as long as `timeout` (the
/// socket's SO_RCVTIMEO or SO_SNDTIMEO). Then, or when it must not block, it is `otherwise`.
struct SocketWait {
  u32 events = kPollIn;
  std::optional<Nanoseconds> timeout;
  Errno otherwise = Errno::EAGAIN;
};
SyscallResult<Unit> wait_for_socket(Task& task, Socket& socket, const SocketWait& wait);

/// What is sent but the bytes.
struct SendRequest {
  std::optional<SocketAddress> to;
  std::shared_ptr<Inode> to_file;
  Ancillary with;
  u32 flags = 0;  // abi::kMsg…
};
/// sendmsg(2) from here on. `done` counts over re-runs what a stream has taken.
SyscallResult<u64> do_send(Task& task, Socket& socket, const GuestBuffer& buffer,
                           const SendRequest& request, u64& done);
/// recvmsg(2) up to the ancillary data. `done` counts over re-runs what MSG_WAITALL got.
SyscallResult<Incoming> do_receive(Task& task, Socket& socket, const GuestBuffer& buffer, u32 flags,
                                   u64& done);

/// What recv(2) returns: a datagram's whole size with MSG_TRUNC.
u64 received_size(const Socket& socket, const Incoming& incoming, u32 flags);

/// What sendfile(2) and splice(2) write: a socket learns who sends it.
Result<u64> write_as_sender(Task& task, FileDescription& file, const HostSpans& from);

/// read(2) and write(2).
SyscallResult<u64> read_socket(Task& task, Socket& socket, const GuestBuffer& buffer);
SyscallResult<u64> write_socket(Task& task, Socket& socket, const GuestBuffer& buffer);

/// Control messages as sendmsg(2) takes them (net/core/scm.c): EINVAL, EBADF, EPERM, ESRCH,
/// ETOOMANYREFS, ENOBUFS, EFAULT.
Result<Ancillary> take_control(Task& task, const Socket& socket, GuestAddr control, u64 size);
/// Writes what was received into the guest's control buffer, files as new descriptors; shortens
/// `header.control_size` to what was used and sets MSG_CTRUNC when something did not fit.
void give_control(Task& task, const Ancillary& with, abi::MessageHeader& header,
                  CloseOnExec close_on_exec);

}  // namespace kemu
