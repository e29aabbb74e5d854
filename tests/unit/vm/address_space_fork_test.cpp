#include <map>
#include <set>

#include "unit/vm/space_fixture.h"

namespace kemu {
namespace {

constexpr GuestRange kAll{GuestAddr(), kUserEnd};

class AddressSpaceFork : public SpaceFixture, public ::testing::WithParamInterface<ForkMode> {
 protected:
  std::unique_ptr<AddressSpace> fork() { return space_->fork(GetParam(), nullptr).value(); }

  std::map<GuestAddr, PageEntry> entries() const {
    std::map<GuestAddr, PageEntry> result;
    space_->pages().for_each(kAll,
                             [&](GuestAddr page, const PageEntry& entry) { result[page] = entry; });
    return result;
  }
};

INSTANTIATE_TEST_SUITE_P(Modes, AddressSpaceFork,
                         ::testing::Values(ForkMode::CopyOnWrite, ForkMode::Eager),
                         [](const auto& info) {
                           return info.param == ForkMode::Eager ? "Eager" : "CopyOnWrite";
                         });

TEST_P(AddressSpaceFork, EachSideKeepsWhatItWrites) {
  map(kBase, 3);
  fill(kBase, 3, 42);
  auto child = fork();
  EXPECT_TRUE(child->write_value(kBase, u8{99}).ok());
  EXPECT_TRUE(space_->write_value(kBase + kPageSize, u8{43}).ok());
  EXPECT_EQ(byte(kBase), 42);
  EXPECT_EQ(byte(*child, kBase), 99);
  EXPECT_EQ(byte(*child, kBase + 1), 42);
  EXPECT_EQ(byte(kBase + kPageSize), 43);
  EXPECT_EQ(byte(*child, kBase + kPageSize), 42);
  EXPECT_EQ(byte(*child, kBase + 2 * kPageSize), 42);
  space_->check_consistency();
  child->check_consistency();
  child.reset();
  EXPECT_EQ(pool_->in_use(), 3u);
  EXPECT_TRUE(space_->write_value(kBase + 2 * kPageSize, u8{1}).ok());
  EXPECT_EQ(pool_->in_use(), 3u) << "the last owner writes in place";
}

TEST_P(AddressSpaceFork, FiveHundredRegionsOfEveryKindGoOver) {
  auto object = std::make_shared<TestObject>(*pool_, 8);
  for (u64 i = 0; i < 500; ++i) {
    const GuestAddr at = kBase + i * 5 * kPageSize;
    switch (i % 4) {
      case 0: map(at, 2); break;
      case 1: map(at, 2, Protection::rw(), Sharing::Shared); break;
      case 2: map_object(at, 2, object, i % 7, Sharing::Private); break;
      default: map(at, 2, Protection::from_bits(2 | (i & 4))); break;
    }
    EXPECT_TRUE(space_->write_value(at, static_cast<u16>(i)).ok());
  }
  map_stack(kBase - 1000 * kPageSize, 2);
  space_->set_brk_start(kBase + 4000 * kPageSize + 7);
  space_->set_brk(kBase + 4010 * kPageSize);
  fill(kBase + 4001 * kPageSize, 5, 77);
  ForkReport report;
  auto child = space_->fork(GetParam(), &report).value();
  EXPECT_EQ(child->map().vmas().size(), space_->map().vmas().size());
  EXPECT_EQ(child->resident_pages(), space_->resident_pages());
  EXPECT_EQ(child->brk(), space_->brk());
  for (u64 i = 0; i < 500; ++i) {
    const GuestAddr at = kBase + i * 5 * kPageSize;
    EXPECT_EQ(child->read_value<u16>(at).value(), i);
    EXPECT_TRUE(child->write_value(at + 8, u8{1}).ok());
    EXPECT_EQ(byte(at + 8) == 1, i % 4 == 1) << "only shared memory is shared: " << i;
  }
  EXPECT_EQ(byte(*child, kBase + 4005 * kPageSize), 77);
  EXPECT_EQ(report.size(), space_->map().vmas().size());
  u64 pages_reported = 0;
  for (const ForkedRegion& region : report) {
    EXPECT_EQ(region.shared + region.copied + region.absent, region.range.pages());
    pages_reported += region.shared + region.copied;
    const bool heap = region.kind == VmaKind::Heap;
    if (heap) {
      EXPECT_EQ(GetParam() == ForkMode::Eager ? region.copied : region.shared, 5u);
    }
  }
  EXPECT_EQ(pages_reported, space_->resident_pages());
  space_->check_consistency();
  child->check_consistency();
}

TEST_P(AddressSpaceFork, SharedMemoryStaysSharedWhenTouchedLater) {
  map(kBase, 4, Protection::rw(), Sharing::Shared);
  auto child = fork();
  EXPECT_TRUE(child->write_value(kBase, u8{5}).ok());
  EXPECT_EQ(byte(kBase), 5);
  EXPECT_TRUE(space_->write_value(kBase + kPageSize, u8{6}).ok());
  EXPECT_EQ(byte(*child, kBase + kPageSize), 6);
  auto grandchild = child->fork(GetParam(), nullptr).value();
  child.reset();
  space_.reset();
  EXPECT_EQ(byte(*grandchild, kBase), 5);
  grandchild.reset();
  EXPECT_EQ(pool_->in_use(), 0u);
}

TEST_P(AddressSpaceFork, OmittedAndWipedRegions) {
  map(kBase, 2);
  map(kBase + 2 * kPageSize, 2);
  map(kBase + 4 * kPageSize, 2);
  fill(kBase, 6, 9);
  ASSERT_TRUE(space_->update_vmas(pages(1, 3), [](Vma& v) { v.on_fork = OnFork::Omit; }).ok());
  ASSERT_TRUE(space_->update_vmas(pages(3, 5), [](Vma& v) { v.on_fork = OnFork::Wipe; }).ok());
  EXPECT_EQ(space_->update_vmas(pages(5, 9), [](Vma&) {}).error(), Errno::ENOMEM);
  auto child = fork();
  EXPECT_EQ(byte(*child, kBase), 9);
  EXPECT_EQ(child->read_value<u8>(kBase + kPageSize).error(), Errno::EFAULT);
  EXPECT_EQ(child->read_value<u8>(kBase + 2 * kPageSize).error(), Errno::EFAULT);
  EXPECT_EQ(byte(*child, kBase + 3 * kPageSize), 0);
  EXPECT_EQ(byte(*child, kBase + 4 * kPageSize), 0);
  EXPECT_EQ(byte(*child, kBase + 5 * kPageSize), 9);
  for (u64 i = 0; i < 6; ++i) EXPECT_EQ(byte(kBase + i * kPageSize), 9);
  child->check_consistency();
}

TEST_P(AddressSpaceFork, TenThousandForksLeakNothing) {
  map(kBase, 8);
  map(kBase + 20 * kPageSize, 2, Protection::rw(), Sharing::Shared);
  fill(kBase, 8, 1);
  fill(kBase + 20 * kPageSize, 2, 1);
  const u32 before = pool_->in_use();
  for (int i = 0; i < 10000; ++i) {
    auto child = fork();
    ASSERT_TRUE(child->write_value(kBase + (i % 8) * kPageSize, u8{2}).ok());
    if (i % 3 == 0) {
      ASSERT_TRUE(space_->write_value(kBase + (i % 8) * kPageSize, u8{3}).ok());
    }
  }
  EXPECT_EQ(pool_->in_use(), before);
}

TEST_P(AddressSpaceFork, ChainsOfForksSeeTheirOwnPast) {
  map(kBase, 1);
  std::vector<std::unique_ptr<AddressSpace>> spaces;
  AddressSpace* last = space_.get();
  for (u8 i = 0; i < 200; ++i) {
    ASSERT_TRUE(last->write_value(kBase + i, i).ok());
    spaces.push_back(last->fork(GetParam(), nullptr).value());
    last = spaces.back().get();
  }
  for (u8 i = 0; i < 200; ++i) {
    EXPECT_EQ(byte(*last, kBase + i), i);
    EXPECT_EQ(byte(kBase + i), 0) << "the first space wrote only a 0";
  }
  EXPECT_EQ(byte(*spaces[99], kBase + 100), 100) << "written after its own fork";
  EXPECT_EQ(byte(*spaces[99], kBase + 101), 0);
}

TEST_F(AddressSpaceFork, EagerAndCopyOnWriteGiveEqualMemory) {
  auto object = std::make_shared<TestObject>(*pool_, 8);
  std::mt19937 random(3);
  map(kBase, 20);
  map_object(kBase + 30 * kPageSize, 8, object, 0, Sharing::Private);
  for (int i = 0; i < 30; ++i) {
    static_cast<void>(space_->write_value(kBase + random() % (38 * kPageSize), u8(random())));
  }
  auto eager = space_->fork(ForkMode::Eager, nullptr).value();
  auto lazy = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  for (int i = 0; i < 30; ++i) {
    static_cast<void>(space_->write_value(kBase + random() % (38 * kPageSize), u8(random())));
  }
  for (const GuestRange& range : {pages(0, 20), pages(30, 38)}) {
    std::vector<std::byte> one(range.size());
    std::vector<std::byte> two(range.size());
    ASSERT_TRUE(eager->read(range.start, one).ok());
    ASSERT_TRUE(lazy->read(range.start, two).ok());
    EXPECT_EQ(one, two);
  }
}

TEST_F(AddressSpaceFork, AForkThatFailsMidwayLeavesEverythingAsItWas) {
  auto object = std::make_shared<TestObject>(*pool_, 4);
  map(kBase, 20);
  fill(kBase, 20, 1);
  map(kBase + 30 * kPageSize, 4, Protection::rw(), Sharing::Shared);
  fill(kBase + 30 * kPageSize, 4, 2);
  map_object(kBase + 40 * kPageSize, 4, object, 0, Sharing::Private);
  EXPECT_EQ(byte(kBase + 40 * kPageSize), 100);
  const auto before = entries();
  std::map<GuestAddr, u32> references;
  for (const auto& [page, entry] : before) references[page] = pool_->references(entry.frame);
  const u32 in_use = pool_->in_use();
  const u64 rights = space_->rights_reduced();
  for (u32 room = 0; room < 21; ++room) {
    pool_->set_limit(in_use + room);
    EXPECT_EQ(space_->fork(ForkMode::Eager, nullptr).error(), Errno::ENOMEM);
    EXPECT_EQ(pool_->in_use(), in_use);
    EXPECT_EQ(space_->rights_reduced(), rights);
    const auto after = entries();
    ASSERT_EQ(after.size(), before.size());
    for (const auto& [page, entry] : after) {
      EXPECT_EQ(entry.frame, before.at(page).frame);
      EXPECT_EQ(entry.copy_on_write, before.at(page).copy_on_write);
      EXPECT_EQ(pool_->references(entry.frame), references[page]);
    }
    space_->check_consistency();
  }
  pool_->set_limit(in_use + 21);
  EXPECT_TRUE(space_->fork(ForkMode::Eager, nullptr).ok());
}

TEST_F(AddressSpaceFork, ACopyThatFindsNoFrameIsOutOfMemory) {
  map(kBase, 1);
  fill(kBase, 1, 1);
  auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  pool_->set_limit(pool_->in_use());
  const auto fault = child->resolve_fault(kBase + 5, Access::Write);
  EXPECT_EQ(fault.error().kind, Fault::Kind::OutOfMemory);
  EXPECT_EQ(fault.error().address, kBase + 5);
  EXPECT_EQ(child->write_value(kBase, u8{1}).error(), Errno::EFAULT);
  space_.reset();
  EXPECT_TRUE(child->write_value(kBase, u8{1}).ok()) << "alone now: no copy needed";
}

TEST_F(AddressSpaceFork, RightsAreTakenOnlyWhenThereWereAny) {
  map(kBase, 1);
  fill(kBase, 1, 1);
  u64 rights = space_->rights_reduced();
  auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  EXPECT_GT(space_->rights_reduced(), rights);
  rights = space_->rights_reduced();
  auto second = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  EXPECT_EQ(space_->rights_reduced(), rights) << "everything was copy-on-write already";
  EXPECT_TRUE(space_->write_value(kBase, u8{1}).ok());
  EXPECT_GT(space_->rights_reduced(), rights) << "the frame was replaced";
  rights = space_->rights_reduced();
  map(kBase + 10 * kPageSize, 1);
  EXPECT_TRUE(space_->unmap(pages(10, 11)).ok());
  EXPECT_EQ(space_->rights_reduced(), rights) << "never touched";
}

TEST_F(AddressSpaceFork, EverySpaceHasAnIdOfItsOwn) {
  std::set<u64> ids{space_->id()};
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(ids.insert(AddressSpace(*pool_).id()).second);
    EXPECT_TRUE(ids.insert(space_->fork(ForkMode::CopyOnWrite, nullptr).value()->id()).second);
  }
}

}  // namespace
}  // namespace kemu
