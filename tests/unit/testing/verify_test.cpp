// Two runs compared: where they part, and that the first one's trace is kept as it was.

#include "testing/verify.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace kemu {
namespace {

using ::testing::HasSubstr;

std::string event(int pid, const std::string& text) {
  return fmt::format("{{\"type\":\"call\",\"pid\":{},\"text\":\"{}\"}}\n", pid, text);
}

std::string compare(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  TraceComparison comparison;
  for (const std::string& line : left) comparison.first(line);
  for (const std::string& line : right)
    if (!comparison.second(line)) break;
  return comparison.difference();
}

TEST(TraceComparison, EqualTracesDoNotDiffer) {
  EXPECT_EQ(compare({}, {}), "");
  const std::vector<std::string> trace = {event(2, "getpid() = 2"), event(2, "close(3) = 0")};
  EXPECT_EQ(compare(trace, trace), "");
}

TEST(TraceComparison, OneThatEndsEarlierDiffers) {
  const std::vector<std::string> longer = {"a\n", "b\n"};
  const std::vector<std::string> shorter = {"a\n"};
  EXPECT_EQ(compare(longer, shorter),
            "the runs differ from event 2 on\n-b\n+(the second run ended)\n");
  EXPECT_EQ(compare(shorter, longer),
            "the runs differ from event 2 on\n-(the first run ended)\n+b\n");
}

TEST(TraceComparison, LongEventsAreShownWhereTheyDiffer) {
  const std::string same(5000, 'x');
  const std::string text = compare({same + "left" + same + "\n"}, {same + "right" + same + "\n"});
  EXPECT_THAT(text, HasSubstr("xxleft"));
  EXPECT_THAT(text, HasSubstr("xxright"));
  EXPECT_LT(text.size(), 500u);
}

TEST(TraceComparison, AMillionEventsAreKept) {
  TraceComparison comparison;
  constexpr int kEvents = 1'000'000;
  for (int i = 0; i < kEvents; ++i) comparison.first("the same\n");
  for (int i = 0; i < kEvents; ++i) ASSERT_TRUE(comparison.second("the same\n"));
  EXPECT_EQ(comparison.difference(), "");
  EXPECT_EQ(comparison.same(), std::size_t{kEvents});
}

/// A file that says something else each time is the host's way to make runs differ.
TEST(Verify, NamesTheFirstEventThatDiffers) {
  const char* guests = std::getenv("KEMU_GUESTS");
  if (!guests || !*guests) GTEST_SKIP() << "no guest programs were built";
  MachineOptions options;
  options.root.clear();
  options.binds.push_back({std::string(guests) + "/bin/busybox", "/bin/busybox", true});
  int reads = 0;
  VirtualFile counter;
  counter.path = "/counter";
  counter.read = [&] { return std::to_string(++reads) + "\n"; };
  options.files.push_back(counter);
  Program program;
  program.argv = {"/bin/busybox", "head", "/counter"};
  std::string out;
  program.input = Stream::null();
  program.output = Stream::append_to(out);
  program.error = Stream::null();
  const auto differ = verify(options, program);
  ASSERT_TRUE(std::holds_alternative<Verification>(differ));
  const auto& found = std::get<Verification>(differ);
  EXPECT_EQ(out, "1\n");
  EXPECT_EQ(found.status, ExitStatus{});
  EXPECT_THAT(found.difference, HasSubstr("\n-"));
  EXPECT_THAT(found.difference, HasSubstr("\"1\\n\""));

  // sendfile(2) shows no bytes in a trace.
  program.argv = {"/bin/busybox", "cat", "/counter"};
  const auto unseen = verify(options, program);
  ASSERT_TRUE(std::holds_alternative<Verification>(unseen));
  EXPECT_EQ(std::get<Verification>(unseen).difference,
            "the runs print other bytes on standard output\n");

  options.files.clear();
  program.argv = {"/bin/busybox", "sh", "-c", "echo $$; exit 3"};
  const auto same = verify(options, program);
  ASSERT_TRUE(std::holds_alternative<Verification>(same));
  EXPECT_EQ(std::get<Verification>(same).difference, "");
  EXPECT_EQ(std::get<Verification>(same).status, (ExitStatus{3, 0}));
  EXPECT_GT(std::get<Verification>(same).events, 10u);
}

}  // namespace
}  // namespace kemu
