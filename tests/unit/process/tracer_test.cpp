// What the tracer writes of events, and what it counts.

#include "process/tracer.h"

#include <gtest/gtest.h>

#include "process/stable_trace.h"

namespace kemu {
namespace {

class FixedClock : public Clock {
 public:
  Nanoseconds now(HostClock) override { return time; }
  Nanoseconds time = 5 * kSecond;
};

class TracerTest : public ::testing::Test {
 protected:
  void enable(TraceStyle style, TraceFilter filter = {}) {
    tracer_.enable([this](std::string_view line) { written_ += line; }, filter, style, clock_);
  }
  std::string written() { return std::exchange(written_, {}); }

  FixedClock clock_;
  Tracer tracer_;

 private:
  std::string written_;
};

TEST_F(TracerTest, NothingIsShownBeforeItIsEnabled) {
  EXPECT_FALSE(tracer_.enabled());
  EXPECT_FALSE(tracer_.shows(63));
  tracer_.line(2, "text");
  EXPECT_EQ(written(), "");
}

TEST_F(TracerTest, DurationsFollowCallsThatReturned) {
  TraceStyle style;
  style.durations = true;
  enable(style);
  tracer_.call(2, 63, "read() = 0", Tracer::CallEnd::Successful, clock_.time - 1'234'567);
  EXPECT_EQ(written(), "[pid 2] read() = 0 <0.001234>\n");
  tracer_.call(2, 94, "exit_group(0) = ?", Tracer::CallEnd::Unfinished, clock_.time);
  EXPECT_EQ(written(), "[pid 2] exit_group(0) = ?\n");
}

TEST_F(TracerTest, TimesAreThoseOfTheBeginning) {
  TraceStyle style;
  style.times = TraceStyle::Times::Epoch;
  enable(style);
  tracer_.call(3, 63, "read() = 0", Tracer::CallEnd::Successful, clock_.time - kSecond / 2);
  EXPECT_EQ(written(), "[pid 3] 4.500000 read() = 0\n");
  style.times = TraceStyle::Times::Relative;
  enable(style);
  tracer_.line(3, "first");
  clock_.time += kSecond / 4;
  tracer_.line(3, "second");
  EXPECT_EQ(written(), "[pid 3]      0.000000 first\n[pid 3]      0.250000 second\n");
}

TEST_F(TracerTest, StatusesAndSignalsAreLeftOut) {
  TraceFilter filter;
  filter.successful = false;
  filter.signals = SigSet();
  enable({}, filter);
  tracer_.call(2, 63, "read() = 0", Tracer::CallEnd::Successful, clock_.time);
  tracer_.signal(2, Signal(abi::kSigChld), "SIGCHLD {}");
  EXPECT_EQ(written(), "");
  tracer_.call(2, 63, "read() = -1", Tracer::CallEnd::Failed, clock_.time);
  EXPECT_EQ(written(), "[pid 2] read() = -1\n");
}

TEST_F(TracerTest, ASummaryCountsAndMayBeSilent) {
  TraceStyle style;
  style.summary = TraceStyle::Summary::Only;
  enable(style);
  EXPECT_FALSE(tracer_.prints());
  tracer_.call(2, 63, "", Tracer::CallEnd::Successful, clock_.time - 1000);
  tracer_.call(2, 63, "", Tracer::CallEnd::Failed, clock_.time - 2000);
  tracer_.call(2, 94, "", Tracer::CallEnd::Unfinished, clock_.time);
  tracer_.line(2, "+++ exited with 0 +++");
  EXPECT_EQ(written(), "");
  EXPECT_EQ(tracer_.counts()[63].calls, 2u);
  EXPECT_EQ(tracer_.counts()[63].errors, 1u);
  EXPECT_EQ(tracer_.counts()[63].time, 3000);
  EXPECT_EQ(tracer_.counts()[94].calls, 0u);
}

TEST(StableTrace, AddressesAreMaskedOutsideOfStrings) {
  EXPECT_EQ(stable_trace_text("brk(0x5d9000) = 0x5d9000"), "brk(@) = @");
  EXPECT_EQ(stable_trace_text(R"(write(1, "0x5d9000 \"0x5d9000", 19))"),
            R"(write(1, "0x5d9000 \"0x5d9000", 19))");
  EXPECT_EQ(stable_trace_text("open(\"unclosed\\"), "open(\"unclosed\\");
}

TEST(StableTrace, NumbersThatAreNoAddressesStay) {
  EXPECT_EQ(stable_trace_text("makedev(0x1, 0x3)"), "makedev(0x1, 0x3)");
  EXPECT_EQ(stable_trace_text("{si_addr=0x8}"), "{si_addr=0x8}");
  EXPECT_EQ(stable_trace_text("stack_size=0x20000"), "stack_size=0x20000");
  EXPECT_EQ(stable_trace_text("0x800000 /* MAP_??? */"), "0x800000 /* MAP_??? */");
}

TEST(StableTrace, WhatElseVariesIsMasked) {
  EXPECT_EQ(stable_trace_text("execve(\"a\", [\"a\"], 0x7ff000 /* 42 vars */) = 0"),
            "execve(\"a\", [\"a\"], @ /* vars */) = 0");
  EXPECT_EQ(stable_trace_text("{si_status=0, si_utime=3, si_stime=0}"),
            "{si_status=0, si_utime=*, si_stime=*}");
  EXPECT_EQ(stable_trace_text("read(0<pipe:[4711]>, "), "read(0<pipe:[*]>, ");
}

}  // namespace
}  // namespace kemu
