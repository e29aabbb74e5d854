#include "fs/host_inode.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "base/abi/fcntl_commands.h"
#include "base/errno_undef.h"
#include "fs/host_file.h"
#include "fs/host_io.h"
#include "fs/host_stream.h"
#include "fs/host_terminal.h"
#include "fs/machine_copy.h"
#include "fs/page_cache.h"
#include "fs/pipe.h"
#include "fs/sorted_directory.h"
#include "fs/sysroot.h"

namespace kemu {

namespace {

constexpr u32 kDefaultUmask = 022;
constexpr const char* kOpaque = "user.overlay.opaque";

timespec to_timespec(const std::optional<Nanoseconds>& time) {
  if (!time) return {0, UTIME_OMIT};
  const Nanoseconds seconds = *time >= 0 ? *time / kSecond : -((kSecond - 1 - *time) / kSecond);
  return {seconds, *time - seconds * kSecond};
}

/// access(2)'s bits for an access mode.
u32 access_wanted(u32 flags) {
  switch (flags & abi::kOpenAccessMode) {
    case abi::kOpenReadOnly: return 4;
    case abi::kOpenWriteOnly: return 2;
    default: return 6;
  }
}

/// The umask as /proc/self/status tells it: asking by umask(2) would set it for every thread of the
/// host program.
u32 read_host_umask() {
  const auto fd = host_open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (!fd.ok()) return kDefaultUmask;
  std::array<char, 1024> text{};
  if (::read(fd->get(), text.data(), text.size() - 1) <= 0) return kDefaultUmask;
  const char* line = std::strstr(text.data(), "\nUmask:");
  return line == nullptr ? kDefaultUmask : static_cast<u32>(std::strtoul(line + 7, nullptr, 8));
}

}  // namespace

std::shared_ptr<HostInodes> make_host_inodes() { return std::make_shared<HostInodes>(); }

Result<std::shared_ptr<HostInode>> HostInodes::get(UniqueFd path_fd, const HostFsContext& context) {
  const FileStatus status = TRY(host_status(path_fd.get()));
  auto& slot = live_[FileId{status.device, status.inode}];
  if (auto known = slot.lock()) return known;
  FileStatus seen = status;
  if (fake_ownership) seen.type = fake_ownership->type_of({status.device, status.inode}, seen.type);
  auto inode = std::make_shared<HostInode>(std::move(path_fd), seen, context);
  slot = inode;
  return inode;
}

void HostInodes::copy_to(HostInodes& made) const {
  if (fake_ownership) made.fake_ownership = std::make_unique<FakeOwnership>(*fake_ownership);
  if (stable_files) made.stable_files = std::make_unique<StableFiles>(*stable_files);
  made.host_umask_ = host_umask_;
}

void HostInodes::add(const std::shared_ptr<HostInode>& inode) { live_[inode->id()] = inode; }

void HostInodes::forget(const FileId& id) {
  const auto found = live_.find(id);
  if (found != live_.end() && found->second.expired()) live_.erase(found);
}

std::shared_ptr<HostTerminal> HostInodes::terminal(u64 device) const {
  const auto found = terminals_.find(device);
  return found == terminals_.end() ? nullptr : found->second.lock();
}

void HostInodes::set_terminal(u64 device, const std::shared_ptr<HostTerminal>& terminal) {
  terminals_[device] = terminal;
}

u32 HostInodes::host_umask() {
  if (!host_umask_) host_umask_ = read_host_umask();
  return *host_umask_;
}

HostInode::HostInode(UniqueFd path_fd, const FileStatus& status, const HostFsContext& context)
    : path_fd_(std::move(path_fd)),
      id_{status.device, status.inode},
      type_(status.type),
      context_(context) {}

HostInode::HostInode(MachineCopy& copy, const HostInode& original)
    : id_(original.id_),
      type_(original.type_),
      context_(copy.host_files()),
      is_output_(original.is_output_) {
  auto fd = host_duplicate(original.path_fd_.get());
  if (fd.ok())
    path_fd_ = std::move(fd).value();
  else
    copy.refuse("out of host descriptors");
}

std::shared_ptr<Inode> HostInode::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<HostInode>(copy, *this);
  made->context_.inodes->add(made);
  if (fifo_) {
    made->fifo_ = std::make_unique<Fifo>();
    fifo_->copy_to(copy, *made->fifo_);
  }
  return copy_common(copy, made);
}

HostInode::~HostInode() { context().inodes->forget(id_); }

Result<FileStatus> HostInode::status() { return shown(TRY(host_status(path_fd_.get()))); }

FileStatus HostInode::shown(const FileStatus& real) const {
  const auto& fake = context().inodes->fake_ownership;
  const auto& stable = context().inodes->stable_files;
  const FileStatus shown = fake ? fake->shown(real) : real;
  return stable ? stable->shown(shown) : shown;
}

std::optional<FileId> HostInode::last_name_of(const std::string& name) const {
  struct stat status;
  if (!context().inodes->fake_ownership ||
      fstatat(path_fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
      (status.st_nlink > 1 && !S_ISDIR(status.st_mode)))
    return std::nullopt;
  return FileId{status.st_dev, status.st_ino};
}

void HostInode::forget_claim(const std::optional<FileId>& id) const {
  if (id) context().inodes->fake_ownership->forget(*id);
}

/// A device node that only looks like one: the host gets an empty file.
Result<Unit> HostInode::make_placeholder(const std::string& name, FileType type, u32 permissions,
                                         u64 device) {
  constexpr u32 kOwnersOwn = 0600;
  const UniqueFd fd = TRY(create_host_file(name, O_WRONLY | O_CLOEXEC, kOwnersOwn));
  struct stat status;
  TRY(host_result(fstat(fd.get(), &status)));
  const FileId id{status.st_dev, status.st_ino};
  context().inodes->fake_ownership->set_device(id, type, device);
  context().inodes->fake_ownership->set_permissions(id, permissions);
  return Unit{};
}

/// chmod(2) by somebody who is root to himself: what the host's user may do is done, leaving him
/// the rights that root would not need.
Result<Unit> HostInode::claim_permissions(u32 permissions) {
  constexpr u32 kUserReadWrite = 0600, kUserAll = 0700, kSetIds = 06000;
  const u32 real =
      (permissions & ~kSetIds) | (type_ == FileType::Directory ? kUserAll : kUserReadWrite);
  const auto done = host_result(chmod(FdLink(path_fd_.get()).path(), static_cast<mode_t>(real)));
  if (!done.ok() && done.error() != Errno::EPERM) return done;
  context().inodes->fake_ownership->set_permissions(id_, permissions);
  return Unit{};
}

Result<FilesystemStatus> HostInode::filesystem_status() {
  const FilesystemStatus real = TRY(host_filesystem_status(path_fd_.get()));
  return context().inodes->stable_files ? StableFiles::shown(real) : real;
}

Result<std::shared_ptr<Inode>> HostInode::adopt(UniqueFd path_fd) {
  return std::shared_ptr<Inode>(TRY(context().inodes->get(std::move(path_fd), context_)));
}

Result<std::shared_ptr<Inode>> HostInode::lookup(std::string_view name, const Caller&) {
  constexpr int kFlags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  return adopt(TRY(host_open_at(path_fd_.get(), std::string(name).c_str(), kFlags, 0)));
}

Result<FileStatus> HostInode::status_of(std::string_view name, const Caller&) {
  return shown(TRY(host_status_at(path_fd_.get(), std::string(name).c_str())));
}

bool HostInode::leads_to(const std::string& path, FinalLink final_link, const Inode& other) const {
  const auto* directory = dynamic_cast<const HostInode*>(&other);
  if (directory == nullptr) return false;
  const char* relative = path.c_str() + std::min(path.find_first_not_of('/'), path.size());
  const int flags = final_link == FinalLink::Keep ? AT_SYMLINK_NOFOLLOW : 0;
  struct stat status;
  return fstatat(path_fd_.get(), relative, &status, flags) == 0 &&
         FileId{status.st_dev, status.st_ino} == directory->id_;
}

Result<UniqueFd> HostInode::create_host_file(const std::string& name, int host_flags,
                                             u32 permissions) {
  UniqueFd fd = TRY(host_open_at(path_fd_.get(), name.c_str(),
                                 host_flags | O_CREAT | O_EXCL | O_NOFOLLOW, permissions));
  if ((permissions & context().inodes->host_umask()) != 0)
    TRY(host_result(fchmod(fd.get(), static_cast<mode_t>(permissions))));
  return fd;
}

Result<std::shared_ptr<Inode>> HostInode::create(std::string_view name, u32 permissions) {
  const std::string text(name);
  TRY(create_host_file(text, O_WRONLY | O_CLOEXEC, permissions));
  return lookup(name, Caller{});
}

Result<std::shared_ptr<FileDescription>> HostInode::create_open(const Location& at,
                                                                std::string_view name, u32 flags,
                                                                u32 permissions) {
  UniqueFd fd = TRY(create_host_file(std::string(name),
                                     host_open_flags(flags & ~abi::kOpenTruncate), permissions));
  auto path_fd = TRY(host_open(FdLink(fd.get()).path(), O_PATH | O_CLOEXEC));
  std::shared_ptr<Inode> inode = TRY(adopt(std::move(path_fd)));
  auto place =
      std::make_shared<const Dentry>(Dentry{at, std::string(name), std::move(inode), at->mount});
  return HostFile::create(std::move(place), flags & ~abi::kOpenTruncate, std::move(fd));
}

Result<std::shared_ptr<FileDescription>> HostInode::open_temporary(const Location& at, u32 flags,
                                                                   u32 permissions) {
  const int exclusive = (flags & abi::kOpenExclusive) != 0 ? O_EXCL : 0;
  UniqueFd fd = TRY(host_open_at(path_fd_.get(), ".",
                                 host_open_flags(flags) | O_TMPFILE | exclusive, permissions));
  auto path_fd = TRY(host_open(FdLink(fd.get()).path(), O_PATH | O_CLOEXEC));
  std::shared_ptr<Inode> inode = TRY(adopt(std::move(path_fd)));
  const std::string name = "#" + std::to_string(TRY(inode->status()).inode);
  auto place = std::make_shared<const Dentry>(Dentry{at, name, std::move(inode), at->mount});
  return HostFile::create(std::move(place), flags & ~abi::kOpenExclusive, std::move(fd));
}

Result<Unit> HostInode::undo_umask(const std::string& name, u32 permissions) {
  if ((permissions & context().inodes->host_umask()) == 0) return Unit{};
  return host_result(fchmodat(path_fd_.get(), name.c_str(), static_cast<mode_t>(permissions), 0));
}

Result<Unit> HostInode::make_directory(std::string_view name, u32 permissions) {
  const std::string text(name);
  TRY(host_result(mkdirat(path_fd_.get(), text.c_str(), static_cast<mode_t>(permissions))));
  return undo_umask(text, permissions);
}

Result<Unit> HostInode::make_node(std::string_view name, FileType type, u32 permissions,
                                  u64 device) {
  const std::string text(name);
  const bool is_device = type == FileType::CharDevice || type == FileType::BlockDevice;
  if (is_device && context().inodes->fake_ownership)
    return make_placeholder(text, type, permissions, device);
  TRY(host_result(mknodat(path_fd_.get(), text.c_str(),
                          static_cast<mode_t>(mode_bits(type) | permissions), device)));
  return undo_umask(text, permissions);
}

Result<Unit> HostInode::make_symlink(std::string_view name, std::string_view target) {
  return host_result(
      symlinkat(std::string(target).c_str(), path_fd_.get(), std::string(name).c_str()));
}

Result<Unit> HostInode::link(std::string_view name, Inode& existing) {
  const auto* file = dynamic_cast<const HostInode*>(&existing);
  if (file == nullptr) return Errno::EXDEV;
  return host_result(linkat(AT_FDCWD, FdLink(file->host_fd()).path(), path_fd_.get(),
                            std::string(name).c_str(), AT_SYMLINK_FOLLOW));
}

Result<Unit> HostInode::unlink(std::string_view name) {
  const std::string text(name);
  const auto last = last_name_of(text);
  TRY(host_result(unlinkat(path_fd_.get(), text.c_str(), 0)));
  forget_claim(last);
  return Unit{};
}

Result<Unit> HostInode::remove_directory(std::string_view name) {
  const std::string text(name);
  const auto last = last_name_of(text);
  TRY(host_result(unlinkat(path_fd_.get(), text.c_str(), AT_REMOVEDIR)));
  forget_claim(last);
  return Unit{};
}

Result<Unit> HostInode::rename(std::string_view name, Inode& new_directory,
                               std::string_view new_name, RenameMode mode) {
  const auto* directory = dynamic_cast<const HostInode*>(&holder_of(new_directory, new_name));
  if (directory == nullptr) return Errno::EXDEV;
  unsigned host_mode = 0;
  if (mode == RenameMode::NoReplace) host_mode = RENAME_NOREPLACE;
  if (mode == RenameMode::Exchange) host_mode = RENAME_EXCHANGE;
  if (mode == RenameMode::Whiteout) host_mode = RENAME_WHITEOUT;
  std::optional<FileId> replaced;
  if (mode == RenameMode::Replace) replaced = directory->last_name_of(std::string(new_name));
  if (replaced && last_name_of(std::string(name)) == replaced) replaced.reset();
  TRY(host_result(renameat2(path_fd_.get(), std::string(name).c_str(), directory->host_fd(),
                            std::string(new_name).c_str(), host_mode)));
  forget_claim(replaced);
  return Unit{};
}

Result<Unit> HostInode::set_opaque() {
  return host_result(setxattr(FdLink(path_fd_.get()).path(), kOpaque, "y", 1, 0));
}

bool HostInode::opaque() {
  char value = 0;
  return getxattr(FdLink(path_fd_.get()).path(), kOpaque, &value, 1) == 1 && value == 'y';
}

Result<std::string> HostInode::read_link(const Caller&) {
  if (type_ != FileType::Symlink) return Errno::EINVAL;
  std::array<char, abi::kPathMax> text;
  const ssize_t size = readlinkat(path_fd_.get(), "", text.data(), text.size());
  if (size < 0) return host_errno();
  return std::string(text.data(), static_cast<u64>(size));
}

Result<UniqueFd> HostInode::reopen(const Location& at, int host_flags) {
  auto opened = reopen_by_name(at, host_flags);
  if (opened.ok()) return opened;
  auto linked = host_open(FdLink(path_fd_.get()).path(), host_flags);
  // Without /proc on the host the name is all there is.
  if (!linked.ok() && linked.error() == Errno::ENOENT) return opened;
  return linked;
}

/// By its name in its directory, which takes the host half as long as by /proc/self/fd; whoever
/// replaced it meanwhile is noticed before anything is changed, and never waited for.
Result<UniqueFd> HostInode::reopen_by_name(const Location& at, int host_flags) {
  const bool read_only = (host_flags & O_ACCMODE) == O_RDONLY;
  const bool truncate = (host_flags & O_TRUNC) != 0;
  if (!at->parent || at->parent->mount != at->mount || (read_only && truncate))
    return Errno::ENOENT;
  const auto* directory = dynamic_cast<const HostInode*>(at->parent->inode.get());
  if (directory == nullptr) return Errno::ENOENT;
  auto named = TRY(host_open_at(directory->host_fd(), at->name.c_str(),
                                (host_flags & ~O_TRUNC) | O_NOFOLLOW | O_NONBLOCK, 0));
  struct stat status;
  TRY(host_result(fstat(named.get(), &status)));
  if (FileId{status.st_dev, status.st_ino} != id_) return Errno::ENOENT;
  if (truncate) TRY(host_result(ftruncate(named.get(), 0)));
  return named;
}

/// ETXTBSY for a program that runs, before the host truncates it; permissions come first.
Result<Unit> HostInode::check_not_running(u32 flags) {
  const auto use = use_contents(ContentsUse::Write);
  if (use.ok()) return Unit{};
  TRY(check_access(access_wanted(flags) | abi::kAccessWrite));
  return use.error();
}

Result<std::shared_ptr<FileDescription>> HostInode::open(const Location& at, u32 flags) {
  const int host_flags = host_open_flags(flags);
  switch (type_) {
    case FileType::Regular: {
      const bool truncated = (flags & abi::kOpenTruncate) != 0;
      const bool read_only = (flags & abi::kOpenAccessMode) == abi::kOpenReadOnly;
      if (truncated || !read_only) TRY(check_not_running(flags));
      UniqueFd fd = TRY(reopen(at, host_flags));
      if (truncated) context().page_cache->after_truncate(id_, 0);
      return HostFile::create(at, flags & ~abi::kOpenTruncate, std::move(fd));
    }
    case FileType::Directory: {
      UniqueFd fd = TRY(reopen(at, (host_flags & ~O_TRUNC) | O_DIRECTORY));
      if (context().inodes->stable_files)
        return std::make_shared<SortedDirectory>(at, flags, std::move(fd));
      return std::make_shared<HostDirectory>(at, flags, std::move(fd));
    }
    case FileType::Fifo:
      // The host's FIFO itself is never opened, so its permissions have to be asked for.
      TRY(check_access(access_wanted(flags)));
      if (!fifo_) fifo_ = std::make_unique<Fifo>();
      return fifo_->open(at, flags & ~abi::kOpenTruncate);
    case FileType::Symlink: return Errno::ELOOP;
    case FileType::None:
    case FileType::Socket: return Errno::ENXIO;
    case FileType::CharDevice:
    case FileType::BlockDevice: break;
  }
  if (const auto& fake = context().inodes->fake_ownership;
      fake && fake->type_of(id_, FileType::Regular) != FileType::Regular)
    return Errno::ENXIO;  // a placeholder
  UniqueFd fd = TRY(reopen(at, (host_flags & ~O_TRUNC) | O_NONBLOCK));
  const u32 kept = flags & ~abi::kOpenTruncate;
  if (isatty(fd.get())) {
    const FileStatus status = TRY(host_status(fd.get()));
    auto terminal = context().inodes->terminal(status.special_device);
    if (!terminal) {
      terminal = TRY(HostTerminal::create(fd.get(), status, context()));
      context().inodes->set_terminal(status.special_device, terminal);
    }
    return open_terminal(at, kept, std::move(terminal));
  }
  return std::make_shared<HostStreamFile>(at, kept, std::move(fd), StreamGuard::NonBlocking,
                                          context().poller);
}

Result<Unit> HostInode::set_permissions(u32 permissions) {
  if (context().inodes->fake_ownership) return claim_permissions(permissions);
  return host_result(chmod(FdLink(path_fd_.get()).path(), static_cast<mode_t>(permissions)));
}

Result<Unit> HostInode::set_owner(i64 uid, i64 gid) {
  if (const auto& fake = context().inodes->fake_ownership) {
    fake->set_owner(TRY(host_status(path_fd_.get())), uid, gid);
    return Unit{};
  }
  return host_result(fchownat(path_fd_.get(), "", static_cast<uid_t>(uid), static_cast<gid_t>(gid),
                              AT_EMPTY_PATH));
}

Result<Unit> HostInode::set_times(const TimesUpdate& times) {
  timespec both[2] = {to_timespec(times.accessed), to_timespec(times.modified)};
  // The host lets whoever may write ask for the present, but only by that name.
  if (times.both_now) both[0].tv_nsec = both[1].tv_nsec = UTIME_NOW;
  TRY(host_result(utimensat(AT_FDCWD, FdLink(path_fd_.get()).path(), both, 0)));
  if (const auto& stable = context().inodes->stable_files; stable && !times.both_now)
    stable->times_were_set(TRY(host_status(path_fd_.get())));
  return Unit{};
}

Result<Unit> HostInode::truncate(u64 size) {
  if (type_ == FileType::Directory) return Errno::EISDIR;
  if (type_ != FileType::Regular) return Errno::EINVAL;
  TRY(use_contents(ContentsUse::Write));
  TRY(host_result(::truncate(FdLink(path_fd_.get()).path(), static_cast<off_t>(size))));
  context().page_cache->after_truncate(id_, size);
  return Unit{};
}

Result<Unit> HostInode::check_access(u32 mode) {
  // R_OK, W_OK and X_OK have these values on every Linux.
  return host_result(access(FdLink(path_fd_.get()).path(), static_cast<int>(mode)));
}

}  // namespace kemu
