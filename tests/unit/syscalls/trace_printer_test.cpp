// Whole strace lines, printed through the rows of syscalls.def.

#include "syscalls/trace_printer.h"

#include "base/abi/mman.h"
#include "process/wait_status.h"
#include "syscalls/table.h"
#include "unit/vm/space_fixture.h"

namespace kemu {
namespace {

class TracePrinterTest : public SpaceFixture {
 protected:
  static constexpr GuestAddr kUnmapped{0x40000000};

  void SetUp() override { map(kBase, 4); }

  template <typename T>
  u64 put(u64 offset, const T& value) {
    EXPECT_TRUE(space_->write_value(kBase + offset, value).ok());
    return (kBase + offset).value();
  }
  u64 put_text(u64 offset, std::string_view text) {
    const std::string bytes(text);  // with its NUL
    EXPECT_TRUE(
        space_->write(kBase + offset, std::as_bytes(std::span(bytes.c_str(), bytes.size() + 1)))
            .ok());
    return (kBase + offset).value();
  }

  std::string entry(std::string_view name, std::array<u64, 6> args) {
    const SyscallEntry* row = find_syscall(name);
    registers_ = SyscallRegisters{row->number, args};
    TracePrinter out(*space_, registers_);
    row->print_entry(out);
    return out.take();
  }
  std::string line(std::string_view name, std::array<u64, 6> args, const TraceResult& result) {
    std::string first = entry(name, args);
    TracePrinter out(*space_, registers_, std::move(first), result);
    find_syscall(name)->print_exit(out);
    return out.take();
  }
  /// The line with the blanks before "=" taken together.
  std::string call(std::string_view name, std::array<u64, 6> args, u64 value) {
    return squeezed(line(name, args, TraceResult::done(value)));
  }
  std::string failed(std::string_view name, std::array<u64, 6> args, Errno error) {
    return call(name, args, static_cast<u64>(-static_cast<i64>(error)));
  }
  static std::string squeezed(std::string text) {
    const std::size_t end = text.find(" = ");
    const std::size_t begin = end == std::string::npos ? end : text.find_last_not_of(' ', end);
    if (begin != std::string::npos) text.erase(begin + 1, end - begin - 1);
    return text;
  }

 private:
  SyscallRegisters registers_;
};

TEST_F(TracePrinterTest, ResultsStandInOneColumn) {
  EXPECT_EQ(line("close", {3}, TraceResult::done(0)), "close(3)" + std::string(32, ' ') + "= 0");
  EXPECT_EQ(line("getpid", {}, TraceResult::done(5)), "getpid()" + std::string(32, ' ') + "= 5");
}

TEST_F(TracePrinterTest, PathsAndOpenFlags) {
  const u64 path = put_text(0, "/etc/passwd");
  const u64 cwd = static_cast<u64>(-100);
  EXPECT_EQ(call("openat", {cwd, path, 02000000, 0644}, 3),
            R"(openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3)");
  EXPECT_EQ(call("openat", {5, path, 0101, 0644}, 3),
            R"(openat(5, "/etc/passwd", O_WRONLY|O_CREAT, 0644) = 3)");
  EXPECT_EQ(failed("openat", {cwd, path, 0, 0}, Errno::ENOENT),
            R"(openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = -1 ENOENT (No such file or directory))");
  EXPECT_EQ(failed("chdir", {kUnmapped.value()}, Errno::EFAULT),
            "chdir(0x40000000) = -1 EFAULT (Bad address)");
  EXPECT_EQ(failed("chdir", {0}, Errno::EFAULT), "chdir(NULL) = -1 EFAULT (Bad address)");
}

TEST_F(TracePrinterTest, OutputsWaitForTheResult) {
  const u64 buffer = put_text(0, "hello\n");
  EXPECT_EQ(entry("read", {0, buffer, 100}), "read(0");
  EXPECT_EQ(call("read", {0, buffer, 100}, 6), R"(read(0, "hello\n", 100) = 6)");
  EXPECT_EQ(failed("read", {0, buffer, 100}, Errno::EAGAIN),
            "read(0, 0x10000000, 100) = -1 EAGAIN (Resource temporarily unavailable)");
  EXPECT_EQ(call("read", {0, buffer, 100}, 0), R"(read(0, "", 100) = 0)");
}

TEST_F(TracePrinterTest, InputsAreShownBeforeTheCall) {
  const u64 buffer = put_text(0, "hello\n");
  EXPECT_EQ(entry("write", {1, buffer, 6}), R"(write(1, "hello\n", 6)");
}

TEST_F(TracePrinterTest, LongBuffersAreCutAt32Bytes) {
  const u64 buffer = put_text(0, std::string(40, 'x'));
  EXPECT_EQ(call("write", {1, buffer, 40}, 40),
            "write(1, \"" + std::string(32, 'x') + "\"..., 40) = 40");
  EXPECT_EQ(call("write", {1, buffer, 32}, 32),
            "write(1, \"" + std::string(32, 'x') + "\", 32) = 32");
}

TEST_F(TracePrinterTest, VectorsShowEachPiece) {
  put_text(0, "ab");
  put_text(16, "cde");
  const u64 iov = put(64, std::array<abi::Iovec, 2>{{{kBase.value(), 2}, {kBase.value() + 16, 3}}});
  EXPECT_EQ(call("writev", {1, iov, 2}, 5),
            R"(writev(1, [{iov_base="ab", iov_len=2}, {iov_base="cde", iov_len=3}], 2) = 5)");
  EXPECT_EQ(call("readv", {0, iov, 2}, 4),
            R"(readv(0, [{iov_base="ab", iov_len=2}, {iov_base="cd", iov_len=3}], 2) = 4)");
}

TEST_F(TracePrinterTest, ExecShowsArgumentsAndCountsTheEnvironment) {
  const u64 path = put_text(0, "/bin/sh");
  const u64 sh = put_text(16, "sh"), dash_c = put_text(32, "-c");
  const u64 argv = put(64, std::array<u64, 3>{sh, dash_c, 0});
  const u64 envp = put(128, std::array<u64, 2>{path, 0});
  EXPECT_EQ(call("execve", {path, argv, envp}, 0),
            R"(execve("/bin/sh", ["sh", "-c"], 0x10000080 /* 1 var */) = 0)");
  EXPECT_EQ(call("execve", {path, 0, 0}, 0), R"(execve("/bin/sh", NULL, NULL) = 0)");
}

TEST_F(TracePrinterTest, ForkIsShownInTheOrderOfTheLibraryCall) {
  EXPECT_EQ(call("clone", {17, 0, 0, 0, 0}, 5), "clone(child_stack=NULL, flags=SIGCHLD) = 5");
  EXPECT_EQ(call("clone", {0x01200011, 0, 0, 0, 0xffff0010}, 5),
            "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
            "child_tidptr=0xffff0010) = 5");
}

TEST_F(TracePrinterTest, WaitTellsTheStatusInWords) {
  const u64 status = put(0, WaitStatus::exited(0).raw());
  const u64 any = static_cast<u64>(-1);
  EXPECT_EQ(call("wait4", {any, status, 0, 0}, 5),
            "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 5");
  EXPECT_EQ(call("wait4", {any, status, 1, 0}, 0), "wait4(-1, 0x10000000, WNOHANG, NULL) = 0");
  EXPECT_EQ(
      squeezed(line("wait4", {any, status, 0, 0}, TraceResult::interrupted(Restart::IfSaRestart))),
      "wait4(-1, 0x10000000, 0, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is "
      "set)");
}

TEST_F(TracePrinterTest, SignalActionsAndMasks) {
  const u64 act = put(0, abi::SigAction{0x400100, abi::kSaRestart, 0, u64{1} << 16});
  const u64 old = put(64, abi::SigAction{});
  EXPECT_EQ(call("rt_sigaction", {2, act, old, 8}, 0),
            "rt_sigaction(SIGINT, {sa_handler=0x400100, sa_mask=[CHLD], sa_flags=SA_RESTART}, "
            "{sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0");
  const u64 set = put(128, u64{1} << 16);
  EXPECT_EQ(call("rt_sigprocmask", {0, set, 0, 8}, 0),
            "rt_sigprocmask(SIG_BLOCK, [CHLD], NULL, 8) = 0");
  EXPECT_EQ(call("kill", {static_cast<u64>(-5), 15}, 0), "kill(-5, SIGTERM) = 0");
}

TEST_F(TracePrinterTest, MemoryCallsShowAddressesInHexadecimal) {
  EXPECT_EQ(call("mmap", {0, 8192, 3, abi::kMapPrivate | abi::kMapAnonymous, ~u64{0}, 0}, 0x7000),
            "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7000");
  EXPECT_EQ(call("mmap", {0, 8192, 1, abi::kMapShared, 3, 4096}, 0x7000),
            "mmap(NULL, 8192, PROT_READ, MAP_SHARED, 3, 0x1000) = 0x7000");
  EXPECT_EQ(call("brk", {0}, 0x5d6000), "brk(NULL) = 0x5d6000");
  EXPECT_EQ(call("mprotect", {0x5000, 4096, 0}, 0), "mprotect(0x5000, 4096, PROT_NONE) = 0");
}

TEST_F(TracePrinterTest, StatShowsModeAndSizeOrDevice) {
  abi::Stat status;
  status.mode = 0100644;
  status.size = 12;
  const u64 at = put(0, status);
  EXPECT_EQ(call("fstat", {3, at}, 0), "fstat(3, {st_mode=S_IFREG|0644, st_size=12, ...}) = 0");
  status.mode = 0020620;
  status.special_device = 0x8800;
  put(0, status);
  EXPECT_EQ(call("fstat", {3, at}, 0),
            "fstat(3, {st_mode=S_IFCHR|0620, st_rdev=makedev(0x88, 0x0), ...}) = 0");
}

TEST_F(TracePrinterTest, PollShowsWhatWasAskedAndWhatCame) {
  const u64 fds = put(0, std::array<abi::PollFd, 2>{{{0, 1, 1}, {4, 4, 0}}});
  EXPECT_EQ(call("ppoll", {fds, 2, 0, 0, 8}, 1),
            "ppoll([{fd=0, events=POLLIN}, {fd=4, events=POLLOUT}], 2, NULL, NULL, 8) = 1 "
            "([{fd=0, revents=POLLIN}])");
  EXPECT_EQ(call("ppoll", {fds, 1, 0, 0, 8}, 0),
            "ppoll([{fd=0, events=POLLIN}], 1, NULL, NULL, 8) = 0 (Timeout)");
}

TEST_F(TracePrinterTest, FcntlArgumentsFollowTheCommand) {
  EXPECT_EQ(call("fcntl", {0, 3, 0x55}, 02), "fcntl(0, F_GETFL) = 0x2 (flags O_RDWR)");
  EXPECT_EQ(call("fcntl", {0, 4, 04000}, 0), "fcntl(0, F_SETFL, O_RDONLY|O_NONBLOCK) = 0");
  EXPECT_EQ(call("fcntl", {0, 2, 1}, 0), "fcntl(0, F_SETFD, FD_CLOEXEC) = 0");
  EXPECT_EQ(call("fcntl", {0, 1030, 10}, 10), "fcntl(0, F_DUPFD_CLOEXEC, 10) = 10");
}

TEST_F(TracePrinterTest, TimesAndSleeps) {
  const u64 request = put(0, abi::Timespec{1, 0});
  EXPECT_EQ(call("nanosleep", {request, 0}, 0), "nanosleep({tv_sec=1, tv_nsec=0}, NULL) = 0");
  EXPECT_EQ(call("clock_gettime", {1, request}, 0),
            "clock_gettime(CLOCK_MONOTONIC, {tv_sec=1, tv_nsec=0}) = 0");
}

TEST_F(TracePrinterTest, PairsLimitsAndNames) {
  const u64 fds = put(0, abi::FdPair{3, 4});
  EXPECT_EQ(call("pipe2", {fds, 02000000}, 0), "pipe2([3, 4], O_CLOEXEC) = 0");
  const u64 limit = put(64, abi::Rlimit{u64{8} << 20, ~u64{0}});
  EXPECT_EQ(call("prlimit64", {0, 3, 0, limit}, 0),
            "prlimit64(0, RLIMIT_STACK, NULL, {rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}) = 0");
  EXPECT_EQ(call("umask", {022}, 022), "umask(022) = 022");
}

TEST_F(TracePrinterTest, FutexShowsTheArgumentsItsCommandUses) {
  EXPECT_EQ(call("futex", {0x5000, 129, 1, 7, 7, 7}, 0),
            "futex(0x5000, FUTEX_WAKE_PRIVATE, 1) = 0");
  EXPECT_EQ(failed("futex", {0x5000, 128, 2, 0, 7, 7}, Errno::EAGAIN),
            "futex(0x5000, FUTEX_WAIT_PRIVATE, 2, NULL) = -1 EAGAIN (Resource temporarily "
            "unavailable)");
}

TEST_F(TracePrinterTest, CallsThatNeverReturnHaveNoResult) {
  EXPECT_EQ(squeezed(line("exit_group", {7}, TraceResult::none())), "exit_group(7) = ?");
}

// No row may read beyond what its arguments name, whatever they are.
TEST_F(TracePrinterTest, EveryRowPrintsAnyArguments) {
  const std::array<u64, 5> values = {0, 1, ~u64{0}, kUnmapped.value(),
                                     (kBase + 4 * kPageSize - 1).value()};
  for (const SyscallEntry& row : all_syscalls())
    for (const u64 value : values)
      for (const u64 result : {u64{0}, u64{4096}, static_cast<u64>(-14)}) {
        const std::string text = call(row.name, {value, value, value, value, value, value}, result);
        EXPECT_TRUE(text.starts_with(std::string(row.name) + "(")) << text;
      }
}

}  // namespace
}  // namespace kemu
