#include "fs/tree_fs.h"

#include <algorithm>
#include <cstring>

#include "fs/directory_file.h"
#include "fs/opened_anew.h"

namespace kemu {

namespace {

/// Status and statfs of a node; what all three kinds share.
class TreeInode : public Inode {
 public:
  TreeInode(FileType type, u64 number, u32 permissions, TreeIdentity identity)
      : type_(type), number_(number), permissions_(permissions), identity_(identity) {}

  FileType type() const override { return type_; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.device = identity_.device;
    status.inode = number_;
    status.type = type_;
    status.permissions = permissions_;
    status.links = links();
    status.block_size = 1024;
    return status;
  }
  Result<Unit> check_access(u32 mode) override {
    if (identity_.machine == nullptr) return Inode::check_access(mode);
    return check_permission(TRY(status()), mode, identity_.machine->credentials());
  }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = identity_.magic;
    return status;
  }
  bool made_by_lookup() const override { return true; }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    copy.refuse("a computed file is in use that has no name");
    return nullptr;
  }

 protected:
  u32 permissions() const { return permissions_; }
  virtual u32 links() const { return 1; }

 private:
  FileType type_;
  u64 number_;
  u32 permissions_;
  TreeIdentity identity_;
};

/// An open directory of computed names. They are taken down when it is read from its start, so that
/// processes which come and go meanwhile move nothing.
class TreeDirectoryFile : public DirectoryFile {
 public:
  TreeDirectoryFile(Location location, u32 flags, const TreeDirectory& directory)
      : DirectoryFile(std::move(location), flags), directory_(directory) {}

  Result<std::vector<DirectoryEntry>> read_directory(u64) override {
    if (position_ == 0 || entries_.empty()) take_names();
    std::vector<DirectoryEntry> rest;
    if (position_ < entries_.size())
      rest.assign(entries_.begin() + static_cast<i64>(position_), entries_.end());
    position_ = entries_.size();
    return rest;
  }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    auto made = opened_anew<TreeDirectoryFile>(copy, location_, flags_);
    if (!made) return FileDescription::copy_to(copy);
    made->entries_ = entries_;
    made->position_ = position_;
    return copy_common(copy, made);
  }

 private:
  void take_names() {
    entries_.clear();
    const u64 own = number_of(*location_->inode);
    add(".", FileType::Directory, own);
    add("..", FileType::Directory, location_->parent ? number_of(*location_->parent->inode) : own);
    for (auto& name : directory_.list(Caller{})) add(name.name, name.type, name.inode);
  }
  void add(const std::string& name, FileType type, u64 number) {
    entries_.push_back({number, entries_.size() + 1, type, name});
  }
  static u64 number_of(Inode& inode) {
    const auto status = inode.status();
    return status.ok() ? status->inode : 1;
  }

  const TreeDirectory& directory_;  // of the inode, which the location keeps alive
  std::vector<DirectoryEntry> entries_;
};

class TreeDirectoryInode : public TreeInode {
 public:
  TreeDirectoryInode(u64 number, u32 permissions, TreeDirectory directory, TreeIdentity identity)
      : TreeInode(FileType::Directory, number, permissions, identity),
        directory_(std::move(directory)) {}

  Result<std::shared_ptr<Inode>> lookup(std::string_view name, const Caller& caller) override {
    return directory_.find(name, caller);
  }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    return std::make_shared<TreeDirectoryFile>(at, flags, directory_);
  }

 protected:
  u32 links() const override { return 2 + (directory_.links ? directory_.links() : 0); }

 private:
  TreeDirectory directory_;
};

using Content = std::function<Result<std::string>()>;

/// An open computed file. Reading from the start computes it anew, as /proc's seq_files do.
class TreeFile : public FileDescription {
 public:
  TreeFile(Location location, u32 flags, Content content, TreeWrite write)
      : FileDescription(std::move(location), flags),
        content_(std::move(content)),
        write_(std::move(write)) {}

  Result<u64> read(const HostSpans& to) override {
    const u64 moved = TRY(read_at(to, position_));
    position_ += moved;
    return moved;
  }
  Result<u64> read_at(const HostSpans& to, u64 offset) override {
    if (!readable()) return Errno::EBADF;
    if (offset == 0 || !read_before_) bytes_ = TRY(content_());
    read_before_ = true;
    u64 moved = 0;
    for (const HostSpan& span : to) {
      if (offset + moved >= bytes_.size()) break;
      const u64 piece = std::min<u64>(span.size(), bytes_.size() - offset - moved);
      if (piece > 0) std::memcpy(span.data(), bytes_.data() + offset + moved, piece);
      moved += piece;
    }
    return moved;
  }
  Result<u64> write(const HostSpans& from) override {
    if (!writable()) return Errno::EBADF;
    if (!write_) return Errno::EIO;
    std::string text;
    for (const HostSpan& span : from) {
      if (text.size() + span.size() > kPageSize) return Errno::EINVAL;
      text.append(reinterpret_cast<const char*>(span.data()), span.size());
    }
    TRY(write_(text));
    position_ += text.size();
    return text.size();
  }
  Result<u64> write_at(const HostSpans& from, u64) override { return write(from); }
  Result<u64> seek(i64 offset, Whence whence) override {
    if (whence == Whence::Current) offset += static_cast<i64>(position_);
    if ((whence != Whence::Set && whence != Whence::Current) || offset < 0) return Errno::EINVAL;
    position_ = static_cast<u64>(offset);
    return position_;
  }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    auto made = opened_anew<TreeFile>(copy, location_, flags_);
    if (!made) return FileDescription::copy_to(copy);
    made->bytes_ = bytes_;
    made->position_ = position_;
    made->read_before_ = read_before_;
    return copy_common(copy, made);
  }

 private:
  Content content_;
  TreeWrite write_;
  std::string bytes_;
  u64 position_ = 0;
  bool read_before_ = false;
};

class TreeFileInode : public TreeInode {
 public:
  TreeFileInode(u64 number, u32 permissions, Content content, TreeWrite write,
                TreeIdentity identity)
      : TreeInode(FileType::Regular, number, permissions, identity),
        content_(std::move(content)),
        write_(std::move(write)) {}

  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    const u32 access = flags & abi::kOpenAccessMode;
    if (access != abi::kOpenWriteOnly) TRY(check_access(4));
    if (access != abi::kOpenReadOnly) TRY(check_access(2));
    return std::make_shared<TreeFile>(at, flags & ~abi::kOpenTruncate, content_, write_);
  }
  /// Made of nothing that could be shorter: open(2) with O_TRUNC, and truncate(2), change nothing.
  Result<Unit> truncate(u64) override { return write_ ? Result<Unit>(Unit{}) : Inode::truncate(0); }

 private:
  Content content_;
  TreeWrite write_;
};

using LinkText = std::function<Result<std::string>(const Caller&)>;
using LinkFollow = std::function<Result<LinkTarget>(const Caller&)>;

class TreeLinkInode : public TreeInode {
 public:
  TreeLinkInode(u64 number, LinkText text, LinkFollow follow, TreeIdentity identity)
      : TreeInode(FileType::Symlink, number, 0777, identity),
        text_(std::move(text)),
        follow_(std::move(follow)) {}

  Result<std::string> read_link(const Caller& caller) override { return text_(caller); }
  Result<LinkTarget> follow(const Caller& caller) override {
    return follow_ ? follow_(caller) : Inode::follow(caller);
  }
  Result<std::shared_ptr<FileDescription>> open(const Location&, u32) override {
    return Errno::ELOOP;
  }

 private:
  LinkText text_;
  LinkFollow follow_;
};

}  // namespace

std::shared_ptr<Inode> make_tree_directory(u64 inode, u32 permissions, TreeDirectory directory,
                                           TreeIdentity identity) {
  return std::make_shared<TreeDirectoryInode>(inode, permissions, std::move(directory), identity);
}

std::shared_ptr<Inode> make_tree_file(u64 inode, u32 permissions, Content content,
                                      TreeIdentity identity) {
  return std::make_shared<TreeFileInode>(inode, permissions, std::move(content), TreeWrite(),
                                         identity);
}

std::shared_ptr<Inode> make_writable_tree_file(u64 inode, u32 permissions, Content content,
                                               TreeWrite write, TreeIdentity identity) {
  return std::make_shared<TreeFileInode>(inode, permissions, std::move(content), std::move(write),
                                         identity);
}

std::shared_ptr<Inode> make_tree_link(u64 inode, LinkText text, LinkFollow follow,
                                      TreeIdentity identity) {
  return std::make_shared<TreeLinkInode>(inode, std::move(text), std::move(follow), identity);
}

}  // namespace kemu
