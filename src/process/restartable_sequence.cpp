#include "process/restartable_sequence.h"

#include <cstddef>

#include "process/task.h"

namespace kemu {

namespace {

/// Linux's rseq_get_rseq_cs(), whose errors are all EINVAL or EFAULT.
Result<abi::CriticalSection> read_section(Task& task, u64 address) {
  if (address >= kUserEnd.value()) return Errno::EINVAL;
  const auto section = TRY(task.space->read_value<abi::CriticalSection>(GuestAddr(address)));
  const u64 end = section.start + section.size;
  if (section.start >= kUserEnd.value() || end >= kUserEnd.value() || end < section.start ||
      section.abort >= kUserEnd.value() || section.version != 0 || section.flags != 0)
    return Errno::EINVAL;
  // The way out must not lie inside.
  if (section.abort - section.start < section.size) return Errno::EINVAL;
  const u64 signature_at = section.abort - sizeof(u32);
  if (TRY(task.space->read_value<u32>(GuestAddr(signature_at))) != task.rseq.signature)
    return Errno::EINVAL;
  return section;
}

}  // namespace

Result<Unit> tell_cpu(Task& task) {
  const GuestAddr area = task.rseq.area;
  TRY(task.space->write_value(area + offsetof(abi::Rseq, cpu_id_start), u32{0}));
  TRY(task.space->write_value(area + offsetof(abi::Rseq, cpu_id), u32{0}));
  TRY(task.space->write_value(area + offsetof(abi::Rseq, node_id), u32{0}));
  return task.space->write_value(area + offsetof(abi::Rseq, mm_cid), u32{0});
}

bool leave_sequence(Task& task) {
  const GuestAddr pointer = task.rseq.area + offsetof(abi::Rseq, critical_section);
  const auto address = task.space->read_value<u64>(pointer);
  if (!address.ok()) return false;
  if (*address == 0) return true;
  const auto section = read_section(task, *address);
  if (!section.ok()) return false;
  const bool inside = task.cpu().pc() - section->start < section->size;
  if (!task.space->write_value(pointer, u64{0}).ok()) return false;
  if (inside) task.cpu().set_pc(section->abort);
  return true;
}

}  // namespace kemu
