#include "base/abi/socket.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"

// Sockets do not exist yet: none can be made, so every other call finds a descriptor that is none.

namespace kemu {

namespace {

Errno not_a_socket(Task& task, Fd fd) {
  const auto file = task.files->get(fd.value);
  return file.ok() ? Errno::ENOTSOCK : file.error();
}

}  // namespace

SyscallResult<Fd> sys_socket(Task& task, SocketFamily family, i32, i32) {
  // Start-up code of shells asks a local name service and does without: no news to anybody.
  if (family.bits == abi::kAfUnix) return Errno::EAFNOSUPPORT;
  return refuse(task, "socket", Errno::EAFNOSUPPORT);
}
SyscallResult<Unit> sys_socketpair(Task& task, SocketFamily, i32, i32, OutPtr<abi::FdPair>) {
  return refuse(task, "socketpair", Errno::EAFNOSUPPORT);
}
SyscallResult<Unit> sys_bind(Task& task, Fd fd, GuestAddr, u32) { return not_a_socket(task, fd); }
SyscallResult<Unit> sys_listen(Task& task, Fd fd, i32) { return not_a_socket(task, fd); }
SyscallResult<Fd> sys_accept(Task& task, Fd fd, GuestAddr, GuestAddr) {
  return not_a_socket(task, fd);
}
SyscallResult<Fd> sys_accept4(Task& task, Fd fd, GuestAddr, GuestAddr, u32) {
  return not_a_socket(task, fd);
}
SyscallResult<Unit> sys_connect(Task& task, Fd fd, GuestAddr, u32) {
  return not_a_socket(task, fd);
}
SyscallResult<Unit> sys_getsockname(Task& task, Fd fd, GuestAddr, GuestAddr) {
  return not_a_socket(task, fd);
}
SyscallResult<Unit> sys_getpeername(Task& task, Fd fd, GuestAddr, GuestAddr) {
  return not_a_socket(task, fd);
}
SyscallResult<Unit> sys_setsockopt(Task& task, Fd fd, i32, i32, GuestAddr, u32) {
  return not_a_socket(task, fd);
}
SyscallResult<Unit> sys_getsockopt(Task& task, Fd fd, i32, i32, GuestAddr, GuestAddr) {
  return not_a_socket(task, fd);
}
SyscallResult<Unit> sys_shutdown(Task& task, Fd fd, i32) { return not_a_socket(task, fd); }

}  // namespace kemu
