#include <fmt/format.h>

#include <charconv>

#include "process/procfs_parts.h"

// Folders of a process's directory that few programs look into.

namespace kemu::procfs {

std::shared_ptr<Inode> make_attribute_folder(Kernel& kernel, const Subject& subject, u64 inode) {
  Entries entries;
  const auto refuse_read = [] { return Result<std::string>(Errno::EINVAL); };
  const auto refuse_write = [](std::string_view) { return Result<Unit>(Errno::EINVAL); };
  for (const std::string_view name : {"current", "exec", "fscreate", "keycreate", "sockcreate"}) {
    const u64 number = inode + 1 + entries.size();
    entries.emplace_back(
        name,
        owned(kernel, subject, make_writable_tree_file(number, 0666, refuse_read, refuse_write)));
  }
  entries.emplace_back(
      "prev",
      owned(kernel, subject, make_tree_file(inode + 1 + entries.size(), 0444, refuse_read)));
  return make_fixed_directory(inode, std::move(entries), proc_of(kernel));
}

namespace {

bool shows_file(const Vma& vma) {
  return vma.object && vma.kind != VmaKind::Trampoline && !vma.object->identity().path.empty();
}

std::string range_name(const Vma& vma) {
  return fmt::format("{:x}-{:x}", vma.range.start.value(), vma.range.end.value());
}

/// EACCES for who may not look; null when the process has no memory any more.
Result<std::shared_ptr<AddressSpace>> memory_of(Kernel& kernel, const Subject& subject) {
  const Somebody who = TRY(find(kernel, subject));
  if (!who.task || !who.task->space) return Errno::ENOENT;
  if (!may_look_into(kernel, *who.process)) return Errno::EACCES;
  return who.task->space;
}

/// The path of the file behind the mapping of that range. ENOENT.
Result<std::string> mapped_path(Kernel& kernel, const Subject& subject, std::string_view range) {
  const auto space = TRY(memory_of(kernel, subject));
  u64 start = 0;
  (void)std::from_chars(range.data(), range.data() + range.size(), start, 16);
  const auto found = space->map().vmas().find(GuestAddr(start));
  if (found == space->map().vmas().end() || !shows_file(found->second) ||
      range_name(found->second) != range)
    return Errno::ENOENT;
  return found->second.object->identity().path;
}

}  // namespace

std::shared_ptr<Inode> make_mapping_folder(Kernel& kernel, const Subject& subject, u64 inode) {
  TreeDirectory directory;
  directory.list = [&kernel, subject, inode](const Caller&) {
    std::vector<TreeDirectory::Name> names;
    const auto space = memory_of(kernel, subject);
    if (!space.ok()) return names;
    for (const auto& [start, vma] : (*space)->map().vmas())
      if (shows_file(vma))
        names.push_back({range_name(vma), FileType::Symlink, inode + 1 + names.size()});
    return names;
  };
  directory.find = [&kernel, subject, inode](std::string_view name,
                                             const Caller&) -> Result<std::shared_ptr<Inode>> {
    TRY(mapped_path(kernel, subject, name));
    const auto text = [&kernel, subject, range = std::string(name)](const Caller&) {
      return mapped_path(kernel, subject, range);
    };
    return owned(kernel, subject, make_tree_link(inode + 1, text, {}), 0400);
  };
  return make_tree_directory(inode, 0500, std::move(directory));
}

}  // namespace kemu::procfs
