#include <algorithm>

#include "base/abi/fcntl_commands.h"
#include "fs/namespace_ops.h"
#include "fs/network.h"
#include "fs/unix_socket.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"
#include "syscalls/socket_access.h"
#include "syscalls/trace_socket_names.h"

// Making sockets, giving them names and connecting them.

namespace kemu {

namespace {

constexpr u32 kCreationFlags = static_cast<u32>(abi::kSockNonBlock | abi::kSockCloseOnExec);
constexpr i32 kFamilies = 46;  // AF_MAX
constexpr i32 kTypes = 11;     // SOCK_MAX
constexpr u32 kSocketMode = 0777;

static_assert(abi::kSockNonBlock == abi::kOpenNonBlock);
static_assert(abi::kSockCloseOnExec == abi::kOpenCloseOnExec);

Result<Unit> check_type(SocketType type) {
  const u32 flags = static_cast<u32>(type.bits & ~abi::kSockTypeMask);
  if ((flags & ~kCreationFlags) != 0) return Errno::EINVAL;
  return Unit{};
}

SyscallResult<Fd> do_accept(Task& task, Fd fd, OutAddress address, GuestAddr size,
                            SocketFlags flags) {
  const auto socket = TRY(get_socket(task, fd));
  if (flags.any_but(kCreationFlags)) return Errno::EINVAL;
  // Before a connection is taken off the queue: it would be lost.
  TRY(check_file_room(task));
  auto accepted = socket->accept(flags.bits & abi::kOpenNonBlock);
  if (!accepted.ok()) {
    if (accepted.error() != Errno::EAGAIN || socket->non_blocking()) return accepted.error();
    TRY_CALL(wait_for_socket(task, *socket, {kPollIn, socket->receive_timeout}));
    return Errno::EAGAIN;
  }
  if (!address.addr.is_null()) {
    const auto peer = (*accepted)->peer_name();
    if (!peer.ok()) return Errno::ECONNABORTED;
    TRY(give_address(task, *peer, address.addr, size));
  }
  return install(task, std::move(*accepted), close_on_exec_of(flags.bits));
}

Result<Unit> start_connect(Task& task, Socket& socket, const SocketAddress& address) {
  auto* local = dynamic_cast<UnixSocket*>(&socket);
  if (!local) return socket.connect(address, effective_user(task));
  const auto file = TRY(find_destination(task, socket, address));
  return local->connect_to(address, file.get(), effective_user(task));
}

}  // namespace

Result<std::shared_ptr<Socket>> make_socket(Task& task, i32 family, i32 type, i32 protocol,
                                            u32 flags) {
  switch (family) {
    case abi::kAfUnix:
      return make_unix_socket(task.kernel().unix_domain(), type, protocol, flags,
                              task.kernel().next_anonymous_inode());
    case abi::kAfInet:
    case abi::kAfInet6:
    case abi::kAfNetlink:
      return make_network_socket(family, type, protocol, flags, task.kernel().options().network,
                                 task.kernel().poller());
    default:
      return refuse(task,
                    "socket of " + choice_text(static_cast<u64>(family), socket_names::kFamilies),
                    Errno::EAFNOSUPPORT);
  }
}

Result<std::shared_ptr<Socket>> get_socket(Task& task, Fd fd) {
  const auto file = TRY(get_file(task, fd));
  if (!as_socket(*file)) return Errno::ENOTSOCK;
  return std::static_pointer_cast<Socket>(file);
}

Socket* as_socket(FileDescription& file) {
  if (file.inode().type() != FileType::Socket) return nullptr;
  return dynamic_cast<Socket*>(&file);
}

Result<SocketAddress> take_address(Task& task, GuestAddr from, i32 size) {
  SocketAddress address;
  if (size < 0 || static_cast<u32>(size) > abi::kAddressSize) return Errno::EINVAL;
  address.size = static_cast<u32>(size);
  TRY(task.space->read(from, std::span(address.bytes).first(address.size)));
  return address;
}

Result<Unit> give_address(Task& task, const SocketAddress& address, GuestAddr to, GuestAddr size) {
  const i32 room = TRY(task.space->read_value<i32>(size));
  if (room < 0) return Errno::EINVAL;
  const u32 shown = std::min(static_cast<u32>(room), address.size);
  TRY(task.space->write(to, address.view().first(shown)));
  return task.space->write_value(size, address.size);
}

SocketUser effective_user(Task& task) {
  const Credentials& who = task.credentials;
  return {task.process().pid(), who.euid, who.egid};
}

SocketUser real_user(Task& task) {
  const Credentials& who = task.credentials;
  return {task.process().pid(), who.uid, who.gid};
}

Result<std::shared_ptr<Inode>> find_destination(Task& task, Socket& socket,
                                                const SocketAddress& address) {
  if (!dynamic_cast<UnixSocket*>(&socket)) return std::shared_ptr<Inode>{};
  const auto path = unix_path(address);
  if (!path) return std::shared_ptr<Inode>{};
  const Location place = TRY(task.walker().find(task.fs->cwd, *path, FinalLink::Follow));
  TRY(place->inode->check_access(abi::kAccessWrite));
  if (place->inode->type() != FileType::Socket) return Errno::ECONNREFUSED;
  return place->inode;
}

Result<Unit> bind_socket(Task& task, Socket& socket, const SocketAddress& address) {
  auto* local = dynamic_cast<UnixSocket*>(&socket);
  const auto path = local ? unix_path(address) : std::nullopt;
  if (!path) return socket.bind(address, effective_user(task));
  PathWalker walker = task.walker();
  const Location& base = task.fs->cwd;
  const u32 permissions = kSocketMode & ~task.fs->umask;
  const auto made = make_node_at(walker, base, *path, FileType::Socket, permissions, 0);
  if (!made.ok()) return made.error() == Errno::EEXIST ? Errno::EADDRINUSE : made.error();
  if (local->is_bound()) {
    // A name that is taken is told first, so the file had to be tried.
    TRY(unlink_at(walker, base, *path));
    return Errno::EINVAL;
  }
  const Location place = TRY(walker.find(base, *path, FinalLink::Keep));
  return local->bind_to(address, place->inode);
}

SyscallResult<Unit> wait_for_socket(Task& task, Socket& socket, const SocketWait& wait) {
  const bool no_time = wait.timeout == Nanoseconds{0};
  if (task.syscall.timed_out || no_time) return wait.otherwise;
  socket.wait_on(wait.events, task);
  Blocked blocked;
  if (wait.timeout) {
    // With a time limit signals end the call for good (sock_intr_errno).
    blocked.restart = Restart::Never;
    blocked.deadline = task.deadline_after(*wait.timeout);
  }
  return blocked;
}

SyscallResult<Fd> sys_socket(Task& task, SocketFamily family, SocketType type, i32 protocol) {
  TRY(check_type(type));
  const i32 kind = type.bits & abi::kSockTypeMask;
  if (family.bits < 0 || family.bits >= kFamilies) return Errno::EAFNOSUPPORT;
  if (kind >= kTypes) return Errno::EINVAL;
  const u32 flags = static_cast<u32>(type.bits & ~abi::kSockTypeMask);
  auto socket = TRY(make_socket(task, family.bits, kind, protocol, flags & abi::kOpenNonBlock));
  return install(task, std::move(socket), close_on_exec_of(flags));
}

SyscallResult<Unit> sys_socketpair(Task& task, SocketFamily family, SocketType type, i32 protocol,
                                   OutPtr<abi::FdPair> fds) {
  TRY(check_type(type));
  const i32 kind = type.bits & abi::kSockTypeMask;
  const u32 flags = static_cast<u32>(type.bits & ~abi::kSockTypeMask);
  if (family.bits < 0 || family.bits >= kFamilies) return Errno::EAFNOSUPPORT;
  if (kind >= kTypes) return Errno::EINVAL;
  const auto make = [&] {
    return make_socket(task, family.bits, kind, protocol, flags & abi::kOpenNonBlock);
  };
  const auto one = TRY(make());
  const auto other = TRY(make());
  const auto left = std::dynamic_pointer_cast<UnixSocket>(one);
  const auto right = std::dynamic_pointer_cast<UnixSocket>(other);
  if (!left || !right) return Errno::EOPNOTSUPP;
  connect_pair(*left, *right, effective_user(task));
  abi::FdPair pair;
  pair.first = TRY(install(task, one, close_on_exec_of(flags))).value;
  const auto second = install(task, other, close_on_exec_of(flags));
  const auto written = [&]() -> Result<Unit> {
    pair.second = TRY(second).value;
    return task.space->write_value(fds.addr, pair);
  }();
  if (written.ok()) return Unit{};
  (void)task.files->remove(pair.first);
  if (second.ok()) (void)task.files->remove(pair.second);
  return written.error();
}

SyscallResult<Unit> sys_bind(Task& task, Fd fd, InAddress address, i32 size) {
  const auto socket = TRY(get_socket(task, fd));
  return bind_socket(task, *socket, TRY(take_address(task, address.addr, size)));
}

SyscallResult<Unit> sys_listen(Task& task, Fd fd, i32 backlog) {
  const auto socket = TRY(get_socket(task, fd));
  // As unsigned: a negative backlog is the longest.
  const u32 length = std::min(static_cast<u32>(backlog), static_cast<u32>(abi::kMostBacklog));
  return socket->listen(static_cast<i32>(length), effective_user(task));
}

SyscallResult<Fd> sys_accept(Task& task, Fd fd, OutAddress address, GuestAddr size) {
  return do_accept(task, fd, address, size, {});
}

SyscallResult<Fd> sys_accept4(Task& task, Fd fd, OutAddress address, GuestAddr size,
                              SocketFlags flags) {
  return do_accept(task, fd, address, size, flags);
}

SyscallResult<Unit> sys_connect(Task& task, Fd fd, InAddress address, i32 size) {
  const auto socket = TRY(get_socket(task, fd));
  const auto to = TRY(take_address(task, address.addr, size));
  const auto connected = start_connect(task, *socket, to);
  if (connected.ok()) return Unit{};
  Errno error = connected.error();
  const bool under_way = error == Errno::EINPROGRESS || error == Errno::EALREADY;
  if (socket->non_blocking() || (!under_way && error != Errno::EAGAIN)) return error;
  // Whoever began it is told EINPROGRESS when the time is over.
  u64& begun = task.syscall.progress;
  if (error == Errno::EINPROGRESS) begun = 1;
  if (under_way && begun != 0) error = Errno::EINPROGRESS;
  return wait_for_socket(task, *socket, {kPollOut, socket->send_timeout, error});
}

SyscallResult<Unit> sys_getsockname(Task& task, Fd fd, OutAddress address, GuestAddr size) {
  const auto socket = TRY(get_socket(task, fd));
  return give_address(task, TRY(socket->name()), address.addr, size);
}

SyscallResult<Unit> sys_getpeername(Task& task, Fd fd, OutAddress address, GuestAddr size) {
  const auto socket = TRY(get_socket(task, fd));
  return give_address(task, TRY(socket->peer_name()), address.addr, size);
}

SyscallResult<Unit> sys_shutdown(Task& task, Fd fd, ShutdownHow how) {
  const auto socket = TRY(get_socket(task, fd));
  if (how.bits < 0 || how.bits > static_cast<i32>(SocketShutdown::Both)) return Errno::EINVAL;
  return socket->shutdown(static_cast<SocketShutdown>(how.bits));
}

}  // namespace kemu
