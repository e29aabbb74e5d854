#include "fs/covered_directory.h"

#include <algorithm>

#include "fs/machine_copy.h"

namespace kemu {

namespace {

/// Offsets of the added names. A host's own offsets are counts or 63-bit hashes; the last 4096
/// values below 2^63 but the very last (ext4's end of directory) are ours.
constexpr u64 kFirstOffset = 0x7fff'ffff'ffff'f000;

}  // namespace

CoveredDirectory::CoveredDirectory(std::shared_ptr<FileDescription> below,
                                   std::vector<DirectoryEntry> missing)
    : FileDescription(below->location(), below->flags()),
      below_(std::move(below)),
      missing_(std::move(missing)) {
  for (u64 i = 0; i < missing_.size(); ++i) missing_[i].next_offset = kFirstOffset + i + 1;
}

std::shared_ptr<FileDescription> CoveredDirectory::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<CoveredDirectory>(copy.of(below_), missing_);
  made->next_missing_ = next_missing_;
  return copy_common(copy, made);
}

Result<Unit> CoveredDirectory::set_flags(u32 flags) {
  TRY(below_->set_flags(flags));
  return FileDescription::set_flags(flags);
}

Result<std::vector<DirectoryEntry>> CoveredDirectory::read_directory(u64 most) {
  if (next_missing_ == 0) {
    auto entries = TRY(below_->read_directory(most));
    if (!entries.empty()) return entries;
  }
  std::vector<DirectoryEntry> rest(missing_.begin() + static_cast<i64>(next_missing_),
                                   missing_.end());
  next_missing_ = missing_.size();
  return rest;
}

Result<Unit> CoveredDirectory::seek_directory(u64 offset) {
  const u64 index = offset - kFirstOffset;
  if (index > 0 && index <= missing_.size()) {
    next_missing_ = index;
    return Unit{};
  }
  TRY(below_->seek_directory(offset));
  next_missing_ = 0;
  return Unit{};
}

Result<u64> CoveredDirectory::seek(i64 offset, Whence whence) {
  if (whence == Whence::Current && offset == 0 && next_missing_ > 0)
    return missing_[next_missing_ - 1].next_offset;
  if (whence != Whence::Set) return below_->seek(offset, whence);
  if (offset < 0) return Errno::EINVAL;
  TRY(seek_directory(static_cast<u64>(offset)));
  return static_cast<u64>(offset);
}

std::shared_ptr<FileDescription> with_covered_names(std::shared_ptr<FileDescription> opened,
                                                    const std::vector<Location>& covers,
                                                    const Caller& caller) {
  std::vector<DirectoryEntry> missing;
  for (const Location& cover : covers) {
    if (opened->inode().lookup(cover->name, caller).ok()) continue;
    const auto status = cover->inode->status();
    missing.push_back({status.ok() ? status->inode : 1, 0, cover->inode->type(), cover->name});
  }
  if (missing.empty()) return opened;
  return std::make_shared<CoveredDirectory>(std::move(opened), std::move(missing));
}

}  // namespace kemu
