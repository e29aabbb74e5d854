#include "fs/sink.h"

namespace kemu {

namespace {

constexpr u64 kMagic = 0x50495045;  // PIPEFS_MAGIC
constexpr u64 kDevice = 13;

class SinkFile : public FileDescription {
 public:
  SinkFile(Location location, u32 flags, std::shared_ptr<const Sink> sink)
      : FileDescription(std::move(location), flags), sink_(std::move(sink)) {}

  Result<u64> write(const HostSpans& from) override {
    if (!writable()) return Errno::EBADF;
    u64 moved = 0;
    for (const HostSpan& span : from) {
      if (!span.empty()) (*sink_)({reinterpret_cast<const char*>(span.data()), span.size()});
      moved += span.size();
    }
    return moved;
  }
  u32 poll() override { return kPollOut | kPollWriteNormal; }
  bool pollable() const override { return true; }

 private:
  std::shared_ptr<const Sink> sink_;
};

class SinkInode : public Inode {
 public:
  SinkInode(Sink sink, u64 number)
      : sink_(std::make_shared<const Sink>(std::move(sink))), number_(number) {}

  FileType type() const override { return FileType::Fifo; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.device = kDevice;
    status.inode = number_;
    status.type = FileType::Fifo;
    status.permissions = 0600;
    return status;
  }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = kMagic;
    return status;
  }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    if ((flags & abi::kOpenAccessMode) != abi::kOpenWriteOnly) return Errno::EACCES;
    return std::make_shared<SinkFile>(at, flags & ~abi::kOpenTruncate, sink_);
  }

 private:
  std::shared_ptr<const Sink> sink_;
  u64 number_;
};

}  // namespace

std::shared_ptr<FileDescription> make_sink(Sink sink, u64 inode_number) {
  Dentry dentry;
  dentry.name = "pipe:[" + std::to_string(inode_number) + "]";
  dentry.inode = std::make_shared<SinkInode>(std::move(sink), inode_number);
  auto at = std::make_shared<const Dentry>(std::move(dentry));
  return *at->inode->open(at, abi::kOpenWriteOnly);
}

}  // namespace kemu
