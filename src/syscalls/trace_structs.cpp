#include <fmt/format.h>

#include "base/abi/fcntl_commands.h"
#include "base/abi/syscall_numbers.h"
#include "process/signal_text.h"
#include "syscalls/trace_printer.h"
#include "syscalls/trace_text.h"

// What pointers point to, in strace(1)'s layout.

namespace kemu {

void TracePrinter::print_value(i32 value) {
  if (is_call(abi::kCallWait4))
    append(wait_status_text(value));
  else
    append(fmt::format("[{}]", value));
}

void TracePrinter::print_value(u32 value) { append(fmt::format("[{}]", value)); }
void TracePrinter::print_value(i64 value) { append(fmt::format("[{}]", value)); }

void TracePrinter::print_value(u64 value) {
  // Every other u64 a call points to is a signal set.
  if (is_call(abi::kCallGetRobustList))
    append(fmt::format("[{}]", address_text(value)));
  else
    append(signal_set_text(value));
}

void TracePrinter::print_value(const abi::Timespec& value) {
  append(fmt::format("{{tv_sec={}, tv_nsec={}}}", value.sec, value.nsec));
}

void TracePrinter::print_value(const TimespecPair& value) {
  append("[");
  for (const abi::Timespec& time : value) {
    if (&time != &value.front()) append(", ");
    if (time.nsec == abi::kTimeNow)
      append("UTIME_NOW");
    else if (time.nsec == abi::kTimeOmit)
      append("UTIME_OMIT");
    else
      print_value(time);
  }
  append("]");
}

void TracePrinter::print_value(const abi::Timeval& value) {
  append(fmt::format("{{tv_sec={}, tv_usec={}}}", value.sec, value.usec));
}

void TracePrinter::print_value(const abi::Timezone& value) {
  append(fmt::format("{{tz_minuteswest={}, tz_dsttime={}}}", value.minutes_west, value.dst_time));
}

void TracePrinter::print_value(const abi::Itimerval& value) {
  append("{it_interval=");
  print_value(value.interval);
  append(", it_value=");
  print_value(value.value);
  append("}");
}

void TracePrinter::print_value(const abi::Itimerspec& value) {
  append("{it_interval=");
  print_value(value.interval);
  append(", it_value=");
  print_value(value.value);
  append("}");
}

void TracePrinter::print_value(const abi::Tms& value) {
  append(fmt::format("{{tms_utime={}, tms_stime={}, tms_cutime={}, tms_cstime={}}}", value.user,
                     value.system, value.children_user, value.children_system));
}

void TracePrinter::print_value(const abi::NodeMask& value) {
  append(fmt::format("[{:#018x}]", value.bits));
}

void TracePrinter::print_value(const abi::Timex& value) {
  append(fmt::format(
      "{{modes={:#x}, offset={}, freq={}, maxerror={}, esterror={}, status={:#x}, "
      "constant={}, precision={}, tolerance={}, time=",
      value.modes, value.offset, value.frequency, value.most_error, value.estimated_error,
      value.status, value.constant, value.precision, value.tolerance));
  print_value(value.time);
  append(fmt::format(", tick={}, ...}}", value.tick));
}

void TracePrinter::print_value(const abi::SigEvent& value) {
  constexpr FlagName kNotifications[] = {
      {0, "SIGEV_SIGNAL"}, {1, "SIGEV_NONE"}, {2, "SIGEV_THREAD"}, {4, "SIGEV_THREAD_ID"}};
  append(fmt::format("{{sigev_value={{sival_int={}, sival_ptr={}}}", static_cast<i32>(value.value),
                     address_text(value.value)));
  if (value.notify != abi::kSigEventNone)
    append(fmt::format(", sigev_signo={}", signal_text(value.signo)));
  append(fmt::format(", sigev_notify={}",
                     choice_text(static_cast<u32>(value.notify), kNotifications)));
  if (value.notify == abi::kSigEventThreadId)
    append(fmt::format(", sigev_notify_thread_id={}", value.tid));
  append("}");
}

void TracePrinter::print_value(const abi::Stat& value) {
  append(fmt::format("{{st_mode={}, ", mode_text(value.mode)));
  // As strace does it: a device has a number where others have a size.
  const u32 type = value.mode & 0170000;
  const bool is_device = type == 0020000 || type == 0060000;
  append(is_device ? fmt::format("st_rdev={}, ...}}", device_text(value.special_device))
                   : fmt::format("st_size={}, ...}}", value.size));
}

void TracePrinter::print_value(const abi::Statx& value) {
  append("{stx_mask=");
  print(StatxMask{value.mask});
  append(fmt::format(", stx_mode={}, stx_size={}, ...}}", mode_text(value.mode), value.size));
}

void TracePrinter::print_value(const abi::Statfs& value) {
  append(fmt::format("{{f_type={:#x}, f_bsize={}, f_blocks={}, f_bfree={}, f_bavail={}, ...}}",
                     value.type, value.block_size, value.blocks, value.blocks_free,
                     value.blocks_available));
}

void TracePrinter::print_value(const abi::FdPair& value) {
  append(fmt::format("[{}, {}]", descriptor_text(value.first), descriptor_text(value.second)));
}

void TracePrinter::print_value(const abi::FdSet& value) {
  std::string text;
  for (u64 fd = 0; fd < value.bits.size() * 64; ++fd) {
    const bool is_set = value.bits[fd / 64] >> fd % 64 & 1;
    if (is_set)
      text += fmt::format("{}{}", text.empty() ? "" : " ", descriptor_text(static_cast<i32>(fd)));
  }
  append("[" + text + "]");
}

void TracePrinter::print_value(const abi::PollFd& value) {
  append(fmt::format("{{fd={}, events={}}}", descriptor_text(value.fd),
                     poll_events_text(static_cast<u16>(value.events))));
}

void TracePrinter::print_value(const abi::EpollEvent& value) {
  constexpr FlagName kNames[] = {
      {0x001, "EPOLLIN"},
      {0x002, "EPOLLPRI"},
      {0x004, "EPOLLOUT"},
      {0x008, "EPOLLERR"},
      {0x010, "EPOLLHUP"},
      {0x040, "EPOLLRDNORM"},
      {0x100, "EPOLLWRNORM"},
      {0x2000, "EPOLLRDHUP"},
      {u64{1} << 28, "EPOLLEXCLUSIVE"},
      {u64{1} << 29, "EPOLLWAKEUP"},
      {u64{1} << 30, "EPOLLONESHOT"},
      {u64{1} << 31, "EPOLLET"},
  };
  append(fmt::format("{{events={}, data={{u32={}, u64={}}}}}", flags_text(value.events, kNames),
                     static_cast<u32>(value.data), value.data));
}

void TracePrinter::print_value(const abi::SigSetArgument& value) {
  append("{sigmask=");
  print_pointee<u64>(GuestAddr(value.address));
  append(fmt::format(", sigsetsize={}}}", value.size));
}

void TracePrinter::print_value(const abi::SigAction& value) {
  constexpr FlagName kNames[] = {
      {abi::kSaNoCldStop, "SA_NOCLDSTOP"},
      {abi::kSaNoCldWait, "SA_NOCLDWAIT"},
      {abi::kSaSigInfo, "SA_SIGINFO"},
      {abi::kSaOnStack, "SA_ONSTACK"},
      {abi::kSaRestart, "SA_RESTART"},
      {abi::kSaNoDefer, "SA_NODEFER"},
      {abi::kSaResetHand, "SA_RESETHAND"},
      {abi::kSaRestorer, "SA_RESTORER"},
      {abi::kSaExposeTagBits, "SA_EXPOSE_TAGBITS"},
  };
  const std::string handler = value.handler == abi::kSigDfl   ? "SIG_DFL"
                              : value.handler == abi::kSigIgn ? "SIG_IGN"
                                                              : address_text(value.handler);
  append(fmt::format("{{sa_handler={}, sa_mask={}, sa_flags={}", handler,
                     signal_set_text(value.mask), flags_text(value.flags, kNames)));
  if (value.flags & abi::kSaRestorer)
    append(fmt::format(", sa_restorer={}", address_text(value.restorer)));
  append("}");
}

void TracePrinter::print_value(const abi::SigInfo& value) {
  // waitid with WNOHANG: nobody.
  append(value.signo == 0 ? "{}" : describe_fields(value));
}

void TracePrinter::print_value(const abi::SigStack& value) {
  constexpr FlagName kNames[] = {{static_cast<u32>(abi::kSsOnStack), "SS_ONSTACK"},
                                 {static_cast<u32>(abi::kSsDisable), "SS_DISABLE"},
                                 {abi::kSsAutoDisarm, "SS_AUTODISARM"}};
  append(fmt::format("{{ss_sp={}, ss_flags={}, ss_size={}}}", address_text(value.sp),
                     flags_text(static_cast<u32>(value.flags), kNames), value.size));
}

namespace {

std::string limit_text(u64 limit) {
  constexpr u64 kInfinity = ~u64{0};
  if (limit == kInfinity) return "RLIM64_INFINITY";
  if (limit > 1024 && limit % 1024 == 0) return fmt::format("{}*1024", limit / 1024);
  return fmt::to_string(limit);
}

}  // namespace

void TracePrinter::print_value(const abi::Rlimit& value) {
  append(
      fmt::format("{{rlim_cur={}, rlim_max={}}}", limit_text(value.soft), limit_text(value.hard)));
}

void TracePrinter::print_value(const abi::Rusage& value) {
  append("{ru_utime=");
  print_value(value.user_time);
  append(", ru_stime=");
  print_value(value.system_time);
  append(", ...}");
}

void TracePrinter::print_value(const abi::Utsname& value) {
  const auto field = [](const auto& chars) {
    const std::string_view text(chars.data(), chars.size());
    return quoted_text(text.substr(0, text.find('\0')), 0);
  };
  append(
      fmt::format("{{sysname={}, nodename={}, ...}}", field(value.sysname), field(value.nodename)));
}

void TracePrinter::print_value(const abi::Sysinfo& value) {
  append(fmt::format("{{uptime={}, totalram={}, freeram={}, procs={}, mem_unit={}, ...}}",
                     value.uptime, value.total_ram, value.free_ram, value.procs, value.mem_unit));
}

void TracePrinter::print_value(const abi::CloneArgs& value) {
  append("{flags=");
  print(UnshareFlags{value.flags});
  append(
      fmt::format(", exit_signal={}, stack={}, stack_size={:#x}",
                  value.exit_signal == 0 ? "0" : signal_text(static_cast<i64>(value.exit_signal)),
                  address_text(value.stack), value.stack_size));
  if (value.flags & abi::kCloneSetTls) append(fmt::format(", tls={:#x}", value.tls));
  append("}");
}

void TracePrinter::print_value(const abi::SchedulingAttributes& value) {
  append(
      fmt::format("{{size={}, sched_policy={}, sched_flags={:#x}, sched_nice={}, "
                  "sched_priority={}, ...}}",
                  value.size, value.policy, value.flags, value.nice, value.priority));
}

}  // namespace kemu
