#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

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
// An offset: strace shows it unsigned.
void TracePrinter::print_value(i64 value) { append(fmt::format("[{}]", static_cast<u64>(value))); }

void TracePrinter::print_value(u64 value) {
  // Every other u64 a call points to is a signal set.
  if (is_call(abi::kCallGetRobustList))
    append(fmt::format("[{}]", index_ == 1 ? address_text(value) : fmt::to_string(value)));
  else
    append(signal_set_text(value));
}

void TracePrinter::print_value(const abi::Timespec& value) {
  append(fmt::format("{{tv_sec={}, tv_nsec={}}}", value.sec, static_cast<u64>(value.nsec)));
}

void TracePrinter::append_time_of_day(const abi::Timespec& time) {
  print_value(time);
  constexpr i64 kNanosecondsPerSecond = 1'000'000'000;
  const bool is_date = time.nsec >= 0 && time.nsec < kNanosecondsPerSecond;
  if (style_.stable || !is_date || (time.sec == 0 && time.nsec == 0)) return;
  const std::time_t seconds = time.sec;
  std::tm local{};
  if (!::localtime_r(&seconds, &local)) return;
  std::array<char, 64> date{}, zone{};
  std::strftime(date.data(), date.size(), "%FT%T", &local);
  std::strftime(zone.data(), zone.size(), "%z", &local);
  append(fmt::format(" /* {}.{:09}{} */", date.data(), time.nsec, zone.data()));
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
      append_time_of_day(time);
  }
  append("]");
}

void TracePrinter::print_value(const abi::Timeval& value) {
  append(fmt::format("{{tv_sec={}, tv_usec={}}}", value.sec, static_cast<u64>(value.usec)));
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
  append(fmt::format("{{tms_utime={}, tms_stime={}, tms_cutime={}, tms_cstime={}}}",
                     ticks_text(value.user), ticks_text(value.system),
                     ticks_text(value.children_user), ticks_text(value.children_system)));
}

void TracePrinter::print_value(const abi::NodeMask& value) {
  append(fmt::format("[{:#018x}]", value.bits));
}

void TracePrinter::print_value(const abi::Timex& value) {
  constexpr FlagName kModes[] = {{0x8001, "ADJ_OFFSET_SINGLESHOT"},
                                 {0xa001, "ADJ_OFFSET_SS_READ"},
                                 {0x0001, "ADJ_OFFSET"},
                                 {0x0002, "ADJ_FREQUENCY"},
                                 {0x0004, "ADJ_MAXERROR"},
                                 {0x0008, "ADJ_ESTERROR"},
                                 {0x0010, "ADJ_STATUS"},
                                 {0x0020, "ADJ_TIMECONST"},
                                 {0x0080, "ADJ_TAI"},
                                 {0x0100, "ADJ_SETOFFSET"},
                                 {0x1000, "ADJ_MICRO"},
                                 {0x2000, "ADJ_NANO"},
                                 {0x4000, "ADJ_TICK"}};
  constexpr FlagName kStatus[] = {
      {0x0001, "STA_PLL"},       {0x0002, "STA_PPSFREQ"},   {0x0004, "STA_PPSTIME"},
      {0x0008, "STA_FLL"},       {0x0010, "STA_INS"},       {0x0020, "STA_DEL"},
      {0x0040, "STA_UNSYNC"},    {0x0080, "STA_FREQHOLD"},  {0x0100, "STA_PPSSIGNAL"},
      {0x0200, "STA_PPSJITTER"}, {0x0400, "STA_PPSWANDER"}, {0x0800, "STA_PPSERROR"},
      {0x1000, "STA_CLOCKERR"},  {0x2000, "STA_NANO"},      {0x4000, "STA_MODE"},
      {0x8000, "STA_CLK"}};
  constexpr u32 kReadsSlew = 0xa001;
  append(fmt::format(
      "{{modes={}, offset={}, freq={}, maxerror={}, esterror={}, status={}, "
      "constant={}, precision={}, tolerance={}, time=",
      value.modes == kReadsSlew ? "ADJ_OFFSET_SS_READ"
                                : flags_text(value.modes, std::span(kModes).subspan(1)),
      value.offset, value.frequency, static_cast<u64>(value.most_error),
      static_cast<u64>(value.estimated_error), flags_text(static_cast<u32>(value.status), kStatus),
      value.constant, static_cast<u64>(value.precision), value.tolerance));
  print_value(value.time);
  append(
      fmt::format(", tick={}, ppsfreq={}, jitter={}, shift={}, stabil={}, jitcnt={}, calcnt={}, "
                  "errcnt={}, stbcnt={}, tai={}}}",
                  value.tick, value.pps_frequency, value.jitter, value.shift, value.stability,
                  value.jitter_count, value.calibration_count, value.error_count,
                  value.stability_count, value.tai));
}

void TracePrinter::print_value(const abi::SigEvent& value) {
  constexpr FlagName kNotifications[] = {
      {0, "SIGEV_SIGNAL"}, {1, "SIGEV_NONE"}, {2, "SIGEV_THREAD"}, {4, "SIGEV_THREAD_ID"}};
  append("{");
  if (value.value != 0)
    append(fmt::format("sigev_value={{sival_int={}, sival_ptr={}}}, ",
                       static_cast<i32>(value.value), address_text(value.value)));
  constexpr i32 kSignal = 0, kThread = 2;
  const bool signals =
      value.notify == kSignal || value.notify == kThread || value.notify == abi::kSigEventThreadId;
  append(fmt::format("sigev_signo={}, sigev_notify={}",
                     signals ? signal_text(value.signo) : fmt::to_string(value.signo),
                     choice_text(static_cast<u32>(value.notify), kNotifications)));
  // A SIGEV_THREAD's function and attributes lie where the thread id of others does.
  std::array<u64, 2> words{};
  std::memcpy(words.data(),
              reinterpret_cast<const std::byte*>(&value) + offsetof(abi::SigEvent, tid),
              sizeof words);
  if (value.notify == kThread)
    append(fmt::format(", sigev_notify_function={}, sigev_notify_attributes={}",
                       address_text(words[0]), address_text(words[1])));
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
  constexpr FlagName kAttributes[] = {
      {0x4, "STATX_ATTR_COMPRESSED"},    {0x10, "STATX_ATTR_IMMUTABLE"},
      {0x20, "STATX_ATTR_APPEND"},       {0x40, "STATX_ATTR_NODUMP"},
      {0x800, "STATX_ATTR_ENCRYPTED"},   {0x1000, "STATX_ATTR_AUTOMOUNT"},
      {0x2000, "STATX_ATTR_MOUNT_ROOT"}, {0x100000, "STATX_ATTR_VERITY"},
      {0x200000, "STATX_ATTR_DAX"}};
  append("{stx_mask=");
  print(StatxMask{value.mask});
  append(fmt::format(", stx_attributes={}, stx_mode={}, stx_size={}, ...}}",
                     flags_text(value.attributes, kAttributes), mode_text(value.mode), value.size));
}

void TracePrinter::print_value(const abi::Statfs& value) {
  constexpr FlagName kTypes[] = {
      {0xef53, "EXT2_SUPER_MAGIC"},        {0x01021994, "TMPFS_MAGIC"},
      {0x9fa0, "PROC_SUPER_MAGIC"},        {0x62656572, "SYSFS_MAGIC"},
      {0x1cd1, "DEVPTS_SUPER_MAGIC"},      {0x794c7630, "OVERLAYFS_SUPER_MAGIC"},
      {0x858458f6, "RAMFS_MAGIC"},         {0x58465342, "XFS_SB_MAGIC"},
      {0x9123683e, "BTRFS_SUPER_MAGIC"},   {0x50495045, "PIPEFS_MAGIC"},
      {0x534f434b, "SOCKFS_MAGIC"},        {0x09041934, "ANON_INODE_FS_MAGIC"},
      {0x01021997, "V9FS_MAGIC"},          {0x65735546, "FUSE_SUPER_MAGIC"},
      {0x63677270, "CGROUP2_SUPER_MAGIC"}, {0x27e0eb, "CGROUP_SUPER_MAGIC"},
      {0x6969, "NFS_SUPER_MAGIC"},         {0x73717368, "SQUASHFS_MAGIC"},
      {0x6e736673, "NSFS_MAGIC"},          {0x958458f6, "HUGETLBFS_MAGIC"},
      {0x2fc12fc1, "ZFS_SUPER_MAGIC"},     {0xf2f52010, "F2FS_SUPER_MAGIC"}};
  constexpr FlagName kFlags[] = {
      {1, "ST_RDONLY"},        {2, "ST_NOSUID"},      {4, "ST_NODEV"},         {8, "ST_NOEXEC"},
      {16, "ST_SYNCHRONOUS"},  {32, "ST_VALID"},      {64, "ST_MANDLOCK"},     {1024, "ST_NOATIME"},
      {2048, "ST_NODIRATIME"}, {4096, "ST_RELATIME"}, {8192, "ST_NOSYMFOLLOW"}};
  const auto* type = std::ranges::find(kTypes, value.type, &FlagName::bits);
  append(fmt::format(
      "{{f_type={}, f_bsize={}, f_blocks={}, f_bfree={}, f_bavail={}, f_files={}, f_ffree={}, "
      "f_fsid={{val=[{}, {}]}}, f_namelen={}, f_frsize={}, f_flags={}}}",
      type == std::end(kTypes) ? hexadecimal_text(value.type) : std::string(type->name),
      value.block_size, value.blocks, value.blocks_free, value.blocks_available, value.files,
      value.files_free, hexadecimal_text(static_cast<u32>(value.id[0])),
      hexadecimal_text(static_cast<u32>(value.id[1])), value.name_max, value.fragment_size,
      flags_text(value.flags, kFlags)));
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
      {0x020, "EPOLLNVAL"},
      {0x040, "EPOLLRDNORM"},
      {0x080, "EPOLLRDBAND"},
      {0x100, "EPOLLWRNORM"},
      {0x200, "EPOLLWRBAND"},
      {0x400, "EPOLLMSG"},
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
      {abi::kSaRestorer, "SA_RESTORER"},   {abi::kSaOnStack, "SA_ONSTACK"},
      {abi::kSaRestart, "SA_RESTART"},     {abi::kSaNoDefer, "SA_NODEFER"},
      {abi::kSaResetHand, "SA_RESETHAND"}, {abi::kSaSigInfo, "SA_SIGINFO"},
      {abi::kSaNoCldStop, "SA_NOCLDSTOP"}, {abi::kSaNoCldWait, "SA_NOCLDWAIT"},
  };
  const std::string handler = value.handler == abi::kSigDfl   ? "SIG_DFL"
                              : value.handler == abi::kSigIgn ? "SIG_IGN"
                                                              : address_text(value.handler);
  append(fmt::format("{{sa_handler={}, sa_mask={}, sa_flags={}", handler,
                     signal_set_text(value.mask), flags_text(value.flags, kNames, "0", "SA_???")));
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
  append(fmt::format(
      "{{uptime={}, loads=[{}, {}, {}], totalram={}, freeram={}, sharedram={}, bufferram={}, "
      "totalswap={}, freeswap={}, procs={}, totalhigh={}, freehigh={}, mem_unit={}}}",
      value.uptime, value.loads[0], value.loads[1], value.loads[2], value.total_ram, value.free_ram,
      value.shared_ram, value.buffer_ram, value.total_swap, value.free_swap, value.procs,
      value.total_high, value.free_high, value.mem_unit));
}

void TracePrinter::print_value(const abi::SchedulingAttributes& value) {
  constexpr FlagName kPolicies[] = {{0, "SCHED_OTHER"},   {1, "SCHED_FIFO"}, {2, "SCHED_RR"},
                                    {3, "SCHED_BATCH"},   {4, "SCHED_ISO"},  {5, "SCHED_IDLE"},
                                    {6, "SCHED_DEADLINE"}};
  constexpr FlagName kFlags[] = {
      {1, "SCHED_FLAG_RESET_ON_FORK"},  {2, "SCHED_FLAG_RECLAIM"},
      {4, "SCHED_FLAG_DL_OVERRUN"},     {8, "SCHED_FLAG_KEEP_POLICY"},
      {16, "SCHED_FLAG_KEEP_PARAMS"},   {32, "SCHED_FLAG_UTIL_CLAMP_MIN"},
      {64, "SCHED_FLAG_UTIL_CLAMP_MAX"}};
  constexpr u32 kWithUtilization = 56;
  if (value.size != 0 && value.size < abi::kSchedulingAttributesSize0)
    return append(fmt::format("{{size={}}} => {{size={}}}", value.size, kWithUtilization));
  append(
      fmt::format("{{size={}, sched_policy={}, sched_flags={}, sched_nice={}, "
                  "sched_priority={}, sched_runtime={}, sched_deadline={}, sched_period={}",
                  value.size, choice_text(value.policy, kPolicies), flags_text(value.flags, kFlags),
                  value.nice, value.priority, value.runtime, value.deadline, value.period));
  if (value.size >= kWithUtilization)
    append(fmt::format(", sched_util_min={}, sched_util_max={}", value.least_utilization,
                       value.most_utilization));
  append("}");
}

}  // namespace kemu
