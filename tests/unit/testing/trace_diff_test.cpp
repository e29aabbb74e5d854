// Traces read back, and where two of them part.

#include "testing/trace_diff.h"

#include <gtest/gtest.h>

namespace kemu {
namespace {

std::vector<std::string> texts_of(std::string_view trace) {
  const auto lines = read_trace(trace);
  if (!lines.ok()) return {"error " + lines.error()};
  std::vector<std::string> texts;
  for (const TraceLine& line : *lines) texts.push_back(std::to_string(line.pid) + " " + line.text);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(TraceFile, StraceLinesLoseTheirTimes) {
  EXPECT_EQ(texts_of("[pid 2] read(3, \"\", 9) = 0 <0.000012>\n"
                     "[pid 2] 12:00:01.000001 close(3)                                = 0\n"
                     "[pid 2]      0.250000 close(3) = 0\n"
                     "7 1577836800.000001 close(3) = 0\n"
                     "--- SIGINT {si_signo=SIGINT} ---\n"
                     "[pid 2] +++ exited with 0 +++\n"),
            (Texts{"2 read(3, \"\", 9) = 0", "2 close(3) = 0", "2 close(3) = 0", "7 close(3) = 0",
                   "0 --- SIGINT {si_signo=SIGINT} ---", "2 +++ exited with 0 +++"}));
}

TEST(TraceFile, JsonSaysTheSame) {
  EXPECT_EQ(
      texts_of("{\"event\":\"call\",\"pid\":2,\"program\":\"a\",\"time\":1.5,\"call\":\"read\","
               "\"args\":[\"3\",\"\\\"\\\\n\\\"\",\"9\"],\"result\":\"1\",\"value\":1}\n"
               "{\"event\":\"fork\",\"pid\":2,\"program\":\"a\",\"child\":3}\n"
               "{\"event\":\"exit\",\"pid\":2,\"program\":\"a\",\"status\":0}\n"
               "{\"event\":\"signal\",\"pid\":2,\"signal\":\"SIGINT\",\"info\":\"{}\"}\n"),
      (Texts{"2 read(3, \"\\n\", 9) = 1", "2 +++ exited with 0 +++", "2 --- SIGINT {} ---"}));
}

TEST(TraceFile, WhatIsNoTraceIsToldWithItsLine) {
  EXPECT_EQ(texts_of("close(3) = 0\nnonsense\n"), Texts{"error 2: no event of a trace"});
  EXPECT_EQ(texts_of("{\"event\":\"call\"\n"), Texts{"error 1: no event of a trace"});
  EXPECT_EQ(texts_of("{}\n"), Texts{"error 1: no event of a trace"});
  EXPECT_EQ(texts_of(std::string_view("\0\xff\n", 3)), Texts{"error 1: no event of a trace"});
  EXPECT_TRUE(texts_of("[\n{}]\n")[0].starts_with("error 1: Chrome"));
  EXPECT_EQ(texts_of(""), Texts{});
}

std::string diff(std::string_view left, std::string_view right, bool exact = false) {
  return trace_diff(read_trace(left).value_or({}), read_trace(right).value_or({}),
                    {"a", "b", 3, exact});
}

TEST(TraceDiff, TurnsAndAddressesAreNoDifference) {
  EXPECT_EQ(diff("[pid 2] close(3) = 0\n[pid 3] brk(NULL) = 0x5d9000\n",
                 "[pid 3] brk(NULL) = 0x7d9000\n[pid 2] close(3) = 0\n"),
            "");
  EXPECT_NE(diff("brk(NULL) = 0x5d9000\n", "brk(NULL) = 0x7d9000\n", true), "");
}

TEST(TraceDiff, TheFirstDifferenceIsNamedAndEachProcessShown) {
  EXPECT_EQ(diff("[pid 2] close(3) = 0\n[pid 2] close(4) = 0\n[pid 3] close(5) = 0\n",
                 "[pid 2] close(3) = 0\n[pid 3] close(5) = 0\n[pid 2] close(6) = 0\n"),
            "first difference: a:2 and b:3, event 2 of pid 2\n"
            "--- a pid 2\n+++ b pid 2\n@@ -1,2 +1,2 @@\n close(3) = 0\n-close(4) = 0\n"
            "+close(6) = 0\n");
}

TEST(TraceDiff, OtherPidsAreComparedInTheirOrder) {
  EXPECT_EQ(diff("[pid 20] close(3) = 0\n[pid 21] close(4) = 0\n",
                 "[pid 30] close(3) = 0\n[pid 31] close(4) = 0\n"),
            "");
  EXPECT_EQ(diff("", "[pid 30] close(3) = 0\n"),
            "first difference: a:end and b:1, event 1 of pid 30\n"
            "--- a\n+++ b pid 30\n@@ -0,0 +1 @@\n+close(3) = 0\n");
}

}  // namespace
}  // namespace kemu
