#include "api/furnish.h"

#include "fs/machine_copy.h"
#include "fs/path_walk.h"
#include "fs/tree_fs.h"

namespace kemu {

namespace {

constexpr u64 kTmpfsMagic = 0x01021994;

Error place_error(const std::string& path, Errno error) {
  return {Error::Kind::Setup, fmt::format("cannot place '{}': {}", path, errno_text(error))};
}

std::optional<Error> relative_error(const std::string& path) {
  if (path.starts_with('/')) return std::nullopt;
  return Error{Error::Kind::Setup, fmt::format("cannot place '{}': the path is relative", path)};
}

Result<Location> find(Kernel& kernel, const std::string& path) {
  MountTable& mounts = kernel.mounts();
  const FsContext fs{mounts.root(), mounts.root(), 0};
  return PathWalker(mounts, fs, Caller{}).find(fs.root, path, FinalLink::Follow);
}

/// "/a/b" of "/a/b/c".
std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }
std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// `path` is absolute, or empty for the root.
Result<Unit> make_directory(Kernel& kernel, std::string path) {
  constexpr u32 kPermissions = 0755;
  while (path.ends_with('/')) path.pop_back();
  if (path.empty() || find(kernel, path).ok()) return Unit{};
  TRY(make_directory(kernel, parent_of(path)));
  const Location parent = TRY(find(kernel, parent_of(path) + "/"));
  return parent->inode->make_directory(name_of(path), kPermissions);
}

Result<Unit> make_link(Kernel& kernel, const SymbolicLink& link) {
  TRY(make_directory(kernel, parent_of(link.path)));
  const Location parent = TRY(find(kernel, parent_of(link.path) + "/"));
  return parent->inode->make_symlink(name_of(link.path), link.target);
}

std::shared_ptr<Inode> make_virtual_file(const VirtualFile& file, u64 inode,
                                         const CallbackGuard& guard, const TreeIdentity& identity) {
  auto contents = [file, guard]() -> Result<std::string> {
    std::string made = file.contents;
    if (file.read && !guard([&] { made = file.read(); })) return Errno::EIO;
    return made;
  };
  auto write = [file, guard](std::string_view text) -> Result<Unit> {
    if (!guard([&] { file.write(text); })) return Errno::EIO;
    return Unit{};
  };
  return file.write ? make_writable_tree_file(inode, file.permissions, contents, write, identity)
                    : make_tree_file(inode, file.permissions, contents, identity);
}

Result<Unit> mount_virtual_file(Kernel& kernel, const VirtualFile& file, u64 inode,
                                const CallbackGuard& guard) {
  FsMachine& machine = kernel.own_files();
  const u64 device = machine.next_device();
  Mount mount;
  mount.root = make_virtual_file(file, inode, guard, {device, kTmpfsMagic, &machine});
  mount.remake = [file, inode, device](MachineCopy& copy) {
    return make_virtual_file(file, inode, copy.callbacks(), {device, kTmpfsMagic, &copy.files()});
  };
  mount.type = mount.source = "virtual";
  TRY(make_directory(kernel, parent_of(file.path)));
  return kernel.mounts().mount(file.path, std::move(mount));
}

}  // namespace

std::optional<Error> make_parents(Kernel& kernel, const std::string& path) {
  if (auto error = relative_error(path)) return error;
  const FsMachine::Privilege as_root(kernel.own_files());
  const auto made = make_directory(kernel, parent_of(path));
  return made.ok() ? std::nullopt : std::optional(place_error(path, made.error()));
}

std::optional<Error> furnish(Kernel& kernel, const MachineOptions& options,
                             const CallbackGuard& guard) {
  const FsMachine::Privilege as_root(kernel.own_files());
  for (const std::string& path : options.directories) {
    if (auto error = relative_error(path)) return error;
    if (const auto made = make_directory(kernel, path); !made.ok())
      return place_error(path, made.error());
  }
  for (const SymbolicLink& link : options.links) {
    if (auto error = relative_error(link.path)) return error;
    if (const auto made = make_link(kernel, link); !made.ok())
      return place_error(link.path, made.error());
  }
  u64 inode = 1;
  for (const VirtualFile& file : options.files) {
    if (auto error = relative_error(file.path)) return error;
    if (const auto made = mount_virtual_file(kernel, file, inode++, guard); !made.ok())
      return place_error(file.path, made.error());
  }
  return std::nullopt;
}

}  // namespace kemu
