// How strace writes numbers, strings and sets.

#include "syscalls/trace_text.h"

#include <gtest/gtest.h>

#include "base/abi/fcntl.h"
#include "process/signal_text.h"
#include "process/wait_status.h"

namespace kemu {
namespace {

TEST(TraceText, FlagsAreJoinedAndStrangersAreShown) {
  constexpr FlagName kNames[] = {{3, "BOTH"}, {1, "ONE"}, {2, "TWO"}, {4, "FOUR"}};
  EXPECT_EQ(flags_text(0, kNames), "0");
  EXPECT_EQ(flags_text(0, kNames, "NONE"), "NONE");
  EXPECT_EQ(flags_text(1, kNames), "ONE");
  EXPECT_EQ(flags_text(7, kNames), "BOTH|FOUR");
  EXPECT_EQ(flags_text(0x12, kNames), "TWO|0x10");
  EXPECT_EQ(flags_text(0x10, kNames), "0x10 /* ??? */");
  EXPECT_EQ(flags_text(0x10, kNames, "0", "W???"), "0x10 /* W??? */");
}

TEST(TraceText, ChoicesAreNamedOrShownAsNumbers) {
  constexpr FlagName kNames[] = {{0, "SEEK_SET"}, {2, "SEEK_END"}};
  EXPECT_EQ(choice_text(0, kNames), "SEEK_SET");
  EXPECT_EQ(choice_text(2, kNames), "SEEK_END");
  EXPECT_EQ(choice_text(9, kNames), "0x9 /* SEEK_??? */");
}

TEST(TraceText, OpenFlagsBeginWithTheAccessMode) {
  EXPECT_EQ(open_flags_text(0), "O_RDONLY");
  EXPECT_EQ(open_flags_text(abi::kOpenWriteOnly | abi::kOpenCreate | abi::kOpenTruncate),
            "O_WRONLY|O_CREAT|O_TRUNC");
  EXPECT_EQ(open_flags_text(abi::kOpenReadWrite | abi::kOpenCloseOnExec), "O_RDWR|O_CLOEXEC");
  EXPECT_EQ(status_flags_text(abi::kOpenNonBlock | abi::kOpenCloseOnExec), "O_NONBLOCK|O_CLOEXEC");
  EXPECT_EQ(status_flags_text(0), "0");
}

TEST(TraceText, CombinedOpenFlagsHideTheirParts) {
  EXPECT_EQ(open_flags_text(abi::kOpenSync), "O_RDONLY|O_SYNC");
  EXPECT_EQ(open_flags_text(abi::kOpenDataSync), "O_RDONLY|O_DSYNC");
  EXPECT_EQ(open_flags_text(abi::kOpenTemporary | abi::kOpenReadWrite), "O_RDWR|O_TMPFILE");
  EXPECT_EQ(open_flags_text(abi::kOpenDirectory), "O_RDONLY|O_DIRECTORY");
}

TEST(TraceText, StringsAreEscapedAsInC) {
  EXPECT_EQ(quoted_text("plain", 5), "\"plain\"");
  EXPECT_EQ(quoted_text("a\"b\\c\n\t", 7), R"("a\"b\\c\n\t")");
  EXPECT_EQ(quoted_text(std::string_view("\0", 1), 1), R"("\0")");
  EXPECT_EQ(quoted_text("\x1b[m", 3), R"("\33[m")");
  EXPECT_EQ(quoted_text("\xff", 1), R"("\377")");
}

TEST(TraceText, OctalEscapesKeepTheirZerosBeforeDigits) {
  EXPECT_EQ(quoted_text(std::string_view("\0001", 2), 2), R"("\0001")");
  EXPECT_EQ(quoted_text(std::string_view("\0a", 2), 2), R"("\0a")");
}

TEST(TraceText, CutStringsEndInDots) {
  EXPECT_EQ(quoted_text("abc", 4), "\"abc\"...");
  EXPECT_EQ(quoted_text("", 1), "\"\"...");
  EXPECT_EQ(quoted_text("\x01\xab", 2, Escapes::Hexadecimal), R"("\x01\xab")");
}

TEST(TraceText, SignalSets) {
  const u64 chld = u64{1} << 16, intr = u64{1} << 1;
  EXPECT_EQ(signal_set_text(0), "[]");
  EXPECT_EQ(signal_set_text(chld | intr), "[INT CHLD]");
  EXPECT_EQ(signal_set_text(~u64{0}), "~[]");
  EXPECT_EQ(signal_set_text(~chld), "~[CHLD]");
}

TEST(TraceText, WaitStatuses) {
  EXPECT_EQ(wait_status_text(WaitStatus::exited(7).raw()),
            "[{WIFEXITED(s) && WEXITSTATUS(s) == 7}]");
  EXPECT_EQ(wait_status_text(WaitStatus::killed(9, false).raw()),
            "[{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}]");
  EXPECT_EQ(wait_status_text(WaitStatus::killed(11, true).raw()),
            "[{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}]");
  EXPECT_EQ(wait_status_text(WaitStatus::stopped(19).raw()),
            "[{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}]");
  EXPECT_EQ(wait_status_text(WaitStatus::continued().raw()), "[{WIFCONTINUED(s)}]");
}

TEST(TraceText, ModesAndDevices) {
  EXPECT_EQ(mode_text(0100644), "S_IFREG|0644");
  EXPECT_EQ(mode_text(0041777), "S_IFDIR|S_ISVTX|0777");
  EXPECT_EQ(mode_text(022), "022");
  EXPECT_EQ(mode_text(0), "000");
  EXPECT_EQ(device_text(0x103), "makedev(0x1, 0x3)");
  EXPECT_EQ(device_text(0x8803), "makedev(0x88, 0x3)");
  EXPECT_EQ(device_text(0x100100), "makedev(0x1, 0x100)");
}

TEST(TraceText, PollEvents) {
  EXPECT_EQ(poll_events_text(0x11), "POLLIN|POLLHUP");
  EXPECT_EQ(poll_events_text(0), "0");
}

abi::SigInfo child_info(i32 code, i32 status) {
  abi::SigInfo info;
  info.signo = abi::kSigChld;
  info.code = code;
  info.child.pid = 5;
  info.child.status = status;
  return info;
}

TEST(SignalText, ChildrenTellTheirStatus) {
  EXPECT_EQ(describe(child_info(abi::kCldExited, 3)),
            "SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=5, si_uid=0, si_status=3, "
            "si_utime=0, si_stime=0}");
  EXPECT_EQ(describe(child_info(abi::kCldKilled, 9)),
            "SIGCHLD {si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=5, si_uid=0, "
            "si_status=SIGKILL, si_utime=0, si_stime=0}");
}

TEST(SignalText, FaultsTellTheirAddress) {
  abi::SigInfo info;
  info.signo = abi::kSigSegv;
  info.code = abi::kSegvMapErr;
  info.fault.address = 0x10;
  EXPECT_EQ(describe(info), "SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x10}");
}

TEST(SignalText, SendersAndTheKernel) {
  abi::SigInfo info;
  info.signo = abi::kSigTerm;
  info.sender.pid = 7;
  info.sender.uid = 1000;
  EXPECT_EQ(describe(info), "SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=7, si_uid=1000}");
  info.code = abi::kSiKernel;
  EXPECT_EQ(describe(info), "SIGTERM {si_signo=SIGTERM, si_code=SI_KERNEL}");
  info.code = abi::kSiQueue;
  info.sender.value = 42;
  EXPECT_EQ(describe(info),
            "SIGTERM {si_signo=SIGTERM, si_code=SI_QUEUE, si_pid=7, si_uid=1000, si_int=42, "
            "si_ptr=0x2a}");
  EXPECT_EQ(signal_text(0), "0");
  EXPECT_EQ(signal_text(65), "65");
}

}  // namespace
}  // namespace kemu
