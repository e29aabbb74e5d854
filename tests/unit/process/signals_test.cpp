#include "process/signals.h"

#include <gtest/gtest.h>

namespace kemu {
namespace {

abi::SigInfo info_of(i32 signo, u64 value = 0) {
  abi::SigInfo info;
  info.signo = signo;
  info.sender.value = value;
  return info;
}

const SigSet kAll(~u64{0});

TEST(Signal, OnlyOneToSixtyFourAreSignals) {
  EXPECT_FALSE(Signal::from(0));
  EXPECT_FALSE(Signal::from(65));
  EXPECT_FALSE(Signal::from(-1));
  EXPECT_EQ(Signal::from(64)->number(), 64);
  EXPECT_EQ(signal_name(Signal(abi::kSigSegv)), "SIGSEGV");
  EXPECT_EQ(signal_name(Signal(34)), "SIGRT_2");
}

TEST(SigSet, KillAndStopCannotBeBlocked) {
  EXPECT_FALSE(kAll.blockable().has(Signal(abi::kSigKill)));
  EXPECT_FALSE(kAll.blockable().has(Signal(abi::kSigStop)));
  EXPECT_TRUE(kAll.blockable().has(Signal(abi::kSigTerm)));
}

TEST(PendingSignals, StandardSignalsCoalesce) {
  PendingSignals pending;
  ASSERT_TRUE(pending.add(info_of(abi::kSigUsr1, 1), PendingSignals::Room::Some).ok());
  ASSERT_TRUE(pending.add(info_of(abi::kSigUsr1, 2), PendingSignals::Room::Some).ok());
  EXPECT_EQ(pending.take(kAll)->sender.value, 1u);
  EXPECT_FALSE(pending.take(kAll));
}

TEST(PendingSignals, RealTimeSignalsQueueInOrderLowestFirst) {
  PendingSignals pending;
  ASSERT_TRUE(pending.add(info_of(40, 1), PendingSignals::Room::Some).ok());
  ASSERT_TRUE(pending.add(info_of(36, 2), PendingSignals::Room::Some).ok());
  ASSERT_TRUE(pending.add(info_of(40, 3), PendingSignals::Room::Some).ok());
  EXPECT_EQ(pending.take(kAll)->signo, 36);
  EXPECT_EQ(pending.take(kAll)->sender.value, 1u);
  EXPECT_TRUE(pending.set().has(Signal(40)));
  EXPECT_EQ(pending.take(kAll)->sender.value, 3u);
  EXPECT_TRUE(pending.set().empty());
}

TEST(PendingSignals, TheQueueHasALimitForRealTimeSignalsOnly) {
  PendingSignals pending;
  abi::SigInfo queued = info_of(40);
  queued.code = abi::kSiQueue;
  ASSERT_TRUE(pending.add(queued, PendingSignals::Room::Some).ok());
  EXPECT_EQ(pending.add(queued, PendingSignals::Room::None).error(), Errno::EAGAIN);
  EXPECT_TRUE(pending.add(info_of(abi::kSigTerm), PendingSignals::Room::None).ok());
}

TEST(PendingSignals, TakesOnlyWhatIsWanted) {
  PendingSignals pending;
  ASSERT_TRUE(pending.add(info_of(abi::kSigInt), PendingSignals::Room::Some).ok());
  EXPECT_FALSE(pending.take(SigSet().with(Signal(abi::kSigTerm))));
  EXPECT_TRUE(pending.set().has(Signal(abi::kSigInt)));
  pending.discard(SigSet().with(Signal(abi::kSigInt)));
  EXPECT_FALSE(pending.take(kAll));
}

TEST(SignalActions, ExecResetsHandlersAndKeepsIgnored) {
  SignalActions actions;
  actions.set(Signal(abi::kSigInt), {0x1000, abi::kSaRestart, 0x2000, 7});
  actions.set(Signal(abi::kSigQuit), {abi::kSigIgn, 0, 0, 0});
  actions.reset_for_exec();
  EXPECT_EQ(actions.get(Signal(abi::kSigInt)).handler, abi::kSigDfl);
  EXPECT_EQ(actions.get(Signal(abi::kSigInt)).flags, 0u);
  EXPECT_TRUE(actions.ignores(Signal(abi::kSigQuit)));
  EXPECT_TRUE(actions.ignores(Signal(abi::kSigChld)));
  EXPECT_FALSE(actions.ignores(Signal(abi::kSigTerm)));
}

}  // namespace
}  // namespace kemu
