#include "fs/anonymous_place.h"

#include "fs/file_description.h"
#include "fs/machine_copy.h"

namespace kemu {

namespace {

constexpr u64 kMagic = 0x09041934;  // ANON_INODE_FS_MAGIC
constexpr u64 kDevice = 14;         // an anonymous device number, as Linux gives it one

class AnonymousInode : public Inode {
 public:
  explicit AnonymousInode(u64 number) : number_(number) {}

  FileType type() const override { return FileType::None; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.device = kDevice;
    status.inode = number_;
    status.type = FileType::None;
    status.permissions = 0600;
    return status;
  }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = kMagic;
    return status;
  }
  /// /proc/PID/fd/N of such a file cannot be opened.
  Result<std::shared_ptr<FileDescription>> open(const Location&, u32) override {
    return Errno::ENXIO;
  }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    return copy_common(copy, std::make_shared<AnonymousInode>(number_));
  }

 private:
  u64 number_;
};

}  // namespace

Location make_anonymous_place(std::string name, u64 inode_number) {
  Dentry dentry;
  dentry.name = std::move(name);
  dentry.inode = std::make_shared<AnonymousInode>(inode_number);
  return std::make_shared<const Dentry>(std::move(dentry));
}

}  // namespace kemu
