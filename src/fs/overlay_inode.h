#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "fs/file_description.h"
#include "fs/file_id.h"
#include "fs/overlay.h"
#include "fs/pipe.h"

namespace kemu {

class OverlayInode;

/// What the inodes of one overlay share.
struct Overlay {
  FsMachine& machine;
  u64 device = 0;
  bool writable = false;
  std::vector<u64> devices = {};  // st_dev of the trees below, in the order they were met
  /// What a file copied up was called by number before: the copy keeps it.
  std::unordered_map<FileId, u64, FileIdHash> origins = {};
  /// Files of the upper tree in use, which may have several names.
  std::unordered_map<const Inode*, std::weak_ptr<OverlayInode>> by_upper = {};

  /// One number for each file of the trees below, told apart by device in its upper bits.
  u64 number_of(const FileId& id);
  std::shared_ptr<Overlay> copy_to(MachineCopy& copy) const;
};

/// A file of an overlay: what is in the upper tree, else in the first lower one; a directory is all
/// of them together. Linux's `struct ovl_inode`.
class OverlayInode : public Inode {
 public:
  using Lowers = std::vector<std::shared_ptr<Inode>>;
  OverlayInode(std::shared_ptr<Overlay> fs, std::shared_ptr<OverlayInode> parent, std::string name,
               std::shared_ptr<Inode> upper, Lowers lowers);
  OverlayInode(MachineCopy& copy, const OverlayInode& original);
  ~OverlayInode() override;
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override;

  FileType type() const override { return type_; }
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
  Result<std::string> read_link(const Caller& caller) override { return real().read_link(caller); }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override;
  Result<Unit> set_permissions(u32 permissions) override;
  Result<Unit> set_owner(i64 uid, i64 gid) override;
  Result<Unit> set_times(const TimesUpdate& times) override;
  Result<Unit> truncate(u64 size) override;
  Result<std::string> attribute(const std::string& name) override;
  Result<Unit> set_attribute(const std::string& name, std::string_view value,
                             AttributeMode mode) override;
  Result<Unit> remove_attribute(const std::string& name) override;
  Result<std::string> list_attributes() override;
  Result<Unit> check_access(u32 mode) override;
  Result<FilesystemStatus> filesystem_status() override;
  int host_fd() const override { return (upper_ ? upper_ : lowers_.front())->host_fd(); }
  bool host_raises_events() const override { return false; }

  /// Everything that is seen in a directory, but "." and "..".
  Result<std::vector<DirectoryEntry>> entries();
  u64 number() const { return number_; }
  /// What has been changed, and what it hides; either may be missing.
  const std::shared_ptr<Inode>& upper() const { return upper_; }
  const Lowers& lowers() const { return lowers_; }

 private:
  using Child = std::shared_ptr<OverlayInode>;

  Inode& real() const { return upper_ ? *upper_ : *lowers_.front(); }
  FileCredentials who() const { return fs_->machine.credentials(); }
  std::shared_ptr<OverlayInode> self() {
    return std::static_pointer_cast<OverlayInode>(shared_from_this());
  }

  // overlay_copy_up.cpp
  Result<Unit> copy_up();
  Result<Unit> copy_attributes(const FileStatus& from);
  Result<Unit> make_copy(const FileStatus& from);
  Result<Unit> copy_contents();
  Result<Unit> check_change(const std::string& name);  // overlay_attributes.cpp
  void copy_extended_attributes();
  void adopt_upper(std::shared_ptr<Inode> upper);

  // overlay_directory.cpp
  Result<Child> find_child(std::string_view name);
  bool lower_has(std::string_view name) const;
  Result<Unit> remove_upper(std::string_view name, OverlayInode& child);
  /// Makes `name` in the upper tree by `make` where a whiteout may be, and gives it its owner.
  using Make = std::function<Result<Unit>(u32 permissions)>;
  Result<Unit> make_new(std::string_view name, FileType type, u32 permissions, const Make& make);
  Result<bool> remove_whiteout(std::string_view name);
  Result<Unit> make_whiteout(std::string_view name);
  Result<Unit> hide_lower(std::string_view name, Inode& directory);
  Result<Unit> clear_whiteouts();
  void forget_child(std::string_view name);
  Result<Unit> check_rename(const Child& moved, OverlayInode& to, const Child& target,
                            RenameMode mode);
  Result<Unit> replace(std::string_view name, const Child& moved, OverlayInode& to,
                       std::string_view new_name, const Child& target);
  Result<Unit> exchange(std::string_view name, const Child& moved, OverlayInode& to,
                        std::string_view new_name, const Child& target);
  void settle(const Child& child, std::string_view name);

  std::shared_ptr<Overlay> fs_;
  std::shared_ptr<OverlayInode> parent_;  // null at the root
  std::string name_;
  std::shared_ptr<Inode> upper_;
  Lowers lowers_;
  FileType type_;
  u64 number_ = 0;
  bool removed_ = false;
  std::map<std::string, std::weak_ptr<OverlayInode>, std::less<>> children_;
  Fifo fifo_;
};

}  // namespace kemu
