// mmap, munmap, mprotect, mremap, madvise, msync and brk.

#include "unit/vm/space_fixture.h"

namespace kemu {
namespace {

class AddressSpaceTest : public SpaceFixture {};

TEST_F(AddressSpaceTest, MapRefusesWhatLinuxRefuses) {
  MapRequest request = anonymous(GuestAddr(), kPageSize);
  request.size = 0;
  EXPECT_EQ(space_->map(request).error(), Errno::EINVAL);
  request.size = ~u64{0};
  EXPECT_EQ(space_->map(request).error(), Errno::ENOMEM);
  request.size = kUserEnd.value();
  EXPECT_EQ(space_->map(request).error(), Errno::ENOMEM);
  request.size = kPageSize;
  request.object_offset = 1;
  EXPECT_EQ(space_->map(request).error(), Errno::EINVAL);
  request.object_offset = 0;
  request.placement = Placement::Fixed;
  request.address = kBase + 1;
  EXPECT_EQ(space_->map(request).error(), Errno::EINVAL);
  request.address = kUserEnd;
  EXPECT_EQ(space_->map(request).error(), Errno::ENOMEM);
  request.address = kUserEnd - kPageSize;
  request.size = 2 * kPageSize;
  EXPECT_EQ(space_->map(request).error(), Errno::ENOMEM);
  request.size = kPageSize;
  request.address = GuestAddr(0);
  EXPECT_EQ(space_->map(request).error(), Errno::EPERM);
  request.address = kUserStart - kPageSize;
  EXPECT_EQ(space_->map(request).error(), Errno::EPERM);
  EXPECT_TRUE(space_->map().vmas().empty());
}

TEST_F(AddressSpaceTest, HintsAreHonouredWhenFree) {
  MapRequest request = anonymous(kBase + 5, kPageSize + 1);
  EXPECT_EQ(space_->map(request).value(), kBase + kPageSize);
  const GuestAddr other = space_->map(request).value();
  EXPECT_NE(other, kBase + kPageSize);
  EXPECT_EQ(space_->map().find(other)->range.pages(), 2u);
  request.address = GuestAddr(1);
  EXPECT_EQ(space_->map(request).value(), kUserStart);
  request.address = GuestAddr(~u64{0});
  EXPECT_LT(space_->map(request).value(), kUserEnd);
}

TEST_F(AddressSpaceTest, MappingsGoDownwardsBelowTheStack) {
  const GuestAddr first = space_->map(anonymous(GuestAddr(), kPageSize)).value();
  const GuestAddr second = space_->map(anonymous(GuestAddr(), 3 * kPageSize)).value();
  EXPECT_EQ(second, first - 3 * kPageSize);
  EXPECT_LT(first, kUserEnd - (u64{128} << 20));
  space_->limits().stack = u64{4} << 30;
  EXPECT_LT(space_->map(anonymous(GuestAddr(), kPageSize)).value(), kUserEnd - (u64{4} << 30));
}

TEST_F(AddressSpaceTest, HugeReservationsCostNothing) {
  MapRequest request = anonymous(GuestAddr(), u64{64} << 40);
  request.protection = Protection::none();
  const GuestAddr start = space_->map(request).value();
  EXPECT_EQ(pool_->in_use(), 0u);
  EXPECT_EQ(space_->write_value(start, u8{1}).error(), Errno::EFAULT);
  EXPECT_TRUE(space_->unmap({start, start + request.size}).ok());
}

TEST_F(AddressSpaceTest, FixedReplacesAndNoReplaceRefuses) {
  map(kBase, 4);
  fill(kBase, 4, 7);
  map(kBase + kPageSize, 2);
  EXPECT_EQ(byte(kBase), 7);
  EXPECT_EQ(byte(kBase + kPageSize), 0);
  EXPECT_EQ(byte(kBase + 2 * kPageSize), 0);
  EXPECT_EQ(byte(kBase + 3 * kPageSize), 7);
  MapRequest request = anonymous(kBase + 3 * kPageSize, 2 * kPageSize);
  request.placement = Placement::FixedNoReplace;
  EXPECT_EQ(space_->map(request).error(), Errno::EEXIST);
  request.address = kBase + 4 * kPageSize;
  EXPECT_EQ(space_->map(request).value(), request.address);
  space_->check_consistency();
}

TEST_F(AddressSpaceTest, UnmapMakesHolesAndFreesFrames) {
  map(kBase, 10);
  fill(kBase, 10, 1);
  EXPECT_EQ(pool_->in_use(), 10u);
  EXPECT_TRUE(space_->unmap({kBase + 2 * kPageSize, kBase + 3 * kPageSize + 1}).ok());
  EXPECT_EQ(pool_->in_use(), 8u);
  EXPECT_EQ(space_->resident_pages(), 8u);
  EXPECT_EQ(space_->read_value<u8>(kBase + 3 * kPageSize).error(), Errno::EFAULT);
  EXPECT_TRUE(space_->unmap({kBase - kPageSize, kBase + 20 * kPageSize}).ok());
  EXPECT_EQ(pool_->in_use(), 0u);
  EXPECT_TRUE(space_->unmap({kBase, kBase + kPageSize}).ok()) << "holes are fine";
  EXPECT_EQ(space_->unmap({kBase + 1, kBase + kPageSize}).error(), Errno::EINVAL);
  EXPECT_EQ(space_->unmap({kBase, kBase}).error(), Errno::EINVAL);
  EXPECT_EQ(space_->unmap({kBase, kUserEnd + kPageSize}).error(), Errno::EINVAL);
  EXPECT_EQ(space_->unmap({kBase, GuestAddr(0)}).error(), Errno::EINVAL);
}

TEST_F(AddressSpaceTest, ProtectSplitsAndStopsAtHoles) {
  map(kBase, 4);
  fill(kBase, 4, 1);
  EXPECT_TRUE(space_->protect(pages(1, 3), Protection::r()).ok());
  EXPECT_EQ(space_->map().vmas().size(), 3u);
  EXPECT_EQ(space_->write_value(kBase + kPageSize, u8{1}).error(), Errno::EFAULT);
  EXPECT_TRUE(space_->write_value(kBase, u8{1}).ok());
  EXPECT_TRUE(space_->protect(pages(0, 4), Protection::rw()).ok());
  EXPECT_EQ(space_->map().vmas().size(), 1u);
  EXPECT_EQ(space_->protect(pages(2, 6), Protection::r()).error(), Errno::ENOMEM);
  EXPECT_EQ(space_->write_value(kBase + 3 * kPageSize, u8{1}).error(), Errno::EFAULT);
  EXPECT_EQ(space_->protect({kBase + 1, kBase + 2}, Protection::r()).error(), Errno::EINVAL);
  space_->check_consistency();
}

TEST_F(AddressSpaceTest, ProtectKeepsToWhatTheMappingMayBecome) {
  MapRequest request = anonymous(kBase, kPageSize);
  request.protection = Protection::r();
  request.most = Protection::rx();
  request.placement = Placement::Fixed;
  ASSERT_TRUE(space_->map(request).ok());
  EXPECT_EQ(space_->protect(pages(0, 1), Protection::rw()).error(), Errno::EACCES);
  EXPECT_TRUE(space_->protect(pages(0, 1), Protection::rx()).ok());
}

TEST_F(AddressSpaceTest, WritableOrExecutableIsReadable) {
  map(kBase, 1, Protection::from_bits(2));
  map(kBase + kPageSize, 1, Protection::from_bits(4));
  map(kBase + 2 * kPageSize, 1, Protection::none());
  EXPECT_TRUE(space_->read_value<u8>(kBase).ok());
  EXPECT_TRUE(space_->read_value<u8>(kBase + kPageSize).ok());
  EXPECT_EQ(space_->read_value<u8>(kBase + 2 * kPageSize).error(), Errno::EFAULT);
}

TEST_F(AddressSpaceTest, DiscardedPagesReadZero) {
  map(kBase, 3);
  fill(kBase, 3, 9);
  EXPECT_TRUE(space_->discard(pages(1, 2)).ok());
  EXPECT_EQ(byte(kBase), 9);
  EXPECT_EQ(byte(kBase + kPageSize), 0);
  EXPECT_EQ(space_->discard(pages(2, 5)).error(), Errno::ENOMEM);
  EXPECT_EQ(byte(kBase + 2 * kPageSize), 0);
}

TEST_F(AddressSpaceTest, AddressSpaceLimit) {
  space_->limits().address_space = 10 * kPageSize;
  map(kBase, 8);
  EXPECT_EQ(space_->map(anonymous(GuestAddr(), 3 * kPageSize)).error(), Errno::ENOMEM);
  EXPECT_TRUE(space_->map(anonymous(GuestAddr(), 2 * kPageSize)).ok());
  EXPECT_EQ(space_->map(anonymous(GuestAddr(), 1)).error(), Errno::ENOMEM);
  RemapRequest remap{pages(0, 8), 9 * kPageSize, true, std::nullopt, false};
  EXPECT_EQ(space_->remap(remap).error(), Errno::ENOMEM);
}

// ---- brk ----

TEST_F(AddressSpaceTest, BrkFromAnUnalignedStart) {
  const GuestAddr start = kBase + 0x5d6;
  map(kBase, 1);  // the last segment, whose page the heap starts in
  fill(kBase, 1, 3);
  space_->set_brk_start(start);
  EXPECT_EQ(space_->set_brk(GuestAddr(0)), start);
  EXPECT_EQ(space_->set_brk(start - 1), start);
  EXPECT_EQ(space_->set_brk(start + 10), start + 10);
  EXPECT_EQ(space_->map().vmas().size(), 1u) << "still in the segment's page";
  EXPECT_EQ(space_->set_brk(start + 5 * kPageSize), start + 5 * kPageSize);
  const Vma* heap = space_->map().find(kBase + kPageSize);
  ASSERT_NE(heap, nullptr);
  EXPECT_EQ(heap->kind, VmaKind::Heap);
  EXPECT_EQ(heap->range, pages(1, 6));
  EXPECT_EQ(byte(kBase + 0x5d6), 3) << "the segment's bytes stay";
  fill(kBase + kPageSize, 5, 8);
  EXPECT_EQ(space_->set_brk(start + kPageSize), start + kPageSize);
  EXPECT_EQ(space_->map().find(kBase + kPageSize)->range, pages(1, 2));
  EXPECT_EQ(space_->read_value<u8>(kBase + 2 * kPageSize).error(), Errno::EFAULT);
  EXPECT_EQ(space_->set_brk(start + 5 * kPageSize), start + 5 * kPageSize);
  EXPECT_EQ(byte(kBase + kPageSize), 8);
  EXPECT_EQ(byte(kBase + 2 * kPageSize), 0) << "regrown pages are zero";
  EXPECT_EQ(space_->set_brk(start), start);
  EXPECT_EQ(space_->map().vmas().size(), 1u);
  space_->check_consistency();
}

TEST_F(AddressSpaceTest, BrkStopsBeforeOtherMappingsAndLimits) {
  space_->set_brk_start(kBase);
  map(kBase + 4 * kPageSize, 1);
  EXPECT_EQ(space_->set_brk(kBase + 4 * kPageSize), kBase) << "a page stays free, as in Linux";
  EXPECT_EQ(space_->set_brk(kBase + 3 * kPageSize), kBase + 3 * kPageSize);
  EXPECT_EQ(space_->set_brk(GuestAddr(~u64{0})), kBase + 3 * kPageSize);
  ASSERT_TRUE(space_->unmap(pages(4, 5)).ok());
  space_->limits().data = 4 * kPageSize;
  EXPECT_EQ(space_->set_brk(kBase + 4 * kPageSize + 1), kBase + 3 * kPageSize);
  EXPECT_EQ(space_->set_brk(kBase + 4 * kPageSize), kBase + 4 * kPageSize);
  space_->limits().data = ~u64{0};
  space_->limits().address_space = 5 * kPageSize;
  EXPECT_EQ(space_->set_brk(kBase + 6 * kPageSize), kBase + 4 * kPageSize);
  EXPECT_EQ(space_->set_brk(kBase + 5 * kPageSize), kBase + 5 * kPageSize);
}

// ---- the stack ----

TEST_F(AddressSpaceTest, TheStackGrowsToItsLimit) {
  map_stack(kBase, 2);
  space_->limits().stack = 10 * kPageSize;
  EXPECT_TRUE(space_->write_value(kBase - 8 * kPageSize, u8{1}).ok());
  EXPECT_EQ(space_->map().find(kBase)->range.pages(), 10u);
  EXPECT_EQ(space_->write_value(kBase - 8 * kPageSize - 1, u8{1}).error(), Errno::EFAULT);
  EXPECT_EQ(space_->resident_pages(), 1u);
  space_->check_consistency();
}

TEST_F(AddressSpaceTest, TheStackKeepsItsGuardGap) {
  const GuestAddr stack = kBase + 400 * kPageSize;
  map_stack(stack, 1);
  map(kBase, 1);
  const GuestAddr lowest = kBase + 257 * kPageSize;
  EXPECT_EQ(space_->write_value(lowest - 1, u8{1}).error(), Errno::EFAULT);
  EXPECT_TRUE(space_->write_value(lowest, u8{1}).ok());
  // An inaccessible neighbour is a guard of its own.
  ASSERT_TRUE(space_->protect(pages(0, 1), Protection::none()).ok());
  EXPECT_TRUE(space_->write_value(kBase + kPageSize, u8{1}).ok());
  EXPECT_EQ(space_->write_value(kBase, u8{1}).error(), Errno::EFAULT);
}

TEST_F(AddressSpaceTest, StackGrowthCountsAgainstTheAddressSpaceLimit) {
  map_stack(kBase, 1);
  space_->limits().address_space = 3 * kPageSize;
  EXPECT_EQ(space_->write_value(kBase - 3 * kPageSize, u8{1}).error(), Errno::EFAULT);
  EXPECT_TRUE(space_->write_value(kBase - 2 * kPageSize, u8{1}).ok());
}

// ---- mremap ----

TEST_F(AddressSpaceTest, RemapGrowsInPlaceShrinksAndMoves) {
  map(kBase, 2);
  fill(kBase, 2, 5);
  RemapRequest request{pages(0, 2), 4 * kPageSize, false, std::nullopt, false};
  EXPECT_EQ(space_->remap(request).value(), kBase);
  EXPECT_EQ(byte(kBase + 3 * kPageSize), 0);
  request = {pages(0, 4), kPageSize, false, std::nullopt, false};
  EXPECT_EQ(space_->remap(request).value(), kBase);
  EXPECT_EQ(space_->read_value<u8>(kBase + kPageSize).error(), Errno::EFAULT);
  map(kBase + kPageSize, 1, Protection::r());
  request = {pages(0, 1), 3 * kPageSize, false, std::nullopt, false};
  EXPECT_EQ(space_->remap(request).error(), Errno::ENOMEM);
  request.may_move = true;
  const GuestAddr moved = space_->remap(request).value();
  EXPECT_NE(moved, kBase);
  EXPECT_EQ(byte(moved), 5);
  EXPECT_EQ(byte(moved + 2 * kPageSize), 0);
  EXPECT_EQ(space_->read_value<u8>(kBase).error(), Errno::EFAULT);
  space_->check_consistency();
}

TEST_F(AddressSpaceTest, RemapToAFixedPlace) {
  map(kBase, 2);
  fill(kBase, 2, 5);
  map(kBase + 10 * kPageSize, 4);
  fill(kBase + 10 * kPageSize, 4, 6);
  RemapRequest request{pages(0, 2), 2 * kPageSize, true, kBase + 11 * kPageSize, false};
  EXPECT_EQ(space_->remap(request).value(), kBase + 11 * kPageSize);
  EXPECT_EQ(byte(kBase + 10 * kPageSize), 6);
  EXPECT_EQ(byte(kBase + 11 * kPageSize), 5);
  EXPECT_EQ(byte(kBase + 13 * kPageSize), 6);
  request = {pages(11, 13), 2 * kPageSize, true, kBase + 12 * kPageSize, false};
  EXPECT_EQ(space_->remap(request).error(), Errno::EINVAL) << "overlap";
  request.fixed = kBase + 1;
  EXPECT_EQ(space_->remap(request).error(), Errno::EINVAL);
  request.fixed = kBase + 30 * kPageSize;
  request.may_move = false;
  EXPECT_EQ(space_->remap(request).error(), Errno::EINVAL);
  request = {pages(11, 13), 2 * kPageSize, true, std::nullopt, true};  // DONTUNMAP
  const GuestAddr copy = space_->remap(request).value();
  EXPECT_EQ(byte(copy), 5);
  EXPECT_EQ(byte(kBase + 11 * kPageSize), 0) << "still mapped, and empty";
  space_->check_consistency();
}

TEST_F(AddressSpaceTest, RemapErrors) {
  map(kBase, 2);
  const auto error = [&](GuestRange old, u64 size) {
    return space_->remap({old, size, true, std::nullopt, false}).error();
  };
  EXPECT_EQ(error({kBase + 1, kBase + kPageSize}, kPageSize), Errno::EINVAL);
  EXPECT_EQ(error(pages(0, 1), 0), Errno::EINVAL);
  EXPECT_EQ(error(pages(5, 6), kPageSize), Errno::EFAULT);
  EXPECT_EQ(error(pages(1, 3), 4 * kPageSize), Errno::EFAULT);
  EXPECT_EQ(error(pages(0, 0), kPageSize), Errno::EINVAL) << "private, old size 0";
  EXPECT_EQ(error(pages(0, 1), ~u64{0} - kPageSize), Errno::ENOMEM);
}

// ---- objects ----

TEST_F(AddressSpaceTest, APrivateMappingCopiesOnWrite) {
  auto object = std::make_shared<TestObject>(*pool_, 4);
  map_object(kBase, 3, object, 1, Sharing::Private);
  EXPECT_EQ(byte(kBase), 101);
  EXPECT_EQ(space_->pages().find(kBase)->frame, object->frames[1]) << "not copied to be read";
  EXPECT_TRUE(space_->write_value(kBase, u8{7}).ok());
  EXPECT_EQ(byte(kBase), 7);
  EXPECT_EQ(object->byte(1), 101);
  EXPECT_TRUE(space_->write_value(kBase + kPageSize, u8{8}).ok()) << "absent";
  EXPECT_EQ(byte(kBase + kPageSize + 1), 102) << "the rest of the page comes along";
  EXPECT_EQ(object->byte(2), 102);
  EXPECT_TRUE(space_->discard(pages(0, 1)).ok());
  EXPECT_EQ(byte(kBase), 101);
  EXPECT_TRUE(object->written_back.empty());
  space_->check_consistency();
}

TEST_F(AddressSpaceTest, BeyondTheObjectIsSigbus) {
  auto object = std::make_shared<TestObject>(*pool_, 2);
  map_object(kBase, 4, object, 0, Sharing::Private);
  EXPECT_EQ(space_->resolve_fault(kBase + 2 * kPageSize, Access::Read).error().kind,
            Fault::Kind::BeyondObject);
  EXPECT_EQ(space_->read_value<u8>(kBase + 2 * kPageSize).error(), Errno::EFAULT);
}

TEST_F(AddressSpaceTest, AnObjectThatGotShorterTakesItsPagesAway) {
  auto object = std::make_shared<TestObject>(*pool_, 4);
  auto other = std::make_shared<TestObject>(*pool_, 4);
  map_object(kBase, 3, object, 1, Sharing::Private);
  map_object(kBase + 8 * kPageSize, 4, other, 0, Sharing::Shared);
  for (u64 page = 0; page < 3; ++page) fill(kBase + page * kPageSize, 1, 7);
  EXPECT_EQ(byte(kBase + 11 * kPageSize), 103);
  const u64 rights = space_->rights_reduced();
  space_->drop_object_pages({object->contents(), 4, ~u64{0}, nullptr});
  EXPECT_EQ(space_->resident_pages(), 4u) << "nothing lies there";
  EXPECT_EQ(space_->rights_reduced(), rights);
  space_->drop_object_pages({object->contents(), 2, ~u64{0}, nullptr});
  EXPECT_EQ(space_->resident_pages(), 2u);
  EXPECT_NE(space_->rights_reduced(), rights);
  EXPECT_EQ(byte(kBase), 7) << "page 1 of the object stays";
  EXPECT_EQ(byte(kBase + kPageSize), 102) << "copies go as well";
  space_->drop_object_pages({object->contents(), 0, ~u64{0}, nullptr});
  EXPECT_EQ(byte(kBase), 101);
  space_->check_consistency();
}

TEST_F(AddressSpaceTest, ASharedMappingWritesBackWhatWasWritten) {
  auto object = std::make_shared<TestObject>(*pool_, 4);
  map_object(kBase, 4, object, 0, Sharing::Shared);
  EXPECT_EQ(byte(kBase), 100);
  EXPECT_EQ(byte(kBase + kPageSize), 101);
  EXPECT_FALSE(space_->pages().find(kBase)->effective().writable()) << "nobody has written yet";
  EXPECT_TRUE(space_->write_value(kBase + kPageSize, u8{7}).ok());
  EXPECT_TRUE(space_->write_value(kBase + 2 * kPageSize, u8{8}).ok());
  EXPECT_EQ(object->byte(1), 7);
  EXPECT_TRUE(space_->sync(pages(0, 2)).ok());
  EXPECT_EQ(object->written_back, (std::vector<u64>{1}));
  EXPECT_TRUE(space_->sync(pages(0, 2)).ok());
  EXPECT_EQ(object->written_back, (std::vector<u64>{1})) << "clean again";
  EXPECT_TRUE(space_->unmap(pages(0, 3)).ok());
  EXPECT_EQ(object->written_back, (std::vector<u64>{1, 2}));
  EXPECT_TRUE(space_->write_value(kBase + 3 * kPageSize, u8{9}).ok());
  EXPECT_EQ(space_->sync(pages(0, 4)).error(), Errno::ENOMEM);
  EXPECT_EQ(object->written_back, (std::vector<u64>{1, 2, 3}));
  EXPECT_TRUE(space_->write_value(kBase + 3 * kPageSize, u8{9}).ok());
  space_.reset();
  EXPECT_EQ(object->written_back, (std::vector<u64>{1, 2, 3, 3}));
}

TEST_F(AddressSpaceTest, SyncReportsTheObjectsError) {
  auto object = std::make_shared<TestObject>(*pool_, 1);
  map_object(kBase, 1, object, 0, Sharing::Shared);
  EXPECT_TRUE(space_->write_value(kBase, u8{7}).ok());
  object->write_back_error = Errno::EIO;
  EXPECT_EQ(space_->sync(pages(0, 1)).error(), Errno::EIO);
}

TEST_F(AddressSpaceTest, SplitsKeepTheOffsets) {
  auto object = std::make_shared<TestObject>(*pool_, 6);
  map_object(kBase, 6, object, 0, Sharing::Private);
  ASSERT_TRUE(space_->unmap(pages(2, 3)).ok());
  ASSERT_TRUE(space_->protect(pages(4, 5), Protection::r()).ok());
  for (u64 i : {0, 1, 3, 4, 5}) EXPECT_EQ(byte(kBase + i * kPageSize), 100 + i);
  const GuestAddr moved =
      space_->remap({pages(4, 5), 2 * kPageSize, true, std::nullopt, false}).value();
  EXPECT_EQ(byte(moved), 104);
  EXPECT_EQ(byte(moved + kPageSize), 105);
}

TEST_F(AddressSpaceTest, AnObjectsFramesComeBack) {
  auto object = std::make_shared<TestObject>(*pool_, 4);
  map_object(kBase, 4, object, 0, Sharing::Private);
  fill(kBase, 4, 1);
  space_.reset();
  EXPECT_EQ(pool_->in_use(), 4u) << "the object's own";
  object.reset();
  EXPECT_EQ(pool_->in_use(), 0u);
}

TEST_F(AddressSpaceTest, RandomOperationsStayConsistent) {
  std::mt19937 random(11);
  auto object = std::make_shared<TestObject>(*pool_, 64);
  const auto range = [&] {
    const u64 first = random() % 60;
    return pages(first, first + 1 + random() % 8);
  };
  space_->set_brk_start(kBase + 70 * kPageSize + 100);
  for (int i = 0; i < 5000; ++i) {
    const GuestRange r = range();
    const Protection protection = Protection::from_bits(random() % 8);
    switch (random() % 8) {
      case 0: map(r.start, r.pages(), protection); break;
      case 1:
        map_object(r.start, r.pages(), object, random() % 50,
                   random() % 2 ? Sharing::Shared : Sharing::Private);
        break;
      case 2: static_cast<void>(space_->unmap(r)); break;
      case 3: static_cast<void>(space_->protect(r, protection)); break;
      case 4: static_cast<void>(space_->discard(r)); break;
      case 5: static_cast<void>(space_->write_value(r.start, u64{1})); break;
      case 6:
        static_cast<void>(
            space_->remap({r, (1 + random() % 8) * kPageSize, random() % 2 == 0,
                           random() % 4 ? std::nullopt : std::optional(range().start), false}));
        break;
      default: space_->set_brk(kBase + 70 * kPageSize + random() % (16 * kPageSize));
    }
    space_->check_consistency();
  }
  space_.reset();
  EXPECT_EQ(pool_->in_use(), 64u);
}

}  // namespace
}  // namespace kemu
