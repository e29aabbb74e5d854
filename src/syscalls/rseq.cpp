#include "base/abi/rseq.h"

#include <cstddef>

#include "process/restartable_sequence.h"
#include "syscalls/handlers.h"

// rseq(2), kernel/rseq.c.

namespace kemu {

namespace {

Result<Unit> unregister(Task& task, GuestAddr area, u32 size, u32 signature) {
  RestartableSequences& registered = task.rseq;
  if (registered.area.is_null() || registered.area != area || registered.size != size)
    return Errno::EINVAL;
  if (registered.signature != signature) return Errno::EPERM;
  TRY(tell_cpu(task));
  TRY(task.space->write_value(area + offsetof(abi::Rseq, cpu_id), abi::kRseqNoCpu));
  registered = {};
  return Unit{};
}

/// Why a second registration fails: it is the same as the first, or not.
Errno refusal_of_second(const RestartableSequences& registered, GuestAddr area, u32 size,
                        u32 signature) {
  if (registered.area != area || registered.size != size) return Errno::EINVAL;
  return registered.signature == signature ? Errno::EBUSY : Errno::EPERM;
}

}  // namespace

SyscallResult<Unit> sys_rseq(Task& task, GuestAddr area, u32 size, u32 flags, u32 signature) {
  if (flags == abi::kRseqFlagUnregister) return unregister(task, area, size, signature);
  if (flags != 0) return Errno::EINVAL;
  if (!task.rseq.area.is_null()) return refusal_of_second(task.rseq, area, size, signature);
  // All sizes have one alignment: none that kemu knows of is smaller or greater.
  if (size < abi::kRseqSize || area.value() % abi::kRseqSize != 0) return Errno::EINVAL;
  if (area.value() > kUserEnd.value() - size) return Errno::EFAULT;
  // What stands there from before must not be taken for a sequence.
  const GuestAddr section = area + offsetof(abi::Rseq, critical_section);
  if (TRY(task.space->read_value<u64>(section)) != 0) TRY(task.space->write_value(section, u64{0}));
  task.rseq = {area, size, signature};
  if (auto told = tell_cpu(task); !told.ok()) {
    task.rseq = {};
    return told.error();
  }
  return Unit{};
}

}  // namespace kemu
