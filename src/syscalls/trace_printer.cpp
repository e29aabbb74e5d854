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

bool takes_no_argument(u32 fcntl_command) {
  switch (fcntl_command) {
    case abi::kFcntlGetDescriptorFlags:
    case abi::kFcntlGetStatusFlags:
    case abi::kFcntlGetOwner:
    case abi::kFcntlGetSignal:
    case abi::kFcntlGetPipeSize:
    case abi::kFcntlGetSeals: return true;
    default: return false;
  }
}

/// How many of futex(2)'s six arguments a command uses.
unsigned futex_arguments(u32 command) {
  switch (command) {
    case abi::kFutexWake: return 3;
    case abi::kFutexWait: return 4;
    case abi::kFutexRequeue: return 5;
    default: return 6;
  }
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
    case abi::kCallMremap: {
      constexpr u64 kNamesPlace = 2 | 4;  // MREMAP_FIXED, MREMAP_DONTUNMAP
      return index == 4 && !(args[3] & kNamesPlace);
    }
    case abi::kCallFutex:
      return index >= futex_arguments(static_cast<u32>(args[1]) & abi::kFutexCommandMask);
    case abi::kCallMknodat: {
      constexpr u32 kCharDevice = 0020000, kBlockDevice = 0060000, kTypeBits = 0170000;
      const u32 type = static_cast<u32>(args[2]) & kTypeBits;
      return index == 3 && type != kCharDevice && type != kBlockDevice;
    }
    case abi::kCallPrctl:
      // Most options take one argument; what follows is garbage in registers unless it is used.
      return index >= 2 && static_cast<u32>(args[0]) != abi::kPrSetVma;
    default: return false;
  }
}

bool TracePrinter::wrote_nothing() const { return is_call(abi::kCallWait4) && result_.value == 0; }

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
      case Restart::Killable: append("? ERESTARTNOINTR (To be restarted)"); break;
    }
  } else {
    const auto error = static_cast<Errno>(-static_cast<i64>(result_.value));
    append(fmt::format("-1 {} ({})", errno_name(error), errno_text(error)));
  }
}

void TracePrinter::print_decoration() {
  const u32 value = static_cast<u32>(result_.value);
  switch (registers_.number) {
    case abi::kCallPpoll: return print_poll_results();
    case abi::kCallPselect6: return print_select_results();
    case abi::kCallRtSigtimedwait: return append(fmt::format(" ({})", signal_text(value)));
    case abi::kCallFcntl: {
      const u32 command = static_cast<u32>(registers_.args[1]);
      if (command == abi::kFcntlGetDescriptorFlags && value != 0) append(" (flags FD_CLOEXEC)");
      if (command == abi::kFcntlGetStatusFlags)
        append(fmt::format(" (flags {})", open_flags_text(value)));
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
  append(fmt::format(" ([{}])", shown));
}

void TracePrinter::print_select_results() {
  if (result_.value == 0) return append(" (Timeout)");
  constexpr std::string_view kNames[] = {"in", "out", "except"};
  bool first = true;
  for (unsigned i = 0; i < 3; ++i) {
    const GuestAddr at(registers_.args[i + 1]);
    const auto set =
        at.is_null() ? Result<abi::FdSet>(Errno::EFAULT) : space_.read_value<abi::FdSet>(at);
    if (!set.ok() || std::ranges::all_of(set->bits, [](u64 word) { return word == 0; })) continue;
    append(first ? " (" : ", ");
    first = false;
    append(kNames[i]);
    append(" ");
    print_value(*set);
  }
  if (!first) append(")");
}

// Numbers.

void TracePrinter::print(i32 value) { append(fmt::to_string(value)); }
void TracePrinter::print(u32 value) {
  // An id of -1 leaves things as they are; a futex's bitset matches all.
  append(value == ~u32{0} ? "-1" : fmt::to_string(value));
}
void TracePrinter::print(i64 value) {
  if (is_call(abi::kCallMmap) && value != 0)
    append(fmt::format("{:#x}", static_cast<u64>(value)));
  else
    append(fmt::to_string(value));
}
void TracePrinter::print(u64 value) {
  const bool is_name = is_call(abi::kCallPrctl) && index_ == 1 &&
                       static_cast<i32>(registers_.args[0]) == abi::kPrSetName;
  const bool is_pointer = is_call(abi::kCallPrctl) && value >= 10;
  if (is_name)
    print_string(GuestAddr(value), style_.string_limit);
  else
    append(is_pointer ? address_text(value) : fmt::to_string(value));
}
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
    case abi::kFutexWaitBitset: return print_pointee<abi::Timespec>(value.addr());
    case abi::kFutexRequeue:
    case abi::kFutexCmpRequeue:
    case abi::kFutexWakeOp: return print(static_cast<u32>(value.value));
    default: return append(address_text(value.value));
  }
}

void TracePrinter::print_fcntl_argument(Opaque value, u32 command) {
  switch (command) {
    case abi::kFcntlSetStatusFlags: return append(open_flags_text(static_cast<u32>(value.value)));
    case abi::kFcntlSetDescriptorFlags:
      return append(value.value == abi::kDescriptorCloseOnExec ? "FD_CLOEXEC"
                                                               : fmt::to_string(value.value));
    case abi::kFcntlGetLock:
    case abi::kFcntlSetLock:
    case abi::kFcntlSetLockWait: return print_lock(value.addr());
    case abi::kFcntlSetSignal: return print(SignalNumber{static_cast<i32>(value.value)});
    case abi::kFcntlSetOwnerEx:
    case abi::kFcntlGetOwnerEx: return print_file_owner(value.addr());
    case abi::kFcntlGetWriteHint:
    case abi::kFcntlSetWriteHint: return print_pointee<u64>(value.addr());
    default: return append(fmt::to_string(static_cast<i32>(value.value)));
  }
}

void TracePrinter::print_file_owner(GuestAddr addr) {
  const auto owner = space_.read_value<abi::FileOwner>(addr);
  if (!owner.ok()) return print(addr);
  constexpr FlagName kTypes[] = {{0, "F_OWNER_TID"}, {1, "F_OWNER_PID"}, {2, "F_OWNER_PGRP"}};
  append(fmt::format("{{type={}, pid={}}}", choice_text(static_cast<u32>(owner->type), kTypes),
                     owner->id));
}

void TracePrinter::print_lock(GuestAddr addr) {
  const auto lock = space_.read_value<abi::RecordLock>(addr);
  if (!lock.ok()) return print(addr);
  constexpr FlagName kTypes[] = {{0, "F_RDLCK"}, {1, "F_WRLCK"}, {2, "F_UNLCK"}};
  append(fmt::format("{{l_type={}, l_whence=", choice_text(static_cast<u16>(lock->type), kTypes)));
  print(SeekWhence{static_cast<u16>(lock->whence)});
  append(fmt::format(", l_start={}, l_len={}}}", lock->start, lock->length));
}

void TracePrinter::print_ioctl_argument(Opaque value, u32 request) {
  if (result_.failed()) return append(address_text(value.value));
  switch (request) {
    case abi::kTioGetGroup:
    case abi::kTioSetGroup:
    case abi::kTioGetSession:
    case abi::kFioReadable:
    case abi::kFioNonBlock:
    case abi::kTioGetPtyNumber:
    case abi::kTioSetPtyLock:
    case abi::kTioGetPtyLock:
    case abi::kTioPacketMode:
    case abi::kTioGetPacketMode:
    case abi::kTioGetExclusive:
    case abi::kTioGetLineDiscipline:
    case abi::kTioOutputQueue: {
      const auto number = space_.read_value<i32>(value.addr());
      return append(number.ok() ? fmt::format("[{}]", *number) : address_text(value.value));
    }
    case abi::kTioGetWindowSize:
    case abi::kTioSetWindowSize: {
      const auto size = space_.read_value<abi::WindowSize>(value.addr());
      if (!size.ok()) return append(address_text(value.value));
      return append(fmt::format("{{ws_row={}, ws_col={}, ws_xpixel={}, ws_ypixel={}}}", size->rows,
                                size->columns, size->x_pixels, size->y_pixels));
    }
    case abi::kTcGetAttributes:
    case abi::kTcSetAttributes:
    case abi::kTcSetAttributesWait:
    case abi::kTcSetAttributesFlush:
    case abi::kTcGetAttributes2:
    case abi::kTcSetAttributes2:
    case abi::kTcSetAttributesWait2:
    case abi::kTcSetAttributesFlush2: {
      // The second generation begins as the first one does.
      const auto attributes = space_.read_value<abi::Termios>(value.addr());
      return append(attributes.ok() ? attributes_text(*attributes) : address_text(value.value));
    }
    case abi::kTcFlush: return append(flush_queue_text(value.value));
    case abi::kTcFlowControl: return append(flow_action_text(value.value));
    case abi::kTioOpenPeer: return append(open_flags_text(static_cast<u32>(value.value)));
    case abi::kTcSendBreak:
    case abi::kTcSendBreakPosix:
    case abi::kTioSetControlling:
    case abi::kTioSendSignal: return append(fmt::to_string(static_cast<i32>(value.value)));
    default: return append(address_text(value.value));
  }
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
void TracePrinter::print(Text value) { print_string(value.addr, abi::kPathMax - 1); }

void TracePrinter::print_bytes(GuestAddr addr, u64 size) {
  if (addr.is_null()) return print(addr);
  const bool random = is_call(abi::kCallGetrandom);
  if (random && style_.stable) return append("\"\"...");
  std::string bytes(std::min(size, style_.string_limit), '\0');
  if (!space_.read(addr, std::as_writable_bytes(std::span(bytes))).ok()) return print(addr);
  append(quoted_text(bytes, size, random ? Escapes::Hexadecimal : Escapes::Octal));
}

void TracePrinter::print(InBytes value) { print_bytes(value.addr, next_register()); }

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
  u64 left = total;
  print_elements<abi::Iovec>(addr, next_register(), [&](const abi::Iovec& piece) {
    const u64 size = std::min(piece.size, left);
    left -= size;
    append("{iov_base=");
    print_bytes(GuestAddr(piece.base), size);
    append(fmt::format(", iov_len={}}}", piece.size));
  });
}

void TracePrinter::print(InIovecs value) { print_iovecs(value.addr, ~u64{0}); }
void TracePrinter::print(OutIovecs value) {
  if (result_.failed())
    print(value.addr);
  else
    print_iovecs(value.addr, result_.value);
}

void TracePrinter::print(StringArray value) {
  const bool is_environment = std::exchange(argv_shown_, true);
  if (value.addr.is_null()) return print(value.addr);
  u64 count = 0;
  const auto pointer_at = [&](u64 index) {
    return space_.read_value<u64>(value.addr + index * sizeof(u64));
  };
  for (auto pointer = pointer_at(0); pointer.ok() && *pointer != 0; pointer = pointer_at(count))
    ++count;
  if (is_environment)
    return append(
        fmt::format("{:#x} /* {} var{} */", value.addr.value(), count, count == 1 ? "" : "s"));
  print_elements<u64>(value.addr, count,
                      [&](u64 pointer) { print_string(GuestAddr(pointer), style_.string_limit); });
}

bool TracePrinter::print_array(GuestAddr addr) {
  const auto show = [this](const auto& element) { print_value(element); };
  if (is_call(abi::kCallPpoll) && index_ == 0) {
    print_elements<abi::PollFd>(addr, registers_.args[1], show);
    return true;
  }
  const bool waits_for_epoll = is_call(abi::kCallEpollPwait) || is_call(abi::kCallEpollPwait2);
  if (waits_for_epoll && index_ == 1) {
    print_elements<abi::EpollEvent>(addr, result_.value, show);
    return true;
  }
  return false;
}

}  // namespace kemu
