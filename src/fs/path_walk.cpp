#include "fs/path_walk.h"

#include <algorithm>

#include "base/abi/fcntl.h"

namespace kemu {

namespace {

/// MAXSYMLINKS of the kernel's namei.h.
constexpr int kMaxLinks = 40;

Location make_place(const Location& parent, std::string_view name, std::shared_ptr<Inode> inode,
                    std::shared_ptr<const Mount> mount) {
  return std::make_shared<const Dentry>(
      Dentry{parent, std::string(name), std::move(inode), std::move(mount)});
}

std::string_view without_leading_slashes(std::string_view path) {
  const auto start = path.find_first_not_of('/');
  return start == std::string_view::npos ? std::string_view{} : path.substr(start);
}

/// The way up; at the root (the process's own, or of everything) it stays.
Location parent_of(const Location& place, const Location& root) {
  if (!place->parent || same_place(place, root)) return place;
  return place->parent;
}

/// The path still to be walked: a view of the caller's text until a link puts its own before it.
class Remaining {
 public:
  explicit Remaining(std::string_view path) : rest_(path) {}

  bool empty() const { return rest_.empty(); }
  bool absolute() const { return rest_.starts_with('/'); }
  /// The next component; what follows it keeps its slashes.
  std::string_view next() {
    rest_ = without_leading_slashes(rest_);
    const auto name = rest_.substr(0, rest_.find('/'));
    rest_.remove_prefix(name.size());
    return name;
  }
  bool slash_follows() const { return rest_.starts_with('/'); }
  bool last() const { return without_leading_slashes(rest_).empty(); }
  void put_before(const std::string& target) {
    text_ = target + std::string(rest_);
    rest_ = text_;
  }

 private:
  std::string text_;
  std::string_view rest_;
};

}  // namespace

bool same_place(const Location& one, const Location& other) {
  return one == other || (one->inode == other->inode && one->mount == other->mount);
}

Result<Location> PathWalker::child(const Location& directory, std::string_view name) {
  if (Location covered = mounts_.covering(directory, name)) return covered;
  auto inode = TRY(directory->inode->lookup(name, caller_));
  return make_place(directory, name, std::move(inode), directory->mount);
}

Result<WalkResult> PathWalker::walk_by(const Location& base, std::string_view path,
                                       LinkPolicy policy) {
  if (path.empty()) return Errno::ENOENT;
  if (path.size() >= abi::kPathMax) return Errno::ENAMETOOLONG;
  Remaining remaining(path);
  WalkResult at;
  at.target = remaining.absolute() ? fs_.root : base;
  at.last = LastComponent::Root;
  at.parent = at.target;
  int links = 0;
  while (!remaining.last()) {
    at.parent = at.target;
    if (!at.parent || at.parent->inode->type() != FileType::Directory) return Errno::ENOTDIR;
    const std::string_view name = remaining.next();
    const bool last = remaining.last();
    at.trailing_slash = last && remaining.slash_follows();
    at.name.clear();
    if (name == "." || name == "..") {
      at.last = name == "." ? LastComponent::Dot : LastComponent::DotDot;
      if (at.last == LastComponent::DotDot) at.target = parent_of(at.parent, fs_.root);
      continue;
    }
    if (name.size() > abi::kNameMax) return Errno::ENAMETOOLONG;
    at.last = LastComponent::Name;
    auto found = child(at.parent, name);
    if (!found.ok() && (found.error() != Errno::ENOENT || !last)) return found.error();
    at.name = name;
    at.target = found.ok() ? *found : nullptr;
    if (!found.ok()) break;
    if ((*found)->inode->type() != FileType::Symlink) continue;
    const bool keep = policy == LinkPolicy::Keep ||
                      (policy == LinkPolicy::KeepWithoutSlash && !at.trailing_slash);
    if (last && keep) break;
    if (++links > kMaxLinks) return Errno::ELOOP;
    LinkTarget target = TRY((*found)->inode->follow(caller_));
    at.name.clear();
    if (auto* place = std::get_if<Location>(&target)) {
      at.target = std::move(*place);
      continue;
    }
    const auto& text = std::get<std::string>(target);
    if (text.empty()) return Errno::ENOENT;
    remaining.put_before(text);
    at.last = LastComponent::Root;
    at.target = remaining.absolute() ? fs_.root : at.parent;
  }
  return at;
}

Result<WalkResult> PathWalker::walk(const Location& base, std::string_view path,
                                    FinalLink final_link) {
  return walk_by(base, path,
                 final_link == FinalLink::Follow ? LinkPolicy::Follow : LinkPolicy::Keep);
}

Result<Location> PathWalker::find(const Location& base, std::string_view path,
                                  FinalLink final_link) {
  const WalkResult at = TRY(
      walk_by(base, path,
              final_link == FinalLink::Follow ? LinkPolicy::Follow : LinkPolicy::KeepWithoutSlash));
  if (!at.target) return Errno::ENOENT;
  if (at.trailing_slash && at.target->inode->type() != FileType::Directory) return Errno::ENOTDIR;
  return at.target;
}

std::string path_of(const Location& place, const Location& root) {
  if (!place->mount) return place->name;
  std::vector<const std::string*> names;
  const Location* at = &place;
  while (!same_place(*at, root) && (*at)->parent) {
    names.push_back(&(*at)->name);
    at = &(*at)->parent;
  }
  std::string path = same_place(*at, root) ? "" : "(unreachable)";
  if (names.empty()) return path + "/";
  for (auto name = names.rbegin(); name != names.rend(); ++name)
    if (!(*name)->empty()) path += "/" + **name;
  return path.empty() ? "/" : path;
}

std::optional<std::string> path_below(const std::string& path, const std::string& root) {
  if (path == root) return "/";
  const u64 size = root == "/" ? 0 : root.size();
  if (!path.starts_with(root) || path[size] != '/') return std::nullopt;
  return path.substr(size);
}

}  // namespace kemu
