#include "fs/inode.h"

#include "fs/file_description.h"
#include "fs/flock.h"
#include "fs/machine_copy.h"
#include "fs/mount_table.h"
#include "fs/watches.h"

namespace kemu {

namespace {

/// What an operation on names answers that a file system lacks: EPERM in a directory, as the VFS
/// says for a missing inode operation, ENOTDIR in anything else.
Errno no_directory_operation(const Inode& inode) {
  return inode.type() == FileType::Directory ? Errno::EPERM : Errno::ENOTDIR;
}

}  // namespace

std::shared_ptr<const Dentry> Dentry::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<Dentry>();
  made->parent = copy.of(parent);
  made->name = name;
  made->mount = copy.of(mount);
  if (!inode->made_by_lookup()) {
    made->inode = copy.of(inode);
    return made;
  }
  if (auto known = copy.find(inode.get())) {
    made->inode = std::move(known);
    return made;
  }
  auto found = made->parent ? made->parent->inode->lookup(name, Caller{}) : Errno::ENOENT;
  if (!found.ok()) {
    copy.refuse("'" + name + "' is open or in use and can no longer be looked up");
    made->inode = made->parent ? made->parent->inode : inode;
    return made;
  }
  made->inode = std::move(found).value();
  copy.remember(inode.get(), made->inode);
  return made;
}

std::shared_ptr<Inode> Inode::copy_common(MachineCopy& copy, std::shared_ptr<Inode> made) const {
  if (flock_) copy.queue(std::as_const(*flock_).queue(), made->flock().queue());
  made->write_hint = write_hint;
  copy.remember(this, made);
  if (!moved_to) return made;
  made->moved_to = std::make_unique<PresentName>();
  made->moved_to->directory = copy.of(moved_to->directory);
  made->moved_to->name = moved_to->name;
  return made;
}

Inode::Inode() = default;
Inode::~Inode() = default;

Result<std::shared_ptr<Inode>> Inode::lookup(std::string_view, const Caller&) {
  return Errno::ENOTDIR;
}

Result<std::shared_ptr<Inode>> Inode::create(std::string_view, u32) {
  return type() == FileType::Directory ? Errno::EACCES : Errno::ENOTDIR;
}

Result<std::shared_ptr<FileDescription>> Inode::create_open(const Location& at,
                                                            std::string_view name, u32 flags,
                                                            u32 permissions) {
  auto inode = TRY(create(name, permissions));
  auto place = std::make_shared<const Dentry>(Dentry{at, std::string(name), inode, at->mount});
  return inode->open(place, flags & ~abi::kOpenTruncate);
}

Result<std::shared_ptr<FileDescription>> Inode::open_temporary(const Location&, u32, u32) {
  return Errno::EOPNOTSUPP;
}

Result<Unit> Inode::make_directory(std::string_view, u32) { return no_directory_operation(*this); }

Result<Unit> Inode::make_node(std::string_view, FileType, u32, u64) {
  return no_directory_operation(*this);
}

Result<Unit> Inode::make_symlink(std::string_view, std::string_view) {
  return no_directory_operation(*this);
}

Result<Unit> Inode::link(std::string_view, Inode&) { return no_directory_operation(*this); }

Result<Unit> Inode::unlink(std::string_view) { return no_directory_operation(*this); }

Result<Unit> Inode::remove_directory(std::string_view) { return no_directory_operation(*this); }

Result<Unit> Inode::rename(std::string_view, Inode&, std::string_view, RenameMode) {
  return no_directory_operation(*this);
}

Result<Unit> Inode::set_opaque() { return Errno::EOPNOTSUPP; }

Result<std::string> Inode::read_link(const Caller&) { return Errno::EINVAL; }

Result<LinkTarget> Inode::follow(const Caller& caller) {
  return LinkTarget(TRY(read_link(caller)));
}

Result<FileStatus> Inode::status_of(std::string_view name, const Caller& caller) {
  return TRY(lookup(name, caller))->status();
}

bool Inode::leads_to(const std::string&, FinalLink, const Inode&) const { return false; }

Result<Unit> Inode::set_permissions(u32) { return Errno::EPERM; }

Result<Unit> Inode::set_owner(i64, i64) { return Errno::EPERM; }

Result<Unit> Inode::set_times(const TimesUpdate&) { return Errno::EPERM; }

Result<Unit> Inode::truncate(u64) {
  return type() == FileType::Directory ? Errno::EISDIR : Errno::EINVAL;
}

Result<std::string> Inode::attribute(const std::string&) { return Errno::EOPNOTSUPP; }

Result<Unit> Inode::set_attribute(const std::string&, std::string_view, AttributeMode) {
  return Errno::EOPNOTSUPP;
}

Result<Unit> Inode::remove_attribute(const std::string&) { return Errno::EOPNOTSUPP; }

Result<std::string> Inode::list_attributes() { return Errno::EOPNOTSUPP; }

Result<Unit> Inode::check_access(u32 mode) {
  // Nodes of kemu's own have no owner to compare with: what any class of users may do is granted.
  const u32 permissions = TRY(status()).permissions;
  const u32 granted = (permissions | permissions >> 3 | permissions >> 6) & 7;
  if ((mode & ~granted & 7) != 0) return Errno::EACCES;
  return Unit{};
}

Result<FilesystemStatus> Inode::filesystem_status() { return Errno::ENOSYS; }

Flock& Inode::flock() {
  if (!flock_) flock_ = std::make_unique<Flock>();
  return *flock_;
}

InodeWatchers& Inode::make_watchers() {
  if (!watchers_) watchers_ = std::make_unique<InodeWatchers>();
  return *watchers_;
}

void Inode::drop_watchers() { watchers_.reset(); }

Result<std::shared_ptr<void>> Inode::use_contents(ContentsUse use) {
  const i32 step = use == ContentsUse::Write ? 1 : -1;
  if (writers_ * step < 0) return Errno::ETXTBSY;
  writers_ += step;
  return std::shared_ptr<void>(
      this, [inode = shared_from_this(), step](void*) { inode->writers_ -= step; });
}

}  // namespace kemu
