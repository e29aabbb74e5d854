#include <algorithm>

#include "fs/overlay_inode.h"
#include "fs/span_bytes.h"

// What brings a file of a lower tree into the upper one before it is changed
// (fs/overlayfs/copy_up.c).

namespace kemu {

namespace {

constexpr u64 kPiece = u64{64} << 10;

/// A place for what is opened in a tree below: outside of all mounts, so its name is its path.
Location bare_place(std::shared_ptr<Inode> inode, std::string name) {
  return std::make_shared<const Dentry>(
      Dentry{nullptr, std::move(name), std::move(inode), nullptr});
}

bool all_zeros(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte byte) { return byte == std::byte{}; });
}

}  // namespace

Result<Unit> OverlayInode::copy_up() {
  if (upper_) return Unit{};
  if (!fs_->writable) return Errno::EROFS;
  if (removed_) return Errno::ENOENT;
  TRY(parent_->copy_up());
  const FsMachine::Privilege root(fs_->machine);
  const FileStatus from = TRY(lowers_.front()->status());
  TRY(make_copy(from));
  adopt_upper(TRY(parent_->upper_->lookup(name_, Caller{})));
  return copy_attributes(from);
}

Result<Unit> OverlayInode::make_copy(const FileStatus& from) {
  Inode& directory = *parent_->upper_;
  switch (type_) {
    case FileType::Regular: {
      const auto copied = copy_contents();
      if (!copied.ok()) (void)directory.unlink(name_);
      return copied;
    }
    case FileType::Directory: return directory.make_directory(name_, from.permissions | 0700);
    case FileType::Symlink:
      return directory.make_symlink(name_, TRY(lowers_.front()->read_link(Caller{})));
    case FileType::Fifo:
    case FileType::Socket: return directory.make_node(name_, type_, from.permissions, 0);
    case FileType::CharDevice:
    case FileType::BlockDevice:
    case FileType::None: break;
  }
  return Errno::EPERM;
}

Result<Unit> OverlayInode::copy_contents() {
  const auto& lower = lowers_.front();
  const auto source = TRY(lower->open(bare_place(lower, name_), abi::kOpenReadOnly));
  const auto copy = TRY(parent_->upper_->create_open(bare_place(parent_->upper_, ""), name_,
                                                     abi::kOpenWriteOnly, 0600));
  std::vector<std::byte> piece(kPiece);
  u64 offset = 0;
  for (;;) {
    const u64 got = TRY(source->read_at({piece}, offset));
    if (got == 0) break;
    // Holes stay holes.
    if (!all_zeros({piece.data(), got})) {
      for (u64 done = 0; done < got;) {
        const u64 wrote =
            TRY(copy->write_at({std::span(piece.data() + done, got - done)}, offset + done));
        if (wrote == 0) return Errno::ENOSPC;
        done += wrote;
      }
    }
    offset += got;
  }
  return copy->truncate(offset);
}

/// The owner may not be anything kemu's user on the host can give; then the copy is that user's.
Result<Unit> OverlayInode::copy_attributes(const FileStatus& from) {
  copy_extended_attributes();
  (void)upper_->set_owner(from.uid, from.gid);
  if (type_ != FileType::Symlink) TRY(upper_->set_permissions(from.permissions));
  return upper_->set_times(TimesUpdate{from.accessed, from.modified});
}

void OverlayInode::adopt_upper(std::shared_ptr<Inode> upper) {
  upper_ = std::move(upper);
  const auto status = upper_->status();
  if (!status.ok()) return;
  fs_->origins[FileId{status->device, status->inode}] = number_;
  if (type_ != FileType::Directory) fs_->by_upper[upper_.get()] = self();
}

}  // namespace kemu
