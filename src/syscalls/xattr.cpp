#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/refuse.h"

// Extended attributes: kemu's file systems have none, which Linux says with EOPNOTSUPP after it has
// looked at the arguments.

namespace kemu {

namespace {

constexpr u64 kNameMax = 255;
constexpr u64 kSizeMax = 65536;
constexpr u32 kCreateOrReplace = 3;

Errno unsupported(Task& task) { return refuse(task, "extended attributes", Errno::EOPNOTSUPP); }

/// ERANGE for an empty or overlong name, EFAULT.
Result<Unit> check_name(Task& task, Text name) {
  const auto text = task.space->read_c_string(name.addr, kNameMax + 1);
  if (!text.ok()) return text.error() == Errno::ENAMETOOLONG ? Errno::ERANGE : text.error();
  if (text->empty()) return Errno::ERANGE;
  return Unit{};
}

Result<Unit> check_value(Task& task, Text name, InBytes value, u64 size, u32 flags) {
  if ((flags & ~kCreateOrReplace) != 0) return Errno::EINVAL;
  TRY(check_name(task, name));
  if (size > kSizeMax) return Errno::E2BIG;
  std::vector<std::byte> bytes(size);
  return task.space->read(value.addr, bytes);
}

Result<Unit> check_path(Task& task, Path path, FinalLink final_link) {
  TRY(take_place(task, DirFd{}, path, final_link));
  return Unit{};
}

SyscallResult<Unit> do_setxattr(Task& task, Path path, Text name, InBytes value, u64 size,
                                u32 flags, FinalLink final_link) {
  TRY(check_value(task, name, value, size, flags));
  TRY(check_path(task, path, final_link));
  return unsupported(task);
}

SyscallResult<u64> do_getxattr(Task& task, Path path, Text name, FinalLink final_link) {
  TRY(check_name(task, name));
  TRY(check_path(task, path, final_link));
  return unsupported(task);
}

SyscallResult<u64> do_listxattr(Task& task, Path path, FinalLink final_link) {
  TRY(check_path(task, path, final_link));
  return unsupported(task);
}

}  // namespace

SyscallResult<Unit> sys_setxattr(Task& task, Path path, Text name, InBytes value, u64 size,
                                 u32 flags) {
  return do_setxattr(task, path, name, value, size, flags, FinalLink::Follow);
}

SyscallResult<Unit> sys_lsetxattr(Task& task, Path path, Text name, InBytes value, u64 size,
                                  u32 flags) {
  return do_setxattr(task, path, name, value, size, flags, FinalLink::Keep);
}

SyscallResult<Unit> sys_fsetxattr(Task& task, Fd fd, Text name, InBytes value, u64 size,
                                  u32 flags) {
  TRY(get_file(task, fd));
  TRY(check_value(task, name, value, size, flags));
  return unsupported(task);
}

SyscallResult<u64> sys_getxattr(Task& task, Path path, Text name, OutBytes, u64) {
  return do_getxattr(task, path, name, FinalLink::Follow);
}

SyscallResult<u64> sys_lgetxattr(Task& task, Path path, Text name, OutBytes, u64) {
  return do_getxattr(task, path, name, FinalLink::Keep);
}

SyscallResult<u64> sys_fgetxattr(Task& task, Fd fd, Text name, OutBytes, u64) {
  TRY(get_file(task, fd));
  TRY(check_name(task, name));
  return unsupported(task);
}

SyscallResult<u64> sys_listxattr(Task& task, Path path, OutBytes, u64) {
  return do_listxattr(task, path, FinalLink::Follow);
}

SyscallResult<u64> sys_llistxattr(Task& task, Path path, OutBytes, u64) {
  return do_listxattr(task, path, FinalLink::Keep);
}

SyscallResult<u64> sys_flistxattr(Task& task, Fd fd, OutBytes, u64) {
  TRY(get_file(task, fd));
  return unsupported(task);
}

}  // namespace kemu
