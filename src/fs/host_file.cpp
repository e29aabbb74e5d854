#include "fs/host_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/abi/dirent.h"
#include "base/abi/ioctl.h"
#include "base/errno_undef.h"
#include "fs/host_inode.h"
#include "fs/host_io.h"
#include "fs/machine_copy.h"
#include "fs/page_cache.h"
#include "fs/path_walk.h"

namespace kemu {

namespace {

/// getdents64(2) of the host is asked for this many bytes: at least one entry of any length.
constexpr u64 kLeastDirectoryBuffer = 1024;
constexpr u64 kMostDirectoryBuffer = u64{64} << 10;

const HostInode& host_inode_of(const Location& location) {
  const auto* inode = dynamic_cast<const HostInode*>(location->inode.get());
  CHECK(inode != nullptr);
  return *inode;
}

/// The path from the top of the mount tree, whatever the process's root is.
std::string full_path(const Location& place) {
  const Location* top = &place;
  while ((*top)->parent) top = &(*top)->parent;
  return path_of(place, *top);
}

template <typename T>
T field(const std::byte* record, u64 offset) {
  T value;
  std::memcpy(&value, record + offset, sizeof value);
  return value;
}

/// The type a getdents64 record tells; file systems that leave it open are asked by name.
FileType entry_type(int directory, u8 told, const char* name) {
  if (told != DT_UNKNOWN) return type_from_mode(u32{told} << 12);
  struct stat status;
  if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return FileType::Regular;
  return type_from_mode(status.st_mode);
}

/// The file behind `fd` opened once more, with an offset of its own that stands where `fd`'s does.
UniqueFd open_host_file_again(MachineCopy& copy, int fd, int host_flags, const std::string& name) {
  auto again = host_open(FdLink(fd).path(), host_flags);
  const auto offset = host_seek(fd, 0, Whence::Current);
  if (again.ok() && offset.ok() &&
      host_seek(again->get(), static_cast<i64>(*offset), Whence::Set).ok())
    return std::move(again).value();
  copy.refuse("the host does not let '" + name + "' be opened again");
  return UniqueFd();
}

}  // namespace

std::shared_ptr<FileDescription> HostFile::copy_to(MachineCopy& copy) const {
  Location place = copy.of(location_);
  UniqueFd fd = open_host_file_again(copy, fd_.get(), host_open_flags(flags_), location_->name);
  auto made = std::make_shared<HostFile>(std::move(place), flags_, std::move(fd));
  auto writing = writing_ ? made->inode().use_contents(ContentsUse::Write) : nullptr;
  if (writing.ok()) made->writing_ = std::move(writing).value();
  return copy_common(copy, made);
}

std::shared_ptr<FileDescription> HostDirectory::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<HostDirectory>(copy.of(location_), flags_, open_again(copy));
  return copy_common(copy, std::move(made));
}

UniqueFd HostDirectory::open_again(MachineCopy& copy) const {
  return open_host_file_again(copy, fd_.get(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, location_->name);
}

Result<std::shared_ptr<FileDescription>> HostFile::create(Location location, u32 flags,
                                                          UniqueFd fd) {
  auto file = std::make_shared<HostFile>(std::move(location), flags, std::move(fd));
  if (file->writable()) file->writing_ = TRY(file->inode().use_contents(ContentsUse::Write));
  return file;
}

HostFile::HostFile(Location location, u32 flags, UniqueFd fd)
    : FileDescription(std::move(location), flags),
      fd_(std::move(fd)),
      id_(host_inode_of(location_).id()),
      page_cache_(*host_inode_of(location_).context().page_cache),
      output_(host_inode_of(location_).is_output()
                  ? &host_inode_of(location_).context().poller.traffic()
                  : nullptr) {}

Result<Unit> HostFile::set_flags(u32 flags) {
  TRY(host_result(fcntl(fd_.get(), F_SETFL, host_open_flags(flags))));
  return FileDescription::set_flags(flags);
}

Result<u64> HostFile::read(const HostSpans& to) {
  if (page_cache_.any_shared_writable() && page_cache_.watches(id_))
    page_cache_.before_read(id_, TRY(host_seek(fd_.get(), 0, Whence::Current)), total_size(to));
  return host_read(fd_.get(), to);
}

Result<u64> HostFile::write(const HostSpans& from) {
  const u64 moved =
      TRY(print(from, [&](const HostSpans& part) { return host_write(fd_.get(), part); }));
  if (moved > 0 && page_cache_.watches(id_)) {
    const auto end = host_seek(fd_.get(), 0, Whence::Current);
    if (end.ok()) page_cache_.after_write(id_, *end - moved, moved);
  }
  return moved;
}

Result<u64> HostFile::read_at(const HostSpans& to, u64 offset) {
  page_cache_.before_read(id_, offset, total_size(to));
  return host_read_at(fd_.get(), to, offset);
}

Result<u64> HostFile::write_at(const HostSpans& from, u64 offset) {
  const u64 moved = TRY(
      print(from, [&](const HostSpans& part) { return host_write_at(fd_.get(), part, offset); }));
  if (moved == 0 || !page_cache_.watches(id_)) return moved;
  // With O_APPEND Linux's pwrite(2) appends whatever the offset says.
  if ((flags_ & abi::kOpenAppend) != 0) offset = TRY(host_status(fd_.get())).size - moved;
  page_cache_.after_write(id_, offset, moved);
  return moved;
}

Result<u64> HostFile::seek(i64 offset, Whence whence) {
  return host_seek(fd_.get(), offset, whence);
}

Result<Unit> HostFile::truncate(u64 size) {
  if (size > static_cast<u64>(std::numeric_limits<off_t>::max())) return Errno::EINVAL;
  TRY(host_result(ftruncate(fd_.get(), static_cast<off_t>(size))));
  page_cache_.after_truncate(id_, size);
  return Unit{};
}

Result<Unit> HostFile::allocate(u32 mode, u64 offset, u64 size) {
  TRY(host_result(fallocate(fd_.get(), static_cast<int>(mode), static_cast<off_t>(offset),
                            static_cast<off_t>(size))));
  // Holes, collapsed and inserted ranges may have moved anything from the offset on.
  if (mode != 0 && page_cache_.watches(id_)) {
    const u64 end = TRY(host_status(fd_.get())).size;
    if (end > offset) page_cache_.after_write(id_, offset, end - offset);
    page_cache_.after_truncate(id_, end);
  }
  return Unit{};
}

Result<Unit> HostFile::sync(bool data_only) {
  page_cache_.before_read(id_, 0, ~u64{0});
  return host_result(data_only ? fdatasync(fd_.get()) : fsync(fd_.get()));
}

Result<FileStatus> HostFile::status() {
  const FileStatus real = TRY(host_status(fd_.get()));
  const auto* file = dynamic_cast<const HostInode*>(&inode());
  return file ? file->shown(real) : real;
}

Result<u64> HostFile::ioctl(u32 request, AddressSpace& space, GuestAddr argument) {
  if (request != abi::kFioReadable) return Errno::ENOTTY;
  const u64 offset = TRY(host_seek(fd_.get(), 0, Whence::Current));
  const u64 size = TRY(status()).size;
  // Linux subtracts in loff_t and stores an int, past the end too (file_ioctl).
  TRY(space.write_value(argument, static_cast<i32>(size - offset)));
  return u64{0};
}

Result<std::shared_ptr<MappedObject>> HostFile::mapping(Sharing sharing) {
  if (!readable()) return Errno::EACCES;
  FileMapping kind = FileMapping::Private;
  if (sharing == Sharing::Shared)
    kind = writable() ? FileMapping::SharedWritable : FileMapping::SharedReadOnly;
  auto object = TRY(page_cache_.map(fd_.get(), id_, full_path(location_), kind));
  if (!writing_) return object;
  // A mapping keeps its file open, so the file goes on having a writer.
  MappedObject* mapped = object.get();
  return std::shared_ptr<MappedObject>(
      mapped, [object = std::move(object), writing = writing_](MappedObject*) {});
}

Result<u64> HostDirectory::seek(i64 offset, Whence whence) {
  return host_seek(fd_.get(), offset, whence);
}

Result<Unit> HostDirectory::seek_directory(u64 offset) {
  TRY(host_seek(fd_.get(), static_cast<i64>(offset), Whence::Set));
  return Unit{};
}

Result<std::vector<DirectoryEntry>> HostDirectory::read_directory(u64 most) {
  std::vector<std::byte> buffer(std::clamp(most, kLeastDirectoryBuffer, kMostDirectoryBuffer));
  const long got = syscall(SYS_getdents64, fd_.get(), buffer.data(), buffer.size());
  if (got < 0) return host_errno();
  std::vector<DirectoryEntry> entries;
  for (u64 at = 0; at < static_cast<u64>(got);) {
    const std::byte* record = buffer.data() + at;
    const char* name = reinterpret_cast<const char*>(record + abi::kDirentNameOffset);
    DirectoryEntry entry;
    entry.inode = field<u64>(record, abi::kDirentInodeOffset);
    entry.next_offset = field<u64>(record, abi::kDirentNextOffset);
    entry.type = entry_type(fd_.get(), field<u8>(record, abi::kDirentTypeOffset), name);
    entry.name = name;
    entries.push_back(std::move(entry));
    at += field<u16>(record, abi::kDirentLengthOffset);
  }
  return entries;
}

Result<Unit> HostDirectory::sync(bool data_only) {
  return host_result(data_only ? fdatasync(fd_.get()) : fsync(fd_.get()));
}

Result<FileStatus> HostDirectory::status() {
  const FileStatus real = TRY(host_status(fd_.get()));
  const auto* file = dynamic_cast<const HostInode*>(&inode());
  return file ? file->shown(real) : real;
}

}  // namespace kemu
