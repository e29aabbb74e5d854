// Calls taken apart, and the forms of a trace for programs.

#include "process/trace_event.h"

#include <gtest/gtest.h>

#include "process/trace_forms.h"

namespace kemu {
namespace {

std::vector<std::string> arguments_of(std::string_view text) {
  const auto call = parse_call_text(text);
  if (!call) return {"none"};
  return {call->arguments.begin(), call->arguments.end()};
}

using Texts = std::vector<std::string>;

TEST(CallText, CommasInsideOfArgumentsDivideNothing) {
  EXPECT_EQ(arguments_of("read(3, \"a, \\\"b)\", 10) = 3"), (Texts{"3", "\"a, \\\"b)\"", "10"}));
  EXPECT_EQ(arguments_of("f([1, 2], {a=1, b={c=2, d=3}}, makedev(0x1, 0x3)) = 0"),
            (Texts{"[1, 2]", "{a=1, b={c=2, d=3}}", "makedev(0x1, 0x3)"}));
  EXPECT_EQ(arguments_of("execve(\"x\", [\"x\"], 0x1 /* 2, vars) */) = 0"),
            (Texts{"\"x\"", "[\"x\"]", "0x1 /* 2, vars) */"}));
  EXPECT_EQ(arguments_of("openat(AT_FDCWD</a, b>, \"c\", 0) = 3</a, b/c>"),
            (Texts{"AT_FDCWD</a, b>", "\"c\"", "0"}));
  EXPECT_EQ(arguments_of("getpid()                                = 2"), Texts{});
}

TEST(CallText, ResultsHaveValuesAndErrors) {
  auto call = parse_call_text("openat(AT_FDCWD, \"x\") = -1 ENOENT (No such file or directory)");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->name, "openat");
  EXPECT_EQ(call->value, -1);
  EXPECT_EQ(call->error, "ENOENT");
  call = parse_call_text("brk(NULL) = 0x5d9000");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->value, 0x5d9000);
  call = parse_call_text("wait4(-1, 0x1, 0, NULL) = ? ERESTARTSYS (To be restarted)");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->value, std::nullopt);
  EXPECT_EQ(call->error, "ERESTARTSYS");
}

TEST(CallText, ACallItsProcessEndedInIsUnfinished) {
  const auto call = parse_call_text("read(3<unfinished ...>) = ?");
  ASSERT_TRUE(call);
  EXPECT_TRUE(call->unfinished);
  EXPECT_EQ(call->arguments, std::vector<std::string_view>{"3"});
}

TEST(CallText, WhatIsNoCallIsNone) {
  for (const auto* text : {"", "read", "read(", "read(3", "read(3)", "read(3) =", "(3) = 0",
                           "+++ exited with 0 +++", "read(\"abc) = 0", "read(3) - 1"})
    EXPECT_FALSE(parse_call_text(text)) << text;
}

TEST(JsonString, AnyBytesAreValid) {
  EXPECT_EQ(json_string("a\"b\\c\n"), "\"a\\\"b\\\\c\\u000a\"");
  EXPECT_EQ(json_string("gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\xa7"),
            "\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\xa7\"");
  EXPECT_EQ(json_string("\xff"), "\"\\\\377\"");
  EXPECT_EQ(json_string("\xc3"), "\"\\\\303\"");                        // cut off
  EXPECT_EQ(json_string("\xc0\xaf"), "\"\\\\300\\\\257\"");             // longer than need be
  EXPECT_EQ(json_string("\xed\xa0\x80"), "\"\\\\355\\\\240\\\\200\"");  // half a pair
  EXPECT_EQ(json_string("\xf4\x90\x80\x80"), "\"\\\\364\\\\220\\\\200\\\\200\"");
  EXPECT_EQ(json_string(std::string_view("\0", 1)), "\"\\u0000\"");
}

TraceEvent call_event(std::string_view text) {
  TraceEvent event;
  event.kind = TraceEvent::Kind::Call;
  event.pid = 2;
  event.program = "cat";
  event.number = 63;
  event.start = 1'500;
  event.real_start = 5 * kSecond + 1;
  event.duration = 2'345;
  event.text = text;
  return event;
}

TEST(JsonTrace, OneObjectALine) {
  EXPECT_EQ(json_trace_line(call_event("read(3, \"\\n\", 9) = 1"), TraceTimes::Shown),
            "{\"event\":\"call\",\"pid\":2,\"program\":\"cat\",\"time\":5.000000001,"
            "\"duration\":0.000002345,\"number\":63,\"call\":\"read\","
            "\"args\":[\"3\",\"\\\"\\\\n\\\"\",\"9\"],\"result\":\"1\",\"value\":1}\n");
  TraceEvent event;
  event.pid = 3;
  event.kind = TraceEvent::Kind::Fork;
  event.child = 4;
  EXPECT_EQ(json_trace_line(event, TraceTimes::LeftOut),
            "{\"event\":\"fork\",\"pid\":3,\"program\":\"\",\"child\":4}\n");
  event.kind = TraceEvent::Kind::Exit;
  event.status = WaitStatus::killed(15, false);
  EXPECT_EQ(json_trace_line(event, TraceTimes::LeftOut),
            "{\"event\":\"exit\",\"pid\":3,\"program\":\"\",\"signal\":\"SIGTERM\"}\n");
  event.kind = TraceEvent::Kind::Signal;
  event.text = "--- SIGINT {si_signo=SIGINT} ---";
  EXPECT_EQ(json_trace_line(event, TraceTimes::LeftOut),
            "{\"event\":\"signal\",\"pid\":3,\"program\":\"\",\"signal\":\"SIGINT\","
            "\"info\":\"{si_signo=SIGINT}\"}\n");
}

TEST(ChromeTrace, IsAnArrayFromItsFirstEventToItsEnd) {
  ChromeTrace trace;
  EXPECT_EQ(trace.end(), "[\n]\n");
  EXPECT_EQ(trace.text(call_event("read(3, \"\", 9) = 0")),
            "[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":2,\"tid\":2,"
            "\"args\":{\"name\":\"cat\"}},\n"
            "{\"name\":\"read\",\"cat\":\"call\",\"ph\":\"X\",\"dur\":2.345,\"ts\":1.500,"
            "\"pid\":2,\"tid\":2,\"args\":{\"number\":63,\"call\":\"read\","
            "\"args\":[\"3\",\"\\\"\\\"\",\"9\"],\"result\":\"0\",\"value\":0}}");
  EXPECT_TRUE(trace.text(call_event("close(3) = 0")).starts_with(",\n{\"name\":\"close\""));
  EXPECT_EQ(trace.end(), "\n]\n");
}

}  // namespace
}  // namespace kemu
