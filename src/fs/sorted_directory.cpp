#include "fs/sorted_directory.h"

#include "base/abi/dirent.h"
#include "fs/host_inode.h"
#include "fs/host_io.h"
#include "fs/machine_copy.h"
#include "fs/stable_files.h"

namespace kemu {

Result<u64> SortedDirectory::seek(i64 offset, Whence whence) {
  if (whence == Whence::Current) offset += static_cast<i64>(position_);
  if (offset < 0 || (whence != Whence::Set && whence != Whence::Current)) return Errno::EINVAL;
  return position_ = static_cast<u64>(offset);
}

Result<Unit> SortedDirectory::seek_directory(u64 offset) {
  position_ = offset;
  return Unit{};
}

std::shared_ptr<FileDescription> SortedDirectory::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<SortedDirectory>(copy.of(location_), flags_, open_again(copy));
  made->entries_ = entries_;
  made->position_ = position_;
  return copy_common(copy, made);
}

Result<Unit> SortedDirectory::load() {
  constexpr u64 kAtOnce = u64{64} << 10;
  entries_.clear();
  TRY(HostDirectory::seek_directory(0));
  for (;;) {
    auto some = TRY(HostDirectory::read_directory(kAtOnce));
    if (some.empty()) break;
    std::move(some.begin(), some.end(), std::back_inserter(entries_));
  }
  const auto rank = [](const std::string& name) { return name == "." ? 0 : name == ".." ? 1 : 2; };
  std::sort(entries_.begin(), entries_.end(), [&](const auto& a, const auto& b) {
    return std::pair(rank(a.name), std::string_view(a.name)) <
           std::pair(rank(b.name), std::string_view(b.name));
  });
  auto* directory = dynamic_cast<const HostInode*>(&inode());
  CHECK(directory != nullptr && directory->context().inodes->stable_files);
  StableFiles& stable = *directory->context().inodes->stable_files;
  for (u64 i = 0; i < entries_.size(); ++i) {
    entries_[i].next_offset = i + 1;
    // One that is gone again has a number that nobody will see anywhere else.
    const auto real = host_status_at(host_fd(), entries_[i].name.c_str());
    if (real.ok()) entries_[i].inode = stable.shown(*real).inode;
  }
  return Unit{};
}

Result<std::vector<DirectoryEntry>> SortedDirectory::read_directory(u64 most) {
  if (position_ == 0) TRY(load());
  std::vector<DirectoryEntry> some;
  for (u64 size = 0; position_ < entries_.size() && size < most; ++position_) {
    some.push_back(entries_[position_]);
    size += abi::kDirentNameOffset + some.back().name.size() + 1;
  }
  return some;
}

}  // namespace kemu
