#include <algorithm>
#include <cstring>
#include <vector>

#include "base/abi/dirent.h"
#include "base/abi/inotify.h"
#include "fs/watches.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"

// getdents64(2).

namespace kemu {

namespace {

/// A guest may name a buffer of any size; so much is read and copied at a time.
constexpr u64 kMostBytes = u64{64} << 10;

void append_entry(std::vector<std::byte>& records, const DirectoryEntry& entry) {
  const u64 start = records.size();
  const u64 size = abi::dirent_size(entry.name.size());
  records.resize(start + size);
  const auto put = [&](u64 offset, const void* value, u64 bytes) {
    std::memcpy(records.data() + start + offset, value, bytes);
  };
  const u16 length = static_cast<u16>(size);
  const u8 type = directory_entry_type(entry.type);
  put(abi::kDirentInodeOffset, &entry.inode, sizeof entry.inode);
  put(abi::kDirentNextOffset, &entry.next_offset, sizeof entry.next_offset);
  put(abi::kDirentLengthOffset, &length, sizeof length);
  put(abi::kDirentTypeOffset, &type, sizeof type);
  put(abi::kDirentNameOffset, entry.name.data(), entry.name.size());
}

}  // namespace

SyscallResult<u64> sys_getdents64(Task& task, Fd fd, OutBytes buf, u64 size) {
  const auto file = TRY(get_file(task, fd));
  if (file->inode().type() != FileType::Directory) return Errno::ENOTDIR;
  // The kernel's own parameter is an unsigned int.
  const u64 room = std::min<u64>(static_cast<u32>(size), kMostBytes);
  const u64 before = TRY(file->seek(0, Whence::Current));
  const auto entries = TRY(file->read_directory(room));
  tell_watchers(file->location(), abi::kInotifyAccess);
  std::vector<std::byte> records;
  u64 after = before;
  u64 told_entries = 0;
  for (const DirectoryEntry& entry : entries) {
    if (records.size() + abi::dirent_size(entry.name.size()) > room) break;
    append_entry(records, entry);
    after = entry.next_offset;
    ++told_entries;
  }
  const bool any_left = told_entries < entries.size();
  const auto told = task.space->write(buf.addr, records);
  // What was not told comes again the next time.
  if (!told.ok()) after = before;
  if (!told.ok() || any_left) TRY(file->seek_directory(after));
  if (!told.ok()) return told.error();
  if (records.empty() && any_left) return Errno::EINVAL;
  return records.size();
}

}  // namespace kemu
