#include "base/abi/fcntl_commands.h"
#include "process/procfs_parts.h"

// Whom the entries of /proc/PID belong to, and who may use them (fs/proc/base.c).

namespace kemu::procfs {
namespace {

constexpr u32 kAnybodysDirectory = 0555;

/// What stat(2) tells of a process's entries beside what they are.
struct Ownership {
  u32 uid = 0;
  u32 gid = 0;
  Nanoseconds time = 0;            // of every kind
  std::optional<u32> permissions;  // in place of the entry's own
};

/// An entry of a process: it belongs to whom the process does, which is how ps(1) tells users.
class OwnedInode final : public Inode {
 public:
  OwnedInode(Kernel& kernel, i32 pid, std::shared_ptr<Inode> inode, const Ownership& ownership)
      : kernel_(kernel), pid_(pid), inode_(std::move(inode)), ownership_(ownership) {}

  FileType type() const override { return inode_->type(); }
  Result<FileStatus> status() override {
    FileStatus status = TRY(inode_->status());
    status.uid = ownership_.uid;
    status.gid = ownership_.gid;
    status.accessed = status.modified = status.changed = ownership_.time;
    status.permissions = ownership_.permissions.value_or(status.permissions);
    return status;
  }
  Result<std::shared_ptr<Inode>> lookup(std::string_view name, const Caller& caller) override {
    if (type() == FileType::Directory) TRY(check_access(abi::kAccessExecute));
    return inode_->lookup(name, caller);
  }
  Result<std::string> read_link(const Caller& caller) override { return inode_->read_link(caller); }
  Result<LinkTarget> follow(const Caller& caller) override { return inode_->follow(caller); }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    const u32 access = flags & abi::kOpenAccessMode;
    if (access != abi::kOpenWriteOnly) TRY(check_access(abi::kAccessRead));
    if (access != abi::kOpenReadOnly) TRY(check_access(abi::kAccessWrite));
    // Its description may look for its own kind of inode where it was opened.
    auto place = std::make_shared<const Dentry>(Dentry{at->parent, at->name, inode_, at->mount});
    return inode_->open(place, flags);
  }
  Result<Unit> truncate(u64 size) override { return inode_->truncate(size); }
  /// A process may look at its own descriptors even while its entries are root's
  /// (proc_fd_permission()).
  Result<Unit> check_access(u32 mode) override {
    Task* running = kernel_.running();
    const bool own = running && running->process().pid() == pid_;
    if (own && type() == FileType::Directory) return inode_->check_access(mode);
    return check_permission(TRY(status()), mode, kernel_.own_files().credentials());
  }
  Result<FilesystemStatus> filesystem_status() override { return inode_->filesystem_status(); }
  bool made_by_lookup() const override { return true; }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override { return inode_->copy_to(copy); }

 private:
  Kernel& kernel_;
  i32 pid_;
  std::shared_ptr<Inode> inode_;
  Ownership ownership_;
};

}  // namespace

std::shared_ptr<Inode> owned(Kernel& kernel, const Subject& subject, std::shared_ptr<Inode> inode,
                             std::optional<u32> permissions) {
  const auto who = find(kernel, subject);
  if (!who.ok()) return inode;
  const auto status = inode->status();
  const bool open_to_all = inode->type() == FileType::Directory && status.ok() &&
                           status->permissions == kAnybodysDirectory;
  Ownership ownership;
  // task_dump_owner(): what is in a process that may not be dumped is root's.
  if (who->zombie && open_to_all) ownership.uid = who->zombie->uid;
  if (who->process && (open_to_all || who->process->dumpable)) {
    ownership.uid = who->task->credentials.euid;
    ownership.gid = who->task->credentials.egid;
  }
  ownership.time =
      kernel.clock().now(HostClock::Realtime) - kernel.monotonic() + subject.start_time;
  ownership.permissions = permissions;
  return std::make_shared<OwnedInode>(kernel, subject.pid, std::move(inode), ownership);
}

bool may_look_into(Kernel& kernel, const Process& target) {
  Task* running = kernel.running();
  if (!running || &running->process() == &target) return true;
  Credentials own = running->credentials;
  // PTRACE_MODE_FSCREDS: the ids that files are opened with count.
  own.uid = own.fsuid;
  own.gid = own.fsgid;
  if (!may_inspect(own, target.credentials())) return false;
  return target.dumpable || own.capable(abi::kCapSysPtrace);
}

}  // namespace kemu::procfs
