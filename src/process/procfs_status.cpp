#include <fmt/format.h>

#include "process/procfs_parts.h"

// /proc/PID/{stat,status,limits}.

namespace kemu::procfs {
namespace {

constexpr Nanoseconds kTick = kSecond / 100;  // USER_HZ
constexpr u64 kKibPerPage = kPageSize / 1024;
constexpr u32 kDefaultPriority = 20;

struct StateName {
  char letter;
  std::string_view word;
};

StateName state_of(const Somebody& who) {
  if (who.zombie) return {'Z', "zombie"};
  if (who.process->stopped) return {'T', "stopped"};
  switch (who.task->state) {
    case TaskState::Runnable: return {'R', "running"};
    case TaskState::Blocked: return {'S', "sleeping"};
    case TaskState::Dead: break;
  }
  return {'X', "dead"};
}

/// Signals by what a process does about them.
struct SignalSets {
  SigSet ignored, caught;
};

SignalSets signal_sets(const Task& task) {
  SignalSets sets;
  for (i32 number = 1; number <= abi::kSigMax; ++number) {
    const Signal signal(number);
    const u64 handler = task.actions->get(signal).handler;
    if (handler == abi::kSigIgn)
      sets.ignored = sets.ignored.with(signal);
    else if (handler != abi::kSigDfl)
      sets.caught = sets.caught.with(signal);
  }
  return sets;
}

/// The fields of /proc/PID/stat from the third on, in order.
class StatFields {
 public:
  StatFields& operator<<(u64 value) {
    text_ += fmt::format(" {}", value);
    return *this;
  }
  StatFields& operator<<(i32 value) {
    text_ += fmt::format(" {}", value);
    return *this;
  }
  StatFields& operator<<(GuestAddr value) { return *this << value.value(); }
  StatFields& zeros(int count) {
    while (count-- > 0) *this << u64{0};
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

u64 ticks(Nanoseconds time) { return static_cast<u64>(std::max<Nanoseconds>(time, 0) / kTick); }

/// Fields 4 to 22, which a zombie has too.
void add_process_fields(StatFields& fields, Kernel& kernel, const Somebody& who) {
  const auto& [process, task, zombie] = who;
  const ResourceUsage usage = zombie ? zombie->usage : process->total_usage();
  const ResourceUsage children = zombie ? ResourceUsage() : process->children_usage;
  const Terminal* terminal = zombie ? nullptr : process->terminal.get();
  fields << (zombie ? zombie->parent_pid : process->parent_pid())
         << (zombie ? zombie->group : process->group).value()
         << (zombie ? zombie->session : process->session).value()
         << (terminal ? static_cast<i32>(terminal->device()) : 0)
         << (terminal ? terminal->foreground_group() : -1);
  fields.zeros(1);  // flags
  fields << usage.minor_faults << children.minor_faults;
  fields.zeros(2);  // major faults
  fields << ticks(usage.user_time) << ticks(usage.system_time) << ticks(children.user_time)
         << ticks(children.system_time);
  const i32 nice = zombie ? 0 : task->nice;
  fields << static_cast<i32>(kDefaultPriority) + nice << nice
         << (zombie ? 1 : static_cast<i32>(process->tasks.size()));
  fields.zeros(1);  // itrealvalue
  const Nanoseconds start = zombie ? zombie->start_time : process->start_time;
  fields << ticks(start - kernel.boot_time());
}

/// Fields 23 to 52.
void add_memory_and_signals(StatFields& fields, Kernel& kernel, const Somebody& who) {
  const auto& [process, task, zombie] = who;
  if (zombie) {
    fields.zeros(2);
    fields << kUnlimited;
    fields.zeros(12);
    fields << zombie->exit_signal;
    fields.zeros(13);
    fields << zombie->status.raw();
    return;
  }
  constexpr u64 kStandardSignals = 0x7fffffff;
  const MemoryUse use = memory_use(*task->space);
  const SignalSets signals = signal_sets(*task);
  const LoadedProgram& program = process->program;
  fields << use.mapped * kPageSize << use.resident << process->limits.soft(Resource::ResidentSet);
  // Where things are is for those alone who could find out anyway (do_task_stat()).
  const bool permitted = may_look_into(kernel, *process);
  if (permitted)
    fields << use.text.start << use.text.end << program.stack_pointer;
  else
    fields << u64{1} << u64{1} << u64{0};
  fields.zeros(2);  // kstkesp, kstkeip: told of nobody who still runs
  fields << (task->pending.set().bits() & kStandardSignals)
         << (task->blocked.bits() & kStandardSignals) << (signals.ignored.bits() & kStandardSignals)
         << (signals.caught.bits() & kStandardSignals);
  fields.zeros(3);  // wchan, swap
  fields << process->exit_signal;
  fields.zeros(1);  // processor
  fields << task->scheduling_priority << task->scheduling_policy;
  fields.zeros(3);  // block I/O, guest time
  if (permitted)
    fields << use.initial_data.start << use.initial_data.end << use.heap_start
           << program.arguments.start << program.arguments.end << program.environment.start
           << program.environment.end;
  else
    fields.zeros(7);
  fields.zeros(1);  // exit code
}

std::string memory_status(const AddressSpace& space) {
  const MemoryUse use = memory_use(space);
  const auto row = [](std::string_view name, u64 pages) {
    return fmt::format("{}:\t{:8} kB\n", name, pages * kKibPerPage);
  };
  // The peak of the size is not recorded: what there is now is the most that is known.
  return row("VmPeak", use.mapped) + row("VmSize", use.mapped) +
         row("VmLck", space.map().locked_bytes() / kPageSize) + row("VmPin", 0) +
         row("VmHWM", space.most_resident_pages()) + row("VmRSS", use.resident) +
         row("RssAnon", use.resident - std::min(use.resident, use.resident_of_objects)) +
         row("RssFile", use.resident_of_objects) + row("RssShmem", 0) + row("VmData", use.data) +
         row("VmStk", use.stack) + row("VmExe", use.code) + row("VmLib", 0) + row("VmPTE", 0) +
         row("VmSwap", 0) + row("HugetlbPages", 0);
}

std::string signal_status(const Process& process, const Task& task) {
  const SignalSets sets = signal_sets(task);
  const auto row = [](std::string_view name, SigSet set) {
    return fmt::format("{}:\t{:016x}\n", name, set.bits());
  };
  return fmt::format("SigQ:\t{}/{}\n", process.queue_places_taken(),
                     process.limits.soft(Resource::PendingSignals)) +
         row("SigPnd", task.pending.set()) + row("ShdPnd", process.pending.set()) +
         row("SigBlk", task.blocked) + row("SigIgn", sets.ignored) + row("SigCgt", sets.caught);
}

std::string capability_status(const Credentials& ids) {
  return fmt::format(
      "CapInh:\t{:016x}\nCapPrm:\t{:016x}\nCapEff:\t{:016x}\nCapBnd:\t{:016x}\nCapAmb:\t{:016x}\n",
      ids.inheritable, ids.permitted, ids.effective, ids.bounding, ids.ambient);
}

std::string id_status(const Task& task) {
  const Credentials& ids = task.credentials;
  std::string text = fmt::format("Uid:\t{}\t{}\t{}\t{}\nGid:\t{}\t{}\t{}\t{}\n", ids.uid, ids.euid,
                                 ids.suid, ids.fsuid, ids.gid, ids.egid, ids.sgid, ids.fsgid);
  const auto& files = task.files;
  text += fmt::format("FDSize:\t{}\nGroups:\t", files ? files->capacity() : 0);
  for (const u32 group : ids.groups) text += fmt::format("{} ", group);
  return text + (ids.groups.empty() ? " \n" : "\n");
}

/// A name as status shows it: one line whatever it contains.
std::string escape(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (c == '\n')
      text += "\\n";
    else if (c == '\\')
      text += "\\\\";
    else
      text += c;
  }
  return text;
}

std::string zombie_status(const ZombieProcess& zombie) {
  return fmt::format(
      "Name:\t{}\nState:\tZ (zombie)\nTgid:\t{}\nNgid:\t0\nPid:\t{}\nPPid:\t{}\nTracerPid:\t0\n"
      "Uid:\t{}\t{}\t{}\t{}\nGid:\t0\t0\t0\t0\nFDSize:\t0\nGroups:\t\nThreads:\t1\n",
      escape(zombie.name), zombie.pid, zombie.pid, zombie.parent_pid, zombie.uid, zombie.uid,
      zombie.uid, zombie.uid);
}

}  // namespace

std::string stat_line(Kernel& kernel, const Somebody& who) {
  StatFields fields;
  add_process_fields(fields, kernel, who);
  add_memory_and_signals(fields, kernel, who);
  return fmt::format("{} ({}) {}{}\n", who.zombie ? who.zombie->pid : who.task->tid(),
                     who.zombie ? who.zombie->name : who.task->name, state_of(who).letter,
                     fields.text());
}

std::string status_text(Kernel&, const Somebody& who) {
  if (who.zombie) return zombie_status(*who.zombie);
  const Process& process = *who.process;
  const Task& task = *who.task;
  const StateName state = state_of(who);
  const i32 pid = process.pid();
  const i32 tid = task.tid();
  std::string text = fmt::format(
      "Name:\t{}\nUmask:\t{:04o}\nState:\t{} ({})\nTgid:\t{}\nNgid:\t0\nPid:\t{}\n"
      "PPid:\t{}\nTracerPid:\t0\n",
      escape(task.name), task.fs->umask, state.letter, state.word, pid, tid, process.parent_pid());
  text += id_status(task);
  text += fmt::format("NStgid:\t{}\nNSpid:\t{}\nNSpgid:\t{}\nNSsid:\t{}\n", pid, tid, process.group,
                      process.session);
  text += memory_status(*task.space);
  text += fmt::format("CoreDumping:\t0\nTHP_enabled:\t{}\nThreads:\t{}\n",
                      process.huge_pages_disabled ? 0 : 1, process.tasks.size());
  text += signal_status(process, task);
  text += capability_status(task.credentials);
  const ResourceUsage usage = process.total_usage();
  text += fmt::format(
      "NoNewPrivs:\t{}\nSeccomp:\t0\nSeccomp_filters:\t0\nCpus_allowed:\t1\n"
      "Cpus_allowed_list:\t0\nMems_allowed:\t1\nMems_allowed_list:\t0\n"
      "voluntary_ctxt_switches:\t{}\nnonvoluntary_ctxt_switches:\t{}\n",
      task.no_new_privileges ? 1 : 0, usage.voluntary_switches, usage.involuntary_switches);
  return text;
}

std::string limits_text(Kernel&, const Somebody& who) {
  struct Row {
    Resource resource;
    std::string_view name;
    std::string_view unit;
  };
  static constexpr Row kRows[] = {
      {Resource::Cpu, "Max cpu time", "seconds"},
      {Resource::FileSize, "Max file size", "bytes"},
      {Resource::Data, "Max data size", "bytes"},
      {Resource::Stack, "Max stack size", "bytes"},
      {Resource::Core, "Max core file size", "bytes"},
      {Resource::ResidentSet, "Max resident set", "bytes"},
      {Resource::Processes, "Max processes", "processes"},
      {Resource::OpenFiles, "Max open files", "files"},
      {Resource::LockedMemory, "Max locked memory", "bytes"},
      {Resource::AddressSpace, "Max address space", "bytes"},
      {Resource::Locks, "Max file locks", "locks"},
      {Resource::PendingSignals, "Max pending signals", "signals"},
      {Resource::MessageQueues, "Max msgqueue size", "bytes"},
      {Resource::Nice, "Max nice priority", ""},
      {Resource::RealTimePriority, "Max realtime priority", ""},
      {Resource::RealTime, "Max realtime timeout", "us"},
  };
  static_assert(std::size(kRows) == kResourceCount);
  std::string text =
      fmt::format("{:<25} {:<20} {:<20} {:<10}\n", "Limit", "Soft Limit", "Hard Limit", "Units");
  if (!who.process) return text;
  const auto value = [](u64 limit) {
    return limit == kUnlimited ? std::string("unlimited") : std::to_string(limit);
  };
  for (const Row& row : kRows) {
    const ResourceLimit& limit = who.process->limits.get(row.resource);
    text += fmt::format("{:<25} {:<20} {:<20} ", row.name, value(limit.soft), value(limit.hard));
    text += row.unit.empty() ? std::string("\n") : fmt::format("{:<10}\n", row.unit);
  }
  return text;
}

}  // namespace kemu::procfs
