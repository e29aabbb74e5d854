#pragma once

#include <fmt/format.h>

#include <array>
#include <concepts>
#include <string>
#include <string_view>

#include "base/abi/syscall_numbers.h"
#include "process/syscall_result.h"
#include "process/task.h"
#include "process/tracer.h"
#include "syscalls/args.h"

namespace kemu {

/// How a traced call ended.
struct TraceResult {
  enum class Kind : u8 {
    Done,         // `value`: the result, or -errno, as the guest's x0 gets it
    Interrupted,  // a signal came; `restart` says what becomes of the call
    None,         // it never returns (exit)
  } kind = Kind::None;
  u64 value = 0;
  Restart restart = Restart::IfSaRestart;
  bool injected = false;  // the value is an interceptor's

  static TraceResult done(u64 value, bool injected = false) {
    return {Kind::Done, value, {}, injected};
  }
  static TraceResult interrupted(Restart restart) { return {Kind::Interrupted, 0, restart}; }
  static TraceResult none() { return {}; }
  bool failed() const { return kind != Kind::Done || value > ~kGreatestErrno; }

 private:
  static constexpr u64 kGreatestErrno = 4095;  // MAX_ERRNO
};

/// What strace shows of -errno: "-1 EPERM (Operation not permitted)".
std::string failure_text(u64 value);
/// Behind a result that is an interceptor's.
inline constexpr std::string_view kInjected = " (INJECTED)";

/// True for arguments the kernel writes: they are shown after the call, the others before it.
template <typename T>
inline constexpr bool kIsOutput = false;
template <typename T>
inline constexpr bool kIsOutput<OutPtr<T>> = true;
template <>
inline constexpr bool kIsOutput<OutBytes> = true;
template <>
inline constexpr bool kIsOutput<OutIovecs> = true;
template <>
inline constexpr bool kIsOutput<OutAddress> = true;
/// What it points to may be written (ioctl, fcntl's F_GETLK).
template <>
inline constexpr bool kIsOutput<Opaque> = true;
template <>
inline constexpr bool kIsOutput<InOutPtr<abi::Timex>> = true;

/// Structures of times and of what is left of the machine: no two runs get the same.
template <typename T>
inline constexpr bool kVaries = false;
template <>
inline constexpr bool kVaries<abi::Timespec> = true;
template <>
inline constexpr bool kVaries<abi::Timeval> = true;
template <>
inline constexpr bool kVaries<abi::Itimerval> = true;
template <>
inline constexpr bool kVaries<abi::Itimerspec> = true;
template <>
inline constexpr bool kVaries<abi::Tms> = true;
template <>
inline constexpr bool kVaries<abi::Statfs> = true;
template <>
inline constexpr bool kVaries<abi::Rusage> = true;
template <>
inline constexpr bool kVaries<abi::Sysinfo> = true;

/// The index of the first output among argument types; their number when there is none.
template <typename... Args>
constexpr unsigned first_output() {
  const std::array<bool, sizeof...(Args) + 1> outputs{kIsOutput<Args>..., true};
  unsigned index = 0;
  while (!outputs[index]) ++index;
  return index;
}

/// Writes one system call in strace(1)'s layout. The line comes in two halves, since memory the
/// call reads may change or go (execve), and memory it writes says nothing before:
///
///     TracePrinter out(task);                       // before the first run of the handler
///     out.entry("read", fd, buf, count);            // read(3,␣
///     task.syscall.trace = out.take();
///     …
///     TracePrinter out(task, std::move(task.syscall.trace), TraceResult::done(5));
///     out.exit<u64>(fd, buf, count);                // "abc\n\n", 100) = 5
///     tracer.line(pid, out.take());                 // the whole line
///
/// Arguments are shown up to the first output at entry and the rest at exit; an output of a failed
/// call is shown as its address.
class TracePrinter {
 public:
  explicit TracePrinter(Task& task);
  TracePrinter(Task& task, std::string entry_text, const TraceResult& result);
  /// For tests: a call without a task.
  TracePrinter(AddressSpace& space, const SyscallRegisters& registers, std::string entry_text = {},
               const TraceResult& result = {});

  /// The registers of the call at its entry.
  const SyscallRegisters& registers() const { return registers_; }

  /// "name(a, b, " up to the first output.
  template <typename... Args>
  void entry(std::string_view name, const Args&... args) {
    append(name);
    append("(");
    remember_before();
    if (print_specially()) return;
    unsigned index = 0;
    const unsigned end = shown_at_entry(first_output<Args...>());
    ((index < end ? argument(index, args) : void(), ++index), ...);
  }

  /// The remaining arguments and ") = result".
  template <typename Returns, typename... Args>
  void exit(const Args&... args) {
    unsigned index = 0;
    is_exit_ = true;
    const unsigned begin = shown_at_entry(first_output<Args...>());
    if (!is_special()) ((index >= begin ? argument(index, args) : void(), ++index), ...);
    close_arguments();
    if (result_.failed()) {
      print_failure();
    } else {
      print_result(Returns{});
      print_decoration();
    }
    if (result_.injected) append(kInjected);
  }

  /// The text so far.
  std::string take() { return std::move(text_); }

  // Values by type (trace_printer.cpp, trace_flags.cpp). Public for tests.
  void print(i32 value);
  void print(u32 value);
  void print(i64 value);
  void print(u64 value);
  void print(GuestAddr value);
  void print(Opaque value);
  void print(Fd value);
  void print(DirFd value);
  void print(Path value);
  void print(Text value);
  void print(InBytes value);
  void print(OutBytes value);
  void print(InIovecs value);
  void print(OutIovecs value);
  void print(StringArray value);
  void print(OpenFlags value);
  void print(AtFlags value);
  void print(FileMode value);
  void print(AccessMode value);
  void print(FcntlCommand value);
  void print(IoctlRequest value);
  void print(FlockOperation value);
  void print(SeekWhence value);
  void print(FallocateMode value);
  void print(RenameFlags value);
  void print(StatxMask value);
  void print(RwFlags value);
  void print(SpliceFlags value);
  void print(EventFdFlags value);
  void print(EpollFlags value);
  void print(EpollOperation value);
  void print(TimerFdFlags value);
  void print(XattrFlags value);
  void print(InotifyFlags value);
  void print(InotifyMask value);
  void print(SyncRangeFlags value);
  void print(SignalFdFlags value);
  void print(MemfdFlags value);
  void print(CloseRangeFlags value);
  void print(MountFlags value);
  void print(UnmountFlags value);
  void print(ProtectionFlags value);
  void print(MapFlags value);
  void print(RemapFlags value);
  void print(MadviseAdvice value);
  void print(MsyncFlags value);
  void print(MlockFlags value);
  void print(MemoryPolicy value);
  void print(MemoryPolicyFlags value);
  void print(PkeyRights value);
  void print(CloneFlags value);
  void print(WaitFlags value);
  void print(UnshareFlags value);
  void print(PidFdFlags value);
  void print(KcmpType value);
  void print(IdType value);
  void print(SignalNumber value);
  void print(SigMaskHow value);
  void print(ResourceNumber value);
  void print(RusageWho value);
  void print(ClockId value);
  void print(TimerFlags value);
  void print(TimerId value);
  void print(ItimerKind value);
  void print(PrctlOption value);
  void print(FutexOperation value);
  void print(RandomFlags value);
  void print(DeviceNumber value);
  void print(SocketFamily value);
  void print(SocketType value);
  void print(SocketFlags value);
  void print(MessageFlags value);
  void print(SocketLevel value);
  void print(SocketOption value);
  void print(ShutdownHow value);
  void print(InAddress value);
  void print(OutAddress value);

  template <typename T>
  void print(InPtr<T> pointer) {
    print_pointee<T>(pointer.addr);
  }
  template <typename T>
  void print(InOutPtr<T> pointer) {
    print_pointee<T>(pointer.addr);
  }
  template <typename T>
  void print(OutPtr<T> pointer) {
    if (result_.failed() || wrote_nothing())
      print(pointer.addr);
    else if (kVaries<T> && style_.stable && !pointer.addr.is_null())
      append("{...}");
    else
      print_pointee<T>(pointer.addr);
  }

  // What pointers point to (trace_structs.cpp). How an integer is meant depends on the call.
  void print_value(i32 value);
  void print_value(u32 value);
  void print_value(i64 value);
  void print_value(u64 value);
  void print_value(const TimespecPair& value);
  void print_value(const abi::Timespec& value);
  void print_value(const abi::Timeval& value);
  void print_value(const abi::Timezone& value);
  void print_value(const abi::Itimerval& value);
  void print_value(const abi::Itimerspec& value);
  void print_value(const abi::Tms& value);
  void print_value(const abi::Timex& value);
  void print_value(const abi::NodeMask& value);
  void print_value(const abi::SigEvent& value);
  void print_value(const abi::Stat& value);
  void print_value(const abi::Statx& value);
  void print_value(const abi::Statfs& value);
  void print_value(const abi::FdPair& value);
  void print_value(const abi::FdSet& value);
  void print_value(const abi::PollFd& value);
  void print_value(const abi::EpollEvent& value);
  void print_value(const abi::SigSetArgument& value);
  void print_value(const abi::OpenHow& value);
  void print_value(const abi::SigAction& value);
  void print_value(const abi::SigInfo& value);
  void print_value(const abi::SigStack& value);
  void print_value(const abi::Rlimit& value);
  void print_value(const abi::Rusage& value);
  void print_value(const abi::Utsname& value);
  void print_value(const abi::Sysinfo& value);
  void print_value(const abi::CloneArgs& value);  // what of it there is: print_clone_arguments
  void print_value(const abi::SchedulingAttributes& value);
  void print_value(const abi::MessageHeader& value);

 private:
  template <typename T>
  void argument(unsigned index, const T& value) {
    if (omits(index)) return;
    index_ = index;
    if (!text_.ends_with('(')) append(", ");
    if (!print_by_call()) print(value);
  }
  template <typename T>
  void print_pointee(GuestAddr addr) {
    // strace leaves memory alone that a failed call was to fill in, or read after such.
    const bool is_lost = is_exit_ && result_.failed() && !is_call(abi::kCallRtSigtimedwait) &&
                         !is_call(abi::kCallRecvmmsg);
    if (addr.is_null() || is_lost) return print(addr);
    if (print_array(addr)) return;
    auto value = space_.read_value<T>(addr);
    if (value.ok())
      print_value(*value);
    else
      print(addr);
  }

  void append(std::string_view text) { text_.append(text); }
  /// True for calls whose arguments are shown in an order of their own (clone).
  bool is_special() const;
  bool print_specially();
  /// True when an argument has no meaning in this call (openat's mode without O_CREAT).
  bool omits(unsigned index) const;
  /// Shows the current argument of a call whose row gives it a type that tells too little
  /// (trace_arguments.cpp); false when its type tells enough.
  bool print_by_call();
  /// How many arguments are shown before the call, which by their types are `by_type`.
  unsigned shown_at_entry(unsigned by_type) const;
  /// Keeps what a value-result argument is before the call changes it.
  void remember_before();
  u64 before() const { return task_ ? task_->syscall.trace_before : 0; }
  // Arguments by topic; false when none of theirs (trace_socket.cpp, trace_process.cpp, …).
  bool print_socket_argument();
  bool print_process_argument();
  bool print_memory_argument();
  bool print_refused_argument();
  void print_groups(GuestAddr list);
  void print_capability_header(GuestAddr header);
  void print_capability_sets(GuestAddr sets);
  void print_cpu_set(GuestAddr mask);
  void print_residency(GuestAddr vector);
  void print_remote_iovecs(GuestAddr addr);
  void print_prctl_argument(u64 value);
  bool prctl_omits(unsigned index) const;
  bool print_named_result();
  void print_futex_waiters(GuestAddr addr);
  void print_file_handle(GuestAddr addr);
  void print_control_data(GuestAddr addr, u64 size, u32 socket_type);
  template <typename T>
  void print_numbers(GuestAddr addr, u64 count);
  void print_clone_struct(const abi::CloneArgs& value, u64 size);
  void print_option_value(GuestAddr addr, u64 size);
  void print_size_result(GuestAddr size);
  void print_message(const abi::MessageHeader& header, u64 limit, bool is_received);
  void print_messages(GuestAddr addr);
  void print_control(GuestAddr addr, u64 size);
  void print_iovecs_at(GuestAddr addr, u64 count, u64 total);
  void print_clone_arguments(GuestAddr addr);
  void print_node_mask(GuestAddr addr, u64 most);
  void print_wake_operation(u32 operation);
  void print_left_time(GuestAddr timeout, std::string_view before);
  bool mask_has_odd_size() const;
  /// select's set: only as many words of it are there as the highest descriptor needs.
  Result<abi::FdSet> read_fd_set(GuestAddr addr);
  bool print_result_by_call();
  /// "3", with paths "3</etc/passwd>".
  std::string descriptor_text(i32 fd) const;
  /// True when a call succeeded without writing its outputs (wait4 with WNOHANG).
  bool wrote_nothing() const;
  /// Shows ppoll's and epoll_pwait's arrays, whose length is in other registers.
  bool print_array(GuestAddr addr);
  void close_arguments();
  void print_failure();
  void print_decoration();
  void print_result(Unit) { append(std::to_string(result_.value)); }
  void print_result(GuestAddr) { print(GuestAddr(result_.value)); }
  void print_result(FileMode) { print(FileMode{static_cast<u32>(result_.value)}); }
  void print_result(Fd) { print(Fd{static_cast<i32>(result_.value)}); }
  template <std::integral T>
  void print_result(T) {
    if (!print_result_by_call()) print(static_cast<T>(result_.value));
  }

  void print_string(GuestAddr addr, u64 limit);
  void print_bytes(GuestAddr addr, u64 size);
  void print_directory_entries(GuestAddr addr, u64 size);
  void print_iovecs(GuestAddr addr, u64 total);
  void append_time_of_day(const abi::Timespec& time);
  void print_fcntl_argument(Opaque value, u32 command);
  void print_file_owner(GuestAddr addr);
  void print_ioctl_argument(Opaque value, u32 request);
  void print_interface_request(GuestAddr addr, u32 request);
  void print_lock(GuestAddr addr);
  void print_socket_address(GuestAddr addr, u64 size);
  void print_poll_results();
  void print_select_results();
  bool is_call(u64 number) const { return registers_.number == number; }
  /// "[a, b, …]" of `count` Ts at `addr`, each shown by `show`.
  template <typename T, typename Show>
  void print_elements(GuestAddr addr, u64 count, Show&& show);

  /// The register after the one of the argument being shown.
  u64 next_register() const { return registers_.args[(index_ + 1) % 6]; }

  AddressSpace& space_;
  Task* task_ = nullptr;  // null in tests
  TraceStyle style_;
  SyscallRegisters registers_;
  std::string text_;
  TraceResult result_;
  bool is_exit_ = false;
  unsigned index_ = 0;
  bool argv_shown_ = false;
};

template <typename T, typename Show>
void TracePrinter::print_elements(GuestAddr addr, u64 count, Show&& show) {
  if (addr.is_null()) return print(addr);
  append("[");
  for (u64 i = 0; i < count; ++i) {
    if (i > 0) append(", ");
    if (i == style_.string_limit) {
      append("...");
      break;
    }
    const auto element = space_.read_value<T>(addr + i * sizeof(T));
    if (!element.ok() && i == 0) {
      text_.pop_back();
      return print(addr);
    }
    if (!element.ok()) {
      append(fmt::format("... /* {:#x} */", addr.value() + i * sizeof(T)));
      break;
    }
    show(*element);
  }
  append("]");
}

}  // namespace kemu
