// --inject=RULE

#include "syscalls/fault_rule.h"

#include <gtest/gtest.h>

#include "syscalls/table.h"

namespace kemu {
namespace {

FaultRule parse(std::string_view text) {
  auto rule = parse_fault_rule(text);
  EXPECT_TRUE(rule.ok()) << (rule.ok() ? "" : rule.error());
  return rule.ok() ? *rule : FaultRule{};
}

std::string complaint(std::string_view text) {
  const auto rule = parse_fault_rule(text);
  EXPECT_FALSE(rule.ok()) << text;
  return rule.ok() ? "" : rule.error();
}

bool is_about(const FaultRule& rule, std::string_view name) {
  return rule.which(find_syscall(name)->number);
}

TEST(FaultRule, TheExampleOfTheManual) {
  const FaultRule rule = parse("openat path~*.conf nth=2 error=EIO");
  EXPECT_TRUE(is_about(rule, "openat"));
  EXPECT_FALSE(is_about(rule, "openat2"));
  EXPECT_EQ(rule.which.paths.listed, std::vector<std::string>{"*.conf"});
  EXPECT_EQ(rule.error, Errno::EIO);
  EXPECT_FALSE(rule.names(1));
  EXPECT_TRUE(rule.names(2));
  EXPECT_FALSE(rule.names(3));
}

TEST(FaultRule, CallsAreSetsOfTheTrace) {
  EXPECT_TRUE(is_about(parse("%file error=EIO"), "openat"));
  EXPECT_FALSE(is_about(parse("%file error=EIO"), "read"));
  EXPECT_TRUE(is_about(parse("/^open error=EIO"), "openat2"));
  EXPECT_TRUE(is_about(parse("read,write error=EIO"), "write"));
  EXPECT_TRUE(is_about(parse("!read error=EIO"), "brk"));
}

TEST(FaultRule, Ordinals) {
  const FaultRule open_ended = parse("read nth=3+ error=EIO");
  EXPECT_FALSE(open_ended.names(2));
  EXPECT_TRUE(open_ended.names(3));
  EXPECT_TRUE(open_ended.names(1'000'000));
  const FaultRule range = parse("read nth=2..4 error=EIO");
  EXPECT_FALSE(range.names(1));
  EXPECT_TRUE(range.names(4));
  EXPECT_FALSE(range.names(5));
  const FaultRule third = parse("read every=3 error=EIO");
  EXPECT_FALSE(third.names(1));
  EXPECT_TRUE(third.names(3));
  EXPECT_TRUE(third.names(6));
  const FaultRule both = parse("read nth=2+ every=3 error=EIO");
  EXPECT_TRUE(both.names(2));
  EXPECT_FALSE(both.names(3));
  EXPECT_TRUE(both.names(5));
}

TEST(FaultRule, ArgumentsAreNumbers) {
  const FaultRule rule = parse("fcntl arg0=3 arg1=-1 arg2=0x10 arg3=0644 retval=-2");
  ASSERT_EQ(rule.arguments.size(), 4u);
  EXPECT_EQ(rule.arguments[0].value, 3u);
  EXPECT_EQ(rule.arguments[1].value, ~u64{0});
  EXPECT_EQ(rule.arguments[2].value, 16u);
  EXPECT_EQ(rule.arguments[3].index, 3u);
  EXPECT_EQ(rule.arguments[3].value, 0644u);
  EXPECT_EQ(rule.value, ~u64{0} - 1);
}

TEST(FaultRule, Effects) {
  EXPECT_EQ(parse("read short=10").most, 10u);
  EXPECT_EQ(parse("write space=4096").room, 4096u);
  EXPECT_EQ(parse("read signal=SIGTERM").signal, Signal(15));
  EXPECT_EQ(parse("read signal=term").signal, Signal(15));
  EXPECT_EQ(parse("read signal=9").signal, Signal(9));
  EXPECT_EQ(parse("read delay=10ms").delay, 10'000'000);
  EXPECT_EQ(parse("read delay=2us").delay, 2000);
  EXPECT_EQ(parse("read error=5").error, Errno::EIO);
  EXPECT_EQ(parse("read chance=0.25 error=EIO").chance, FaultRule::kAlways / 4);
  const FaultRule all = parse("read signal=SIGUSR1 delay=1s error=EINTR");
  EXPECT_TRUE(all.signal && all.delay == kSecond && all.error == Errno::EINTR);
}

TEST(FaultRule, ShortTransfersAreForCallsThatMoveBytes) {
  const FaultRule rule = parse("%desc short=1");
  EXPECT_TRUE(is_about(rule, "readv"));
  EXPECT_FALSE(is_about(rule, "close"));
  EXPECT_FALSE(is_about(parse("all space=1"), "read"));
  EXPECT_EQ(complaint("close short=1"),
            "column 1: short= and space= are for calls that move a number of bytes, in 'close "
            "short=1'");
  EXPECT_EQ(complaint("read space=1"),
            "column 1: short= and space= are for calls that write to files, in 'read space=1'");
}

TEST(FaultRule, FramesOfMemory) {
  EXPECT_EQ(parse("frame nth=7").place, FaultRule::Place::Frame);
  EXPECT_EQ(parse("frame chance=0.5 comm=sort error=ENOMEM").place, FaultRule::Place::Frame);
  EXPECT_EQ(complaint("frame fd=3"),
            "column 1: 'fd' does not go with frames of memory, in 'frame fd=3'");
  EXPECT_EQ(complaint("frame error=EIO"),
            "column 1: a frame of memory that cannot be had is ENOMEM, in 'frame error=EIO'");
}

TEST(FaultRule, BlanksBehindABackslashAreOfTheWord) {
  EXPECT_EQ(parse(R"(openat path~a\ b;c error=EIO)").which.paths.listed,
            std::vector<std::string>{"a b;c"});
  EXPECT_EQ(parse(R"(openat path~a\\b error=EIO)").which.paths.listed,
            std::vector<std::string>{R"(a\b)"});
}

TEST(FaultRule, ComplaintsNameThePlace) {
  EXPECT_EQ(complaint(""), "column 1: there is no system call, in ''");
  EXPECT_EQ(complaint("  opn error=EIO"),
            "column 3: 'opn' is neither a system call nor a class of them, in '  opn error=EIO'");
  EXPECT_EQ(complaint("read nht=2 error=EIO"),
            "column 6: 'nht' is neither a condition nor an effect, in 'read nht=2 error=EIO'");
  EXPECT_EQ(complaint("read error=EWHAT"),
            "column 6: 'error' wants an errno's name, not 'EWHAT', in 'read error=EWHAT'");
  EXPECT_EQ(complaint("read fd=x error=EIO"),
            "column 6: 'x' is no descriptor, in 'read fd=x error=EIO'");
  EXPECT_EQ(complaint("read nth=1"),
            "column 1: nothing is to happen: error=, retval=, short=, space=, signal= or delay=, "
            "in 'read nth=1'");
  EXPECT_EQ(complaint("read error=EIO retval=0"),
            "column 1: only one of error=, retval=, short= and space= can be the result, in 'read "
            "error=EIO retval=0'");
  EXPECT_EQ(complaint("read error=EIO error=EIO"),
            "column 16: a second 'error', in 'read error=EIO error=EIO'");
}

TEST(FaultRule, NumbersOutOfRange) {
  for (const char* word : {"nth=0",
                           "nth=",
                           "nth=3..2",
                           "nth=2..",
                           "nth=-1",
                           "nth=x",
                           "every=0",
                           "chance=1.5",
                           "chance=-0.1",
                           "chance=nan",
                           "chance=",
                           "arg0=1x",
                           "arg0=",
                           "arg6=1",
                           "arg=1",
                           "fd~3",
                           "error=0",
                           "error=4096",
                           "error=E?",
                           "error=",
                           "signal=65",
                           "signal=none",
                           "signal=HUP,TERM",
                           "delay=10",
                           "delay=0ms",
                           "delay=99999h",
                           "short=",
                           "word",
                           "=",
                           "~"})
    EXPECT_NE(complaint(std::string("read retval=1 ") + word).find("column 15:"), std::string::npos)
        << word;
}

}  // namespace
}  // namespace kemu
