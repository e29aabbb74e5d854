#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "fs/file_description.h"
#include "fs/tree_fs.h"
#include "process/kernel.h"

// The parts /proc is made of; see procfs.h. Texts are in the layouts of proc(5), byte for byte.

namespace kemu::procfs {

/// Whom a directory of /proc is about. By the time it is read, they may have ended.
struct Subject {
  i32 pid = 0;
  i32 tid = 0;
  Nanoseconds start_time = 0;  // pids are used again, moments are not
};

/// Somebody in /proc now: a live task of a process, or a zombie.
struct Somebody {
  Process* process = nullptr;
  Task* task = nullptr;
  const ZombieProcess* zombie = nullptr;  // null unless the others are
};

/// ESRCH when the subject is gone.
Result<Somebody> find(Kernel& kernel, const Subject& subject);

/// /proc/PID, or with `Tasks::Listed` not set /proc/PID/task/TID.
enum class Tasks : u8 { Listed, Omitted };
std::shared_ptr<Inode> make_process_directory(Kernel& kernel, const Subject& subject, Tasks tasks);

/// What a process owns of its directory, as stat(2) tells it and permissions go by it; times are
/// when it started. `permissions` stand in for the entry's own.
std::shared_ptr<Inode> owned(Kernel& kernel, const Subject& subject, std::shared_ptr<Inode> inode,
                             std::optional<u32> permissions = std::nullopt);

/// Whether the task whose call is served may look into a process: ptrace_may_access() with
/// PTRACE_MODE_READ_FSCREDS.
bool may_look_into(Kernel& kernel, const Process& target);

/// /proc of a kernel: who is root is asked of it.
TreeIdentity proc_of(Kernel& kernel);

/// A directory of entries that stay; their own status tells number and type.
using Entries = std::vector<std::pair<std::string, std::shared_ptr<Inode>>>;
std::shared_ptr<Inode> make_fixed_directory(u64 inode, Entries entries, TreeIdentity identity = {},
                                            u32 permissions = 0555);

/// What readlink(2) tells of a place: its path as `caller` sees it, " (deleted)" behind it where it
/// is no longer there.
std::string describe_place(Kernel& kernel, const Location& place, const Caller& caller);

/// The same of an open file. A host file's path is the host's to tell: it may have been renamed.
std::string describe_file(Kernel& kernel, const FileDescription& file, const Caller& caller);

/// /proc/1: the kernel itself, which stands for init.
std::shared_ptr<Inode> make_init_directory();

// Texts about one process (procfs_status.cpp, procfs_memory.cpp).
std::string stat_line(Kernel& kernel, const Somebody& who);
std::string status_text(Kernel& kernel, const Somebody& who);
std::string limits_text(Kernel& kernel, const Somebody& who);
std::string statm_line(Kernel& kernel, const Somebody& who);
std::string maps_text(Kernel& kernel, const Somebody& who);

std::string smaps_text(Kernel& kernel, const Somebody& who);
std::string smaps_sum(Kernel& kernel, const Somebody& who);
std::string numa_maps_text(Kernel& kernel, const Somebody& who);
/// clear_refs: nothing here remembers which pages were referenced; the number is checked. EINVAL.
Result<Unit> clear_references(Kernel& kernel, const Somebody& who, std::string_view text);

// What a process has done and does (procfs_counters.cpp).
std::string io_counters(Kernel& kernel, const Somebody& who);
std::string sched_text(Kernel& kernel, const Somebody& who);
std::string schedstat_line(Kernel& kernel, const Somebody& who);
std::string syscall_line(Kernel& kernel, const Somebody& who);

// What can be set by writing (procfs_settings.cpp).
std::string command_name(Kernel& kernel, const Somebody& who);
Result<Unit> set_command_name(Kernel& kernel, const Somebody& who, std::string_view text);
std::string oom_score(Kernel& kernel, const Somebody& who);
std::string oom_score_adjustment(Kernel& kernel, const Somebody& who);
Result<Unit> set_oom_score_adjustment(Kernel& kernel, const Somebody& who, std::string_view text);
/// oom_adj, with a scale of its own.
std::string old_oom_adjustment(Kernel& kernel, const Somebody& who);
Result<Unit> set_old_oom_adjustment(Kernel& kernel, const Somebody& who, std::string_view text);
std::string core_dump_filter(Kernel& kernel, const Somebody& who);
Result<Unit> set_core_dump_filter(Kernel& kernel, const Somebody& who, std::string_view text);
std::string timer_slack(Kernel& kernel, const Somebody& who);
Result<Unit> set_timer_slack(Kernel& kernel, const Somebody& who, std::string_view text);
/// EPERM, for what is root's alone on Linux and fixed here.
Result<Unit> refuse_setting(Kernel& kernel, const Somebody& who, std::string_view text);

// Entries that are more than a text.
std::shared_ptr<Inode> make_memory_file(Kernel& kernel, const Subject& subject, u64 inode);
std::shared_ptr<Inode> make_page_map(Kernel& kernel, const Subject& subject, u64 inode);
std::shared_ptr<Inode> make_net_folder(Kernel& kernel, const Subject& subject, u64 inode);
std::shared_ptr<Inode> make_namespace_folder(Kernel& kernel, const Subject& subject, u64 inode);
/// attr/: what a security module would tell and be told; without one each is EINVAL.
std::shared_ptr<Inode> make_attribute_folder(Kernel& kernel, const Subject& subject, u64 inode);
/// map_files/: a link to the file of each mapping that has one, by its range.
std::shared_ptr<Inode> make_mapping_folder(Kernel& kernel, const Subject& subject, u64 inode);

/// Whether a page is still its object's: not one of its own that a write to a private mapping made.
bool page_of_object(const Vma& vma, const PageEntry& entry);

/// Pages a process has, by what stands behind them.
struct MemoryUse {
  u64 mapped = 0, resident = 0, resident_of_objects = 0, code = 0, data = 0, stack = 0;
  GuestRange text;          // the program's code
  GuestRange initial_data;  // the program's writable segment
  GuestAddr heap_start;
};
MemoryUse memory_use(const AddressSpace& space);

// Texts about the machine (procfs_machine.cpp).
std::string cpu_info(Kernel& kernel);
std::string memory_info(Kernel& kernel);
std::string machine_stat(Kernel& kernel);
std::string load_average(Kernel& kernel);
std::string uptime(Kernel& kernel);
std::string version(Kernel& kernel);
std::string file_systems(Kernel& kernel);
std::string mounts(Kernel& kernel);
std::string mount_info(Kernel& kernel);
std::string mount_statistics(Kernel& kernel);
/// Files of /proc that are the same as long as the machine runs, or nearly (procfs_fixed.cpp).
Entries fixed_machine_files(Kernel& kernel, u64 first_inode);
/// /proc/sys.
Entries system_controls(Kernel& kernel);

}  // namespace kemu::procfs
