// Random system calls with random arguments, made by real guests: machine after machine runs a
// program that reads its calls from a table, so that calls meet the state earlier ones left, forks,
// signals and the end of processes. The first calls open a descriptor of each kind. Nothing may
// crash, hang or break an invariant. Ten seconds of it, or as many as KEMU_FUZZ_SECONDS says.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "api/host.h"
#include "base/abi/futex.h"
#include "fs/dev_fs.h"
#include "fs/tmpfs.h"
#include "process/procfs.h"
#include "syscalls/handlers.h"
#include "syscalls/table.h"
#include "unit/loader/elf_builder.h"

namespace kemu::test {
namespace {

constexpr u64 kSeconds = 10;
constexpr u64 kSeed = 20261120;
constexpr u32 kCallsEach = 400;

// The program's memory: code, then the table of calls, then memory for arguments to point to.
constexpr u64 kCode = 0x400000;
constexpr u64 kTable = 0x500000;
constexpr u64 kArena = 0x580000;
constexpr u64 kArenaSize = 16 * kPageSize;
constexpr u64 kHandlerOffset = 8 * 4;
constexpr u64 kDescriptors = 34;  // as many as open_everything() leaves, and some more

/// One call as the program loads it: x0 to x5, x8, and padding to 64 bytes.
struct TableRow {
  std::array<u64, 6> args{};
  u64 number = 0;
  u64 pad = 0;
};
static_assert(sizeof(TableRow) == 64);

constexpr u32 kProgram[] = {
    0xd2a00a14,  //        movz x20, #0x50, lsl #16      the table
    0xa9400680,  // next:  ldp  x0, x1, [x20]
    0xa9410e82,  //        ldp  x2, x3, [x20, #16]
    0xa9421684,  //        ldp  x4, x5, [x20, #32]
    0xf9401a88,  //        ldr  x8, [x20, #48]
    0x91010294,  //        add  x20, x20, #64
    0xd4000001,  //        svc  #0
    0x17fffffa,  //        b    next
    0xd65f03c0,  // handler: ret                         to the sigreturn trampoline
};

/// Where in the arena well-formed things lie.
enum Place : u64 {
  kPaths = 0,          // twelve names of 32 bytes
  kShortTime = 0x200,  // struct timespec, timeval
  kIovecs = 0x240,     // two pieces
  kArguments = 0x280,  // argv
  kAction = 0x2c0,     // struct sigaction with a handler
  kNumbers = 0x300,    // an offset, a length, a pid
  kSignalSet = 0x340,
  kPollFds = 0x380,
  kUnixAddress = 0x400,     // struct sockaddr_un of "file"
  kIpAddress = 0x480,       // 127.0.0.1
  kMessage = 0x4c0,         // struct mmsghdr with an address, pieces and a control message
  kControl = 0x540,         // SCM_RIGHTS
  kCloneArguments = 0x580,  // struct clone_args
  kOpenHow = 0x600,
  kEpollEvent = 0x640,
  kSigEvent = 0x680,
  kScheduling = 0x700,    // struct sched_attr
  kFutexWaiters = 0x780,  // two struct futex_waitv
  kRecordLock = 0x7c0,
  kRemoteIovecs = 0x800,
  kInterface = 0x840,  // struct ifreq
  kCapabilities = 0x880,
  kBuffer = 0x1000,
};

constexpr const char* kNames[] = {"file",          "dir",       "dir/inner",    "/proc/self/fd",
                                  "/dev/zero",     "fifo",      "link",         ".",
                                  "/dev/shm/file", "/dev/ptmx", "/proc/1/maps", "/proc/self/mem"};

struct ExcludedCall {
  std::string_view name;
  std::string_view reason;
};
constexpr ExcludedCall kExcluded[] = {
    {"sync", "the host's disks have nothing to do with it"},
    {"syncfs", "likewise"},
    {"fsync", "likewise"},
    {"fdatasync", "likewise"},
};

/// Makes arguments: mostly what a call expects, or something at an edge of it.
class Arguments {
 public:
  explicit Arguments(std::mt19937_64& random) : random_(random) {}

  template <typename Returns, typename... Args>
  std::array<u64, 6> for_call(SyscallResult<Returns> (*)(Task&, Args...)) {
    std::array<u64, 6> args{random_(), random_(), random_(), random_(), random_(), random_()};
    u32 index = 0;
    ((args[index++] = one_in(16) ? anything() : of(Args{})), ...);
    return args;
  }
  u64 anything() {
    switch (random_() % 4) {
      case 0: return random_();
      case 1: return pointer();
      case 2: return number();
      default: return edge_number();
    }
  }
  bool one_in(u32 n) { return random_() % n == 0; }

 private:
  template <typename T>
  T any_of(std::initializer_list<T> choices) {
    return choices.begin()[random_() % choices.size()];
  }

  u64 number() { return random_() % 12; }
  u64 edge_number() {
    return any_of<u64>({0, 1, 7, 8, 64, 128, 4095, 4096, 4097, 65536, 0x7fffffff, 0x80000000,
                        0xffffffff, u64{1} << 32, u64{1} << 47, u64{1} << 48, u64{1} << 63, ~u64{0},
                        ~u64{4095}});
  }
  u64 place() {
    return kArena +
           any_of<u64>({kPaths,        kPaths + 64, kShortTime,    kIovecs,         kArguments,
                        kAction,       kNumbers,    kSignalSet,    kPollFds,        kUnixAddress,
                        kIpAddress,    kMessage,    kControl,      kCloneArguments, kOpenHow,
                        kEpollEvent,   kSigEvent,   kScheduling,   kFutexWaiters,   kRecordLock,
                        kRemoteIovecs, kInterface,  kCapabilities, kBuffer});
  }
  u64 pointer() {
    const u64 end = kArena + kArenaSize;
    switch (random_() % 12) {
      case 0: return 0;
      // Ends where a page does, and the next is there or not.
      case 10:
        return kArena + kPageSize * (1 + random_() % 16) - any_of<u64>({1, 4, 8, 24, 56, 64});
      case 1: return end - any_of<u64>({1, 2, 4, 7, 8, 15, 16, 127, 128});  // runs over the end
      case 2: return end;
      case 3: return kCode;  // read-only
      case 4: return kUserEnd.value() - any_of<u64>({0, 1, 8, 4096});
      case 5: return kArena + random_() % kArenaSize;
      default: return place();
    }
  }
  u64 size() { return one_in(4) ? edge_number() : random_() % 600; }
  u64 fd() { return one_in(8) ? static_cast<u64>(-1) : random_() % kDescriptors; }
  u64 flags() {
    switch (random_() % 6) {
      case 0: return u64{1} << random_() % 32;
      case 1:
      case 2: return number();
      case 3:
      case 4: return 0;
      default: return (u64{1} << random_() % 24) | number();
    }
  }

  u64 of(Fd) { return fd(); }
  u64 of(DirFd) { return one_in(3) ? fd() : static_cast<u64>(i64{abi::kAtCwd}); }
  u64 of(Path) {
    return one_in(6) ? pointer() : kArena + kPaths + 32 * (random_() % std::size(kNames));
  }
  u64 of(StringArray) { return one_in(3) ? pointer() : kArena + kArguments; }
  u64 of(InIovecs) { return one_in(3) ? pointer() : kArena + kIovecs; }
  u64 of(OutIovecs) { return of(InIovecs{}); }
  u64 of(SignalNumber) { return random_() % 66; }
  u64 of(IdType) { return number(); }
  u64 of(Opaque) { return one_in(2) ? pointer() : number(); }
  u64 of(GuestAddr) {
    // Addresses for mmap and kin as well as buffers.
    return one_in(2) ? pointer() : 0x600000 + kPageSize * (random_() % 64);
  }
  u64 of(i32) { return one_in(4) ? edge_number() : number(); }
  u64 of(u64) { return size(); }
  u64 of(i64) { return size(); }
  u64 of(u32) { return of(i32{}); }
  u64 of(MapFlags) {
    return any_of<u64>({0x22, 0x22, 0x21, 0x32, 0x8022, 1, 2, 0x100022, flags()});
  }
  u64 of(ProtectionFlags) { return one_in(16) ? flags() : random_() % 8; }
  u64 of(OpenFlags) { return any_of<u64>({0, 1, 2, 0102, 0101, 04000, 02002000, flags()}); }
  u64 of(WaitFlags) { return any_of<u64>({0, 1, 3, 11, 5, 0x01000005, flags()}); }
  u64 of(FutexOperation) { return random_() % 14 | (one_in(2) ? 128 : 0); }
  u64 of(FcntlCommand) {
    return one_in(8) ? flags()
                     : any_of<u64>({0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 36, 37, 1024, 1026, 1030, 1031,
                                    1032, 1033, 1034});
  }
  u64 of(IoctlRequest) {
    const u64 terminal = 0x5401 + random_() % 0x60;
    const u64 interface = 0x8910 + random_() % 0x40;
    return any_of<u64>({terminal, terminal, terminal, interface, 0x80045430, 0x40045431, 0x802c542a,
                        0x402c542b, 0x80045438, 0x40045436, 0x541b, 0x5421, flags()});
  }
  u64 of(SocketFamily) { return any_of<u64>({1, 1, 1, 2, 10, 16, random_() % 46}); }
  u64 of(SocketType) {
    return (1 + random_() % 5) | any_of<u64>({0, 0, 04000, 02000000, 02004000});
  }
  u64 of(SocketLevel) { return any_of<u64>({1, 1, 1, 0, 6, 17, 41, 270, flags()}); }
  u64 of(SocketOption) { return random_() % 80; }
  u64 of(MessageFlags) { return one_in(2) ? 0x40 : flags(); }
  u64 of(PrctlOption) { return one_in(8) ? flags() : random_() % 66; }
  u64 of(ClockId) { return one_in(6) ? flags() : random_() % 12; }
  u64 of(ResourceNumber) { return random_() % 17; }
  u64 of(MadviseAdvice) { return random_() % 27; }
  u64 of(EpollOperation) { return 1 + random_() % 3; }
  u64 of(InAddress) {
    return one_in(4) ? pointer() : kArena + any_of<u64>({kUnixAddress, kIpAddress});
  }
  u64 of(SigMaskHow) { return random_() % 3; }
  u64 of(CloneFlags) { return one_in(2) ? 17 : flags(); }
  template <typename Tag, typename Int>
  u64 of(FlagWord<Tag, Int>) {
    return flags();
  }
  template <typename Pointer>
  u64 of(Pointer) {
    return pointer();
  }

  std::mt19937_64& random_;
};

using MakeArguments = std::array<u64, 6> (*)(Arguments&);
struct RandomCall {
  unsigned number;
  std::string_view name;
  MakeArguments make;
};
const RandomCall kCalls[] = {
#define SYSCALL(number, name, support, returns, arguments) \
  {number, #name, [](Arguments& a) { return a.for_call(&sys_##name); }},
#include "syscalls/syscalls.def"
#undef SYSCALL
};

bool is_excluded(std::string_view name) {
  return std::ranges::any_of(kExcluded, [&](const ExcludedCall& c) { return c.name == name; });
}

std::string_view bytes_of(const auto& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

template <typename Put>
void put_structures(Put&& put) {
  put(kUnixAddress, std::string_view("\1\0file", 7));
  put(kIpAddress, std::string_view("\2\0\0\0\x7f\0\0\1\0\0\0\0\0\0\0\0", 16));
  abi::MultipleMessageHeader message{};
  message.header = {kArena + kBuffer, 110, 0, kArena + kIovecs, 2, kArena + kControl, 24, 0, 0};
  put(kMessage, bytes_of(message));
  put(kControl, bytes_of(abi::ControlHeader{20, abi::kSolSocket, abi::kScmRights}));
  put(kControl + 16, bytes_of(i32{4}));
  abi::CloneArgs clone;
  clone.exit_signal = 17;
  put(kCloneArguments, bytes_of(clone));
  put(kOpenHow, bytes_of(abi::OpenHow{0102, 0644, 8}));
  put(kEpollEvent, bytes_of(std::array<u64, 4>{5, 77, 0x80000001, 78}));
  put(kSigEvent, bytes_of(abi::SigEvent{5, 10, 0, 0, {}}));
  abi::SchedulingAttributes scheduling;
  scheduling.size = sizeof scheduling;
  put(kScheduling, bytes_of(scheduling));
  const abi::FutexWaiter waiter{0, kArena + kBuffer, 2, 0};
  put(kFutexWaiters, bytes_of(std::array<abi::FutexWaiter, 2>{waiter, waiter}));
  put(kRecordLock, bytes_of(std::array<u64, 4>{0x1, 10, 20, 0}));
  put(kRemoteIovecs, bytes_of(std::array<abi::Iovec, 1>{{{kArena, 4096}}}));
  put(kInterface, std::string_view("lo"));
  put(kCapabilities, bytes_of(std::array<u32, 2>{0x20080522, 0}));
}

/// Calls that leave a descriptor of each kind, from 0 on.
template <typename Add>
void open_everything(Add&& add) {
  constexpr u64 kOpenat = 56, kMkdirat = 34, kPipe2 = 59, kSocketpair = 199, kSocket = 198;
  constexpr u64 kEpollCreate = 20, kEventFd = 19, kTimerFd = 85, kSignalFd = 74, kInotify = 26;
  constexpr u64 kMemfd = 279, kPidfdOpen = 434, kGetpid = 172, kDirectory = 040000,
                kPath = 010000000;
  const u64 cwd = static_cast<u64>(i64{abi::kAtCwd});
  const auto path = [](u64 i) { return kArena + kPaths + 32 * i; };
  constexpr u64 kFds = kArena + kBuffer;
  add(kMkdirat, {cwd, path(1), 0755});
  for (int i = 0; i < 3; ++i) add(kOpenat, {cwd, path(0), 0102, 0644});
  add(kOpenat, {cwd, path(1), kDirectory, 0});
  add(kOpenat, {cwd, path(0), kPath, 0});
  add(kOpenat, {cwd, path(8), 0102, 0644});  // on a tmpfs
  for (const u64 type : {1, 2, 5}) add(kSocketpair, {1, type | 04000, 0, kFds});
  for (int i = 0; i < 2; ++i) add(kPipe2, {kFds, 04000});
  for (const u64 family : {1, 2, 10, 16}) add(kSocket, {family, 2 | 04000, 0});
  add(kSocket, {2, 1 | 04000, 0});
  add(kOpenat, {cwd, path(9), 0402 | 04000, 0});  // a pty
  add(kEpollCreate, {0});
  add(kEventFd, {1, 04000});
  add(kTimerFd, {1, 04000});
  add(kSignalFd, {static_cast<u64>(-1), kArena + kSignalSet, 8, 04000});
  add(kInotify, {04000});
  add(kMemfd, {path(0), 2});
  add(kGetpid, {});
  add(kPidfdOpen, {2, 0});
}

/// The program of one machine: kProgram, a table of random calls that ends in exit_group, and an
/// arena with something to point to.
std::string make_program(std::mt19937_64& random) {
  std::string table;
  const auto add = [&](u64 number, std::array<u64, 6> args) {
    table += bytes_of(TableRow{args, number, 0});
  };
  constexpr u64 kDeviceBit = 0020000, kFirstUnknown = 440;
  constexpr u64 kRtSigaction = 134, kExitGroup = 94, kClone = 220;
  for (u64 signal = 1; signal <= 64; ++signal) add(kRtSigaction, {signal, kArena + kAction, 0, 8});
  open_everything(add);
  Arguments arguments(random);
  if (arguments.one_in(3)) add(kClone, {17});  // parent and child meet the same calls
  for (u32 i = 0; i < kCallsEach;) {
    const RandomCall& call = kCalls[random() % std::size(kCalls)];
    const bool ends = call.name == "exit" || call.name == "exit_group";
    if (is_excluded(call.name) || (ends && !arguments.one_in(100))) continue;
    std::array<u64, 6> args = call.make(arguments);
    // No device of the host is to be made, should anybody run this as root.
    if (call.name == "mknodat") args[2] &= ~kDeviceBit;
    add(call.number, args);
    if (arguments.one_in(200)) add(kFirstUnknown + random() % 200, args);
    ++i;
  }
  add(kExitGroup, {0});

  std::string arena(kArenaSize, '\0');
  const auto put = [&](u64 at, std::string_view bytes) { arena.replace(at, bytes.size(), bytes); };
  for (u64 i = 0; i < std::size(kNames); ++i) put(kPaths + 32 * i, kNames[i]);
  put(kShortTime, bytes_of(abi::Itimerspec{{0, 1000}, {0, 1000}}));
  put(kIovecs, bytes_of(std::array<abi::Iovec, 2>{{{kArena + kBuffer, 100}, {kArena, 8}}}));
  put(kArguments, bytes_of(std::array<u64, 3>{kArena, kArena + 32, 0}));
  put(kAction, bytes_of(abi::SigAction{kCode + 0x1000 + kHandlerOffset, 0, 0, 0}));
  put(kNumbers, bytes_of(std::array<u64, 3>{10, 4096, 2}));
  put(kSignalSet, bytes_of(u64{0x00010a00}));
  put(kPollFds, bytes_of(std::array<abi::PollFd, 2>{{{3, 1, 0}, {4, 4, 0}}}));
  put_structures(put);

  std::string code;
  for (const u32 word : kProgram) code += bytes_of(word);
  ElfBuilder elf;
  elf.header.entry = kCode + 0x1000;
  const u64 data_size = kArena - kTable + kArenaSize;
  elf.load(kCode, 0, 0x2000, 0x2000, kReadExecute)
      .load(kTable, 0x2000, data_size, data_size, kReadWrite)
      .stack(kReadWrite)
      .put(0x1000, code)
      .put(0x2000, table)
      .put(0x2000 + kArena - kTable, arena);
  return elf.build();
}

/// A folder of the host's that goes away again.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "kemu-fuzz-XXXXXX").string();
    CHECK(::mkdtemp(name.data()));
    path_ = name;
    for (const char* inner : {"proc", "dev"}) std::filesystem::create_directory(path_ / inner);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  void write_program(const std::string& bytes) const {
    const auto file = path_ / "program";
    std::filesystem::remove(file);
    std::ofstream(file, std::ios::binary) << bytes;
    std::filesystem::permissions(file, std::filesystem::perms(0755));
  }

 private:
  std::filesystem::path path_;
};

/// Random bytes that are the same in every run.
class SeededEntropy : public Entropy {
 public:
  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random_());
  }

 private:
  std::mt19937 random_{7};
};

/// One kernel with the program in it, and a watchdog that ends what blocks.
class FuzzMachine {
 public:
  FuzzMachine(const Scratch& scratch, bool traced, u32 uid) : log_(LogLevel::Error), uid_(uid) {
    KernelOptions options;
    options.serve = serve_system_call;
    options.in_place_arguments = in_place_arguments;
    options.clock = &clock_;
    options.entropy = &entropy_;
    options.log = &log_;
    options.memory_limit = u64{48} << 20;
    options.network = NetworkAccess::None;  // no packet leaves, whatever address comes out
    kernel_ = Kernel::create(options).value();
    auto root = open_host_tree(scratch.path(), kernel_->host_files()).value();
    auto mounts = std::make_unique<MountTable>(root, "host", "/", MountAccess::ReadWrite);
    CHECK(mounts->mount("/proc", make_proc_fs(*kernel_), "proc", "proc", MountAccess::ReadWrite)
              .ok());
    CHECK(mounts
              ->mount("/dev", make_dev_fs(entropy_, nullptr, kernel_->terminal_signals()),
                      "devtmpfs", "devtmpfs", MountAccess::ReadWrite)
              .ok());
    Mount shared_memory;
    TmpfsOptions options_of_tmpfs;
    options_of_tmpfs.size = u64{4} << 20;
    options_of_tmpfs.inodes = 1000;
    shared_memory.root = make_tmpfs(kernel_->own_files(), options_of_tmpfs);
    shared_memory.type = shared_memory.source = "tmpfs";
    CHECK(mounts->mount("/dev/shm", std::move(shared_memory)).ok());
    kernel_->set_mounts(std::move(mounts));
    watchdog_ = std::make_unique<Timer>(kernel_->timers(), [this] { look(); });
    if (traced)
      kernel_->tracer().enable([this](std::string_view line) { traced_ += line.size(); },
                               TraceFilter{}, TraceStyle{}, kernel_->clock());
  }

  /// Runs the program to its end; the number of calls it made.
  u64 run() {
    SpawnRequest request;
    request.program = "/program";
    request.argv = {"program"};
    request.cwd = kernel_->mounts().root();
    Credentials& who = request.credentials;
    who.uid = who.euid = who.suid = who.fsuid = uid_;
    who.gid = who.egid = who.sgid = who.fsgid = uid_;
    who.reset_capabilities();
    constexpr u64 kLargestFile = u64{1} << 20, kMostProcesses = 12;
    request.limits.set(Resource::FileSize, {kLargestFile, kLargestFile});
    request.limits.set(Resource::Processes, {kMostProcesses, kMostProcesses});
    CHECK(kernel_->spawn(std::move(request)).ok());
    watchdog_->arm(kernel_->monotonic() + kRound);
    kernel_->run([] { return false; });
    CHECK(kernel_->processes().empty());
    return kernel_->statistics().system_calls;
  }

 private:
  static constexpr Nanoseconds kRound = 1'000'000;
  static constexpr int kRounds = 20;

  // Blocked guests get a signal, for which most have a handler; after a while nothing is spared.
  void look() {
    ++rounds_;
    std::vector<Process*> processes;
    for (const auto& [pid, process] : kernel_->processes()) processes.push_back(process.get());
    for (Process* process : processes) {
      process->leader().space->check_consistency();
      abi::SigInfo info;
      info.signo = rounds_ > kRounds ? abi::kSigKill : abi::kSigUsr1;
      const bool stuck = process->leader().state == TaskState::Blocked || process->stopped;
      if (stuck || rounds_ > kRounds) (void)kernel_->send_signal(*process, info);
    }
    watchdog_->arm(kernel_->monotonic() + kRound);
  }

  HostClockSource clock_;
  SeededEntropy entropy_;
  Log log_;
  u32 uid_;
  std::unique_ptr<Kernel> kernel_;
  std::unique_ptr<Timer> watchdog_;
  u64 traced_ = 0;
  int rounds_ = 0;
};

int fuzz(u64 seed, u64 seconds) {
  using SteadyClock = std::chrono::steady_clock;
  const auto end = SteadyClock::now() + std::chrono::seconds(seconds);
  std::mt19937_64 random(seed);
  const Scratch scratch;
  u64 calls = 0, machines = 0;
  for (; SteadyClock::now() < end; ++machines) {
    scratch.write_program(make_program(random));
    constexpr u32 kUser = 1000;
    const u32 uid = machines % 4 == 3 ? 0 : kUser;
    calls += FuzzMachine(scratch, /*traced=*/machines % 3 == 0, uid).run();
  }
  fmt::print("seed {}: {} machines made {} calls\n", seed, machines, calls);
  // Each must get well into its table, or the fuzz has no teeth.
  return calls > machines * 100 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace kemu::test

// With arguments: another seed, another number of seconds.
int main(int count, char** arguments) {
  const auto given = [&](int i, kemu::u64 otherwise) {
    return count > i ? std::strtoull(arguments[i], nullptr, 0) : otherwise;
  };
  const char* seconds = std::getenv("KEMU_FUZZ_SECONDS");
  return kemu::test::fuzz(
      given(1, kemu::test::kSeed),
      given(2, seconds ? std::strtoull(seconds, nullptr, 0) : kemu::test::kSeconds));
}
