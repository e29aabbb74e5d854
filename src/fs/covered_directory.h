#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fs/file_description.h"

namespace kemu {

/// An open directory in which mounts cover names that the directory itself lacks: it reads as the
/// one below, followed by these. Linux has no twin: there a mount point has to exist.
class CoveredDirectory : public FileDescription {
 public:
  CoveredDirectory(std::shared_ptr<FileDescription> below, std::vector<DirectoryEntry> missing);

  Result<Unit> set_flags(u32 flags) override;
  Result<u64> seek(i64 offset, Whence whence) override;
  Result<std::vector<DirectoryEntry>> read_directory(u64 most) override;
  Result<Unit> seek_directory(u64 offset) override;
  Result<Unit> sync(bool data_only) override { return below_->sync(data_only); }
  Result<FileStatus> status() override { return below_->status(); }
  int host_fd() const override { return below_->host_fd(); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override;

 private:
  std::shared_ptr<FileDescription> below_;
  std::vector<DirectoryEntry> missing_;
  /// How many of `missing_` were read; the directory below comes first.
  u64 next_missing_ = 0;
};

/// `opened`, or a CoveredDirectory over it when mounts add names to it.
std::shared_ptr<FileDescription> with_covered_names(std::shared_ptr<FileDescription> opened,
                                                    const std::vector<Location>& covers,
                                                    const Caller& caller);

}  // namespace kemu
