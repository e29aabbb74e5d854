#include "fs/sysroot.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <map>
#include <string>
#include <unordered_set>

#include "base/errno_undef.h"
#include "fs/directory_file.h"
#include "fs/host_io.h"
#include "fs/machine_copy.h"
#include "fs/path_walk.h"

namespace kemu {

namespace {

constexpr u32 kMayRead = 4;
/// getdents of a tree is asked for this many bytes at a time.
constexpr u64 kReadSize = u64{32} << 10;

/// A directory of both trees. One that a single tree has is that tree's own inode.
class SysrootDirectory : public Inode {
 public:
  SysrootDirectory(std::shared_ptr<SysrootDirectory> parent, std::string name,
                   std::shared_ptr<Inode> layer, std::shared_ptr<Inode> below)
      : parent_(std::move(parent)),
        name_(std::move(name)),
        layer_(std::move(layer)),
        below_(std::move(below)) {}
  ~SysrootDirectory() override;
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override;

  FileType type() const override { return FileType::Directory; }
  Result<FileStatus> status() override { return below_->status(); }
  Result<std::shared_ptr<Inode>> lookup(std::string_view name, const Caller& caller) override;
  Result<FileStatus> status_of(std::string_view name, const Caller& caller) override;
  bool leads_to(const std::string& path, FinalLink final_link, const Inode& other) const override;
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override;

  Result<std::shared_ptr<Inode>> create(std::string_view name, u32 permissions) override {
    return holder(name).create(name, permissions);
  }
  Result<std::shared_ptr<FileDescription>> create_open(const Location& at, std::string_view name,
                                                       u32 flags, u32 permissions) override {
    return holder(name).create_open(at, name, flags, permissions);
  }
  Result<std::shared_ptr<FileDescription>> open_temporary(const Location& at, u32 flags,
                                                          u32 permissions) override {
    return below_->open_temporary(at, flags, permissions);
  }
  Result<Unit> make_directory(std::string_view name, u32 permissions) override {
    return holder(name).make_directory(name, permissions);
  }
  Result<Unit> make_node(std::string_view name, FileType type, u32 permissions,
                         u64 device) override {
    return holder(name).make_node(name, type, permissions, device);
  }
  Result<Unit> make_symlink(std::string_view name, std::string_view target) override {
    return holder(name).make_symlink(name, target);
  }
  Result<Unit> link(std::string_view name, Inode& existing) override {
    return holder(name).link(name, existing);
  }
  Result<Unit> unlink(std::string_view name) override { return holder(name).unlink(name); }
  Result<Unit> remove_directory(std::string_view name) override;
  Result<Unit> rename(std::string_view name, Inode& new_directory, std::string_view new_name,
                      RenameMode mode) override;
  Result<Unit> set_permissions(u32 permissions) override {
    return below_->set_permissions(permissions);
  }
  Result<Unit> set_owner(i64 uid, i64 gid) override { return below_->set_owner(uid, gid); }
  Result<Unit> set_times(const TimesUpdate& times) override { return below_->set_times(times); }
  Result<Unit> truncate(u64 size) override { return below_->truncate(size); }
  Result<std::string> attribute(const std::string& name) override {
    return below_->attribute(name);
  }
  Result<Unit> set_attribute(const std::string& name, std::string_view value,
                             AttributeMode mode) override {
    return below_->set_attribute(name, value, mode);
  }
  Result<Unit> remove_attribute(const std::string& name) override {
    return below_->remove_attribute(name);
  }
  Result<std::string> list_attributes() override { return below_->list_attributes(); }
  Result<Unit> check_access(u32 mode) override { return below_->check_access(mode); }
  Result<FilesystemStatus> filesystem_status() override { return below_->filesystem_status(); }
  int host_fd() const override { return below_->host_fd(); }

  const std::shared_ptr<Inode>& layer() const { return layer_; }
  const std::shared_ptr<Inode>& below() const { return below_; }
  Inode& holder(std::string_view name) const {
    return layer_->status_of(name, Caller{}).ok() ? *layer_ : *below_;
  }

 private:
  std::shared_ptr<SysrootDirectory> self() {
    return std::static_pointer_cast<SysrootDirectory>(shared_from_this());
  }
  std::shared_ptr<SysrootDirectory> root() { return parent_ ? parent_->root() : self(); }
  std::string path() const { return parent_ ? parent_->path() + "/" + name_ : ""; }
  std::shared_ptr<Inode> directory_below(std::string_view name, const Caller& caller);
  bool layer_lacks(const std::string& path) const;

  std::shared_ptr<SysrootDirectory> parent_;  // null at the root
  std::string name_;
  std::shared_ptr<Inode> layer_;
  std::shared_ptr<Inode> below_;  // may be one of both trees where a link led to it
  bool following_ = false;        // the link of the tree below that stands for a directory
  std::map<std::string, std::weak_ptr<SysrootDirectory>, std::less<>> children_;
};

/// An open directory of both trees: its entries are gathered when it is read from its start.
class SysrootDirectoryFile : public GatheredDirectory {
 public:
  SysrootDirectoryFile(Location location, u32 flags, std::shared_ptr<SysrootDirectory> directory)
      : GatheredDirectory(std::move(location), flags), directory_(std::move(directory)) {}

  Result<Unit> sync(bool) override { return Unit{}; }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    auto made = std::make_shared<SysrootDirectoryFile>(copy.of(location_), flags_,
                                                       copy.as<Inode>(directory_));
    made->take_position_of(*this);
    return copy_common(copy, made);
  }

 protected:
  /// The layer's entries, then those that it does not hide; "." and ".." are those of the tree
  /// below, as their status is.
  Result<std::vector<DirectoryEntry>> gather() override {
    std::vector<DirectoryEntry> entries;
    std::unordered_set<std::string> seen;
    const auto is_new = [&](const std::string& name) { return seen.insert(name).second; };
    TRY(add(entries, *directory_->layer(),
            [&](const std::string& name) { return name != "." && name != ".." && is_new(name); }));
    TRY(add(entries, *directory_->below(), is_new));
    return entries;
  }

 private:
  template <typename Wanted>
  static Result<Unit> add(std::vector<DirectoryEntry>& entries, Inode& tree, Wanted wanted) {
    const auto at =
        std::make_shared<const Dentry>(Dentry{nullptr, "", tree.shared_from_this(), nullptr});
    const auto file = TRY(tree.open(at, abi::kOpenReadOnly | abi::kOpenDirectory));
    for (;;) {
      auto some = TRY(file->read_directory(kReadSize));
      if (some.empty()) return Unit{};
      for (DirectoryEntry& entry : some)
        if (wanted(entry.name)) entries.push_back(std::move(entry));
    }
  }

  std::shared_ptr<SysrootDirectory> directory_;
};

SysrootDirectory::~SysrootDirectory() {
  if (!parent_) return;
  const auto entry = parent_->children_.find(name_);
  if (entry != parent_->children_.end() && entry->second.expired()) parent_->children_.erase(entry);
}

/// Who holds a directory holds its parents: each enters itself in its parent's copy, where the
/// original is entered.
std::shared_ptr<Inode> SysrootDirectory::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<SysrootDirectory>(copy.as<Inode>(parent_), name_, copy.of(layer_),
                                                 copy.of(below_));
  if (parent_) {
    const auto entry = parent_->children_.find(name_);
    if (entry != parent_->children_.end() && entry->second.lock().get() == this)
      made->parent_->children_[name_] = made;
  }
  return copy_common(copy, made);
}

/// What a directory of the layer is merged with. A link to a directory will do, then with what
/// guests see there: Debian's packages have a directory /lib where its systems have a link.
std::shared_ptr<Inode> SysrootDirectory::directory_below(std::string_view name,
                                                         const Caller& caller) {
  const auto found = below_->lookup(name, caller);
  if (!found.ok()) return nullptr;
  if ((*found)->type() == FileType::Directory) return *found;
  // A link that leads through itself is none to a directory.
  if ((*found)->type() != FileType::Symlink || following_) return nullptr;
  const auto text = (*found)->read_link(caller);
  if (!text.ok()) return nullptr;
  const MountTable tree(root(), "", "", MountAccess::ReadOnly);
  const FsContext fs{tree.root(), tree.root(), 0};
  following_ = true;
  const auto target = PathWalker(tree, fs, caller)
                          .find(tree.root(), text->starts_with('/') ? *text : path() + "/" + *text,
                                FinalLink::Follow);
  following_ = false;
  const bool is_directory = target.ok() && (*target)->inode->type() == FileType::Directory;
  return is_directory ? (*target)->inode : nullptr;
}

Result<std::shared_ptr<Inode>> SysrootDirectory::lookup(std::string_view name,
                                                        const Caller& caller) {
  auto above = layer_->lookup(name, caller);
  if (!above.ok() && above.error() == Errno::ENOENT) return below_->lookup(name, caller);
  if (!above.ok() || (*above)->type() != FileType::Directory) return above;
  std::shared_ptr<Inode> under = directory_below(name, caller);
  if (!under) return above;
  const auto known = children_.find(name);
  if (known != children_.end()) {
    const auto child = known->second.lock();
    if (child && child->layer_ == *above && child->below_ == under)
      return std::shared_ptr<Inode>(child);
  }
  auto child = std::make_shared<SysrootDirectory>(self(), std::string(name),
                                                  std::move(above).value(), std::move(under));
  children_.insert_or_assign(std::string(name), child);
  return std::shared_ptr<Inode>(std::move(child));
}

Result<FileStatus> SysrootDirectory::status_of(std::string_view name, const Caller& caller) {
  const auto above = layer_->status_of(name, caller);
  if (!above.ok() && above.error() == Errno::ENOENT) return below_->status_of(name, caller);
  if (!above.ok() || above->type != FileType::Directory) return above;
  return TRY(lookup(name, caller))->status();
}

bool SysrootDirectory::layer_lacks(const std::string& path) const {
  const char* relative = path.c_str() + std::min(path.find_first_not_of('/'), path.size());
  struct stat status;
  const auto found = host_result(::fstatat(layer_->host_fd(), relative, &status, 0));
  return !found.ok() && found.error() == Errno::ENOENT;
}

bool SysrootDirectory::leads_to(const std::string& path, FinalLink final_link,
                                const Inode& other) const {
  if (const auto* both = dynamic_cast<const SysrootDirectory*>(&other))
    return layer_->leads_to(path, final_link, *both->layer_) &&
           below_->leads_to(path, final_link, *both->below_);
  return layer_->leads_to(path, final_link, other) ||
         (below_->leads_to(path, final_link, other) && layer_lacks(path));
}

Result<std::shared_ptr<FileDescription>> SysrootDirectory::open(const Location& at, u32 flags) {
  TRY(layer_->check_access(kMayRead));
  TRY(below_->check_access(kMayRead));
  return std::make_shared<SysrootDirectoryFile>(at, flags, self());
}

Result<Unit> SysrootDirectory::remove_directory(std::string_view name) {
  const auto child = std::dynamic_pointer_cast<SysrootDirectory>(TRY(lookup(name, Caller{})));
  if (!child) return holder(name).remove_directory(name);
  // It is gone when both are; a link stands for a directory that is elsewhere.
  if (TRY(below_->status_of(name, Caller{})).type != FileType::Directory) return Errno::EBUSY;
  TRY(below_->remove_directory(name));
  return layer_->remove_directory(name);
}

Result<Unit> SysrootDirectory::rename(std::string_view name, Inode& new_directory,
                                      std::string_view new_name, RenameMode mode) {
  // As in an overlay: half of a directory cannot be moved, and mv(1) copies it.
  if (std::dynamic_pointer_cast<SysrootDirectory>(TRY(lookup(name, Caller{})))) return Errno::EXDEV;
  return holder(name).rename(name, holder_of(new_directory, new_name), new_name, mode);
}

}  // namespace

std::shared_ptr<Inode> make_sysroot(std::shared_ptr<Inode> layer, std::shared_ptr<Inode> below) {
  return std::make_shared<SysrootDirectory>(nullptr, "", std::move(layer), std::move(below));
}

Inode& holder_of(Inode& directory, std::string_view name) {
  const auto* both = dynamic_cast<const SysrootDirectory*>(&directory);
  return both ? holder_of(both->holder(name), name) : directory;
}

int layer_fd(const Inode& root) {
  const auto* both = dynamic_cast<const SysrootDirectory*>(&root);
  return both ? both->layer()->host_fd() : -1;
}

}  // namespace kemu
