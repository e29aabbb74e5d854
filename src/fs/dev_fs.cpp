#include "fs/dev_fs.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/abi/ioctl.h"
#include "fs/dev_pts.h"
#include "fs/file_description.h"
#include "fs/host_terminal.h"
#include "fs/machine_copy.h"
#include "fs/tree_fs.h"

namespace kemu {

namespace {

constexpr TreeIdentity kDevIdentity{6, 0x01021994};  // TMPFS_MAGIC, which devtmpfs shows
constexpr u64 kRootNumber = 1;
constexpr std::string_view kPtsPrefix = "/dev/pts/";

/// dev_t as user space sees it, for the small numbers here.
constexpr u64 device_number(u64 major, u64 minor) { return major << 8 | minor; }

enum class DeviceKind : u8 { Null, Zero, Full, Random };

/// One of the memory devices, opened (drivers/char/mem.c and random.c).
class DeviceFile : public FileDescription {
 public:
  DeviceFile(Location location, u32 flags, DeviceKind kind, Entropy& entropy)
      : FileDescription(std::move(location), flags), kind_(kind), entropy_(entropy) {}

  Result<u64> read(const HostSpans& to) override {
    if (!readable()) return Errno::EBADF;
    if (kind_ == DeviceKind::Null) return u64{0};
    u64 moved = 0;
    for (const HostSpan& span : to) {
      if (kind_ == DeviceKind::Random)
        entropy_.fill(span);
      else if (!span.empty())
        std::memset(span.data(), 0, span.size());
      moved += span.size();
    }
    return moved;
  }
  Result<u64> write(const HostSpans& from) override {
    if (!writable()) return Errno::EBADF;
    if (kind_ == DeviceKind::Full) return Errno::ENOSPC;
    u64 moved = 0;
    for (const HostSpan& span : from) moved += span.size();
    return moved;
  }
  Result<u64> read_at(const HostSpans& to, u64) override { return read(to); }
  Result<u64> write_at(const HostSpans& from, u64) override { return write(from); }
  Result<u64> seek(i64, Whence) override { return u64{0}; }
  Result<u64> ioctl(u32 request, AddressSpace& space, GuestAddr argument) override {
    if (kind_ != DeviceKind::Random) return Errno::ENOTTY;
    if (request != abi::kRandomGetEntropyCount) return Errno::EINVAL;
    TRY(space.write_value(argument, i32{256}));
    return u64{0};
  }
  Result<std::shared_ptr<MappedObject>> mapping(Sharing) override {
    if (kind_ != DeviceKind::Zero) return Errno::ENODEV;
    return std::shared_ptr<MappedObject>();
  }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    return copy_common(
        copy, std::make_shared<DeviceFile>(copy.of(location_), flags_, kind_, copy.entropy()));
  }

 private:
  DeviceKind kind_;
  Entropy& entropy_;
};

/// A character device node of /dev.
class DeviceNode : public Inode {
 public:
  DeviceNode(u64 number, u64 device, u32 permissions)
      : number_(number), device_(device), permissions_(permissions) {}

  FileType type() const override { return FileType::CharDevice; }
  Result<FileStatus> status() override {
    FileStatus status;
    status.device = kDevIdentity.device;
    status.inode = number_;
    status.type = FileType::CharDevice;
    status.permissions = permissions_;
    status.special_device = device_;
    return status;
  }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = kDevIdentity.magic;
    return status;
  }
  bool made_by_lookup() const override { return true; }
  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    copy.refuse("a device is in use that has no name");
    return nullptr;
  }

 private:
  u64 number_;
  u64 device_;
  u32 permissions_;
};

class MemoryDevice : public DeviceNode {
 public:
  MemoryDevice(u64 number, u64 minor, DeviceKind kind, Entropy& entropy)
      : DeviceNode(number, device_number(1, minor), 0666), kind_(kind), entropy_(entropy) {}

  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    return std::make_shared<DeviceFile>(at, flags & ~abi::kOpenTruncate, kind_, entropy_);
  }

 private:
  DeviceKind kind_;
  Entropy& entropy_;
};

/// /dev/tty and /dev/console: other names of the one terminal.
class TerminalAlias : public DeviceNode {
 public:
  enum class Needs : u8 { Terminal, ControlledSession };

  TerminalAlias(u64 number, u64 minor, u32 permissions, std::shared_ptr<HostTerminal> terminal,
                Needs needs)
      : DeviceNode(number, device_number(5, minor), permissions),
        terminal_(std::move(terminal)),
        needs_(needs) {}

  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    // /dev/tty is another's terminal for each opener: who knows processes puts that in its place.
    if (needs_ == Needs::ControlledSession && (!terminal_ || terminal_->session() == 0))
      return std::make_shared<FileDescription>(at, flags & ~abi::kOpenTruncate);
    if (!terminal_) return Errno::ENXIO;
    return open_terminal(at, flags & ~abi::kOpenTruncate, terminal_);
  }

 private:
  std::shared_ptr<HostTerminal> terminal_;
  Needs needs_;
};

/// The nodes of one directory while it is put together.
class Nodes {
 public:
  void add(std::string name, std::shared_ptr<Inode> inode) {
    nodes_.emplace(std::move(name), std::move(inode));
  }
  void add_link(std::string name, std::string target) {
    add(std::move(name),
        make_tree_link(
            next_number(), [target](const Caller&) { return Result<std::string>(target); }, {},
            kDevIdentity));
  }
  u64 next_number() { return ++number_; }

  std::shared_ptr<Inode> directory(TreeIdentity identity, u64 number) && {
    auto nodes = std::make_shared<std::map<std::string, std::shared_ptr<Inode>, std::less<>>>(
        std::move(nodes_));
    TreeDirectory directory;
    directory.list = [nodes](const Caller&) {
      std::vector<TreeDirectory::Name> names;
      for (const auto& [name, inode] : *nodes) {
        const auto status = inode->status();
        names.push_back({name, inode->type(), status.ok() ? status->inode : 1});
      }
      return names;
    };
    directory.find = [nodes](std::string_view name,
                             const Caller&) -> Result<std::shared_ptr<Inode>> {
      const auto found = nodes->find(name);
      if (found == nodes->end()) return Errno::ENOENT;
      return found->second;
    };
    return make_tree_directory(number, 0755, std::move(directory), identity);
  }

 private:
  std::map<std::string, std::shared_ptr<Inode>, std::less<>> nodes_;
  u64 number_ = kRootNumber;
};

/// Puts the terminal's own node where its name says: pts/3, or tty1 in /dev itself.
void add_terminals(FileDescription* terminal, const TerminalSignals& signals, Nodes& dev) {
  const std::string name = terminal ? terminal->location()->name : "";
  const bool is_pty = name.starts_with(kPtsPrefix);
  DevPts pts =
      is_pty ? make_dev_pts(signals, name.substr(kPtsPrefix.size()), terminal->location()->inode)
             : make_dev_pts(signals, "", nullptr);
  dev.add("pts", std::move(pts.directory));
  dev.add("ptmx", std::move(pts.multiplexer));
  if (!is_pty && name.starts_with("/dev/") && name.find('/', 5) == std::string::npos)
    dev.add(name.substr(5), terminal->location()->inode);
}

}  // namespace

std::shared_ptr<Inode> make_dev_fs(Entropy& entropy, std::shared_ptr<FileDescription> terminal,
                                   const TerminalSignals& signals) {
  Nodes dev;
  const auto add_memory = [&](const char* name, u64 minor, DeviceKind kind) {
    dev.add(name, std::make_shared<MemoryDevice>(dev.next_number(), minor, kind, entropy));
  };
  add_memory("null", 3, DeviceKind::Null);
  add_memory("zero", 5, DeviceKind::Zero);
  add_memory("full", 7, DeviceKind::Full);
  add_memory("random", 8, DeviceKind::Random);
  add_memory("urandom", 9, DeviceKind::Random);

  std::shared_ptr<HostTerminal> host_terminal;
  if (terminal) host_terminal = terminal_of(terminal->inode());
  dev.add("tty", std::make_shared<TerminalAlias>(dev.next_number(), 0, 0666, host_terminal,
                                                 TerminalAlias::Needs::ControlledSession));
  dev.add("console", std::make_shared<TerminalAlias>(dev.next_number(), 1, 0600, host_terminal,
                                                     TerminalAlias::Needs::Terminal));
  add_terminals(host_terminal ? terminal.get() : nullptr, signals, dev);

  dev.add_link("fd", "/proc/self/fd");
  dev.add_link("stdin", "/proc/self/fd/0");
  dev.add_link("stdout", "/proc/self/fd/1");
  dev.add_link("stderr", "/proc/self/fd/2");
  dev.add("shm", Nodes().directory(kDevIdentity, dev.next_number()));
  return std::move(dev).directory(kDevIdentity, kRootNumber);
}

}  // namespace kemu
