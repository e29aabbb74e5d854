#include <bit>
#include <cstring>

#include "process/kernel.h"
#include "process/signal_stack.h"
#include "process/signal_text.h"

// Delivering: what a pending signal does to its task, and the frames handlers run on.

namespace kemu {

namespace {

// Caused by the instruction just executed: they come before any other (kernel/signal.c,
// dequeue_synchronous_signal).
constexpr SigSet kSynchronous = SigSet()
                                    .with(Signal(abi::kSigSegv))
                                    .with(Signal(abi::kSigBus))
                                    .with(Signal(abi::kSigIll))
                                    .with(Signal(abi::kSigTrap))
                                    .with(Signal(abi::kSigFpe))
                                    .with(Signal(abi::kSigSys));

constexpr u64 kInstructionSize = 4;
constexpr u32 kPstateFlags = 0xf0000000;  // NZCV: all of PSTATE a frame may change

template <typename Record>
u64 append_record(abi::SigContext& context, u64 at, const Record& record) {
  std::memcpy(context.reserved.data() + at, &record, sizeof record);
  return at + sizeof record;
}

bool is_fault(i32 signo) {
  return signo == abi::kSigSegv || signo == abi::kSigBus || signo == abi::kSigIll ||
         signo == abi::kSigTrap;
}

abi::RtSigFrame make_frame(const Registers& r, const abi::SigInfo& info, SigSet mask,
                           const abi::SigStack& stack) {
  abi::RtSigFrame frame;
  frame.info = info;
  frame.uc.stack = stack;
  frame.uc.sigmask = mask.bits();
  abi::SigContext& context = frame.uc.mcontext;
  context.regs = r.x;
  context.sp = r.sp;
  context.pc = r.pc;
  context.pstate = r.pstate;
  abi::FpsimdContext fp;
  fp.fpsr = r.fpsr;
  fp.fpcr = r.fpcr;
  fp.vregs = std::bit_cast<decltype(fp.vregs)>(r.v);
  const u64 at = append_record(context, 0, fp);
  if (is_fault(info.signo) && info.code > 0) {
    context.fault_address = info.fault.address;
    abi::EsrContext esr;
    // ESR_ELx: a data abort from EL0 (EC 0x24) with a translation fault; enough for programs that
    // only look whether the record is there.
    esr.esr = u64{0x24} << 26 | u64{1} << 25 | 0x7;
    append_record(context, at, esr);
  }
  return frame;  // the zeros that follow are the end record
}

bool restore_fpsimd(const abi::SigContext& context, Registers& r) {
  abi::FpsimdContext fp;
  std::memcpy(&fp, context.reserved.data(), sizeof fp);
  if (fp.magic != abi::FpsimdContext{}.magic || fp.size != sizeof fp) return false;
  r.fpsr = fp.fpsr;
  r.fpcr = fp.fpcr;
  r.v = std::bit_cast<decltype(r.v)>(fp.vregs);
  return true;
}

}  // namespace

std::optional<abi::SigInfo> Kernel::take_signal(Task& task) {
  const SigSet allowed = ~task.blocked;
  // Whatever else is pending: the end was decided when SIGKILL was sent (complete_signal()).
  if (auto info = task.process().pending.take(SigSet().with(Signal(abi::kSigKill)))) return info;
  if (auto info = task.pending.take(allowed & kSynchronous)) return info;
  if (auto info = task.pending.take(allowed)) return info;
  return task.process().pending.take(task.process().pending_for(task) & allowed);
}

void Kernel::deliver_signals(Task& task) {
  Process& process = task.process();
  if (task.state == TaskState::Blocked && task.restart == Restart::Killable &&
      !fatal_signal_pending(task))
    return;
  while (task.state != TaskState::Dead && !process.stopped) {
    const auto info = take_signal(task);
    if (!info) return;
    const Signal signal(info->signo);
    const abi::SigAction action = task.actions->get(signal);
    if (tracer_.enabled()) tracer_.signal(task.tid(), signal, describe(*info));
    if (observer_) observer_->signalled(task, *info);
    const bool handled = action.handler != abi::kSigIgn && action.handler != abi::kSigDfl;
    if (!handled) end_unrestartable(task);
    if (action.handler == abi::kSigIgn) continue;
    if (action.handler == abi::kSigDfl) {
      default_signal(task, signal);
      continue;
    }
    interrupt_syscall(task, action);
    if (!task.rseq.area.is_null() && !leave_sequence(task)) {
      bad_frame(task, signal);
      continue;
    }
    if (action.flags & abi::kSaResetHand) {
      abi::SigAction reset = action;
      reset.handler = abi::kSigDfl;
      task.actions->set(signal, reset);
    }
    push_frame(task, *info, action);
    // The handler's mask leaves what it blocks to others.
    if (process.tasks.size() > 1) retarget_signals(process);
  }
}

bool Kernel::fatal_signal_pending(const Task& task) const {
  SigSet set = task.deliverable();
  while (const auto signal = set.first()) {
    const auto action = default_action(*signal);
    const bool kills = action == DefaultAction::Terminate || action == DefaultAction::Core;
    if (kills && task.actions->get(*signal).handler == abi::kSigDfl) return true;
    set = set.without(*signal);
  }
  return false;
}

void Kernel::default_signal(Task& task, Signal signal) {
  Process& process = task.process();
  switch (default_action(signal)) {
    case DefaultAction::Ignore:
    case DefaultAction::Continue: return;
    case DefaultAction::Stop:
      // A group nobody could continue is not stopped from the keyboard (POSIX, orphaned groups).
      if (signal.number() == abi::kSigStop || !group_is_orphaned(process.group))
        stop_process(process, signal);
      return;
    case DefaultAction::Terminate:
    case DefaultAction::Core:
      exit_group(process, WaitStatus::killed(signal.number(), /*core_dumped=*/false));
      return;
  }
}

// A handler is about to run over a call that has blocked: the call finishes with what it has, is
// set up to be made again after the handler, or fails with EINTR (signal(7)).
void Kernel::interrupt_syscall(Task& task, const abi::SigAction& action) {
  if (!task.syscall.active) return;
  const bool restart = task.restart == Restart::Always ||
                       (task.restart == Restart::IfSaRestart && (action.flags & abi::kSaRestart));
  make_runnable(task);
  task.syscall.interrupted = true;
  task.syscall.restarts = restart;
  const SyscallOutcome outcome = options_.serve(task);
  task.leave_all();
  if (outcome.kind == SyscallOutcome::Kind::Done) {
    finish_syscall(task, outcome.value);
    return;
  }
  task.end_syscall();
  if (restart) {
    // x0 still has the guest's own argument, which an interceptor's is not.
    task.cpu().set_pc(task.cpu().pc() - kInstructionSize);
  } else {
    task.cpu().set_x(0, static_cast<u64>(-static_cast<i64>(Errno::EINTR)));
  }
}

// Calls that return EINTR themselves do so for signals without a handler, too: most notably for
// SIGSTOP, when SIGCONT has them go on (signal(7), "Interruption ... by stop signals").
void Kernel::end_unrestartable(Task& task) {
  if (!task.syscall.active || task.restart != Restart::Never) return;
  interrupt_syscall(task, abi::SigAction{});
  if (!task.saved_mask) return;
  task.blocked = *task.saved_mask;
  task.saved_mask.reset();
}

/// arch/arm64/kernel/signal.c, setup_rt_frame: a frame record, then the rt_sigframe below it.
void Kernel::push_frame(Task& task, const abi::SigInfo& info, const abi::SigAction& action) {
  Registers r = task.cpu().registers();
  const SigSet old_mask = task.saved_mask.value_or(task.blocked);
  task.saved_mask.reset();
  u64 sp = r.sp;
  abi::SigStack& alternate = task.alternate_stack;
  if ((action.flags & abi::kSaOnStack) && alternate.size != 0 && !is_in_use(alternate, sp))
    sp = alternate.sp + alternate.size;
  const u64 record = (sp - 2 * sizeof(u64)) & ~u64{15};
  const u64 frame_at = record - sizeof(abi::RtSigFrame);
  const abi::RtSigFrame frame = make_frame(r, info, old_mask, alternate);
  const std::array<u64, 2> frame_record = {r.x[29], r.x[30]};
  if (!task.space->write_value(GuestAddr(record), frame_record).ok() ||
      !task.space->write_value(GuestAddr(frame_at), frame).ok()) {
    bad_frame(task, Signal(info.signo));
    return;
  }
  if (static_cast<u32>(alternate.flags) & abi::kSsAutoDisarm) alternate = kDisabledSignalStack;

  const Signal signal(info.signo);
  SigSet mask = task.blocked | SigSet(action.mask);
  if (!(action.flags & abi::kSaNoDefer)) mask = mask.with(signal);
  task.blocked = mask.blockable();

  r.x[0] = static_cast<u64>(info.signo);
  if (action.flags & abi::kSaSigInfo) {
    r.x[1] = frame_at + offsetof(abi::RtSigFrame, info);
    r.x[2] = frame_at + offsetof(abi::RtSigFrame, uc);
  }
  r.x[29] = record;
  r.x[30] = action.flags & abi::kSaRestorer ? action.restorer : task.trampoline.value();
  r.sp = frame_at;
  r.pc = action.handler;
  task.cpu().set_registers(r);
}

void Kernel::abort_sequence(Task& task) {
  // Linux's force_sigsegv(0) for what the guest has put there.
  if (!leave_sequence(task)) bad_frame(task, Signal(abi::kSigSegv));
}

// force_sigsegv: no room for the frame. When it is SIGSEGV itself that has none, nothing catches
// it.
void Kernel::bad_frame(Task& task, Signal signal) {
  if (signal.number() == abi::kSigSegv) task.actions->set(signal, abi::SigAction{});
  abi::SigInfo info;
  info.signo = abi::kSigSegv;
  info.code = abi::kSiKernel;
  force_signal(task, info);
}

void Kernel::return_from_signal(Task& task) {
  Registers r = task.cpu().registers();
  const auto frame = task.space->read_value<abi::RtSigFrame>(GuestAddr(r.sp));
  if (r.sp % 16 != 0 || !frame.ok() || !restore_fpsimd(frame->uc.mcontext, r)) {
    bad_frame(task, Signal(abi::kSigSegv));
    return;
  }
  const abi::SigContext& context = frame->uc.mcontext;
  r.x = context.regs;
  r.sp = context.sp;
  r.pc = context.pc;
  r.pstate = static_cast<u32>(context.pstate) & kPstateFlags;
  task.cpu().set_registers(r);
  task.blocked = SigSet(frame->uc.sigmask).blockable();
  // restore_altstack(): what sigaltstack(2) would refuse is passed over.
  const auto stack = checked_stack(frame->uc.stack, task.alternate_stack, r.sp);
  if (stack.ok()) task.alternate_stack = *stack;
}

}  // namespace kemu
