#include "testing/changed_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "fs/overlay_inode.h"

namespace kemu {

namespace {

Location bare_place(const std::shared_ptr<Inode>& inode) {
  Dentry dentry;
  dentry.inode = inode;
  return std::make_shared<const Dentry>(std::move(dentry));
}

std::vector<std::string> names_in(const std::shared_ptr<Inode>& directory) {
  constexpr u64 kPiece = 32768;
  std::vector<std::string> names;
  const auto listing =
      directory->open(bare_place(directory), abi::kOpenReadOnly | abi::kOpenDirectory);
  if (!listing.ok()) return names;
  for (;;) {
    const auto some = (*listing)->read_directory(kPiece);
    if (!some.ok() || some->empty()) return names;
    for (const DirectoryEntry& entry : *some)
      if (entry.name != "." && entry.name != "..") names.push_back(entry.name);
  }
}

std::string contents_of(const std::shared_ptr<Inode>& inode) {
  constexpr std::size_t kPiece = std::size_t{1} << 16;
  std::string contents;
  const auto file = inode->open(bare_place(inode), abi::kOpenReadOnly);
  if (!file.ok()) return contents;
  for (;;) {
    const std::size_t size = contents.size();
    contents.resize(size + kPiece);
    const auto got =
        (*file)->read_at({std::as_writable_bytes(std::span(contents.data() + size, kPiece))}, size);
    contents.resize(size + (got.ok() ? *got : 0));
    if (!got.ok() || *got == 0) return contents;
  }
}

ChangedFile state_of(const std::shared_ptr<Inode>& inode) {
  ChangedFile state;
  const auto status = inode->status();
  if (!status.ok()) return state;
  state.type = status->type;
  state.permissions = status->permissions;
  state.uid = status->uid;
  state.gid = status->gid;
  if (state.type == FileType::Regular) state.contents = contents_of(inode);
  if (state.type == FileType::Symlink)
    state.contents = inode->read_link(Caller{}).value_or(std::string());
  return state;
}

class Walk {
 public:
  explicit Walk(ChangedFiles& files) : files_(files) {}

  void overlay(const std::string& path, OverlayInode& directory) {
    if (!directory.upper()) return;
    for (const std::string& name : names_in(directory.upper())) {
      const std::string child_path = path + "/" + name;
      const auto found = directory.lookup(name, Caller{});
      if (!found.ok()) {
        files_.emplace(child_path, ChangedFile{});  // a whiteout
        continue;
      }
      auto* child = dynamic_cast<OverlayInode*>(found.value().get());
      if (child == nullptr || !child->upper()) continue;
      ChangedFile now = state_of(child->upper());
      const bool is_copy = !child->lowers().empty() && state_of(child->lowers().front()) == now;
      now.is_new = child->lowers().empty();
      if (!is_copy) files_.insert_or_assign(child_path, now);
      if (now.type == FileType::Directory) overlay(child_path, *child);
    }
  }

  void tree(const std::string& path, const std::shared_ptr<Inode>& directory) {
    for (const std::string& name : names_in(directory)) {
      const auto child = directory->lookup(name, Caller{});
      if (!child.ok()) continue;
      const std::string child_path = path + "/" + name;
      const ChangedFile now = state_of(child.value());
      files_.insert_or_assign(child_path, now);
      if (now.type == FileType::Directory) tree(child_path, child.value());
    }
  }

 private:
  ChangedFiles& files_;
};

std::string difference(const std::string& path, const ChangedFile& expected,
                       const ChangedFile& found) {
  if (found.type == FileType::None) return path + " is removed";
  if (expected.type == FileType::None) return path + " is not removed";
  if (found.type != expected.type) return path + " is a file of another kind";
  const std::string contents = kemu::difference(expected.contents, found.contents);
  if (!contents.empty()) return fmt::format("{} {}", path, contents);
  if (found.permissions != expected.permissions)
    return fmt::format("{} has mode {:04o} instead of {:04o}", path, found.permissions,
                       expected.permissions);
  return fmt::format("{} belongs to {}:{} instead of {}:{}", path, found.uid, found.gid,
                     expected.uid, expected.gid);
}

}  // namespace

ChangedFiles changed_files(Kernel& kernel) {
  ChangedFiles files;
  Walk walk(files);
  const FsMachine::Privilege as_root(kernel.own_files());
  for (const auto& mount : kernel.mounts().mounts()) {
    std::string path = mount->target;
    while (path.ends_with('/')) path.pop_back();
    if (auto* overlay = dynamic_cast<OverlayInode*>(mount->root.get())) {
      // One on the host is no business of a run's that keeps its changes in memory.
      if (overlay->upper() && overlay->upper()->host_fd() < 0) walk.overlay(path, *overlay);
    } else if (mount->type == "tmpfs" || mount->type == "ramfs") {
      if (mount->root->type() == FileType::Directory) walk.tree(path, mount->root);
    }
  }
  return files;
}

std::vector<std::string> differences(const ChangedFiles& expected, const ChangedFiles& found) {
  const auto says = [](const ChangedFile& file, const char* removed, const char* made,
                       const char* changed) {
    return file.type == FileType::None ? removed : file.is_new ? made : changed;
  };
  std::vector<std::string> list;
  for (const auto& [path, state] : expected) {
    const auto other = found.find(path);
    if (other == found.end())
      list.push_back(path + says(state, " is not removed", " is missing", " is not changed"));
    else if (other->second != state)
      list.push_back(difference(path, state, other->second));
  }
  for (const auto& [path, state] : found)
    if (!expected.contains(path))
      list.push_back(path + says(state, " is removed", " is left behind", " is changed"));
  return list;
}

std::string difference(std::string_view expected, std::string_view found) {
  if (expected == found) return {};
  if (expected.size() != found.size())
    return fmt::format("has {} instead of {} bytes", found.size(), expected.size());
  const auto at = std::ranges::mismatch(expected, found).in1 - expected.begin();
  return fmt::format("differs from byte {} on", at);
}

}  // namespace kemu
