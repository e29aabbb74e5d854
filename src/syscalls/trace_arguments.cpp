#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/abi/capability.h"
#include "base/abi/prctl.h"
#include "process/procfs_parts.h"
#include "process/signal_text.h"
#include "syscalls/capability_names.h"
#include "syscalls/handlers.h"
#include "syscalls/trace_printer.h"
#include "syscalls/trace_text.h"

// Arguments whose type in syscalls.def is a number or an address, and which strace(1) shows by the
// call and the place they stand in: numbers with names, and arrays whose length is told elsewhere.

namespace kemu {

namespace {

struct Row {
  std::string_view name;
  u64 number;
};
constexpr Row kRowNumbers[] = {
#define SYSCALL(number, name, support, returns, arguments) {#name, number},
#include "syscalls/syscalls.def"
#undef SYSCALL
};

/// The number of a row of syscalls.def; a name that has none does not compile.
consteval u64 number_of(std::string_view name) {
  for (const Row& row : kRowNumbers)
    if (row.name == name) return row.number;
  throw "no such row";
}

constexpr FlagName kAdvice[] = {{0, "POSIX_FADV_NORMAL"},     {1, "POSIX_FADV_RANDOM"},
                                {2, "POSIX_FADV_SEQUENTIAL"}, {3, "POSIX_FADV_WILLNEED"},
                                {4, "POSIX_FADV_DONTNEED"},   {5, "POSIX_FADV_NOREUSE"}};
constexpr FlagName kLockAll[] = {{1, "MCL_CURRENT"}, {2, "MCL_FUTURE"}, {4, "MCL_ONFAULT"}};
constexpr FlagName kPriorityOf[] = {{0, "PRIO_PROCESS"}, {1, "PRIO_PGRP"}, {2, "PRIO_USER"}};
constexpr FlagName kIoPriorityOf[] = {
    {1, "IOPRIO_WHO_PROCESS"}, {2, "IOPRIO_WHO_PGRP"}, {3, "IOPRIO_WHO_USER"}};
constexpr FlagName kIoClasses[] = {{0, "IOPRIO_CLASS_NONE"},
                                   {1, "IOPRIO_CLASS_RT"},
                                   {2, "IOPRIO_CLASS_BE"},
                                   {3, "IOPRIO_CLASS_IDLE"}};
constexpr FlagName kPolicies[] = {{0, "SCHED_OTHER"},   {1, "SCHED_FIFO"}, {2, "SCHED_RR"},
                                  {3, "SCHED_BATCH"},   {4, "SCHED_ISO"},  {5, "SCHED_IDLE"},
                                  {6, "SCHED_DEADLINE"}};
constexpr FlagName kRebootMagic[] = {{0xfee1dead, "LINUX_REBOOT_MAGIC1"}};
constexpr FlagName kRebootMagic2[] = {{672274793, "LINUX_REBOOT_MAGIC2"},
                                      {85072278, "LINUX_REBOOT_MAGIC2A"},
                                      {369367448, "LINUX_REBOOT_MAGIC2B"},
                                      {537993216, "LINUX_REBOOT_MAGIC2C"}};
constexpr FlagName kRebootCommands[] = {
    {0, "LINUX_REBOOT_CMD_CAD_OFF"},          {0x89abcdef, "LINUX_REBOOT_CMD_CAD_ON"},
    {0xcdef0123, "LINUX_REBOOT_CMD_HALT"},    {0x4321fedc, "LINUX_REBOOT_CMD_POWER_OFF"},
    {0x01234567, "LINUX_REBOOT_CMD_RESTART"}, {0xa1b2c3d4, "LINUX_REBOOT_CMD_RESTART2"}};
constexpr FlagName kPersonalities[] = {{0x0020000, "UNAME26"},
                                       {0x0040000, "ADDR_NO_RANDOMIZE"},
                                       {0x0080000, "FDPIC_FUNCPTRS"},
                                       {0x0100000, "MMAP_PAGE_ZERO"},
                                       {0x0200000, "ADDR_COMPAT_LAYOUT"},
                                       {0x0400000, "READ_IMPLIES_EXEC"},
                                       {0x0800000, "ADDR_LIMIT_32BIT"},
                                       {0x1000000, "SHORT_INODE"},
                                       {0x2000000, "WHOLE_SECONDS"},
                                       {0x4000000, "STICKY_TIMEOUTS"},
                                       {0x8000000, "ADDR_LIMIT_3GB"}};

constexpr std::string_view kClockStates[] = {"TIME_OK",  "TIME_INS",  "TIME_DEL",
                                             "TIME_OOP", "TIME_WAIT", "TIME_ERROR"};

/// A number that has names, by its call and place.
struct NamedNumber {
  u64 call;
  unsigned index;
  enum class Kind : u8 { Choice, Flags } kind;
  std::span<const FlagName> names;
  std::string_view unknown = {};
};
constexpr auto kChoice = NamedNumber::Kind::Choice;
constexpr auto kFlags = NamedNumber::Kind::Flags;
constexpr NamedNumber kNamedNumbers[] = {
    {number_of("fadvise64"), 3, kChoice, kAdvice},
    {number_of("mlockall"), 0, kFlags, kLockAll},
    {number_of("getpriority"), 0, kChoice, kPriorityOf},
    {number_of("setpriority"), 0, kChoice, kPriorityOf},
    {number_of("ioprio_get"), 0, kChoice, kIoPriorityOf},
    {number_of("ioprio_set"), 0, kChoice, kIoPriorityOf},
    {number_of("sched_get_priority_max"), 0, kChoice, kPolicies},
    {number_of("sched_get_priority_min"), 0, kChoice, kPolicies},
    {number_of("reboot"), 0, kChoice, kRebootMagic, "LINUX_REBOOT_MAGIC_???"},
    {number_of("reboot"), 1, kChoice, kRebootMagic2, "LINUX_REBOOT_MAGIC_???"},
    {number_of("reboot"), 2, kChoice, kRebootCommands},
};

/// "1<<CAP_KILL|1<<CAP_SYSLOG"; capabilities without a name as one number.
std::string capabilities_text(u64 set) {
  std::string text;
  for (std::size_t i = 0; i < kCapabilityNames.size(); ++i) {
    if (!(set >> i & 1)) continue;
    text += fmt::format("{}1<<{}", text.empty() ? "" : "|", kCapabilityNames[i]);
    set &= ~(u64{1} << i);
  }
  if (set != 0) text += fmt::format("{}{:#x}", text.empty() ? "" : "|", set);
  return text.empty() ? "0" : text;
}

std::string personality_text(u32 persona) {
  constexpr u32 kWhatever = 0xffffffff, kTypeBits = 0xff;
  if (persona == kWhatever) return "0xffffffff";
  const u32 flags = persona & ~kTypeBits;
  std::string text = (persona & kTypeBits) == 0 ? "PER_LINUX"
                     : (persona & kTypeBits) == 8
                         ? "PER_LINUX32"
                         : fmt::format("{:#x} /* PER_??? */", persona & kTypeBits);
  if (flags != 0) text += "|" + flags_text(flags, kPersonalities);
  return text;
}

std::string io_priority_text(u32 value) {
  constexpr unsigned kClassShift = 13;
  return fmt::format("IOPRIO_PRIO_VALUE({}, {})", choice_text(value >> kClassShift, kIoClasses),
                     value & ((1 << kClassShift) - 1));
}

/// "SCHED_RR|SCHED_RESET_ON_FORK"
std::string policy_text(u32 policy) {
  constexpr u32 kResetOnFork = 0x40000000;
  return choice_text(policy & ~kResetOnFork, kPolicies) +
         (policy & kResetOnFork ? "|SCHED_RESET_ON_FORK" : "");
}

}  // namespace

unsigned TracePrinter::shown_at_entry(unsigned by_type) const {
  switch (registers_.number) {
    case number_of("capget"):
    case number_of("prctl"):
    case number_of("sendmmsg"):
    case number_of("recvmmsg"):
    case number_of("process_vm_readv"):
    case number_of("getgroups"): return 1;
    case number_of("futex"): return 6;
    case number_of("move_pages"):
    case number_of("sendfile"): return 2;
    case number_of("getsockopt"): return 3;
    case number_of("name_to_handle_at"): return 2;
    case number_of("mincore"):
    case number_of("sched_getaffinity"): return 2;
    default: return by_type;
  }
}

bool TracePrinter::print_by_call() {
  const u64 value = registers_.args[index_ % 6];
  for (const NamedNumber& named : kNamedNumbers) {
    if (named.call != registers_.number || named.index != index_) continue;
    append(named.kind == kFlags ? flags_text(static_cast<u32>(value), named.names)
                                : choice_text(static_cast<u32>(value), named.names, named.unknown));
    return true;
  }
  const auto is = [&](u64 call, unsigned index) { return is_call(call) && index_ == index; };
  const GuestAddr addr(value);
  if (is(number_of("getgroups"), 1) || is(number_of("setgroups"), 1))
    print_groups(addr);
  else if (is(number_of("capget"), 0) || is(number_of("capset"), 0))
    print_capability_header(addr);
  else if (is(number_of("capget"), 1) || is(number_of("capset"), 1))
    print_capability_sets(addr);
  else if (is(number_of("sched_setaffinity"), 2) || is(number_of("sched_getaffinity"), 2))
    print_cpu_set(addr);
  else if (is(number_of("mincore"), 2))
    print_residency(addr);
  else if (is(number_of("process_vm_readv"), 3) || is(number_of("process_vm_writev"), 3))
    print_remote_iovecs(addr);
  else if (is(number_of("personality"), 0))
    append(personality_text(static_cast<u32>(value)));
  else if (is(number_of("ioprio_set"), 2))
    append(io_priority_text(static_cast<u32>(value)));
  else if (is(number_of("sched_setscheduler"), 1))
    append(policy_text(static_cast<u32>(value)));
  else if (is(number_of("close_range"), 0) || is(number_of("close_range"), 1))
    append(fmt::to_string(static_cast<u32>(value)));
  else if (is(number_of("mount"), 4) && value != 0)
    print_string(addr, style_.string_limit);
  else
    return print_socket_argument() || print_process_argument() || print_memory_argument() ||
           print_refused_argument();
  return true;
}

void TracePrinter::print_groups(GuestAddr list) {
  const bool told = is_call(number_of("getgroups"));
  if (result_.failed() && told) return print(list);
  const i32 size = static_cast<i32>(registers_.args[0]);
  if (list.is_null() || size < 0 || (told && size == 0)) return print(list);
  print_elements<u32>(list, told ? result_.value : static_cast<u32>(size),
                      [this](u32 group) { print(group); });
}

void TracePrinter::print_capability_header(GuestAddr header) {
  const auto value = space_.read_value<abi::CapabilityHeader>(header);
  if (!value.ok()) return print(header);
  constexpr FlagName kVersions[] = {{abi::kCapabilityVersion1, "_LINUX_CAPABILITY_VERSION_1"},
                                    {abi::kCapabilityVersion2, "_LINUX_CAPABILITY_VERSION_2"},
                                    {abi::kCapabilityVersion3, "_LINUX_CAPABILITY_VERSION_3"}};
  append(fmt::format("{{version={}, pid={}}}", choice_text(value->version, kVersions), value->pid));
}

void TracePrinter::print_capability_sets(GuestAddr sets) {
  if (result_.failed() && is_call(number_of("capget"))) return print(sets);
  const auto header = space_.read_value<abi::CapabilityHeader>(GuestAddr(registers_.args[0]));
  std::array<abi::CapabilityData, 2> data{};
  const bool both = header.ok() && header->version != abi::kCapabilityVersion1;
  const std::size_t size = both ? sizeof data : sizeof data[0];
  const bool readable = !sets.is_null() &&
                        space_.read(sets, std::as_writable_bytes(std::span(data)).first(size)).ok();
  if (!readable) return print(sets);
  const auto text = [&](u32 abi::CapabilityData::*set) {
    return capabilities_text(data[0].*set | u64{data[1].*set} << 32);
  };
  append(fmt::format("{{effective={}, permitted={}, inheritable={}}}",
                     text(&abi::CapabilityData::effective), text(&abi::CapabilityData::permitted),
                     text(&abi::CapabilityData::inheritable)));
}

void TracePrinter::print_cpu_set(GuestAddr mask) {
  if (result_.failed() && is_call(number_of("sched_getaffinity"))) return print(mask);
  const u64 size = is_call(number_of("sched_getaffinity")) ? result_.value : registers_.args[1];
  constexpr u64 kMost = 128;  // bytes: as many CPUs as cpu_set_t has
  std::array<u8, kMost> bytes{};
  const auto part = std::as_writable_bytes(std::span(bytes)).first(std::min(size, kMost));
  if (mask.is_null() || !space_.read(mask, part).ok()) return print(mask);
  std::string text;
  for (u64 cpu = 0; cpu < part.size() * 8; ++cpu)
    if (bytes[cpu / 8] >> cpu % 8 & 1) text += fmt::format("{}{}", text.empty() ? "" : " ", cpu);
  append("[" + text + "]");
}

void TracePrinter::print_residency(GuestAddr vector) {
  if (result_.failed()) return print(vector);
  const u64 pages = registers_.args[1] / kPageSize + (registers_.args[1] % kPageSize != 0);
  print_elements<u8>(vector, pages, [this](u8 page) { append(page & 1 ? "1" : "0"); });
}

void TracePrinter::print_remote_iovecs(GuestAddr addr) {
  print_elements<abi::Iovec>(addr, next_register(), [this](const abi::Iovec& piece) {
    append(fmt::format("{{iov_base={}, iov_len={}}}", address_text(piece.base), piece.size));
  });
}

bool TracePrinter::print_result_by_call() {
  const u32 value = static_cast<u32>(result_.value);
  switch (registers_.number) {
    case number_of("personality"):
      append(fmt::format("{} ({})", hexadecimal_text(value), personality_text(value)));
      return true;
    case number_of("sched_getscheduler"): {
      const auto* policy = std::ranges::find(kPolicies, value, &FlagName::bits);
      append(fmt::to_string(value));
      if (policy != std::end(kPolicies)) append(fmt::format(" ({})", policy->name));
      return true;
    }
    case number_of("adjtimex"):
    case number_of("clock_adjtime"):
      append(fmt::to_string(value));
      if (value < std::size(kClockStates)) append(fmt::format(" ({})", kClockStates[value]));
      return true;
    case number_of("prctl"):
    case number_of("membarrier"):
    case number_of("fcntl"): return print_named_result();
    case number_of("ioprio_get"):
      append(fmt::format("{} ({})", hexadecimal_text(value), io_priority_text(value)));
      return true;
    case number_of("times"):
      if (style_.stable) append("*");
      return style_.stable;
    default: return false;
  }
}

std::string TracePrinter::descriptor_text(i32 fd) const {
  std::string text = fd == abi::kAtCwd ? "AT_FDCWD" : fmt::to_string(fd);
  const bool has_tables = task_ && task_->files && task_->fs;
  if (!style_.paths || !has_tables) return text;
  Kernel& kernel = task_->kernel();
  if (fd == abi::kAtCwd)
    return text + "<" + procfs::describe_place(kernel, task_->fs->cwd, task_->caller()) + ">";
  const auto file = task_->files->get(fd);
  if (!file.ok()) return text;
  return text + "<" + procfs::describe_file(kernel, **file, task_->caller()) + ">";
}

}  // namespace kemu
