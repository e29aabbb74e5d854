#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "fs/tree_fs.h"
#include "process/procfs_parts.h"

// /proc/PID: what is in it, who owns it, and its links and descriptors.

namespace kemu::procfs {
namespace {

/// What stat(2) tells of a process's entries beside what they are.
struct Ownership {
  u32 uid = 0;
  u32 gid = 0;
  Nanoseconds time = 0;            // of every kind
  std::optional<u32> permissions;  // in place of the entry's own
};

/// An entry of a process: it belongs to whom the process does, which is how ps(1) tells users.
class OwnedInode final : public Inode {
 public:
  OwnedInode(std::shared_ptr<Inode> inode, const Ownership& ownership)
      : inode_(std::move(inode)), ownership_(ownership) {}

  FileType type() const override { return inode_->type(); }
  Result<FileStatus> status() override {
    FileStatus status = TRY(inode_->status());
    status.uid = ownership_.uid;
    status.gid = ownership_.gid;
    status.accessed = status.modified = status.changed = ownership_.time;
    status.permissions = ownership_.permissions.value_or(status.permissions);
    return status;
  }
  Result<std::shared_ptr<Inode>> lookup(std::string_view name, const Caller& caller) override {
    return inode_->lookup(name, caller);
  }
  Result<std::string> read_link(const Caller& caller) override { return inode_->read_link(caller); }
  Result<LinkTarget> follow(const Caller& caller) override { return inode_->follow(caller); }
  Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) override {
    // Its description may look for its own kind of inode where it was opened.
    auto place = std::make_shared<const Dentry>(Dentry{at->parent, at->name, inode_, at->mount});
    return inode_->open(place, flags);
  }
  Result<Unit> check_access(u32 mode) override { return inode_->check_access(mode); }
  Result<FilesystemStatus> filesystem_status() override { return inode_->filesystem_status(); }

 private:
  std::shared_ptr<Inode> inode_;
  Ownership ownership_;
};

/// The entry as its process owns it. Times are when the process started.
std::shared_ptr<Inode> owned(Kernel& kernel, const Subject& subject, std::shared_ptr<Inode> inode,
                             std::optional<u32> permissions = std::nullopt) {
  const auto who = find(kernel, subject);
  if (!who.ok()) return inode;
  Ownership ownership;
  ownership.uid = who->zombie ? who->zombie->uid : who->process->credentials.euid;
  ownership.gid = who->zombie ? 0 : who->process->credentials.egid;
  ownership.time =
      kernel.clock().now(HostClock::Realtime) - kernel.monotonic() + subject.start_time;
  ownership.permissions = permissions;
  return std::make_shared<OwnedInode>(std::move(inode), ownership);
}

/// The bytes of a range of the process's memory, as far as they can be read.
std::string read_memory(const Somebody& who, GuestRange range) {
  if (!who.task || range.empty()) return {};
  std::string bytes(range.size(), '\0');
  const auto got =
      who.task->space->read_some(range.start, std::as_writable_bytes(std::span(bytes)));
  bytes.resize(got.ok() ? *got : 0);
  return bytes;
}

std::string command_line(Kernel&, const Somebody& who) {
  return who.process ? read_memory(who, who.process->program.arguments) : std::string();
}

std::string environment(Kernel&, const Somebody& who) {
  return who.process ? read_memory(who, who.process->program.environment) : std::string();
}

std::string auxiliary_vector(Kernel&, const Somebody& who) {
  std::string bytes;
  if (!who.process) return bytes;
  for (const auto& [type, value] : who.process->program.auxv)
    for (const u64 word : {type, value})
      bytes.append(reinterpret_cast<const char*>(&word), sizeof word);
  return bytes;
}

std::string command_name(Kernel&, const Somebody& who) {
  return (who.task ? who.task->name : who.zombie->name) + "\n";
}

std::string children(Kernel&, const Somebody& who) {
  std::string pids;
  if (!who.process || who.task != &who.process->leader()) return pids;
  for (const ZombieProcess& zombie : who.process->zombies) pids += fmt::format("{} ", zombie.pid);
  for (const Process* child : who.process->children) pids += fmt::format("{} ", child->pid());
  return pids;
}

std::string personality(Kernel&, const Somebody& who) {
  return fmt::format("{:08x}\n", who.process ? who.process->personality : 0);
}

template <std::string (*content)(Kernel&)>
std::string of_machine(Kernel& kernel, const Somebody&) {
  return content(kernel);
}

struct ProcessFile {
  std::string_view name;
  u32 permissions;
  std::string (*content)(Kernel&, const Somebody&);
};
constexpr ProcessFile kProcessFiles[] = {
    {"auxv", 0400, auxiliary_vector},
    {"cgroup", 0444, [](Kernel&, const Somebody&) { return std::string("0::/\n"); }},
    {"children", 0444, children},
    {"cmdline", 0444, command_line},
    {"comm", 0644, command_name},
    {"environ", 0400, environment},
    {"limits", 0444, limits_text},
    {"maps", 0444, maps_text},
    {"mountinfo", 0444, of_machine<mount_info>},
    {"mounts", 0444, of_machine<mounts>},
    {"oom_score", 0444, [](Kernel&, const Somebody&) { return std::string("0\n"); }},
    {"oom_score_adj", 0644, [](Kernel&, const Somebody&) { return std::string("0\n"); }},
    {"personality", 0400, personality},
    {"stat", 0444, stat_line},
    {"statm", 0444, statm_line},
    {"status", 0444, status_text},
    {"wchan", 0444, [](Kernel&, const Somebody&) { return std::string("0"); }},
};

struct ProcessLink {
  std::string_view name;
  Location (*place)(const Somebody&);
};
constexpr ProcessLink kProcessLinks[] = {
    {"cwd", [](const Somebody& who) { return who.task->fs->cwd; }},
    {"exe", [](const Somebody& who) { return who.process->program.executable; }},
    {"root", [](const Somebody& who) { return who.task->fs->root; }},
};

struct ProcessFolder {
  std::string_view name;
  std::shared_ptr<Inode> (*make)(Kernel&, const Subject&, u64 inode);
};

/// Numbers of inodes: the task, which entry of its directory, and which one below that.
u64 inode_number(const Subject& subject, u64 entry, u64 below = 0) {
  return static_cast<u64>(subject.tid) << 32 | entry << 20 | below;
}

std::optional<i32> parse_number(std::string_view name) {
  i32 number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number < 0) return std::nullopt;
  return number;
}

/// A link that leads to a place itself, whatever its path says meanwhile.
std::shared_ptr<Inode> make_place_link(Kernel& kernel, u64 inode,
                                       std::function<Result<Location>()> place) {
  return make_tree_link(
      inode,
      [&kernel, place](const Caller& caller) -> Result<std::string> {
        return describe_place(kernel, TRY(place()), caller);
      },
      [place](const Caller&) -> Result<LinkTarget> { return LinkTarget(TRY(place())); });
}

/// The descriptor table of a live task; ENOENT for a zombie, which has none.
Result<std::shared_ptr<FdTable>> descriptors(Kernel& kernel, const Subject& subject) {
  const Somebody who = TRY(find(kernel, subject));
  if (!who.task || !who.task->files) return Errno::ENOENT;
  return who.task->files;
}

std::string describe_descriptor(const FdTable::Slot& slot) {
  constexpr u32 kMountId = 1;
  const auto position = slot.file->seek(0, Whence::Current);
  const auto status = slot.file->status();
  const u32 close_on_exec = slot.close_on_exec == CloseOnExec::Yes ? abi::kOpenCloseOnExec : 0;
  return fmt::format("pos:\t{}\nflags:\t0{:o}\nmnt_id:\t{}\nino:\t{}\n",
                     position.ok() ? *position : 0, slot.file->flags() | close_on_exec, kMountId,
                     status.ok() ? status->inode : 0) +
         slot.file->details();
}

std::shared_ptr<Inode> make_descriptor_link(Kernel& kernel, const Subject& subject, u64 inode,
                                            i32 fd) {
  const auto open_file = [&kernel, subject, fd]() -> Result<std::shared_ptr<FileDescription>> {
    const auto files = TRY(descriptors(kernel, subject));
    const auto file = files->get(fd);
    if (!file.ok()) return Errno::ENOENT;
    return *file;
  };
  return make_tree_link(
      inode,
      [&kernel, open_file](const Caller& caller) -> Result<std::string> {
        return describe_file(kernel, *TRY(open_file()), caller);
      },
      [open_file](const Caller&) -> Result<LinkTarget> {
        return LinkTarget(TRY(open_file())->location());
      });
}

std::shared_ptr<Inode> make_descriptor_file(Kernel& kernel, const Subject& subject, u64 inode,
                                            i32 fd) {
  return make_tree_file(inode, 0400, [&kernel, subject, fd]() -> Result<std::string> {
    const auto files = TRY(descriptors(kernel, subject));
    const auto slot = files->slot(fd);
    if (!slot.ok()) return Errno::ENOENT;
    return describe_descriptor(**slot);
  });
}

/// A descriptor's link shows by its permissions how the file is open.
u32 link_permissions(const FileDescription& file) {
  return 0100 | (file.readable() ? 0400 : 0) | (file.writable() ? 0200 : 0);
}

using MakeDescriptor = std::shared_ptr<Inode> (*)(Kernel&, const Subject&, u64, i32);

/// fd/ and fdinfo/: one entry a descriptor.
template <FileType type, MakeDescriptor make>
std::shared_ptr<Inode> make_descriptor_folder(Kernel& kernel, const Subject& subject, u64 inode) {
  TreeDirectory directory;
  directory.list = [&kernel, subject, inode](const Caller&) {
    std::vector<TreeDirectory::Name> names;
    const auto files = descriptors(kernel, subject);
    if (!files.ok()) return names;
    for (const i32 fd : (*files)->numbers())
      names.push_back({std::to_string(fd), type, inode + 1 + static_cast<u64>(fd)});
    return names;
  };
  directory.find = [&kernel, subject, inode](std::string_view name,
                                             const Caller&) -> Result<std::shared_ptr<Inode>> {
    const auto fd = parse_number(name);
    const auto files = TRY(descriptors(kernel, subject));
    const auto file = fd ? files->get(*fd) : Result<std::shared_ptr<FileDescription>>(Errno::EBADF);
    if (!file.ok()) return Errno::ENOENT;
    auto entry = make(kernel, subject, inode + 1 + static_cast<u64>(*fd), *fd);
    const auto permissions = type == FileType::Symlink ? link_permissions(**file) : 0400;
    return owned(kernel, subject, std::move(entry), permissions);
  };
  return make_tree_directory(inode, 0500, std::move(directory));
}

std::shared_ptr<Inode> make_task_folder(Kernel& kernel, const Subject& subject, u64 inode) {
  TreeDirectory directory;
  directory.list = [&kernel, subject](const Caller&) {
    std::vector<TreeDirectory::Name> names;
    const auto add = [&names](i32 tid) {
      names.push_back({std::to_string(tid), FileType::Directory, static_cast<u64>(tid) << 32 | 1});
    };
    const auto who = find(kernel, subject);
    if (!who.ok()) return names;
    if (who->zombie) add(subject.pid);
    if (who->process)
      for (const auto& task : who->process->tasks) add(task->tid());
    return names;
  };
  directory.find = [&kernel, subject](std::string_view name,
                                      const Caller&) -> Result<std::shared_ptr<Inode>> {
    Subject task = subject;
    task.tid = parse_number(name).value_or(0);
    if (!find(kernel, task).ok()) return Errno::ENOENT;
    return make_process_directory(kernel, task, Tasks::Omitted);
  };
  return make_tree_directory(inode, 0555, std::move(directory));
}

constexpr ProcessFolder kProcessFolders[] = {
    {"fd", make_descriptor_folder<FileType::Symlink, make_descriptor_link>},
    {"fdinfo", make_descriptor_folder<FileType::Regular, make_descriptor_file>},
    {"net", [](Kernel&, const Subject&, u64 inode) { return make_fixed_directory(inode, {}); }},
    {"task", make_task_folder},
};

constexpr u64 kFirstLink = std::size(kProcessFiles) + 2;
constexpr u64 kFirstFolder = kFirstLink + std::size(kProcessLinks);

/// children is about one task, task/ about all of them.
bool belongs(std::string_view name, Tasks tasks) {
  if (name == "task") return tasks == Tasks::Listed;
  if (name == "children") return tasks == Tasks::Omitted;
  return true;
}

std::vector<TreeDirectory::Name> list_entries(const Subject& subject, Tasks tasks) {
  std::vector<TreeDirectory::Name> names;
  const auto add = [&](std::string_view name, FileType type, u64 entry) {
    if (belongs(name, tasks))
      names.push_back({std::string(name), type, inode_number(subject, entry)});
  };
  u64 entry = 2;
  for (const ProcessFile& file : kProcessFiles) add(file.name, FileType::Regular, entry++);
  for (const ProcessLink& link : kProcessLinks) add(link.name, FileType::Symlink, entry++);
  for (const ProcessFolder& folder : kProcessFolders)
    add(folder.name, FileType::Directory, entry++);
  return names;
}

Result<std::shared_ptr<Inode>> make_entry(Kernel& kernel, const Subject& subject,
                                          std::string_view name) {
  u64 entry = 2;
  for (const ProcessFile& file : kProcessFiles) {
    if (file.name == name)
      return make_tree_file(inode_number(subject, entry), file.permissions,
                            [&kernel, subject, content = file.content]() -> Result<std::string> {
                              return content(kernel, TRY(find(kernel, subject)));
                            });
    ++entry;
  }
  for (const ProcessLink& link : kProcessLinks) {
    if (link.name == name)
      return make_place_link(kernel, inode_number(subject, entry),
                             [&kernel, subject, place = link.place]() -> Result<Location> {
                               const Somebody who = TRY(find(kernel, subject));
                               if (!who.task || !who.task->fs) return Errno::ENOENT;
                               return place(who);
                             });
    ++entry;
  }
  for (const ProcessFolder& folder : kProcessFolders) {
    if (folder.name == name) return folder.make(kernel, subject, inode_number(subject, entry));
    ++entry;
  }
  return Errno::ENOENT;
}

}  // namespace

std::shared_ptr<Inode> make_process_directory(Kernel& kernel, const Subject& subject, Tasks tasks) {
  TreeDirectory directory;
  directory.list = [subject, tasks](const Caller&) { return list_entries(subject, tasks); };
  directory.find = [&kernel, subject, tasks](std::string_view name,
                                             const Caller&) -> Result<std::shared_ptr<Inode>> {
    if (!belongs(name, tasks)) return Errno::ENOENT;
    if (!find(kernel, subject).ok()) return Errno::ENOENT;
    return owned(kernel, subject, TRY(make_entry(kernel, subject, name)));
  };
  auto inode = make_tree_directory(inode_number(subject, tasks == Tasks::Listed ? 0 : 1), 0555,
                                   std::move(directory));
  return owned(kernel, subject, std::move(inode));
}

}  // namespace kemu::procfs
