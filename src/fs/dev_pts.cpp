#include "fs/dev_pts.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "fs/machine_copy.h"
#include "fs/pty.h"
#include "fs/tree_fs.h"

namespace kemu {

namespace {

constexpr u64 kMagic = 0x1cd1;  // DEVPTS_SUPER_MAGIC
constexpr u64 kRootNumber = 1;
constexpr u64 kMultiplexerNumber = 2;
constexpr u64 kFirstNumber = 3;                        // of pty 0's node, as Linux numbers them
constexpr u64 kHostNumber = kFirstNumber + (1 << 20);  // NR_UNIX98_PTY_MAX
constexpr u64 kBesideNumber = kHostNumber + 1;         // of /dev/ptmx
constexpr u64 kMultiplexerDevice = 0x502;
constexpr u32 kForEverybody = 0666;

class PtsInode : public Inode {
 public:
  FileType type() const override { return FileType::CharDevice; }
  Result<FileStatus> status() override { return status_; }
  Result<FilesystemStatus> filesystem_status() override {
    FilesystemStatus status;
    status.magic = kMagic;
    return status;
  }
  Result<Unit> set_permissions(u32 permissions) override {
    status_.permissions = permissions;
    return Unit{};
  }
  Result<Unit> set_owner(i64 uid, i64 gid) override {
    if (uid >= 0) status_.uid = static_cast<u32>(uid);
    if (gid >= 0) status_.gid = static_cast<u32>(gid);
    return Unit{};
  }
  Result<Unit> set_times(const TimesUpdate& times) override {
    status_.accessed = times.accessed.value_or(status_.accessed);
    status_.modified = times.modified.value_or(status_.modified);
    return Unit{};
  }

 protected:
  PtsInode(u64 file_system, u64 number, u64 device, u32 permissions) {
    status_.device = file_system;
    status_.inode = number;
    status_.type = FileType::CharDevice;
    status_.permissions = permissions;
    status_.special_device = device;
    status_.block_size = 1024;
  }
  /// For `copy_to`.
  std::shared_ptr<Inode> copy_to(MachineCopy& copy, const std::shared_ptr<PtsInode>& made) const {
    made->status_ = status_;
    return copy_common(copy, made);
  }

 private:
  FileStatus status_;
};

class PtyNode : public PtsInode {
 public:
  PtyNode(std::shared_ptr<Pty> pty, const DevPtsOptions& options)
      : PtsInode(options.device, kFirstNumber + pty->number(), pty->device(), options.permissions),
        pty_(std::move(pty)) {
    const FileCredentials who =
        options.machine ? options.machine->credentials() : FileCredentials{};
    (void)set_owner(options.uid.value_or(who.uid), options.gid.value_or(who.gid));
  }
  explicit PtyNode(std::shared_ptr<Pty> pty) : PtsInode(0, 0, 0, 0), pty_(std::move(pty)) {}

  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    return PtsInode::copy_to(copy, std::make_shared<PtyNode>(copy.as<Terminal>(pty_)));
  }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    return pty_->open(at, flags);
  }

 private:
  std::shared_ptr<Pty> pty_;
};

class Multiplexer;

/// The ptys in use.
class PtyTable : public PtyNumbers, public std::enable_shared_from_this<PtyTable> {
 public:
  PtyTable(const TerminalSignals& signals, std::string host_name, std::shared_ptr<Inode> host_node,
           const DevPtsOptions& options)
      : options_(options),
        signals_(std::make_shared<const TerminalSignals>(signals)),
        host_name_(std::move(host_name)),
        host_node_(std::move(host_node)) {}

  /// Among the nodes, and beside their directory, whose owner keeps that one.
  void set_multiplexers(std::shared_ptr<Multiplexer> among, std::weak_ptr<Multiplexer> beside) {
    multiplexer_ = std::move(among);
    beside_ = std::move(beside);
  }
  void set_directory(const std::shared_ptr<Inode>& directory) { directory_ = directory; }
  bool lists(const Inode& directory) const { return directory_.lock().get() == &directory; }

  Result<std::shared_ptr<FileDescription>> open_new(const Location& at, u32 flags) {
    u32 number = 0;
    while (nodes_.contains(number) || std::to_string(number) == host_name_) ++number;
    if (nodes_.size() >= options_.most) return Errno::ENOSPC;
    const auto pty = std::make_shared<Pty>(number, signals_);
    const auto node = std::make_shared<PtyNode>(pty, options_);
    nodes_[number] = node;
    Dentry dentry{folder_of(at), std::to_string(number), node, at->mount};
    return std::make_shared<PtyMaster>(at, flags & ~abi::kOpenTruncate, pty,
                                       std::make_shared<const Dentry>(std::move(dentry)),
                                       shared_from_this());
  }
  void release(u32 number) override { nodes_.erase(number); }

  std::shared_ptr<PtyNumbers> copy_to(MachineCopy& copy) const override;
  void copy_into(MachineCopy& copy, const std::shared_ptr<PtyTable>& made) const;

  std::vector<TreeDirectory::Name> names() const {
    std::vector<TreeDirectory::Name> names;
    for (const auto& [number, node] : nodes_)
      names.push_back({std::to_string(number), FileType::CharDevice, kFirstNumber + number});
    if (host_node_) names.push_back({host_name_, FileType::CharDevice, kHostNumber});
    names.push_back({"ptmx", FileType::CharDevice, kMultiplexerNumber});
    return names;
  }

  Result<std::shared_ptr<Inode>> find(std::string_view name) const;

 private:
  /// Where the nodes are, seen from a multiplexer that is among them or beside their directory.
  Location folder_of(const Location& multiplexer) const {
    const auto directory = directory_.lock();
    if (multiplexer->parent && multiplexer->parent->inode == directory) return multiplexer->parent;
    return std::make_shared<const Dentry>(
        Dentry{multiplexer->parent, "pts", directory, multiplexer->mount});
  }

  DevPtsOptions options_;
  std::shared_ptr<const TerminalSignals> signals_;
  std::string host_name_;
  std::shared_ptr<Inode> host_node_;
  std::map<u32, std::shared_ptr<PtyNode>> nodes_;
  std::shared_ptr<Multiplexer> multiplexer_;
  std::weak_ptr<Multiplexer> beside_;
  std::weak_ptr<Inode> directory_;
};

class Multiplexer : public PtsInode {
 public:
  Multiplexer(const std::shared_ptr<PtyTable>& table, const DevPtsOptions& options, u64 number,
              u32 permissions)
      : PtsInode(options.device, number, kMultiplexerDevice, permissions),
        table_(table),
        machine_(options.machine) {}

  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    constexpr u32 kReadWrite = 6;
    if (machine_) TRY(check_permission(TRY(status()), kReadWrite, machine_->credentials()));
    const auto table = table_.lock();
    if (!table) return Errno::EIO;
    return table->open_new(at, flags);
  }
  std::shared_ptr<PtyTable> table() const { return table_.lock(); }

  std::shared_ptr<Inode> copy_to(MachineCopy& copy) const override {
    if (const auto table = table_.lock()) {
      (void)copy.of(std::shared_ptr<PtyNumbers>(table));
      if (auto made = copy.find<Inode>(this)) return made;
    }
    // Nothing is left of its file system.
    DevPtsOptions options;
    options.machine = machine_ ? &copy.files() : nullptr;
    return copy_into(copy, std::make_shared<Multiplexer>(nullptr, options, 0, 0));
  }
  std::shared_ptr<Inode> copy_into(MachineCopy& copy,
                                   const std::shared_ptr<Multiplexer>& made) const {
    return PtsInode::copy_to(copy, made);
  }

 private:
  std::weak_ptr<PtyTable> table_;  // which holds this
  FsMachine* machine_;
};

Result<std::shared_ptr<Inode>> PtyTable::find(std::string_view name) const {
  if (name == "ptmx") return std::shared_ptr<Inode>(multiplexer_);
  if (host_node_ && name == host_name_) return host_node_;
  u32 number = 0;
  const auto parsed = std::from_chars(name.begin(), name.end(), number);
  if (parsed.ec != std::errc() || parsed.ptr != name.end() || std::to_string(number) != name)
    return Errno::ENOENT;
  const auto found = nodes_.find(number);
  if (found == nodes_.end()) return Errno::ENOENT;
  return std::shared_ptr<Inode>(found->second);
}

/// The table whose nodes `directory` holds; null.
std::shared_ptr<PtyTable> table_of(Inode& directory) {
  const auto found = directory.lookup("ptmx", Caller{});
  const auto* multiplexer = found.ok() ? dynamic_cast<Multiplexer*>(found->get()) : nullptr;
  auto table = multiplexer ? multiplexer->table() : nullptr;
  return table && table->lists(directory) ? table : nullptr;
}

std::shared_ptr<PtyNumbers> PtyTable::copy_to(MachineCopy& copy) const {
  DevPtsOptions options = options_;
  if (options.machine) options.machine = &copy.files();
  const DevPts made =
      make_dev_pts(copy.terminal_signals(), host_name_, copy.of(host_node_), options);
  auto table = table_of(*made.directory);
  copy_into(copy, table);
  return table;
}

void PtyTable::copy_into(MachineCopy& copy, const std::shared_ptr<PtyTable>& made) const {
  copy.remember<PtyNumbers>(this, made);
  if (const auto directory = directory_.lock())
    copy.remember(directory.get(), made->directory_.lock());
  (void)multiplexer_->copy_into(copy, made->multiplexer_);
  const auto beside = beside_.lock();
  const auto made_beside = made->beside_.lock();
  if (beside && made_beside) (void)beside->copy_into(copy, made_beside);
  for (const auto& [number, node] : nodes_) made->nodes_[number] = copy.as<Inode>(node);
}

Result<u32> parse_number(std::string_view text, int base) {
  u32 number = 0;
  const auto parsed = std::from_chars(text.begin(), text.end(), number, base);
  if (parsed.ec != std::errc() || parsed.ptr != text.end()) return Errno::EINVAL;
  return number;
}

Result<Unit> apply_option(std::string_view name, std::string_view value, DevPtsOptions& options) {
  constexpr u32 kPermissions = 0777;
  if (name.empty() || name == "newinstance") return Unit{};  // every mount is a new instance
  if (name == "uid")
    options.uid = TRY(parse_number(value, 10));
  else if (name == "gid")
    options.gid = TRY(parse_number(value, 10));
  else if (name == "mode")
    options.permissions = TRY(parse_number(value, 8)) & kPermissions;
  else if (name == "ptmxmode")
    options.ptmx_permissions = TRY(parse_number(value, 8)) & kPermissions;
  else if (name == "max")
    options.most = std::min(TRY(parse_number(value, 10)), options.most);
  else
    return Errno::EINVAL;
  return Unit{};
}

}  // namespace

Result<DevPtsOptions> parse_dev_pts_options(std::string_view text, FsMachine& machine) {
  DevPtsOptions options;
  options.device = machine.next_device();
  options.permissions = 0600;
  options.uid = options.gid = std::nullopt;
  options.machine = &machine;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto equals = word.find('=');
    const auto value = equals == std::string_view::npos ? "" : word.substr(equals + 1);
    TRY(apply_option(word.substr(0, equals), value, options));
  }
  return options;
}

void copy_dev_pts(MachineCopy& copy, Inode& directory) {
  if (const auto table = table_of(directory)) (void)copy.of(std::shared_ptr<PtyNumbers>(table));
}

void copy_dev_pts(MachineCopy& copy, Inode& directory, Inode& made) {
  const auto table = table_of(directory);
  const auto made_table = table_of(made);
  if (table && made_table) table->copy_into(copy, made_table);
}

DevPts make_dev_pts(const TerminalSignals& signals, std::string host_name,
                    std::shared_ptr<Inode> host_node, const DevPtsOptions& options) {
  const auto table =
      std::make_shared<PtyTable>(signals, std::move(host_name), std::move(host_node), options);
  DevPts made;
  const auto beside = std::make_shared<Multiplexer>(table, options, kBesideNumber, kForEverybody);
  const auto among =
      std::make_shared<Multiplexer>(table, options, kMultiplexerNumber, options.ptmx_permissions);
  table->set_multiplexers(among, beside);
  made.multiplexer = beside;
  TreeDirectory directory;
  directory.list = [table](const Caller&) { return table->names(); };
  directory.find = [table](std::string_view name, const Caller&) { return table->find(name); };
  made.directory = make_tree_directory(kRootNumber, 0755, std::move(directory),
                                       TreeIdentity{options.device, kMagic, nullptr});
  table->set_directory(made.directory);
  return made;
}

}  // namespace kemu
