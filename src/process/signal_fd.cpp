#include "process/signal_fd.h"

#include "base/abi/sigevent.h"
#include "fs/anonymous_place.h"
#include "fs/span_bytes.h"
#include "process/kernel_copy.h"

namespace kemu {

namespace {

void fill_sender(abi::SignalFdInfo& told, const abi::SigInfo& info) {
  told.pid = info.sender.pid;
  told.uid = info.sender.uid;
}

void fill_value(abi::SignalFdInfo& told, u64 value) {
  told.pointer = value;
  told.integer = static_cast<i32>(value);
}

bool is_fault(i32 signo) {
  return signo == abi::kSigIll || signo == abi::kSigFpe || signo == abi::kSigSegv ||
         signo == abi::kSigBus || signo == abi::kSigTrap;
}

/// What the kernel itself says of a signal (the codes between SI_USER and SI_KERNEL).
void fill_kernel_fields(abi::SignalFdInfo& told, const abi::SigInfo& info) {
  if (is_fault(info.signo)) {
    told.address = info.fault.address;
  } else if (info.signo == abi::kSigChld) {
    fill_sender(told, info);
    told.status = info.child.status;
    told.user_time = info.child.utime;
    told.system_time = info.child.stime;
  } else {
    told.band = static_cast<u32>(info.poll.band);
    told.fd = info.poll.fd;
  }
}

/// signalfd_copyinfo(): which fields there are follows from code and signal (siginfo_layout).
abi::SignalFdInfo to_record(const abi::SigInfo& info) {
  abi::SignalFdInfo told;
  told.signo = info.signo;
  told.error = info.error;
  told.code = info.code;
  if (info.code > abi::kSiUser && info.code < abi::kSiKernel) {
    fill_kernel_fields(told, info);
  } else if (info.code == abi::kSiTimer) {
    told.timer_id = info.timer.id;
    told.overrun = info.timer.overrun;
    fill_value(told, info.timer.value);
  } else {
    fill_sender(told, info);
    if (info.code < abi::kSiUser) fill_value(told, info.sender.value);
  }
  return told;
}

std::optional<abi::SigInfo> take_from(Task& task, SigSet wanted) {
  if (auto own = task.pending.take(wanted)) return own;
  return task.process().pending.take(wanted);
}

}  // namespace

SignalFd::SignalFd(Kernel& kernel, SigSet wanted, u32 flags)
    : SignalFd(kernel, wanted, flags | abi::kOpenReadWrite,
               make_anonymous_place("anon_inode:[signalfd]", kernel.next_anonymous_inode())) {}

SignalFd::SignalFd(Kernel& kernel, SigSet wanted, u32 flags, Location location)
    : FileDescription(std::move(location), flags), kernel_(kernel), wanted_(wanted.blockable()) {}

std::shared_ptr<FileDescription> SignalFd::copy_to(MachineCopy& copy) const {
  return copy_common(copy, std::make_shared<SignalFd>(of_kernel(copy).kernel(), wanted_, flags_,
                                                      copy.of(location_)));
}

void SignalFd::set_wanted(SigSet wanted) {
  wanted_ = wanted.blockable();
  if (Task* reader = kernel_.running()) reader->process().signalled.wake_all();
}

Result<u64> SignalFd::read(const HostSpans& to) {
  u64 room = 0;
  for (const HostSpan& span : to) room += span.size();
  const u64 records = room / sizeof(abi::SignalFdInfo);
  if (records == 0) return Errno::EINVAL;
  Task* reader = kernel_.running();
  if (!reader) return Errno::EAGAIN;
  std::vector<abi::SignalFdInfo> told;
  while (told.size() < records) {
    const auto info = take_from(*reader, wanted_);
    if (!info) break;
    told.push_back(to_record(*info));
  }
  if (told.empty()) return Errno::EAGAIN;
  return copy_to_spans(to, std::as_bytes(std::span(told)));
}

u32 SignalFd::poll() {
  Task* reader = kernel_.running();
  if (!reader) return 0;
  const SigSet there = (reader->pending.set() | reader->process().pending.set()) & wanted_;
  return there.empty() ? 0 : kPollIn | kPollReadNormal;
}

void SignalFd::wait_on(u32, Waiter& waiter) {
  if (Task* reader = kernel_.running()) waiter.wait_on(reader->process().signalled);
}

}  // namespace kemu
