#include <sys/xattr.h>

#include "base/errno_undef.h"
#include "fs/host_inode.h"
#include "fs/host_io.h"

// Extended attributes of host files: the host's own. What an O_PATH descriptor names is reached by
// its link in /proc, which leads to a symbolic link itself, too, and not through it.

namespace kemu {

namespace {

/// Asks for the size, then for the bytes, again when they grew meanwhile. `get`: (buffer, size) →
/// what the host's call returned.
template <typename Get>
Result<std::string> read_sized(Get&& get) {
  for (;;) {
    const ssize_t size = get(nullptr, 0);
    if (size < 0) return host_errno();
    std::string bytes(static_cast<u64>(size), '\0');
    if (size == 0) return bytes;
    const ssize_t got = get(bytes.data(), bytes.size());
    if (got < 0 && host_errno() == Errno::ERANGE) continue;
    if (got < 0) return host_errno();
    bytes.resize(static_cast<u64>(got));
    return bytes;
  }
}

int host_mode(AttributeMode mode) {
  switch (mode) {
    case AttributeMode::Any: return 0;
    case AttributeMode::Create: return XATTR_CREATE;
    case AttributeMode::Replace: return XATTR_REPLACE;
  }
  CHECK(!"an attribute mode");
  return 0;
}

}  // namespace

Result<std::string> HostInode::attribute(const std::string& name) {
  const FdLink link(host_fd());
  return read_sized(
      [&](char* to, std::size_t size) { return getxattr(link.path(), name.c_str(), to, size); });
}

Result<Unit> HostInode::set_attribute(const std::string& name, std::string_view value,
                                      AttributeMode mode) {
  return host_result(setxattr(FdLink(host_fd()).path(), name.c_str(), value.data(), value.size(),
                              host_mode(mode)));
}

Result<Unit> HostInode::remove_attribute(const std::string& name) {
  return host_result(removexattr(FdLink(host_fd()).path(), name.c_str()));
}

Result<std::string> HostInode::list_attributes() {
  const FdLink link(host_fd());
  return read_sized([&](char* to, std::size_t size) { return listxattr(link.path(), to, size); });
}

}  // namespace kemu
