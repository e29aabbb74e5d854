#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "vm/address_space.h"

namespace kemu {

/// An object of `pages` pages; every byte of page n is 100 + n at first.
class TestObject : public MappedObject {
 public:
  TestObject(FramePool& pool, u64 pages) : pool_(pool) {
    for (u64 i = 0; i < pages; ++i) {
      frames.push_back(pool.allocate().value());
      std::memset(pool.data(frames.back()), static_cast<int>(100 + i), kPageSize);
    }
  }
  ~TestObject() override {
    for (Frame frame : frames) pool_.release(frame);
  }
  Result<Frame> page(u64 index) override {
    if (index >= frames.size()) return Errno::ENXIO;
    pool_.retain(frames[index]);
    return frames[index];
  }
  Result<Unit> write_back(u64 index) override {
    if (write_back_error) return *write_back_error;
    written_back.push_back(index);
    return Unit{};
  }
  Identity identity() const override { return {}; }
  u8 byte(u64 page) const { return static_cast<u8>(pool_.data(frames[page])[0]); }

  std::vector<Frame> frames;
  std::vector<u64> written_back;
  std::optional<Errno> write_back_error;

 private:
  FramePool& pool_;
};

/// One address space over a small pool; the page numbers of tests count from kBase.
class SpaceFixture : public ::testing::Test {
 protected:
  static constexpr GuestAddr kBase{0x10000000};

  static GuestRange pages(u64 first, u64 end) {
    return {kBase + first * kPageSize, kBase + end * kPageSize};
  }
  static MapRequest anonymous(GuestAddr address, u64 size) {
    MapRequest request;
    request.address = address;
    request.size = size;
    request.protection = Protection::rw();
    return request;
  }
  void map(GuestAddr address, u64 count, Protection protection = Protection::rw(),
           Sharing sharing = Sharing::Private) {
    MapRequest request = anonymous(address, count * kPageSize);
    request.protection = protection;
    request.sharing = sharing;
    request.placement = Placement::Fixed;
    ASSERT_EQ(space_->map(request).value(), address);
  }
  void map_object(GuestAddr address, u64 count, std::shared_ptr<MappedObject> object, u64 first,
                  Sharing sharing) {
    MapRequest request = anonymous(address, count * kPageSize);
    request.sharing = sharing;
    request.placement = Placement::Fixed;
    request.object = std::move(object);
    request.object_offset = first * kPageSize;
    ASSERT_EQ(space_->map(request).value(), address);
  }
  void map_stack(GuestAddr address, u64 count) {
    MapRequest request = anonymous(address, count * kPageSize);
    request.placement = Placement::Fixed;
    request.growth = Growth::Down;
    request.kind = VmaKind::Stack;
    ASSERT_TRUE(space_->map(request).ok());
  }
  static void fill(AddressSpace& space, GuestAddr address, u64 count, u8 value) {
    const std::vector<std::byte> bytes(count * kPageSize, std::byte{value});
    ASSERT_TRUE(space.write(address, bytes).ok());
  }
  void fill(GuestAddr address, u64 count, u8 value) { fill(*space_, address, count, value); }
  static u8 byte(AddressSpace& space, GuestAddr address) {
    return space.read_value<u8>(address).value();
  }
  u8 byte(GuestAddr address) { return byte(*space_, address); }

  std::unique_ptr<FramePool> pool_ = FramePool::create(u64{64} << 20).value();
  std::unique_ptr<AddressSpace> space_ = std::make_unique<AddressSpace>(*pool_);
};

}  // namespace kemu
