#include "process/procfs.h"

#include <fmt/format.h>

#include <charconv>

#include "fs/host_fs.h"
#include "fs/tree_fs.h"
#include "process/procfs_parts.h"

namespace kemu {
namespace procfs {
namespace {

constexpr u64 kRootInode = 1;
constexpr u64 kFirstMachineInode = 0xf0000000;
constexpr u64 kFirstFixedInode = 0xf0000800;

struct MachineFile {
  std::string_view name;
  std::string (*content)(Kernel&);
};
constexpr MachineFile kMachineFiles[] = {
    {"cmdline", [](Kernel&) { return std::string("kemu\n"); }},
    {"cpuinfo", cpu_info},
    {"filesystems", file_systems},
    {"loadavg", load_average},
    {"meminfo", memory_info},
    {"stat", machine_stat},
    {"uptime", uptime},
    {"version", version},
};

std::shared_ptr<Inode> make_text_link(u64 inode, std::function<std::string(const Caller&)> text) {
  return make_tree_link(
      inode, [text = std::move(text)](const Caller& caller) { return Result(text(caller)); }, {});
}

Entries machine_entries(Kernel& kernel) {
  u64 inode = kFirstMachineInode;
  Entries entries;
  entries.emplace_back("self", make_text_link(inode++, [](const Caller& caller) {
                         return std::to_string(caller.pid);
                       }));
  entries.emplace_back("thread-self", make_text_link(inode++, [](const Caller& caller) {
                         return fmt::format("{}/task/{}", caller.pid, caller.tid);
                       }));
  for (const MachineFile& file : kMachineFiles)
    entries.emplace_back(file.name, make_tree_file(inode++, 0444, [&kernel, &file] {
                           return Result(file.content(kernel));
                         }));
  for (const std::string_view name : {"mounts", "net"})
    entries.emplace_back(name, make_text_link(inode++, [name](const Caller&) {
                           return fmt::format("self/{}", name);
                         }));
  for (auto& entry : fixed_machine_files(kernel, kFirstFixedInode))
    entries.push_back(std::move(entry));
  entries.emplace_back("sys", make_fixed_directory(inode++, system_controls(kernel)));
  return entries;
}

/// Who has a pid: a task's own number works too, although no listing shows it.
std::optional<Subject> subject_of(Kernel& kernel, i32 id) {
  if (Task* task = kernel.find_task(id)) {
    const Process& process = task->process();
    return Subject{process.pid(), id, process.start_time};
  }
  if (const ZombieProcess* zombie = kernel.find_zombie(id))
    return Subject{id, id, zombie->start_time};
  return std::nullopt;
}

const Location& root_of(Kernel& kernel, const Caller& caller) {
  Task* task = kernel.find_task(caller.tid);
  return task && task->fs ? task->fs->root : kernel.mounts().root();
}

}  // namespace

Result<Somebody> find(Kernel& kernel, const Subject& subject) {
  if (Process* process = kernel.find_process(subject.pid)) {
    if (process->start_time != subject.start_time) return Errno::ESRCH;
    for (const auto& task : process->tasks)
      if (task->tid() == subject.tid && task->space) return Somebody{process, task.get(), nullptr};
    if (subject.tid != subject.pid || !process->leader_zombie) return Errno::ESRCH;
    return Somebody{nullptr, nullptr, &*process->leader_zombie};
  }
  const ZombieProcess* zombie = kernel.find_zombie(subject.pid);
  if (!zombie || zombie->start_time != subject.start_time) return Errno::ESRCH;
  return Somebody{nullptr, nullptr, zombie};
}

TreeIdentity proc_of(Kernel& kernel) {
  TreeIdentity identity;
  identity.machine = &kernel.own_files();
  return identity;
}

std::shared_ptr<Inode> make_fixed_directory(u64 inode, Entries entries, TreeIdentity identity,
                                            u32 permissions) {
  auto shared = std::make_shared<const Entries>(std::move(entries));
  TreeDirectory directory;
  directory.list = [shared](const Caller&) {
    std::vector<TreeDirectory::Name> names;
    for (const auto& [name, entry] : *shared) {
      const auto status = entry->status();
      names.push_back({name, entry->type(), status.ok() ? status->inode : 0});
    }
    return names;
  };
  directory.find = [shared](std::string_view name,
                            const Caller&) -> Result<std::shared_ptr<Inode>> {
    for (const auto& [entry_name, entry] : *shared)
      if (entry_name == name) return entry;
    return Errno::ENOENT;
  };
  return make_tree_directory(inode, permissions, std::move(directory), identity);
}

std::string describe_place(Kernel& kernel, const Location& place, const Caller& caller) {
  if (!place->mount) return place->name;
  std::string path = path_of(place, root_of(kernel, caller));
  // A mount's root need not have a name in the directory below it.
  if (!place->parent || place->inode == place->mount->root) return path;
  const auto now = place->parent->inode->lookup(place->name, caller);
  const auto was = place->inode->status();
  if (!was.ok()) return path;
  const auto is = now.ok() ? (*now)->status() : Result<FileStatus>(now.error());
  const bool there = is.ok() && is->inode == was->inode && is->device == was->device;
  return there ? path : path + " (deleted)";
}

std::string describe_file(Kernel& kernel, const FileDescription& file, const Caller& caller) {
  const Location& place = file.location();
  if (const auto now = place->mount ? current_path(file.host_fd(), *place->mount) : std::nullopt) {
    const std::string root = path_of(root_of(kernel, caller), kernel.mounts().root());
    if (auto path = path_below(*now, root)) return *path;
  }
  return describe_place(kernel, place, caller);
}

}  // namespace procfs

std::shared_ptr<Inode> make_proc_fs(Kernel& kernel) {
  using namespace procfs;
  const auto machine = std::make_shared<const Entries>(machine_entries(kernel));
  const auto fixed = make_fixed_directory(kRootInode, *machine);
  TreeDirectory root;
  root.list = [&kernel, machine](const Caller&) {
    std::vector<TreeDirectory::Name> names;
    for (const auto& [name, entry] : *machine) {
      const auto status = entry->status();
      names.push_back({name, entry->type(), status.ok() ? status->inode : 0});
    }
    std::set<i32> pids{Kernel::kInitSession};
    for (const auto& [pid, process] : kernel.processes()) {
      pids.insert(pid);
      for (const ZombieProcess& zombie : process->zombies) pids.insert(zombie.pid);
    }
    for (const i32 pid : pids)
      names.push_back({std::to_string(pid), FileType::Directory, static_cast<u64>(pid) << 32});
    return names;
  };
  root.find = [&kernel, fixed, init = make_init_directory()](
                  std::string_view name, const Caller& caller) -> Result<std::shared_ptr<Inode>> {
    i32 id = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    const bool number = error == std::errc() && end == name.data() + name.size();
    if (!number || id <= 0 || name.front() == '0') return fixed->lookup(name, caller);
    if (id == Kernel::kInitSession) return init;
    const auto subject = subject_of(kernel, id);
    if (!subject) return Errno::ENOENT;
    return make_process_directory(kernel, *subject, Tasks::Listed);
  };
  return make_tree_directory(kRootInode, 0555, std::move(root));
}

}  // namespace kemu
