#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/unique_fd.h"
#include "fs/fake_ownership.h"
#include "fs/file_id.h"
#include "fs/host_fs.h"
#include "fs/stable_files.h"

namespace kemu {

class Fifo;
class HostInode;
class HostTerminal;

/// The host files in use, one HostInode a file whatever it is called and in whichever host tree:
/// FIFOs and flock(2) find each other through it. Linux's inode hash. A live inode holds a host
/// descriptor, so the host cannot give its number to another file meanwhile.
class HostInodes {
 public:
  /// The inode of an O_PATH descriptor.
  Result<std::shared_ptr<HostInode>> get(UniqueFd path_fd, const HostFsContext& context);
  void forget(const FileId& id);

  /// The terminal of a device number while somebody has it open; null when nobody has.
  std::shared_ptr<HostTerminal> terminal(u64 device) const;
  void set_terminal(u64 device, const std::shared_ptr<HostTerminal>& terminal);

  /// kemu's own umask on the host: it may take rights away from what guests create, which are given
  /// back then. Asked once.
  u32 host_umask();

  /// Makes `made`, of a copy of the machine, say the same of files that are not in use.
  void copy_to(HostInodes& made) const;
  /// Of a copy of the machine: `inode` is in use there.
  void add(const std::shared_ptr<HostInode>& inode);

  /// --fakeroot's memory; null without.
  std::unique_ptr<FakeOwnership> fake_ownership;
  /// For runs that are the same on every host; null in others.
  std::unique_ptr<StableFiles> stable_files;

 private:
  std::unordered_map<FileId, std::weak_ptr<HostInode>, FileIdHash> live_;
  std::unordered_map<u64, std::weak_ptr<HostTerminal>> terminals_;
  std::optional<u32> host_umask_;
};

/// A file of the host, held by an O_PATH descriptor. It never leaves its directory by itself: names
/// are single components, links are read and not followed.
class HostInode : public Inode {
 public:
  HostInode(UniqueFd path_fd, const FileStatus& status, const HostFsContext& context);
  HostInode(MachineCopy& copy, const HostInode& original);
  ~HostInode() override;
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
  /// As overlayfs marks it with its option userxattr.
  Result<Unit> set_opaque() override;
  bool opaque() override;
  Result<FileStatus> status_of(std::string_view name, const Caller& caller) override;
  bool leads_to(const std::string& path, FinalLink final_link, const Inode& other) const override;
  Result<std::string> read_link(const Caller& caller) override;
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
  int host_fd() const override { return path_fd_.get(); }

  const FileId& id() const { return id_; }
  /// A status of this file as guests see it.
  FileStatus shown(const FileStatus& real) const;
  const HostFsContext& context() const { return context_; }
  /// It is where kemu's own output goes: what guests write to it is what they print.
  void mark_output() { is_output_ = true; }
  bool is_output() const { return is_output_; }

 private:
  Result<std::shared_ptr<Inode>> adopt(UniqueFd path_fd);
  Result<UniqueFd> reopen(const Location& at, int host_flags);
  Result<UniqueFd> reopen_by_name(const Location& at, int host_flags);
  Result<Unit> check_not_running(u32 flags);
  Result<Unit> make_placeholder(const std::string& name, FileType type, u32 permissions,
                                u64 device);
  Result<Unit> claim_permissions(u32 permissions);
  /// What a name of this directory is, if it goes when the name does.
  std::optional<FileId> last_name_of(const std::string& name) const;
  void forget_claim(const std::optional<FileId>& id) const;
  Result<UniqueFd> create_host_file(const std::string& name, int host_flags, u32 permissions);
  /// Gives back what the host's umask took from something just made.
  Result<Unit> undo_umask(const std::string& name, u32 permissions);

  UniqueFd path_fd_;
  FileId id_;
  FileType type_;
  HostFsContext context_;
  bool is_output_ = false;
  std::unique_ptr<Fifo> fifo_;  // made when a FIFO is first opened
};

}  // namespace kemu
