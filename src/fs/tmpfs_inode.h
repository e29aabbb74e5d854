#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "fs/file_attributes.h"
#include "fs/memory_file.h"
#include "fs/pipe.h"
#include "fs/tmpfs.h"

namespace kemu {

/// What the inodes of one tmpfs share. Linux's `struct shmem_sb_info`.
struct Tmpfs {
  FsMachine& machine;
  TmpfsOptions options;
  u64 device = 0;
  std::shared_ptr<MemoryQuota> blocks = std::make_shared<MemoryQuota>();
  u64 inodes = 0;
  u64 last_number = 0;

  /// Without inodes: each counts itself when it is copied.
  std::shared_ptr<Tmpfs> copy_to(MachineCopy& copy) const;
};

/// A file of a tmpfs: what all types share.
class TmpfsInode : public Inode {
 public:
  TmpfsInode(std::shared_ptr<Tmpfs> fs, FileType type, const Ownership& owner);
  TmpfsInode(MachineCopy& copy, const TmpfsInode& original);
  ~TmpfsInode() override;

  FileType type() const override { return status_.type; }
  Result<FileStatus> status() override { return status_; }
  Result<Unit> set_permissions(u32 permissions) override;
  Result<Unit> set_owner(i64 uid, i64 gid) override;
  Result<Unit> set_times(const TimesUpdate& times) override;
  Result<Unit> check_access(u32 mode) override;
  Result<std::string> attribute(const std::string& name) override;
  Result<Unit> set_attribute(const std::string& name, std::string_view value,
                             AttributeMode mode) override;
  Result<Unit> remove_attribute(const std::string& name) override;
  Result<std::string> list_attributes() override { return extended_.list(); }
  Result<FilesystemStatus> filesystem_status() override;

  const std::shared_ptr<Tmpfs>& fs() const { return fs_; }
  const FileStatus& attributes() const { return status_; }
  void add_links(i32 count);
  /// Whether a file without names may get one again: an O_TMPFILE's without O_EXCL.
  bool linkable() const { return linkable_; }
  void set_linkable(bool linkable) { linkable_ = linkable; }
  /// Its contents changed: mtime and ctime.
  void modified();

 protected:
  std::shared_ptr<Tmpfs> fs_;
  FileStatus status_;

 private:
  FileAttributes extended_;
  bool linkable_ = false;
};

class TmpfsRegular : public TmpfsInode {
 public:
  TmpfsRegular(std::shared_ptr<Tmpfs> fs, const Ownership& owner);
  TmpfsRegular(MachineCopy& copy, const TmpfsRegular& original);
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override;

  Result<FileStatus> status() override;
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override;
  Result<Unit> truncate(u64 size) override;
  /// The open file, whatever the permissions say: for whom has just made it.
  Result<std::shared_ptr<FileDescription>> open_unchecked(const Location& at, u32 flags);
  void read_by_somebody();
  void written_by_somebody();

  const std::shared_ptr<MemoryContents>& contents() const { return contents_; }

 private:
  std::shared_ptr<MemoryContents> contents_;
};

class TmpfsSymlink : public TmpfsInode {
 public:
  TmpfsSymlink(std::shared_ptr<Tmpfs> fs, const Ownership& owner, std::string target);
  TmpfsSymlink(MachineCopy& copy, const TmpfsSymlink& original)
      : TmpfsInode(copy, original), target_(original.target_) {}
  ~TmpfsSymlink() override;
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override;

  Result<std::string> read_link(const Caller&) override { return target_; }
  Result<std::shared_ptr<FileDescription>> open(const Location&, u32) override {
    return Errno::ELOOP;
  }
  /// Longer targets take a page of the file system, as on Linux.
  static constexpr u64 kLongTarget = 128;

 private:
  std::string target_;
};

/// A named pipe, a socket's name, or the device 0:0 that stands for a whiteout.
class TmpfsSpecial : public TmpfsInode {
 public:
  using TmpfsInode::TmpfsInode;
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override;
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override;

 private:
  Fifo fifo_;
};

class TmpfsDirectory : public TmpfsInode {
 public:
  TmpfsDirectory(std::shared_ptr<Tmpfs> fs, const Ownership& owner,
                 std::weak_ptr<TmpfsDirectory> parent);
  using TmpfsInode::TmpfsInode;
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override;

  Result<FileStatus> status() override;
  Result<std::shared_ptr<Inode>> lookup(std::string_view name, const Caller& caller) override;
  Result<std::shared_ptr<Inode>> create(std::string_view name, u32 permissions) override;
  Result<std::shared_ptr<FileDescription>> create_open(const Location& at, std::string_view name,
                                                       u32 flags, u32 permissions) override;
  Result<std::shared_ptr<FileDescription>> open_temporary(const Location& at, u32 flags,
                                                          u32 permissions) override;
  Result<Unit> make_directory(std::string_view name, u32 permissions) override;
  Result<Unit> make_node(std::string_view name, FileType type, u32 permissions,
                         u64 device) override;
  Result<Unit> make_symlink(std::string_view name, std::string_view target) override;
  Result<Unit> link(std::string_view name, Inode& existing) override;
  Result<Unit> unlink(std::string_view name) override;
  Result<Unit> remove_directory(std::string_view name) override;
  Result<Unit> rename(std::string_view name, Inode& new_directory, std::string_view new_name,
                      RenameMode mode) override;
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override;
  Result<Unit> set_opaque() override;
  bool opaque() override { return opaque_; }

  /// The entries whose place is at `position` or behind it, in the order they were made.
  void visit(u64 position,
             const std::function<bool(u64, const std::string&, TmpfsInode&)>& entry) const;
  bool empty() const { return by_name_.empty(); }
  std::shared_ptr<TmpfsDirectory> parent() const { return parent_.lock(); }

  /// The places of "." and ".." in a directory that is read.
  static constexpr u64 kFirstPosition = 2;

 private:
  struct Entry {
    std::shared_ptr<TmpfsInode> inode;
    u64 position = 0;
  };
  using Names = std::map<std::string, Entry, std::less<>>;

  Result<Unit> check_new(std::string_view name);
  Result<Names::iterator> find(std::string_view name);
  template <typename Made, typename... Arguments>
  Result<std::shared_ptr<Made>> make(std::string_view name, FileType type, u32 permissions,
                                     Arguments&&... arguments);
  void insert(std::string_view name, std::shared_ptr<TmpfsInode> inode);
  std::shared_ptr<TmpfsInode> take_out(Names::iterator entry);
  Result<Unit> check_rename(TmpfsInode& moved, TmpfsDirectory& to, TmpfsInode* target,
                            RenameMode mode);
  Result<Unit> check_replace(const TmpfsInode& moved, const TmpfsInode& target) const;
  void exchange(Names::iterator mine, TmpfsDirectory& to, Names::iterator theirs);

  std::weak_ptr<TmpfsDirectory> parent_;  // itself at the root
  Names by_name_;
  std::map<u64, Names::iterator> by_position_;
  u64 next_position_ = kFirstPosition;
  bool opaque_ = false;
};

/// An open regular file of a tmpfs.
class TmpfsFile : public MemoryFile {
 public:
  TmpfsFile(Location location, u32 flags, std::shared_ptr<TmpfsRegular> inode,
            std::shared_ptr<void> writing);

  Result<u64> read_at(const HostSpans& to, u64 offset) override;
  Result<u64> write_at(const HostSpans& from, u64 offset) override;
  Result<Unit> truncate(u64 size) override;
  Result<Unit> allocate(u32 mode, u64 offset, u64 size) override;
  Result<std::shared_ptr<MappedObject>> mapping(Sharing sharing) override;
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  bool untimed() const;

  std::shared_ptr<TmpfsRegular> file_;
  std::shared_ptr<void> writing_;
};

}  // namespace kemu
