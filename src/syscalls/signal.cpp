#include <algorithm>

#include "process/signal_stack.h"
#include "syscalls/handlers.h"
#include "syscalls/signal_sending.h"
#include "syscalls/temporary_mask.h"
#include "syscalls/time_values.h"

// Signals from the caller's side: sending, actions, masks, waiting. What happens to a sent signal
// is Kernel::send_signal's and deliver_signals' business.

namespace kemu {

namespace {

constexpr u64 kSigSetSize = 8;

/// sa_flags a program may set; others are cleared, so that it can see which are known
/// (sigaction(2), "Dynamically probing for flag bit support").
constexpr u64 kKnownActionFlags = abi::kSaNoCldStop | abi::kSaNoCldWait | abi::kSaSigInfo |
                                  abi::kSaRestorer | abi::kSaOnStack | abi::kSaRestart |
                                  abi::kSaNoDefer | abi::kSaResetHand | abi::kSaExposeTagBits;

abi::SigInfo sender_info(Task& task, i32 signal, i32 code) {
  abi::SigInfo info;
  info.signo = signal;
  info.code = code;
  info.sender.pid = task.process().pid();
  info.sender.uid = task.credentials.uid;
  return info;
}

/// kill_ok_by_cred(): root, or one of the sender's ids is the target's real or saved one.
bool owns(const Credentials& own, u32 uid, u32 saved_uid) {
  return own.capable(abi::kCapKill) || own.euid == uid || own.euid == saved_uid || own.uid == uid ||
         own.uid == saved_uid;
}

/// check_kill_permission(): EINVAL for no signal, EPERM.
Result<Unit> check_permission(Task& task, Process& target, const Credentials& ids, i32 signal) {
  if (signal < 0 || signal > abi::kSigMax) return Errno::EINVAL;
  const Process& caller = task.process();
  if (&target == &caller) return Unit{};
  if (owns(task.credentials, ids.uid, ids.suid)) return Unit{};
  if (signal == abi::kSigCont && target.session == caller.session) return Unit{};
  return Errno::EPERM;
}

/// A zombie still has a pid: signals to it are checked, and have no effect.
Result<Unit> check_permission(Task& task, const ZombieProcess& zombie, i32 signal) {
  if (signal < 0 || signal > abi::kSigMax) return Errno::EINVAL;
  if (owns(task.credentials, zombie.uid, zombie.saved_uid)) return Unit{};
  return Errno::EPERM;
}

/// Who has a pid and takes no signals: a zombie, or the kernel itself, which is root's and as deaf
/// as init (SIGNAL_UNKILLABLE).
Result<Unit> send_to_nobody(Task& task, i32 pid, const abi::SigInfo& info) {
  if (pid == Kernel::kInitSession) return check_permission(task, ZombieProcess{}, info.signo);
  const ZombieProcess* zombie = task.kernel().find_zombie(pid);
  return zombie ? check_permission(task, *zombie, info.signo) : Errno::ESRCH;
}

/// Signal 0 only asks whether the target could be signalled.
template <typename Target>
Result<Unit> send(Kernel& kernel, Target& target, const abi::SigInfo& info) {
  if (info.signo == 0) return Unit{};
  return kernel.send_signal(target, info);
}

Result<Unit> send_to_process(Task& task, i32 pid, const abi::SigInfo& info) {
  Kernel& kernel = task.kernel();
  // Any thread's number names its process.
  if (Task* target = kernel.find_task(pid)) {
    TRY(check_permission(task, target->process(), target->credentials, info.signo));
    // complete_signal() offers it to the thread that was named before all others.
    const bool takes = info.signo != 0 && target->is_alive() && target->wants(Signal(info.signo));
    if (takes && !target->is_leader()) return send(kernel, *target, info);
    return send(kernel, target->process(), info);
  }
  return send_to_nobody(task, pid, info);
}

/// What sending to many comes to.
struct Tally {
  u32 found = 0;
  u32 reached = 0;
  Errno last = Errno::ESRCH;

  void add(const Result<Unit>& sent) {
    ++found;
    if (sent.ok())
      ++reached;
    else
      last = sent.error();
  }
};

/// __kill_pgrp_info(): success when anybody was reached.
Result<Unit> send_to_group(Task& task, i32 group, const abi::SigInfo& info) {
  Kernel& kernel = task.kernel();
  Tally tally;
  kernel.for_each_in_group(group, [&](Process& target) {
    const auto allowed = check_permission(task, target, target.credentials(), info.signo);
    tally.add(allowed.ok() ? send(kernel, target, info) : allowed);
  });
  for (const auto& [pid, process] : kernel.processes())
    for (const ZombieProcess& zombie : process->zombies)
      if (zombie.group == group) tally.add(check_permission(task, zombie, info.signo));
  if (tally.reached > 0) return Unit{};
  return tally.last;
}

/// kill(-1): everybody but init and the caller.
Result<Unit> send_to_all(Task& task, const abi::SigInfo& info) {
  Kernel& kernel = task.kernel();
  Tally tally;
  for (const auto& [pid, process] : kernel.processes()) {
    if (pid == 1 || process.get() == &task.process()) continue;
    const auto allowed = check_permission(task, *process, process->credentials(), info.signo);
    tally.add(allowed.ok() ? send(kernel, *process, info) : allowed);
  }
  if (tally.found == 0) return Errno::ESRCH;
  // Those that may not be signalled are no reason to fail (kill_something_info()).
  if (tally.reached > 0 || tally.last == Errno::EPERM) return Unit{};
  return tally.last;
}

/// tkill(2)'s and tgkill(2)'s body; `tgid` -1 takes a thread of any process.
Result<Unit> send_to_task(Task& task, i32 tgid, i32 tid, const abi::SigInfo& info) {
  Kernel& kernel = task.kernel();
  if (Task* target = kernel.find_task(tid)) {
    if (tgid != -1 && target->process().pid() != tgid) return Errno::ESRCH;
    TRY(check_permission(task, target->process(), target->credentials, info.signo));
    return send(kernel, *target, info);
  }
  if (tgid != -1 && tgid != tid) return Errno::ESRCH;
  return send_to_nobody(task, tid, info);
}

/// The siginfo of a queueing call: only the kernel itself may claim to be the kernel, kill or tkill
/// towards others. EFAULT, EPERM.
Result<abi::SigInfo> queued_info(Task& task, i32 target, i32 signal, InPtr<abi::SigInfo> from) {
  auto info = TRY(task.space->read_value<abi::SigInfo>(from.addr));
  info.signo = signal;
  if ((info.code >= 0 || info.code == abi::kSiTkill) && target != task.tid()) return Errno::EPERM;
  return info;
}

}  // namespace

abi::SigInfo signal_from(Task& task, i32 signal, i32 code) {
  return sender_info(task, signal, code);
}

Result<Unit> send_signal_to(Task& task, i32 pid, const abi::SigInfo& info) {
  return send_to_process(task, pid, info);
}

SyscallResult<Unit> sys_kill(Task& task, i32 pid, SignalNumber signal) {
  const abi::SigInfo info = sender_info(task, signal.bits, abi::kSiUser);
  if (pid > 0) return send_to_process(task, pid, info);
  if (pid == INT32_MIN) return Errno::ESRCH;
  if (pid == -1) return send_to_all(task, info);
  return send_to_group(task, pid == 0 ? task.process().group : -pid, info);
}

SyscallResult<Unit> sys_tkill(Task& task, i32 tid, SignalNumber signal) {
  if (tid <= 0) return Errno::EINVAL;
  return send_to_task(task, -1, tid, sender_info(task, signal.bits, abi::kSiTkill));
}

SyscallResult<Unit> sys_tgkill(Task& task, i32 tgid, i32 tid, SignalNumber signal) {
  if (tid <= 0 || tgid <= 0) return Errno::EINVAL;
  return send_to_task(task, tgid, tid, sender_info(task, signal.bits, abi::kSiTkill));
}

SyscallResult<Unit> sys_rt_sigqueueinfo(Task& task, i32 pid, SignalNumber signal,
                                        InPtr<abi::SigInfo> info) {
  return send_to_process(task, pid, TRY(queued_info(task, pid, signal.bits, info)));
}

SyscallResult<Unit> sys_rt_tgsigqueueinfo(Task& task, i32 tgid, i32 tid, SignalNumber signal,
                                          InPtr<abi::SigInfo> info) {
  TRY(task.space->read_value<abi::SigInfo>(info.addr));
  if (tid <= 0 || tgid <= 0) return Errno::EINVAL;
  const abi::SigInfo given = TRY(queued_info(task, tid, signal.bits, info));
  return send_to_task(task, tgid, tid, given);
}

namespace {

/// Pending signals that are ignored from now on are forgotten (POSIX, sigaction).
void discard_ignored(Task& task, Signal signal) {
  // SIGCONT's default has served its purpose when it was sent.
  const bool continues =
      signal.number() == abi::kSigCont && task.actions->get(signal).handler == abi::kSigDfl;
  if (!task.actions->ignores(signal) && !continues) return;
  const SigSet dropped = SigSet().with(signal);
  task.process().pending.discard(dropped);
  for (const auto& other : task.process().tasks) other->pending.discard(dropped);
}

}  // namespace

SyscallResult<Unit> sys_rt_sigaction(Task& task, SignalNumber number, InPtr<abi::SigAction> action,
                                     OutPtr<abi::SigAction> old_action, u64 size) {
  if (size != kSigSetSize) return Errno::EINVAL;
  std::optional<abi::SigAction> wanted;
  if (!action.is_null()) wanted = TRY(task.space->read_value<abi::SigAction>(action.addr));
  const auto signal = Signal::from(number.bits);
  if (!signal) return Errno::EINVAL;
  const bool immutable = *signal == Signal(abi::kSigKill) || *signal == Signal(abi::kSigStop);
  if (wanted && immutable) return Errno::EINVAL;
  if (!old_action.is_null())
    TRY(task.space->write_value(old_action.addr, task.actions->get(*signal)));
  if (wanted) {
    wanted->flags &= kKnownActionFlags;
    wanted->mask = SigSet(wanted->mask).blockable().bits();
    task.actions->set(*signal, *wanted);
    discard_ignored(task, *signal);
  }
  return Unit{};
}

namespace {

enum class MaskChange : u32 { Block = 0, Unblock = 1, Set = 2 };

Result<SigSet> changed_mask(SigSet old, SigMaskHow how, SigSet given) {
  switch (static_cast<MaskChange>(how.bits)) {
    case MaskChange::Block: return old | given.blockable();
    case MaskChange::Unblock: return old & ~given;
    case MaskChange::Set: return given.blockable();
  }
  return Errno::EINVAL;
}

}  // namespace

SyscallResult<Unit> sys_rt_sigprocmask(Task& task, SigMaskHow how, InPtr<u64> set,
                                       OutPtr<u64> old_set, u64 size) {
  if (size != kSigSetSize) return Errno::EINVAL;
  SigSet mask = task.blocked;
  if (!set.is_null()) {
    const SigSet given(TRY(task.space->read_value<u64>(set.addr)));
    mask = TRY(changed_mask(mask, how, given));
  }
  if (!old_set.is_null()) TRY(task.space->write_value(old_set.addr, task.blocked.bits()));
  task.blocked = mask;
  return Unit{};
}

SyscallResult<Unit> sys_rt_sigpending(Task& task, OutPtr<u64> set, u64 size) {
  if (size > kSigSetSize) return Errno::EINVAL;
  const SigSet pending = (task.pending.set() | task.process().pending.set()) & task.blocked;
  const u64 bits = pending.bits();
  return task.space->write(set.addr, std::as_bytes(std::span(&bits, 1)).first(size));
}

SyscallResult<Unit> sys_rt_sigsuspend(Task& task, InPtr<u64> mask, u64 size) {
  if (size != kSigSetSize) return Errno::EINVAL;
  const SigSet given(TRY(task.space->read_value<u64>(mask.addr)));
  return with_temporary_mask(task, given,
                             []() -> SyscallResult<Unit> { return Blocked{Restart::IfNoHandler}; });
}

SyscallResult<i32> sys_rt_sigtimedwait(Task& task, InPtr<u64> set, OutPtr<abi::SigInfo> info,
                                       InPtr<abi::Timespec> timeout, u64 size) {
  if (size != kSigSetSize) return Errno::EINVAL;
  task.awaited = SigSet();  // whatever this run comes to, unless it blocks
  const SigSet wanted = SigSet(TRY(task.space->read_value<u64>(set.addr))).blockable();
  std::optional<Nanoseconds> patience;
  if (!timeout.is_null())
    patience = TRY(to_nanoseconds(TRY(task.space->read_value<abi::Timespec>(timeout.addr))));

  auto taken = task.pending.take(wanted);
  if (!taken) taken = task.process().pending.take(wanted);
  if (taken) {
    if (!info.is_null()) TRY(task.space->write_value(info.addr, *taken));
    return taken->signo;
  }
  if (task.syscall.timed_out || patience == 0) return Errno::EAGAIN;
  if (task.syscall.interrupted) return Errno::EINTR;
  task.awaited = wanted;
  return Blocked{Restart::Never, patience ? task.deadline_after(*patience) : -1};
}

/// Made by the kernel for itself after a stopped sleep; a guest that makes it has nothing to
/// restart (do_no_restart_syscall()).
SyscallResult<Unit> sys_restart_syscall(Task&) { return Errno::EINTR; }

SyscallResult<Unit> sys_rt_sigreturn(Task& task) {
  task.kernel().return_from_signal(task);
  return NoReturn{};
}

namespace {

/// What sigaltstack(2) tells about the current stack.
abi::SigStack told_stack(const abi::SigStack& current, u64 sp) {
  abi::SigStack told{current.sp, current.flags & static_cast<i32>(abi::kSsAutoDisarm), 0,
                     current.size};
  if (current.size == 0)
    told.flags |= abi::kSsDisable;
  else if (is_in_use(current, sp))
    told.flags |= abi::kSsOnStack;
  return told;
}

}  // namespace

SyscallResult<Unit> sys_sigaltstack(Task& task, InPtr<abi::SigStack> new_stack,
                                    OutPtr<abi::SigStack> old_stack) {
  const u64 sp = task.cpu().sp();
  std::optional<abi::SigStack> wanted;
  if (!new_stack.is_null()) {
    const auto given = TRY(task.space->read_value<abi::SigStack>(new_stack.addr));
    wanted = TRY(checked_stack(given, task.alternate_stack, sp));
  }
  if (!old_stack.is_null())
    TRY(task.space->write_value(old_stack.addr, told_stack(task.alternate_stack, sp)));
  if (wanted) task.alternate_stack = *wanted;
  return Unit{};
}

}  // namespace kemu
