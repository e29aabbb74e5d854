#include "process/kernel.h"

// Process groups, sessions and who may use the terminal: credentials(7), setpgid(2), tcsetpgrp(3),
// kernel/exit.c's orphaned process groups.

namespace kemu {

namespace {

/// A child that ended keeps its group until it is waited for, and a shell that sets it after the
/// child was quick must not hear of an error.
Result<Unit> set_zombie_group(Kernel& kernel, Process& caller, i32 pid, i32 group) {
  const auto zombie = kernel.zombie_child(caller, pid);
  if (zombie == caller.zombies.end()) return Errno::ESRCH;
  if (group == 0) group = pid;
  if (zombie->session != caller.session || zombie->session == pid) return Errno::EPERM;
  if (group != pid && !kernel.group_exists(group, caller.session)) return Errno::EPERM;
  zombie->group = group;
  return Unit{};
}

}  // namespace

Result<Unit> Kernel::set_process_group(Process& caller, i32 pid, i32 group) {
  // Without a group the pid is the group, whose sign is looked at first (kernel/sys.c, setpgid).
  if (group < 0 || (group == 0 && pid < 0)) return Errno::EINVAL;
  Process* target = pid == 0 ? &caller : find_process(pid);
  if (!target) return set_zombie_group(*this, caller, pid, group);
  if (target != &caller && target->parent != &caller) return Errno::ESRCH;
  if (group == 0) group = target->pid();
  if (target != &caller) {
    if (target->session != caller.session) return Errno::EPERM;
    if (target->has_executed) return Errno::EACCES;
  }
  if (target->session == target->pid()) return Errno::EPERM;
  if (group != target->pid() && !group_exists(group, caller.session)) return Errno::EPERM;
  target->group = group;
  return Unit{};
}

Result<i32> Kernel::new_session(Process& caller) {
  for (const auto& [pid, process] : processes_)
    if (process->group == caller.pid()) return Errno::EPERM;
  caller.session = caller.group = caller.pid();
  caller.terminal = nullptr;
  caller.former_foreground = 0;
  return caller.pid();
}

bool Kernel::group_is_orphaned(i32 group) {
  for (const auto& [pid, process] : processes_) {
    if (process->group != group) continue;
    // The first process's parent is the host's shell, which can continue it.
    if (process.get() == first_) return false;
    const Process* parent = process->parent;
    if (parent && parent->group != group && parent->session == process->session) return false;
  }
  return true;
}

// kill_orphaned_pgrp(): only a parent of the same session outside the group was a connection that
// can be lost. One that lost it before was hung up then.
void Kernel::hang_up_without(const Process* parent, const Process& child) {
  if (parent && (parent->group == child.group || parent->session != child.session)) return;
  hang_up_if_orphaned(child.group);
}

void Kernel::hang_up_if_orphaned(i32 group) {
  if (!group_is_orphaned(group)) return;
  bool any_stopped = false;
  for_each_in_group(group, [&](Process& p) { any_stopped |= p.stopped; });
  if (!any_stopped) return;
  for (const i32 number : {abi::kSigHup, abi::kSigCont}) {
    abi::SigInfo info;
    info.signo = number;
    info.code = abi::kSiKernel;
    for_each_in_group(group, [&](Process& p) { (void)send_signal(p, info); });
  }
}

// A session leader that ends gives its terminal up, and the foreground group hears of it.
void Kernel::hang_up_session(Process& leader) {
  const std::shared_ptr<Terminal> terminal = leader.terminal;
  if (!terminal && leader.former_foreground != 0) {
    signal_group(leader.former_foreground, abi::kSigHup);
    signal_group(leader.former_foreground, abi::kSigCont);
  }
  if (!terminal || terminal->session() != leader.session) return;
  const i32 foreground = terminal->foreground_group();
  terminal->set_session(0);
  terminal->set_foreground_group(0);
  for (const auto& [pid, process] : processes_)
    if (process->session == leader.session) process->terminal = nullptr;
  signal_group(foreground, abi::kSigHup);
}

void Kernel::signal_group(i32 group, i32 signal) {
  if (group == 0) return;
  abi::SigInfo info;
  info.signo = signal;
  info.code = abi::kSiKernel;
  for_each_in_group(group, [&](Process& p) { (void)send_signal(p, info); });
}

TerminalSignals Kernel::terminal_signals() {
  TerminalSignals signals;
  signals.send = [this](i32 group, i32 signal) { signal_group(group, signal); };
  signals.hang_up = [this](Terminal& terminal) { hang_up_terminal(terminal); };
  return signals;
}

// __tty_hangup(): the session's leader hears of it now, the foreground group when the leader ends.
void Kernel::hang_up_terminal(Terminal& terminal) {
  for (const auto& [pid, process] : processes_) {
    if (process->terminal.get() != &terminal) continue;
    process->terminal = nullptr;
    if (process->session != pid) continue;
    process->former_foreground = terminal.foreground_group();
    abi::SigInfo info;
    info.code = abi::kSiKernel;
    for (const i32 signal : {abi::kSigHup, abi::kSigCont}) {
      info.signo = signal;
      (void)send_signal(*process, info);
    }
  }
  terminal.set_session(0);
  terminal.set_foreground_group(0);
}

SyscallResult<Unit> Kernel::check_terminal_access(Task& task, Terminal& terminal, TerminalUse use) {
  Process& process = task.process();
  if (process.terminal.get() != &terminal || terminal.session() != process.session) return Unit{};
  if (process.group == terminal.foreground_group() || terminal.foreground_group() == 0)
    return Unit{};
  if (use == TerminalUse::Write && !terminal.stops_background_output()) return Unit{};
  const Signal signal(use == TerminalUse::Read ? abi::kSigTtin : abi::kSigTtou);
  const bool unheard = task.blocked.has(signal) || task.actions->ignores(signal);
  if (unheard && use == TerminalUse::Read) return Errno::EIO;
  if (unheard) return Unit{};
  if (group_is_orphaned(process.group)) return Errno::EIO;
  // A handler of the signal is about to run: sending it once more would run it twice.
  if (task.syscall.interrupted) return Blocked{Restart::IfSaRestart};
  abi::SigInfo info;
  info.signo = signal.number();
  info.code = abi::kSiKernel;
  for_each_in_group(process.group, [&](Process& p) { (void)send_signal(p, info); });
  // The signal stops the task right now; the call is made again when it is continued.
  return Blocked{Restart::IfSaRestart};
}

}  // namespace kemu
