#include <fmt/format.h>

#include <charconv>
#include <cstring>

#include "fs/tree_fs.h"
#include "process/procfs_parts.h"

// /proc/PID: what is in it, who owns it, and its links and descriptors.

namespace kemu::procfs {
namespace {

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

std::string children(Kernel&, const Somebody& who) {
  std::string pids;
  if (!who.process) return pids;
  const i32 tid = who.task->tid();
  for (const ZombieProcess& zombie : who.process->zombies)
    if (zombie.parent_tid == tid) pids += fmt::format("{} ", zombie.pid);
  for (const Process* child : who.process->children)
    if (child->parent_tid == tid) pids += fmt::format("{} ", child->pid());
  return pids;
}

std::string personality(Kernel&, const Somebody& who) {
  return fmt::format("{:08x}\n", who.task ? who.task->personality : 0);
}

template <std::string (*content)(Kernel&)>
std::string of_machine(Kernel& kernel, const Somebody&) {
  return content(kernel);
}

template <const char* const& text>
std::string always(Kernel&, const Somebody&) {
  return text;
}
constexpr const char* kWholeIdMap = "         0          0 4294967295\n";
constexpr const char* kAllow = "allow\n";
constexpr const char* kUnset = "4294967295";  // nobody has logged in: no audit
constexpr const char* kOneGroup = "0::/\n";
constexpr const char* kTopSet = "/\n";
constexpr const char* kNothing = "";

/// Who may read a file that its permissions let be opened.
enum class Look : u8 { Anybody, WhoMayLookInto };

struct ProcessFile {
  std::string_view name;
  u32 permissions;
  std::string (*content)(Kernel&, const Somebody&);
  Look look = Look::Anybody;
  Result<Unit> (*write)(Kernel&, const Somebody&, std::string_view) = nullptr;
};
constexpr ProcessFile kProcessFiles[] = {
    {"auxv", 0400, auxiliary_vector, Look::WhoMayLookInto},
    {"cgroup", 0444, always<kOneGroup>},
    {"clear_refs", 0200, always<kNothing>, Look::Anybody, clear_references},
    {"children", 0444, children},
    {"cmdline", 0444, command_line},
    {"comm", 0644, command_name, Look::Anybody, set_command_name},
    {"cpuset", 0444, always<kTopSet>},
    {"coredump_filter", 0644, core_dump_filter, Look::Anybody, set_core_dump_filter},
    {"environ", 0400, environment, Look::WhoMayLookInto},
    {"gid_map", 0644, always<kWholeIdMap>, Look::Anybody, refuse_setting},
    {"io", 0400, io_counters, Look::WhoMayLookInto},
    {"limits", 0444, limits_text},
    {"loginuid", 0644, always<kUnset>, Look::Anybody, refuse_setting},
    {"maps", 0444, maps_text, Look::WhoMayLookInto},
    {"mountinfo", 0444, of_machine<mount_info>},
    {"mounts", 0444, of_machine<mounts>},
    {"mountstats", 0400, of_machine<mount_statistics>},
    {"numa_maps", 0444, numa_maps_text, Look::WhoMayLookInto},
    {"oom_adj", 0644, old_oom_adjustment, Look::Anybody, set_old_oom_adjustment},
    {"oom_score", 0444, oom_score},
    {"oom_score_adj", 0644, oom_score_adjustment, Look::Anybody, set_oom_score_adjustment},
    {"personality", 0400, personality, Look::WhoMayLookInto},
    {"projid_map", 0644, always<kWholeIdMap>, Look::Anybody, refuse_setting},
    {"sched", 0644, sched_text, Look::Anybody, refuse_setting},
    {"schedstat", 0444, schedstat_line},
    {"sessionid", 0444, always<kUnset>},
    {"setgroups", 0644, always<kAllow>, Look::Anybody, refuse_setting},
    {"smaps", 0444, smaps_text, Look::WhoMayLookInto},
    {"smaps_rollup", 0444, smaps_sum, Look::WhoMayLookInto},
    {"stack", 0400, always<kNothing>, Look::WhoMayLookInto},  // the kernel's stack is kemu's own
    {"stat", 0444, stat_line},
    {"statm", 0444, statm_line},
    {"status", 0444, status_text},
    {"syscall", 0400, syscall_line, Look::WhoMayLookInto},
    {"timerslack_ns", 0666, timer_slack, Look::Anybody, set_timer_slack},
    {"uid_map", 0644, always<kWholeIdMap>, Look::Anybody, refuse_setting},
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

/// A directory, or a file that is more than a text.
struct ProcessFolder {
  std::string_view name;
  FileType type;
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
  const Location& place = slot.file->location();
  const u64 mount_id = place->mount ? place->mount->id : 0;
  const auto position = slot.file->seek(0, Whence::Current);
  const auto status = slot.file->status();
  const u32 close_on_exec = slot.close_on_exec == CloseOnExec::Yes ? abi::kOpenCloseOnExec : 0;
  return fmt::format("pos:\t{}\nflags:\t0{:o}\nmnt_id:\t{}\nino:\t{}\n",
                     position.ok() ? *position : 0, slot.file->flags() | close_on_exec, mount_id,
                     status.ok() ? status->inode : 0) +
         slot.file->details();
}

std::shared_ptr<Inode> make_descriptor_link(Kernel& kernel, const Subject& subject, u64 inode,
                                            i32 fd) {
  const auto open_file = [&kernel, subject, fd]() -> Result<std::shared_ptr<FileDescription>> {
    const auto files = TRY(descriptors(kernel, subject));
    const auto file = files->get(fd);
    if (!file.ok()) return Errno::ENOENT;
    const Process* process = kernel.find_process(subject.pid);
    if (process && !may_look_into(kernel, *process)) return Errno::EACCES;
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
  return make_tree_file(inode, 0444, [&kernel, subject, fd]() -> Result<std::string> {
    const auto files = TRY(descriptors(kernel, subject));
    const Process* process = kernel.find_process(subject.pid);
    if (process && !may_look_into(kernel, *process)) return Errno::EACCES;
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
    const auto permissions = type == FileType::Symlink ? link_permissions(**file) : 0444;
    return owned(kernel, subject, std::move(entry), permissions);
  };
  const u32 permissions = type == FileType::Symlink ? 0500 : 0555;
  return make_tree_directory(inode, permissions, std::move(directory));
}

std::shared_ptr<Inode> make_task_folder(Kernel& kernel, const Subject& subject, u64 inode) {
  TreeDirectory directory;
  directory.list = [&kernel, subject](const Caller&) {
    std::vector<TreeDirectory::Name> names;
    const auto add = [&names](i32 tid) {
      names.push_back({std::to_string(tid), FileType::Directory, static_cast<u64>(tid) << 32 | 1});
    };
    if (!find(kernel, subject).ok()) return names;
    if (const Process* process = kernel.find_process(subject.pid))
      for (const auto& task : process->tasks) add(task->tid());
    else
      add(subject.pid);
    return names;
  };
  directory.links = [&kernel, subject] {
    const Process* process = kernel.find_process(subject.pid);
    return process ? static_cast<u32>(process->tasks.size()) : 1;
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
    {"attr", FileType::Directory, make_attribute_folder},
    {"fd", FileType::Directory, make_descriptor_folder<FileType::Symlink, make_descriptor_link>},
    {"fdinfo", FileType::Directory,
     make_descriptor_folder<FileType::Regular, make_descriptor_file>},
    {"map_files", FileType::Directory, make_mapping_folder},
    {"mem", FileType::Regular, make_memory_file},
    {"net", FileType::Directory, make_net_folder},
    {"ns", FileType::Directory, make_namespace_folder},
    {"pagemap", FileType::Regular, make_page_map},
    {"task", FileType::Directory, make_task_folder},
};

constexpr u64 kFirstLink = std::size(kProcessFiles) + 2;
constexpr u64 kFirstFolder = kFirstLink + std::size(kProcessLinks);

/// children is about one task, task/ about all of them.
bool belongs(std::string_view name, Tasks tasks) {
  if (name == "task" || name == "map_files") return tasks == Tasks::Listed;
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
  for (const ProcessFolder& folder : kProcessFolders) add(folder.name, folder.type, entry++);
  return names;
}

std::shared_ptr<Inode> make_text_file(Kernel& kernel, const Subject& subject, u64 entry,
                                      const ProcessFile& file) {
  const auto content = [&kernel, subject, &file]() -> Result<std::string> {
    const Somebody who = TRY(find(kernel, subject));
    if (file.look == Look::WhoMayLookInto && who.process && !may_look_into(kernel, *who.process))
      return Errno::EACCES;
    return file.content(kernel, who);
  };
  const u64 inode = inode_number(subject, entry);
  if (!file.write) return make_tree_file(inode, file.permissions, content);
  const auto write = [&kernel, subject, &file](std::string_view text) -> Result<Unit> {
    return file.write(kernel, TRY(find(kernel, subject)), text);
  };
  return make_writable_tree_file(inode, file.permissions, content, write);
}

Result<std::shared_ptr<Inode>> make_entry(Kernel& kernel, const Subject& subject,
                                          std::string_view name) {
  u64 entry = 2;
  for (const ProcessFile& file : kProcessFiles) {
    if (file.name == name) return make_text_file(kernel, subject, entry, file);
    ++entry;
  }
  for (const ProcessLink& link : kProcessLinks) {
    if (link.name == name)
      return make_place_link(kernel, inode_number(subject, entry),
                             [&kernel, subject, place = link.place]() -> Result<Location> {
                               const Somebody who = TRY(find(kernel, subject));
                               if (!who.task || !who.task->fs) return Errno::ENOENT;
                               if (!may_look_into(kernel, *who.process)) return Errno::EACCES;
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
