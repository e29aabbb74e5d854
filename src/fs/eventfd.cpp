#include "fs/eventfd.h"

#include "fs/anonymous_place.h"
#include "fs/machine_copy.h"
#include "fs/span_bytes.h"

namespace kemu {

namespace {

constexpr u64 kLargest = ~u64{0} - 1;

/// Linux's `struct eventfd_ctx`.
class EventFd : public FileDescription {
 public:
  EventFd(Location location, u32 flags, u64 initial, EventCounting counting)
      : FileDescription(std::move(location), flags), count_(initial), counting_(counting) {}

  Result<u64> read(const HostSpans& to) override {
    const u64 taken = counting_ == EventCounting::Semaphore ? 1 : count_;
    TRY(read_counter(to, taken));
    if (count_ == 0) return Errno::EAGAIN;
    count_ -= taken;
    queue_.wake_all();
    return u64{sizeof taken};
  }
  Result<u64> write(const HostSpans& from) override {
    u64 added = 0;
    const u64 got = copy_from_spans(std::as_writable_bytes(std::span(&added, 1)), from);
    if (got < sizeof added || added > kLargest) return Errno::EINVAL;
    if (added > kLargest - count_) return Errno::EAGAIN;
    count_ += added;
    queue_.wake_all();
    return u64{sizeof added};
  }
  /// noop_llseek: there is nowhere to go, and no error.
  Result<u64> seek(i64, Whence) override { return u64{0}; }
  bool pollable() const override { return true; }
  u32 poll() override {
    u32 events = 0;
    if (count_ > 0) events |= kPollIn | kPollReadNormal;
    if (count_ < kLargest) events |= kPollOut | kPollWriteNormal;
    return events;
  }
  void wait_on(u32, Waiter& waiter) override { waiter.wait_on(queue_); }
  std::shared_ptr<FileDescription> copy_to(MachineCopy& copy) const override {
    auto made = std::make_shared<EventFd>(copy.of(location_), flags_, count_, counting_);
    copy.queue(queue_, made->queue_);
    return copy_common(copy, std::move(made));
  }

 private:
  u64 count_;
  EventCounting counting_;
  WaitQueue queue_;
};

}  // namespace

std::shared_ptr<FileDescription> make_eventfd(u64 initial, EventCounting counting, u32 flags,
                                              u64 inode_number) {
  return std::make_shared<EventFd>(make_anonymous_place("anon_inode:[eventfd]", inode_number),
                                   flags | abi::kOpenReadWrite, initial, counting);
}

}  // namespace kemu
