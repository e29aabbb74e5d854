#include "syscalls/trace_printer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/abi/dirent.h"
#include "base/abi/fcntl_commands.h"
#include "base/abi/futex.h"
#include "base/abi/ioctl.h"
#include "base/abi/prctl.h"
#include "base/abi/syscall_numbers.h"
#include "base/abi/termios.h"
#include "process/kernel.h"
#include "process/signal_text.h"
#include "syscalls/trace_text.h"

namespace kemu {

TracePrinter::TracePrinter(Task& task) : TracePrinter(task, {}, {}) {}

TracePrinter::TracePrinter(Task& task, std::string entry_text, const TraceResult& result)
    : TracePrinter(*task.space, task.syscall.registers, std::move(entry_text), result) {
  task_ = &task;
  style_ = task.kernel().tracer().style();
}

TracePrinter::TracePrinter(AddressSpace& space, const SyscallRegisters& registers,
                           std::string entry_text, const TraceResult& result)
    : space_(space), registers_(registers), text_(std::move(entry_text)), result_(result) {}

std::string failure_text(u64 value) {
  const auto error = static_cast<Errno>(-static_cast<i64>(value));
  return fmt::format("-1 {} ({})", errno_name(error), errno_text(error));
}

namespace {

constexpr FlagName kSealNames[] = {{1, "F_SEAL_SEAL"},
                                   {2, "F_SEAL_SHRINK"},
                                   {4, "F_SEAL_GROW"},
                                   {8, "F_SEAL_WRITE"},
                                   {16, "F_SEAL_FUTURE_WRITE"}};

}  // namespace

// Which arguments are shown, and how the line ends.

bool TracePrinter::is_special() const { return is_call(abi::kCallClone); }

bool TracePrinter::print_specially() {
  if (!is_special()) return false;
  append("child_stack=");
  print(GuestAddr(registers_.args[1]));
  append(", flags=");
  const CloneFlags flags{static_cast<u32>(registers_.args[0])};
  print(flags);
  const auto show = [&](u64 flag, std::string_view name, unsigned index) {
    if (flags.has(flag)) append(fmt::format(", {}={:#x}", name, registers_.args[index]));
  };
  constexpr u64 kSetTls = 0x00080000, kParentSetTid = 0x00100000;
  constexpr u64 kChildTid[] = {0x00200000, 0x01000000};  // CLEARTID, SETTID
  show(kParentSetTid, "parent_tid", 2);
  show(kSetTls, "tls", 3);
  show(flags.has(kChildTid[0]) ? kChildTid[0] : kChildTid[1], "child_tidptr", 4);
  return true;
}

namespace {

constexpr FlagName kLeases[] = {{0, "F_RDLCK"}, {1, "F_WRLCK"}, {2, "F_UNLCK"}};

bool takes_no_argument(u32 fcntl_command) {
  switch (fcntl_command) {
    case abi::kFcntlGetDescriptorFlags:
    case abi::kFcntlGetStatusFlags:
    case abi::kFcntlGetOwner:
    case abi::kFcntlGetSignal:
    case abi::kFcntlGetLease:
    case abi::kFcntlGetPipeSize:
    case abi::kFcntlGetSeals: return true;
    default: return false;
  }
}

/// Which of futex(2)'s six arguments a command uses, a bit each.
unsigned futex_arguments(u32 command) {
  switch (command) {
    case abi::kFutexUnlockPi:
    case abi::kFutexTryLockPi: return 0b000011;
    case abi::kFutexLockPi:
    case abi::kFutexLockPi2: return 0b001011;
    case abi::kFutexFd:
    case abi::kFutexWake: return 0b000111;
    case abi::kFutexWait: return 0b001111;
    case abi::kFutexWakeBitset: return 0b100111;
    case abi::kFutexWaitBitset: return 0b101111;
    case abi::kFutexWaitRequeuePi:
    case abi::kFutexRequeue: return 0b011111;
    default: return 0b111111;
  }
}

bool takes_no_argument_at_all(u32 ioctl_request) {
  switch (ioctl_request) {
    case abi::kFioCloseOnExec:
    case abi::kFioNoCloseOnExec:
    case abi::kTioExclusive:
    case abi::kTioNotExclusive:
    case abi::kTioGiveUpControlling:
    case abi::kTioSetBreak:
    case abi::kTioClearBreak: return true;
    default: return false;
  }
}

/// syslog(2): only some actions look at the buffer.
bool has_log_buffer(u32 action) {
  constexpr u32 kWithout = 1 << 0 | 1 << 1 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 9 | 1 << 10;
  return action >= 32 || !(kWithout >> action & 1);
}

}  // namespace

bool TracePrinter::omits(unsigned index) const {
  const auto& args = registers_.args;
  switch (registers_.number) {
    case abi::kCallOpenat: {
      constexpr u32 kNamelessFile = abi::kOpenTemporary & ~abi::kOpenDirectory;
      return index == 3 && !(args[2] & (abi::kOpenCreate | kNamelessFile));
    }
    case abi::kCallFcntl: return index == 2 && takes_no_argument(static_cast<u32>(args[1]));
    case abi::kCallIoctl: return index == 2 && takes_no_argument_at_all(static_cast<u32>(args[1]));
    case abi::kCallMremap: {
      constexpr u64 kNamesPlace = 1 | 2;  // MREMAP_MAYMOVE, MREMAP_FIXED
      return index == 4 && (args[3] & kNamesPlace) != kNamesPlace;
    }
    case abi::kCallFutex: {
      const u32 command = static_cast<u32>(args[1]) & abi::kFutexCommandMask;
      return !(futex_arguments(command) >> index & 1);
    }
    case abi::kCallMknodat: {
      constexpr u32 kCharDevice = 0020000, kBlockDevice = 0060000, kTypeBits = 0170000;
      const u32 type = static_cast<u32>(args[2]) & kTypeBits;
      return index == 3 && type != kCharDevice && type != kBlockDevice;
    }
    case abi::kCallPreadv2:
    case abi::kCallPwritev2: return index == 4;  // the upper half of an offset: 0
    case abi::kCallKcmp: {
      constexpr u32 kVm = 1, kSysVSem = 6;  // these compare processes, not descriptors
      const u32 type = static_cast<u32>(args[2]);
      return index >= 3 && type >= kVm && type <= kSysVSem;
    }
    case abi::kCallMembarrier: return index == 2 && !(args[1] & 1);  // MEMBARRIER_CMD_FLAG_CPU
    case abi::kCallSyslog: return index >= 1 && !has_log_buffer(static_cast<u32>(args[0]));
    case abi::kCallReboot: {
      constexpr u32 kRestart2 = 0xa1b2c3d4;
      return index == 3 && static_cast<u32>(args[2]) != kRestart2;
    }
    case abi::kCallPtrace: {
      constexpr u64 kTraceMe = 0, kKill = 8, kAttach = 16, kInterrupt = 0x4207, kListen = 0x4208;
      if (args[0] == kTraceMe) return index >= 1;
      const bool short_one =
          args[0] == kKill || args[0] == kAttach || args[0] == kInterrupt || args[0] == kListen;
      return index >= 2 && short_one;
    }
    case abi::kCallPrctl: return prctl_omits(index);
    default: return false;
  }
}

void TracePrinter::remember_before() {
  const auto& args = registers_.args;
  const auto keep = [this](u64 addr, auto zero) {
    const auto value = space_.read_value<decltype(zero)>(GuestAddr(addr));
    if (task_) task_->syscall.trace_before = value.ok() ? static_cast<u64>(*value) : 0;
  };
  switch (registers_.number) {
    case abi::kCallAccept:
    case abi::kCallAccept4:
    case abi::kCallGetsockname:
    case abi::kCallGetpeername: return keep(args[2], i32{});
    case abi::kCallGetsockopt: return keep(args[4], i32{});
    case abi::kCallRecvfrom: return keep(args[5], i32{});
    case abi::kCallSendfile: return keep(args[2], u64{});
    case abi::kCallRecvmsg: return keep(args[1] + offsetof(abi::MessageHeader, name_size), i32{});
    default: return;
  }
}

bool TracePrinter::wrote_nothing() const {
  constexpr u64 kNanosleep = 101, kClockNanosleep = 115;  // slept to the end: nothing is left
  return result_.value == 0 &&
         (is_call(abi::kCallWait4) || is_call(kNanosleep) || is_call(kClockNanosleep));
}

void TracePrinter::close_arguments() {
  constexpr std::size_t kResultColumn = 40;
  if (is_call(abi::kCallRtSigreturn) && task_)
    append(fmt::format("{{mask={}}}", signal_set_text(task_->blocked.bits())));
  append(") ");
  // An address before the column would move it from run to run.
  const bool aligned = !style_.stable && text_.size() < kResultColumn;
  if (aligned) text_.append(kResultColumn - text_.size(), ' ');
  append("= ");
}

void TracePrinter::print_failure() {
  if (result_.kind == TraceResult::Kind::None) {
    append("?");
  } else if (result_.kind == TraceResult::Kind::Interrupted) {
    switch (result_.restart) {
      case Restart::IfSaRestart:
        append("? ERESTARTSYS (To be restarted if SA_RESTART is set)");
        break;
      case Restart::IfNoHandler: append("? ERESTARTNOHAND (To be restarted if no handler)"); break;
      case Restart::Never: append("-1 EINTR (Interrupted system call)"); break;
      case Restart::Always:
      case Restart::Killable: append("? ERESTARTNOINTR (To be restarted)"); break;
    }
  } else {
    append(failure_text(result_.value));
  }
}

void TracePrinter::print_decoration() {
  const u32 value = static_cast<u32>(result_.value);
  switch (registers_.number) {
    case abi::kCallPpoll: return print_poll_results();
    case abi::kCallRecvmmsg: {
      const GuestAddr timeout(registers_.args[4]);
      if (timeout.is_null()) return;
      if (value == 0) return append(" (Timeout)");
      append(" (");
      print_left_time(timeout, "");
      return append(")");
    }
    case abi::kCallPselect6: return print_select_results();
    case abi::kCallRtSigtimedwait: return append(fmt::format(" ({})", signal_text(value)));
    case abi::kCallFcntl: {
      const u32 command = static_cast<u32>(registers_.args[1]);
      if (command == abi::kFcntlGetDescriptorFlags && value != 0) append(" (flags FD_CLOEXEC)");
      if (command == abi::kFcntlGetStatusFlags)
        append(fmt::format(" (flags {})", open_flags_text(value)));
      if (command == abi::kFcntlGetLease) append(fmt::format(" ({})", choice_text(value, kLeases)));
      if (command == abi::kFcntlGetSeals && value != 0)
        append(fmt::format(" (seals {})", flags_text(value, kSealNames)));
      return;
    }
    default: return;
  }
}

void TracePrinter::print_poll_results() {
  if (result_.value == 0) return append(" (Timeout)");
  std::string shown;
  const u64 count = std::min(registers_.args[1], u64{1} << 16);
  for (u64 i = 0; i < count; ++i) {
    const GuestAddr at = GuestAddr(registers_.args[0]) + i * sizeof(abi::PollFd);
    const auto entry = space_.read_value<abi::PollFd>(at);
    if (!entry.ok()) break;
    if (entry->revents == 0) continue;
    shown +=
        fmt::format("{}{{fd={}, revents={}}}", shown.empty() ? "" : ", ",
                    descriptor_text(entry->fd), poll_events_text(static_cast<u16>(entry->revents)));
  }
  append(fmt::format(" ([{}]", shown));
  print_left_time(GuestAddr(registers_.args[2]), ", ");
  append(")");
}

void TracePrinter::print_left_time(GuestAddr timeout, std::string_view before) {
  if (timeout.is_null()) return;
  append(before);
  append("left ");
  const auto left = space_.read_value<abi::Timespec>(timeout);
  if (!left.ok())
    print(timeout);
  else if (style_.stable)
    append("{...}");
  else
    print_value(*left);
}

void TracePrinter::print_select_results() {
  if (result_.value == 0) return append(" (Timeout)");
  constexpr std::string_view kNames[] = {"in", "out", "except"};
  bool first = true;
  for (unsigned i = 0; i < 3; ++i) {
    const GuestAddr at(registers_.args[i + 1]);
    const auto set = at.is_null() ? Result<abi::FdSet>(Errno::EFAULT) : read_fd_set(at);
    if (!set.ok() || std::ranges::all_of(set->bits, [](u64 word) { return word == 0; })) continue;
    append(first ? " (" : ", ");
    first = false;
    append(kNames[i]);
    append(" ");
    print_value(*set);
  }
  if (first) return;
  print_left_time(GuestAddr(registers_.args[4]), ", ");
  append(")");
}

// Numbers.

void TracePrinter::print(i32 value) { append(fmt::to_string(value)); }
void TracePrinter::print(u32 value) {
  // An id of -1 leaves things as they are.
  append(value == ~u32{0} ? "-1" : fmt::to_string(value));
}
void TracePrinter::print(i64 value) {
  if (is_call(abi::kCallMmap))
    append(hexadecimal_text(static_cast<u64>(value)));
  else
    append(fmt::to_string(value));
}
void TracePrinter::print(u64 value) { append(fmt::to_string(value)); }
void TracePrinter::print(GuestAddr value) { append(address_text(value.value())); }
void TracePrinter::print(Fd value) { append(descriptor_text(value.value)); }
void TracePrinter::print(DirFd value) { append(descriptor_text(value.value)); }

void TracePrinter::print(Opaque value) {
  const u32 request = static_cast<u32>(registers_.args[1]);
  if (is_call(abi::kCallFcntl)) return print_fcntl_argument(value, request);
  if (is_call(abi::kCallIoctl)) return print_ioctl_argument(value, request);
  if (!is_call(abi::kCallFutex)) return append(address_text(value.value));
  switch (request & abi::kFutexCommandMask) {
    case abi::kFutexWait:
    case abi::kFutexLockPi:
    case abi::kFutexLockPi2:
    case abi::kFutexWaitRequeuePi:
    case abi::kFutexWaitBitset: return print_pointee<abi::Timespec>(value.addr());
    case abi::kFutexRequeue:
    case abi::kFutexCmpRequeue:
    case abi::kFutexCmpRequeuePi:
    case abi::kFutexWakeOp: return append(fmt::to_string(static_cast<u32>(value.value)));
    default: return append(address_text(value.value));
  }
}

void TracePrinter::print_fcntl_argument(Opaque value, u32 command) {
  constexpr FlagName kNotices[] = {{1, "DN_ACCESS"},
                                   {2, "DN_MODIFY"},
                                   {4, "DN_CREATE"},
                                   {8, "DN_DELETE"},
                                   {16, "DN_RENAME"},
                                   {32, "DN_ATTRIB"},
                                   {0x80000000, "DN_MULTISHOT"}};
  const u32 number = static_cast<u32>(value.value);
  switch (command) {
    case abi::kFcntlSetStatusFlags: return append(open_flags_text(number));
    case abi::kFcntlSetDescriptorFlags:
      return append(value.value == abi::kDescriptorCloseOnExec ? "FD_CLOEXEC"
                                                               : hexadecimal_text(value.value));
    case abi::kFcntlGetLock:
    case abi::kFcntlSetLock:
    case abi::kFcntlSetLockWait:
    case abi::kFcntlGetDescriptionLock:
    case abi::kFcntlSetDescriptionLock:
    case abi::kFcntlSetDescriptionLockWait: return print_lock(value.addr());
    case abi::kFcntlDuplicate:
    case abi::kFcntlDuplicateCloseOnExec:
    case abi::kFcntlSetOwner:
    case abi::kFcntlSetPipeSize: return append(fmt::to_string(static_cast<i32>(number)));
    case abi::kFcntlSetSignal: return append(signal_text(static_cast<i32>(number)));
    case abi::kFcntlAddSeals: return append(flags_text(value.value, kSealNames));
    case abi::kFcntlSetLease: return append(choice_text(number, kLeases));
    case abi::kFcntlNotify: return append(flags_text(number, kNotices));
    case abi::kFcntlSetOwnerEx:
    case abi::kFcntlGetOwnerEx: return print_file_owner(value.addr());
    case abi::kFcntlGetWriteHint:
    case abi::kFcntlSetWriteHint: return print_pointee<u64>(value.addr());
    default: return append(hexadecimal_text(value.value));
  }
}

void TracePrinter::print_file_owner(GuestAddr addr) {
  const auto owner = space_.read_value<abi::FileOwner>(addr);
  const bool is_query = static_cast<u32>(registers_.args[1]) == abi::kFcntlGetOwnerEx;
  if (!owner.ok() || (is_query && result_.failed())) return print(addr);
  constexpr FlagName kTypes[] = {{0, "F_OWNER_TID"}, {1, "F_OWNER_PID"}, {2, "F_OWNER_PGRP"}};
  append(fmt::format("{{type={}, pid={}}}", choice_text(static_cast<u32>(owner->type), kTypes),
                     owner->id));
}

void TracePrinter::print_lock(GuestAddr addr) {
  const u32 asked = static_cast<u32>(registers_.args[1]);
  const bool is_query = asked == abi::kFcntlGetLock || asked == abi::kFcntlGetDescriptionLock;
  const auto lock = space_.read_value<abi::RecordLock>(addr);
  if (!lock.ok() || (is_query && result_.failed())) return print(addr);
  constexpr FlagName kTypes[] = {{0, "F_RDLCK"}, {1, "F_WRLCK"}, {2, "F_UNLCK"}};
  append(fmt::format("{{l_type={}, l_whence=", choice_text(static_cast<u16>(lock->type), kTypes)));
  print(SeekWhence{static_cast<u16>(lock->whence)});
  append(fmt::format(", l_start={}, l_len={}", lock->start, lock->length));
  append(is_query ? fmt::format(", l_pid={}}}", lock->pid) : "}");
}

// Strings and buffers.

void TracePrinter::print_string(GuestAddr addr, u64 limit) {
  std::string bytes(limit + 1, '\0');
  const auto read = space_.read_some(addr, std::as_writable_bytes(std::span(bytes)));
  if (!read.ok()) return print(addr);
  bytes.resize(*read);
  const std::size_t end = bytes.find('\0');
  if (end == std::string::npos && *read <= limit) return print(addr);  // it ends in a fault
  const bool whole = end != std::string::npos;
  bytes.resize(whole ? end : limit);
  append(quoted_text(bytes, bytes.size() + (whole ? 0 : 1)));
}

void TracePrinter::print(Path value) { print_string(value.addr, abi::kPathMax - 1); }
void TracePrinter::print(Text value) {
  const bool is_path = is_call(abi::kCallSymlinkat);
  print_string(value.addr, is_path ? abi::kPathMax - 1 : style_.string_limit);
}

void TracePrinter::print_bytes(GuestAddr addr, u64 size) {
  if (addr.is_null()) return print(addr);
  const bool random = is_call(abi::kCallGetrandom);
  if (random && style_.stable) return append("\"\"...");
  std::string bytes(std::min(size, style_.string_limit), '\0');
  if (!space_.read(addr, std::as_writable_bytes(std::span(bytes))).ok()) return print(addr);
  append(quoted_text(bytes, size, random ? Escapes::Hexadecimal : Escapes::Octal));
}

void TracePrinter::print(InBytes value) {
  constexpr u64 kSetxattr = 5, kFsetxattr = 7, kMostAttribute = 65536;  // XATTR_SIZE_MAX
  const bool is_attribute = registers_.number >= kSetxattr && registers_.number <= kFsetxattr;
  if (is_attribute && next_register() > kMostAttribute) return print(value.addr);
  print_bytes(value.addr, next_register());
}

void TracePrinter::print(OutBytes value) {
  if (result_.failed()) return print(value.addr);
  if (is_call(abi::kCallGetdents64)) return print_directory_entries(value.addr, result_.value);
  const u64 size = std::min(result_.value, next_register());
  // getcwd's result counts the NUL.
  print_bytes(value.addr, is_call(abi::kCallGetcwd) && size > 0 ? size - 1 : size);
}

void TracePrinter::print_directory_entries(GuestAddr addr, u64 size) {
  u64 count = 0;
  for (u64 at = 0; at < size; ++count) {
    const auto length = space_.read_value<u16>(addr + at + abi::kDirentLengthOffset);
    if (!length.ok() || *length == 0) break;
    at += *length;
  }
  append(fmt::format("{:#x} /* {} entries */", addr.value(), count));
}

void TracePrinter::print_iovecs(GuestAddr addr, u64 total) {
  print_iovecs_at(addr, next_register(), total);
}

void TracePrinter::print_iovecs_at(GuestAddr addr, u64 count, u64 total) {
  constexpr u64 kNoBytes = ~u64{0} - 1;  // of a failed call: where the bytes were to go
  u64 left = total;
  print_elements<abi::Iovec>(addr, count, [&](const abi::Iovec& piece) {
    append("{iov_base=");
    if (total == kNoBytes) {
      append(address_text(piece.base));
    } else {
      const u64 size = std::min(piece.size, left);
      left -= size;
      print_bytes(GuestAddr(piece.base), size);
    }
    append(fmt::format(", iov_len={}}}", piece.size));
  });
}

void TracePrinter::print(InIovecs value) { print_iovecs(value.addr, ~u64{0}); }
void TracePrinter::print(OutIovecs value) {
  print_iovecs(value.addr, result_.failed() ? ~u64{0} - 1 : result_.value);
}

void TracePrinter::print(StringArray value) {
  const bool is_environment = std::exchange(argv_shown_, true);
  if (value.addr.is_null()) return print(value.addr);
  u64 count = 0;
  const auto pointer_at = [&](u64 index) {
    return space_.read_value<u64>(value.addr + index * sizeof(u64));
  };
  auto pointer = pointer_at(0);
  if (!pointer.ok()) return print(value.addr);
  for (; pointer.ok() && *pointer != 0; pointer = pointer_at(count)) ++count;
  if (is_environment)
    return append(fmt::format("{:#x} /* {} var{}{} */", value.addr.value(), count,
                              count == 1 ? "" : "s", pointer.ok() ? "" : ", unterminated"));
  append("[");
  for (u64 i = 0; i < count; ++i) {
    if (i > 0) append(", ");
    if (i == style_.string_limit) {
      append("...]");
      return;
    }
    print_string(GuestAddr(*pointer_at(i)), style_.string_limit);
  }
  if (!pointer.ok())
    append(fmt::format("{}... /* {:#x} */", count > 0 ? ", " : "",
                       value.addr.value() + count * sizeof(u64)));
  append("]");
}

bool TracePrinter::mask_has_odd_size() const {
  const auto& args = registers_.args;
  switch (registers_.number) {
    case abi::kCallRtSigsuspend: return args[1] != sizeof(u64);
    case abi::kCallSignalfd4: return args[2] != sizeof(u64);
    case abi::kCallRtSigprocmask:
    case abi::kCallRtSigtimedwait: return args[3] != sizeof(u64);
    case abi::kCallPpoll: return args[4] != sizeof(u64);
    case abi::kCallEpollPwait:
    case abi::kCallEpollPwait2: return args[5] != sizeof(u64);
    default: return false;
  }
}

bool TracePrinter::print_array(GuestAddr addr) {
  const auto show = [this](const auto& element) { print_value(element); };
  if (is_call(abi::kCallPpoll) && index_ == 0) {
    print_elements<abi::PollFd>(addr, registers_.args[1], show);
    return true;
  }
  if (mask_has_odd_size() && index_ + 1 < 6) {
    const auto& args = registers_.args;
    const bool is_mask = is_call(abi::kCallPpoll) ? index_ == 3
                         : is_call(abi::kCallEpollPwait) || is_call(abi::kCallEpollPwait2)
                             ? index_ == 4
                         : is_call(abi::kCallSignalfd4)     ? index_ == 1
                         : is_call(abi::kCallRtSigprocmask) ? index_ >= 1
                                                            : index_ == 0;
    if (is_mask && args[index_] != 0) {
      print(addr);
      return true;
    }
  }
  constexpr u64 kOpenHowSize = 24;  // OPEN_HOW_SIZE_VER0
  if (is_call(abi::kCallOpenat2) && registers_.args[3] < kOpenHowSize) {
    print(addr);
    return true;
  }
  if (is_call(abi::kCallPselect6) && index_ >= 1 && index_ <= 3) {
    const auto set = read_fd_set(addr);
    set.ok() ? print_value(*set) : print(addr);
    return true;
  }
  constexpr u64 kDelete = 2;  // EPOLL_CTL_DEL: the event is not looked at
  if (is_call(abi::kCallEpollCtl) && registers_.args[1] == kDelete) {
    print(addr);
    return true;
  }
  const bool waits_for_epoll = is_call(abi::kCallEpollPwait) || is_call(abi::kCallEpollPwait2);
  if (waits_for_epoll && index_ == 1) {
    print_elements<abi::EpollEvent>(addr, result_.value, show);
    return true;
  }
  return false;
}

Result<abi::FdSet> TracePrinter::read_fd_set(GuestAddr addr) {
  constexpr i32 kMost = 1024, kWord = 64;
  const i32 count = std::clamp(static_cast<i32>(registers_.args[0]), 0, kMost);
  abi::FdSet set{};
  const auto words = static_cast<std::size_t>((count + kWord - 1) / kWord);
  TRY(space_.read(addr, std::as_writable_bytes(std::span(set.bits).first(words))));
  return set;
}

}  // namespace kemu
