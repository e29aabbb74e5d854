#include <fmt/format.h>

#include "process/procfs_parts.h"

// /proc/PID/{io,sched,schedstat,syscall}: what a process has done so far, and does.

namespace kemu::procfs {
namespace {

constexpr i32 kHighestPriority = 120;  // of a task with nice 0 (DEFAULT_PRIO)

ResourceUsage usage_of(const Somebody& who) {
  return who.zombie ? who.zombie->usage : who.process->total_usage();
}

}  // namespace

std::string io_counters(Kernel&, const Somebody& who) {
  const IoCounters io = who.process ? who.process->io : IoCounters();
  // Of what reaches a disk the host knows alone.
  return fmt::format(
      "rchar: {}\nwchar: {}\nsyscr: {}\nsyscw: {}\nread_bytes: 0\nwrite_bytes: 0\n"
      "cancelled_write_bytes: 0\n",
      io.bytes_read, io.bytes_written, io.reads, io.writes);
}

std::string sched_text(Kernel& kernel, const Somebody& who) {
  const ResourceUsage usage = usage_of(who);
  const Nanoseconds ran = usage.user_time + usage.system_time;
  const Nanoseconds up = kernel.monotonic() - kernel.boot_time();
  std::string text = fmt::format(
      "{} ({}, #threads: {})\n", who.task ? who.task->name : who.zombie->name,
      who.task ? who.task->tid() : who.zombie->pid, who.process ? who.process->tasks.size() : 1);
  text += std::string(67, '-') + '\n';
  const auto time = [&text](std::string_view name, Nanoseconds value) {
    constexpr Nanoseconds kMillisecond = kSecond / 1000;
    text += fmt::format("{:<45}:{:>14}.{:06}\n", name, value / kMillisecond, value % kMillisecond);
  };
  const auto count = [&text](std::string_view name, u64 value) {
    text += fmt::format("{:<45}:{:>21}\n", name, value);
  };
  time("se.exec_start", up);
  time("se.vruntime", ran);
  time("se.sum_exec_runtime", ran);
  count("se.nr_migrations", 0);
  count("nr_switches", usage.voluntary_switches + usage.involuntary_switches);
  count("nr_voluntary_switches", usage.voluntary_switches);
  count("nr_involuntary_switches", usage.involuntary_switches);
  const i32 nice = who.task ? who.task->nice : 0;
  count("policy", who.task ? static_cast<u64>(who.task->scheduling_policy) : 0);
  count("prio", static_cast<u64>(kHighestPriority + nice));
  return text;
}

std::string schedstat_line(Kernel&, const Somebody& who) {
  const ResourceUsage usage = usage_of(who);
  // How long it waited for the CPU is not recorded.
  return fmt::format("{} 0 {}\n", usage.user_time + usage.system_time,
                     usage.voluntary_switches + usage.involuntary_switches);
}

std::string syscall_line(Kernel&, const Somebody& who) {
  if (!who.task || who.task->state != TaskState::Blocked) return "running\n";
  const SyscallRegisters& call = who.task->syscall.registers;
  std::string text = std::to_string(call.number);
  for (const u64 argument : call.args) text += fmt::format(" {:#x}", argument);
  // The stack pointer is in the engine, which another task is using now.
  return text + fmt::format(" 0x0 {:#x}\n", who.task->cpu().pc());
}

}  // namespace kemu::procfs
