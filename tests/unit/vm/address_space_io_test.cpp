// Kernel access to guest memory, at page edges in every size.

#include <algorithm>

#include "unit/vm/space_fixture.h"

namespace kemu {
namespace {

class AddressSpaceIo : public SpaceFixture {
 protected:
  static std::vector<std::byte> counting(u64 size) {
    std::vector<std::byte> bytes(size);
    for (u64 i = 0; i < size; ++i) bytes[i] = std::byte(i % 251 + 1);
    return bytes;
  }
};

// Sizes around a page, and the two pages mapped between two holes.
constexpr u64 kSizes[] = {1, 2, 3, 4, 7, 8, 9, 16, 4095, 4096, 4097, 8191, 8192};

TEST_F(AddressSpaceIo, AllOrNothingAtEveryEdge) {
  map(kBase, 2);
  for (u64 size : kSizes) {
    for (i64 shift : {-1, 0, 1}) {
      SCOPED_TRACE(testing::Message() << size << " bytes, shifted by " << shift);
      const auto bytes = counting(size);
      std::vector<std::byte> back(size);
      // Up to the end of the mapping, and from its beginning.
      const GuestAddr end = kBase + 2 * kPageSize;
      const GuestAddr at_end = end - size + static_cast<u64>(shift);
      const bool end_fits = shift <= 0 && at_end >= kBase;
      fill(kBase, 2, 0);
      EXPECT_EQ(space_->write(at_end, bytes).ok(), end_fits);
      if (end_fits) {
        EXPECT_TRUE(space_->read(at_end, back).ok());
        EXPECT_EQ(back, bytes);
      } else {
        EXPECT_EQ(space_->read(at_end, back).error(), Errno::EFAULT);
        std::vector<std::byte> all(2 * kPageSize);
        ASSERT_TRUE(space_->read(kBase, all).ok());
        EXPECT_EQ(all, std::vector<std::byte>(2 * kPageSize)) << "nothing written on a fault";
      }
      const GuestAddr at_start = kBase + static_cast<u64>(shift);
      const bool start_fits = shift >= 0 && at_start + size <= end;
      EXPECT_EQ(space_->write(at_start, bytes).ok(), start_fits);
    }
  }
}

TEST_F(AddressSpaceIo, SomeBytesBeforeTheFault) {
  map(kBase, 2);
  const auto bytes = counting(2 * kPageSize);
  for (u64 before : kSizes) {
    const GuestAddr at = kBase + 2 * kPageSize - before;
    std::vector<std::byte> back(before + 10);
    EXPECT_EQ(space_->write_some(at, std::span(bytes).first(before)).value(), before);
    EXPECT_EQ(space_->read_some(at, back).value(), before);
    EXPECT_TRUE(std::equal(back.begin(), back.begin() + static_cast<i64>(before), bytes.begin()));
    std::vector<std::byte> more(before + 1, std::byte{5});
    EXPECT_EQ(space_->write_some(at, more).value(), before);
  }
  std::byte one[1];
  EXPECT_EQ(space_->read_some(kBase - 1, one).error(), Errno::EFAULT);
  EXPECT_EQ(space_->write_some(kBase + 2 * kPageSize, one).error(), Errno::EFAULT);
  EXPECT_EQ(space_->read_some(GuestAddr(0), {}).value(), 0u);
}

TEST_F(AddressSpaceIo, NoAddressIsTooStrange) {
  std::byte bytes[16];
  HostSpans spans;
  for (u64 address : {u64{0}, kUserEnd.value() - 8, kUserEnd.value(), u64{1} << 55, ~u64{0} - 15,
                      ~u64{0} - 7, ~u64{0}}) {
    const GuestAddr at(address);
    EXPECT_EQ(space_->read(at, bytes).error(), Errno::EFAULT);
    EXPECT_EQ(space_->write(at, bytes).error(), Errno::EFAULT);
    EXPECT_EQ(space_->read_some(at, bytes).error(), Errno::EFAULT);
    EXPECT_EQ(space_->write_some(at, bytes).error(), Errno::EFAULT);
    EXPECT_EQ(space_->pin(at, 16, Access::Read, spans).error(), Errno::EFAULT);
    EXPECT_EQ(space_->pin(at, ~u64{0}, Access::Read, spans).error(), Errno::EFAULT);
    EXPECT_EQ(space_->read_c_string(at, 10).error(), Errno::EFAULT);
    EXPECT_FALSE(space_->resolve_fault(at, Access::Execute).ok());
  }
}

TEST_F(AddressSpaceIo, TheLastPageOfUserSpaceEndsThere) {
  map(kUserEnd - kPageSize, 1);
  std::byte bytes[16] = {};
  EXPECT_TRUE(space_->write(kUserEnd - 16, bytes).ok());
  EXPECT_EQ(space_->write(kUserEnd - 15, bytes).error(), Errno::EFAULT);
  EXPECT_EQ(space_->write_some(kUserEnd - 15, bytes).value(), 15u);
  HostSpans spans;
  EXPECT_EQ(space_->pin(kUserEnd - 5, ~u64{0} >> 1, Access::Write, spans).value(), 5u);
}

TEST_F(AddressSpaceIo, ProtectionCounts) {
  map(kBase, 1, Protection::r());
  std::byte bytes[4] = {};
  HostSpans spans;
  EXPECT_TRUE(space_->read(kBase, bytes).ok());
  EXPECT_EQ(space_->write(kBase, bytes).error(), Errno::EFAULT);
  EXPECT_EQ(space_->pin(kBase, 4, Access::Write, spans).error(), Errno::EFAULT);
  EXPECT_TRUE(spans.empty());
}

TEST_F(AddressSpaceIo, CStrings) {
  map(kBase, 2);
  const GuestAddr end = kBase + 2 * kPageSize;
  fill(kBase, 2, 'a');
  EXPECT_EQ(space_->read_c_string(end - 5, 100).error(), Errno::EFAULT);
  EXPECT_EQ(space_->read_c_string(end - 5, 5).error(), Errno::ENAMETOOLONG);
  ASSERT_TRUE(space_->write_value(end - 1, u8{0}).ok());
  EXPECT_EQ(space_->read_c_string(end - 5, 100).value(), "aaaa");
  EXPECT_EQ(space_->read_c_string(end - 5, 5).value(), "aaaa");
  EXPECT_EQ(space_->read_c_string(end - 5, 4).error(), Errno::ENAMETOOLONG);
  EXPECT_EQ(space_->read_c_string(end - 1, 1).value(), "");
  EXPECT_EQ(space_->read_c_string(end - 1, 0).error(), Errno::ENAMETOOLONG);
  EXPECT_EQ(space_->read_c_string(end, 10).error(), Errno::EFAULT);
  // Across a page edge, and ending exactly at one.
  EXPECT_EQ(space_->read_c_string(kBase + kPageSize - 3, 5000).value().size(), kPageSize + 2);
  ASSERT_TRUE(space_->write_value(kBase + kPageSize - 1, u8{0}).ok());
  EXPECT_EQ(space_->read_c_string(kBase + kPageSize - 3, 10).value(), "aa");
  ASSERT_TRUE(space_->write_value(kBase + kPageSize, u8{0}).ok());
  EXPECT_EQ(space_->read_c_string(kBase + kPageSize, 10).value(), "");
}

TEST_F(AddressSpaceIo, PinsAreTheBytesThemselves) {
  map(kBase, 4);
  const auto bytes = counting(3 * kPageSize);
  ASSERT_TRUE(space_->write(kBase + 100, bytes).ok());
  HostSpans spans;
  EXPECT_EQ(space_->pin(kBase + 100, bytes.size(), Access::Read, spans).value(), bytes.size());
  std::vector<std::byte> seen;
  for (HostSpan span : spans) seen.insert(seen.end(), span.begin(), span.end());
  EXPECT_EQ(seen, bytes);
  EXPECT_EQ(spans.size(), 1u) << "frames handed out in order are one run";
  spans[0][0] = std::byte{77};
  EXPECT_EQ(byte(kBase + 100), 77);
}

TEST_F(AddressSpaceIo, APinForWritingIsTheWritersOwn) {
  map(kBase, 2);
  fill(kBase, 2, 1);
  auto child = space_->fork(ForkMode::CopyOnWrite, nullptr).value();
  HostSpans spans;
  EXPECT_EQ(child->pin(kBase, 2 * kPageSize, Access::Write, spans).value(), 2 * kPageSize);
  for (HostSpan span : spans) std::fill(span.begin(), span.end(), std::byte{9});
  EXPECT_EQ(byte(*child, kBase + kPageSize), 9);
  EXPECT_EQ(byte(kBase), 1);
  EXPECT_EQ(byte(kBase + kPageSize), 1);
}

TEST_F(AddressSpaceIo, APinReportsTheBytesBeforeTheFault) {
  map(kBase, 1);
  HostSpans spans;
  EXPECT_EQ(space_->pin(kBase + 10, 2 * kPageSize, Access::Write, spans).value(), kPageSize - 10);
  EXPECT_EQ(spans.size(), 1u);
  EXPECT_EQ(space_->pin(GuestAddr(0), 0, Access::Write, spans).value(), 0u);
}

TEST_F(AddressSpaceIo, WritingMakesCodeStale) {
  map(kBase, 2);
  fill(kBase, 2, 0);
  const Frame frame = space_->pages().find(kBase)->frame;
  pool_->mark_code(frame);
  EXPECT_TRUE(space_->read_value<u8>(kBase).ok());
  EXPECT_FALSE(pool_->any_stale_code());
  EXPECT_TRUE(space_->write_value(kBase + kPageSize, u8{1}).ok());
  EXPECT_FALSE(pool_->any_stale_code());
  EXPECT_TRUE(space_->write_value(kBase + 4, u8{1}).ok());
  EXPECT_EQ(pool_->take_stale_code(), (std::vector<Frame>{frame}));
  pool_->mark_code(frame);
  HostSpans spans;
  EXPECT_TRUE(space_->pin(kBase, 1, Access::Write, spans).ok());
  EXPECT_TRUE(pool_->any_stale_code());
}

}  // namespace
}  // namespace kemu
