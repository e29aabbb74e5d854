#include "fs/sink.h"

#include "fs/machine_copy.h"

namespace kemu {

namespace {

constexpr u64 kMagic = 0x50495045;  // PIPEFS_MAGIC
constexpr u64 kDevice = 13;

/// Where bytes go.
struct Outlet {
  std::shared_ptr<const Sink> sink;
  HostTraffic& traffic;
  CallbackGuard guard;
  int stream = 1;

  std::shared_ptr<Outlet> copy_to(MachineCopy& copy) const {
    auto redirected = copy.redirected(stream);
    return std::make_shared<Outlet>(
        Outlet{redirected ? redirected : sink, copy.poller().traffic(), copy.callbacks(), stream});
  }
};

class SinkFile : public FileDescription {
 public:
  SinkFile(Location location, u32 flags, std::shared_ptr<Outlet> outlet)
      : FileDescription(std::move(location), flags), outlet_(std::move(outlet)) {}

  Result<u64> write(const HostSpans& from) override {
    if (!writable()) return Errno::EBADF;
    return outlet_->traffic.print(from, [&](const HostSpans& part) {
      u64 moved = 0;
      for (const HostSpan& span : part) {
        const std::string_view bytes(reinterpret_cast<const char*>(span.data()), span.size());
        if (!span.empty()) (void)outlet_->guard([&] { (*outlet_->sink)(bytes); });
        moved += span.size();
      }
      return Result<u64>(moved);
    });
  }
  u32 poll() override { return kPollOut | kPollWriteNormal; }
  bool pollable() const override { return true; }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    return copy_common(copy,
                       std::make_shared<SinkFile>(copy.of(location_), flags_, copy.of(outlet_)));
  }

 private:
  std::shared_ptr<Outlet> outlet_;
};

class SinkInode : public Inode {
 public:
  SinkInode(std::shared_ptr<Outlet> outlet, u64 number)
      : outlet_(std::move(outlet)), number_(number) {}

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
    return std::make_shared<SinkFile>(at, flags & ~abi::kOpenTruncate, outlet_);
  }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    return copy_common(copy, std::make_shared<SinkInode>(copy.of(outlet_), number_));
  }

 private:
  std::shared_ptr<Outlet> outlet_;
  u64 number_;
};

}  // namespace

std::shared_ptr<FileDescription> make_sink(Sink sink, HostTraffic& traffic, CallbackGuard guard,
                                           int stream, u64 inode_number) {
  auto outlet = std::make_shared<Outlet>(
      Outlet{std::make_shared<const Sink>(std::move(sink)), traffic, std::move(guard), stream});
  Dentry dentry;
  dentry.name = "pipe:[" + std::to_string(inode_number) + "]";
  dentry.inode = std::make_shared<SinkInode>(std::move(outlet), inode_number);
  auto at = std::make_shared<const Dentry>(std::move(dentry));
  return *at->inode->open(at, abi::kOpenWriteOnly);
}

}  // namespace kemu
