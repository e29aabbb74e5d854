#include "base/abi/xattr.h"
#include "base/abi/inotify.h"
#include "fs/namespace_ops.h"
#include "fs/watches.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"

// Extended attributes: xattr(7).

namespace kemu {

namespace {

/// Attributes of this family are for the privileged; nobody else is told that they exist.
constexpr std::string_view kTrusted = "trusted.";

bool hidden(Task& task, std::string_view name) {
  return name.starts_with(kTrusted) && !task.credentials.privileged();
}

/// ERANGE for an empty or overlong name, EFAULT.
Result<std::string> take_name(Task& task, Text name) {
  auto text = task.space->read_c_string(name.addr, abi::kXattrNameMax + 1);
  if (!text.ok()) return text.error() == Errno::ENAMETOOLONG ? Errno::ERANGE : text.error();
  if (text->empty()) return Errno::ERANGE;
  return std::move(*text);
}

struct NewAttribute {
  std::string name;
  std::string value;
  XattrFlags flags;
};

/// EINVAL for unknown flags, then the name's errors, E2BIG and EFAULT for the value.
Result<NewAttribute> take_attribute(Task& task, Text name, InBytes value, u64 size,
                                    XattrFlags flags) {
  if (flags.any_but(abi::kXattrCreate | abi::kXattrReplace)) return Errno::EINVAL;
  NewAttribute attribute{TRY(take_name(task, name)), {}, flags};
  if (size > abi::kXattrSizeMax) return Errno::E2BIG;
  attribute.value.resize(size);
  TRY(task.space->read(value.addr, std::as_writable_bytes(std::span(attribute.value))));
  return attribute;
}

Result<Unit> do_set(Task& task, const Location& place, const NewAttribute& attribute) {
  TRY(writable_mount(place));
  if (hidden(task, attribute.name)) return Errno::EPERM;
  Inode& inode = *place->inode;
  AttributeMode mode = AttributeMode::Any;
  if (attribute.flags.has(abi::kXattrReplace)) mode = AttributeMode::Replace;
  if (attribute.flags.has(abi::kXattrCreate)) mode = AttributeMode::Create;
  // Both at once ask for what cannot be: it is there, or it is not.
  if (attribute.flags.has(abi::kXattrCreate | abi::kXattrReplace)) {
    TRY(inode.attribute(attribute.name));
    return Errno::EEXIST;
  }
  TRY(inode.set_attribute(attribute.name, attribute.value, mode));
  tell_watchers(place, abi::kInotifyAttributes);
  return Unit{};
}

/// `bytes` to the guest: a size of 0 only asks how many there are. ERANGE when they do not fit.
Result<u64> give_out(Task& task, std::string_view bytes, GuestAddr to, u64 size) {
  if (size == 0) return u64{bytes.size()};
  if (bytes.size() > size) return Errno::ERANGE;
  TRY(task.space->write(to, std::as_bytes(std::span(bytes))));
  return u64{bytes.size()};
}

Result<u64> do_get(Task& task, const Location& place, const std::string& name, OutBytes value,
                   u64 size) {
  if (hidden(task, name)) return Errno::ENODATA;
  return give_out(task, TRY(place->inode->attribute(name)), value.addr, size);
}

Result<u64> do_list(Task& task, const Location& place, OutBytes list, u64 size) {
  const auto names = place->inode->list_attributes();
  // Linux lists nothing where a file system has no attributes at all (vfs_listxattr).
  if (!names.ok() && names.error() != Errno::EOPNOTSUPP) return names.error();
  std::string shown;
  std::string_view left = names.ok() ? std::string_view(*names) : std::string_view();
  while (!left.empty()) {
    const std::string_view name = left.substr(0, left.find('\0') + 1);
    if (!hidden(task, name)) shown += name;
    left.remove_prefix(name.size());
  }
  return give_out(task, shown, list.addr, size);
}

Result<Unit> do_remove(Task& task, const Location& place, const std::string& name) {
  TRY(writable_mount(place));
  if (hidden(task, name)) return Errno::EPERM;
  TRY(place->inode->remove_attribute(name));
  tell_watchers(place, abi::kInotifyAttributes);
  return Unit{};
}

Result<Location> take_link(Task& task, Path path, FinalLink final_link) {
  return take_place(task, DirFd{}, path, final_link);
}

Result<Location> take_open(Task& task, Fd fd) { return TRY(get_file(task, fd))->location(); }

}  // namespace

SyscallResult<Unit> sys_setxattr(Task& task, Path path, Text name, InBytes value, u64 size,
                                 XattrFlags flags) {
  const NewAttribute attribute = TRY(take_attribute(task, name, value, size, flags));
  return do_set(task, TRY(take_link(task, path, FinalLink::Follow)), attribute);
}

SyscallResult<Unit> sys_lsetxattr(Task& task, Path path, Text name, InBytes value, u64 size,
                                  XattrFlags flags) {
  const NewAttribute attribute = TRY(take_attribute(task, name, value, size, flags));
  return do_set(task, TRY(take_link(task, path, FinalLink::Keep)), attribute);
}

SyscallResult<Unit> sys_fsetxattr(Task& task, Fd fd, Text name, InBytes value, u64 size,
                                  XattrFlags flags) {
  const Location place = TRY(take_open(task, fd));
  return do_set(task, place, TRY(take_attribute(task, name, value, size, flags)));
}

SyscallResult<u64> sys_getxattr(Task& task, Path path, Text name, OutBytes value, u64 size) {
  const std::string text = TRY(take_name(task, name));
  return do_get(task, TRY(take_link(task, path, FinalLink::Follow)), text, value, size);
}

SyscallResult<u64> sys_lgetxattr(Task& task, Path path, Text name, OutBytes value, u64 size) {
  const std::string text = TRY(take_name(task, name));
  return do_get(task, TRY(take_link(task, path, FinalLink::Keep)), text, value, size);
}

SyscallResult<u64> sys_fgetxattr(Task& task, Fd fd, Text name, OutBytes value, u64 size) {
  const Location place = TRY(take_open(task, fd));
  return do_get(task, place, TRY(take_name(task, name)), value, size);
}

SyscallResult<u64> sys_listxattr(Task& task, Path path, OutBytes list, u64 size) {
  return do_list(task, TRY(take_link(task, path, FinalLink::Follow)), list, size);
}

SyscallResult<u64> sys_llistxattr(Task& task, Path path, OutBytes list, u64 size) {
  return do_list(task, TRY(take_link(task, path, FinalLink::Keep)), list, size);
}

SyscallResult<u64> sys_flistxattr(Task& task, Fd fd, OutBytes list, u64 size) {
  return do_list(task, TRY(take_open(task, fd)), list, size);
}

SyscallResult<Unit> sys_removexattr(Task& task, Path path, Text name) {
  const std::string text = TRY(take_name(task, name));
  return do_remove(task, TRY(take_link(task, path, FinalLink::Follow)), text);
}

SyscallResult<Unit> sys_lremovexattr(Task& task, Path path, Text name) {
  const std::string text = TRY(take_name(task, name));
  return do_remove(task, TRY(take_link(task, path, FinalLink::Keep)), text);
}

SyscallResult<Unit> sys_fremovexattr(Task& task, Fd fd, Text name) {
  const Location place = TRY(take_open(task, fd));
  return do_remove(task, place, TRY(take_name(task, name)));
}

}  // namespace kemu
