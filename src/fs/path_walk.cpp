#include "fs/path_walk.h"

#include <algorithm>

#include "base/abi/fcntl.h"
#include "fs/host_fs.h"

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

/// What comes before the last component of a path; empty when nothing does.
std::string_view directory_part(std::string_view path) {
  const auto end = path.find_last_not_of('/');
  if (end == std::string_view::npos) return {};
  const auto slash = path.find_last_of('/', end);
  if (slash == std::string_view::npos) return {};
  const auto before = path.find_last_not_of('/', slash);
  return before == std::string_view::npos ? std::string_view{} : path.substr(0, before + 1);
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
  void skip(std::string_view walked) { rest_.remove_prefix(walked.size()); }
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

Location PathWalker::present(const Location& place) {
  const Location& root = mounts_.root();
  if (!place->mount || place->inode == place->mount->root) return place;
  const auto path = current_path(place->inode->host_fd(), *place->mount);
  if (!path || *path == path_of(place, root)) return place;
  const FsContext everything{root, root, 0};
  const auto found = PathWalker(mounts_, everything, caller_).find(root, *path, FinalLink::Keep);
  return found.ok() && same_place(*found, place) ? *found : place;
}

/// The way up; at the root (the process's own, or of everything) it stays.
Location PathWalker::parent_of(const Location& place) {
  if (!place->parent || same_place(place, top())) return place;
  const bool on_host = place->mount == place->parent->mount && place->inode->host_fd() >= 0;
  if (!on_host || place->inode->leads_to("..", FinalLink::Keep, *place->parent->inode))
    return place->parent;
  return present(place)->parent;
}

Result<Location> PathWalker::child(const Location& directory, std::string_view name) {
  if (Location covered = mounts_.covering(directory, name)) {
    if (rules_.no_other_mount) return Errno::EXDEV;
    return covered;
  }
  auto inode = TRY(directory->inode->lookup(name, caller_));
  return make_place(directory, name, std::move(inode), directory->mount);
}

/// Where the longest known part of a path leads; `known` is that part, empty when there is none.
Location PathWalker::known_directory(const DirectoryCache::Start& start, std::string_view path,
                                     std::string_view& known) {
  for (known = directory_part(path); !known.empty(); known = directory_part(known))
    if (Location place = mounts_.directories().find(start, known, FinalLink::Follow)) return place;
  return nullptr;
}

/// A whole path that is known: nothing of it needs to be walked.
bool PathWalker::known_path(const DirectoryCache::Start& start, std::string_view path,
                            WalkResult& at) {
  Location place = mounts_.directories().find(start, path, FinalLink::Keep);
  if (!place || !place->parent || !path.ends_with(place->name)) return false;
  at.parent = place->parent;
  at.name = place->name;
  at.target = std::move(place);
  at.last = LastComponent::Name;
  return true;
}

Result<Location> PathWalker::to_top(const Location* from) const {
  if (rules_.beneath) return Errno::EXDEV;
  const bool elsewhere = from && (*from)->mount != top()->mount;
  if (rules_.no_other_mount && elsewhere) return Errno::EXDEV;
  return top();
}

Result<Location> PathWalker::up_from(const Location& place) {
  if (rules_.beneath && same_place(place, rules_.scope)) return Errno::EXDEV;
  Location parent = parent_of(place);
  if (rules_.no_other_mount && parent->mount != place->mount) return Errno::EXDEV;
  return parent;
}

Result<LinkTarget> PathWalker::follow_link(const Location& directory, Inode& link) {
  if (rules_.no_links) return Errno::ELOOP;
  LinkTarget target = TRY(link.follow(caller_));
  if (const auto* place = std::get_if<Location>(&target)) {
    if (rules_.no_magic_links) return Errno::ELOOP;
    const bool elsewhere = (*place)->mount != directory->mount;
    if (rules_.beneath || rules_.in_root || (rules_.no_other_mount && elsewhere))
      return Errno::EXDEV;
  }
  return target;
}

Result<WalkResult> PathWalker::walk_by(const Location& base, std::string_view path,
                                       LinkPolicy policy) {
  if (path.empty()) return Errno::ENOENT;
  if (path.size() >= abi::kPathMax) return Errno::ENAMETOOLONG;
  Remaining remaining(path);
  WalkResult at;
  at.target = remaining.absolute() ? TRY(to_top(nullptr)) : base;
  at.last = LastComponent::Root;
  const DirectoryCache::Start start{at.target, fs_.root};
  // Whether the host's walk would be this one, without mounts and links of /proc on the way.
  bool plain = !rules_.any();
  if (plain && known_path(start, path, at)) return at;
  std::string_view known;
  if (Location place = plain ? known_directory(start, path, known) : nullptr) {
    at.target = std::move(place);
    remaining.skip(known);
  }
  at.parent = at.target;
  int links = 0;
  while (!remaining.last()) {
    at.parent = at.target;
    if (!at.parent || at.parent->inode->type() != FileType::Directory) return Errno::ENOTDIR;
    const std::string_view name = remaining.next();
    const bool last = remaining.last();
    if (last && plain && known != directory_part(path)) {
      known = directory_part(path);
      mounts_.directories().remember(start, known, at.parent);
    }
    at.trailing_slash = last && remaining.slash_follows();
    at.name.clear();
    if (name == "." || name == "..") {
      at.last = name == "." ? LastComponent::Dot : LastComponent::DotDot;
      if (at.last == LastComponent::DotDot) at.target = TRY(up_from(at.parent));
      continue;
    }
    if (name.size() > abi::kNameMax) return Errno::ENAMETOOLONG;
    at.last = LastComponent::Name;
    auto found = child(at.parent, name);
    if (!found.ok() && (found.error() != Errno::ENOENT || !last)) return found.error();
    at.name = name;
    at.target = found.ok() ? *found : nullptr;
    plain = plain && found.ok() && (*found)->mount == at.parent->mount;
    if (!found.ok()) break;
    if ((*found)->inode->type() != FileType::Symlink) continue;
    const bool keep = policy == LinkPolicy::Keep ||
                      (policy == LinkPolicy::KeepWithoutSlash && !at.trailing_slash);
    if (last && keep) break;
    if (++links > kMaxLinks) return Errno::ELOOP;
    LinkTarget target = TRY(follow_link(at.parent, *(*found)->inode));
    at.name.clear();
    if (auto* place = std::get_if<Location>(&target)) {
      at.target = std::move(*place);
      plain = false;
      continue;
    }
    const auto& text = std::get<std::string>(target);
    if (text.empty()) return Errno::ENOENT;
    remaining.put_before(text);
    at.last = LastComponent::Root;
    at.target = remaining.absolute() ? TRY(to_top(&at.parent)) : at.parent;
  }
  if (plain && !at.name.empty() && !at.trailing_slash && at.target &&
      at.target->inode->type() == FileType::Directory)
    mounts_.directories().remember(start, path, at.target);
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

Result<FileStatus> PathWalker::status(const Location& base, std::string_view path,
                                      FinalLink final_link) {
  const std::string_view directory = directory_part(path);
  const std::string_view name = without_leading_slashes(path.substr(directory.size()));
  const bool plain = !name.empty() && name != "." && name != ".." && !name.ends_with('/') &&
                     name.size() <= abi::kNameMax && path.size() < abi::kPathMax;
  CHECK(!rules_.any());
  if (plain) {
    Location parent = path.starts_with('/') ? fs_.root : base;
    if (!directory.empty()) parent = TRY(find(base, directory, FinalLink::Follow));
    if (parent->inode->type() != FileType::Directory) return Errno::ENOTDIR;
    if (!mounts_.covering(parent, name)) {
      const auto status = parent->inode->status_of(name, caller_);
      const bool is_link = status.ok() && status->type == FileType::Symlink;
      if (!is_link || final_link == FinalLink::Keep) return status;
    }
  }
  return TRY(find(base, path, final_link))->inode->status();
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
