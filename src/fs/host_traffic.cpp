#include "fs/host_traffic.h"

#include "fs/host_io.h"

namespace kemu {

HostSpans HostTraffic::allowed(const HostSpans& from) {
  const u64 left = most_ - printed_;
  const u64 wanted = total_size(from);
  if (left == 0 && wanted > 0) spend();
  return wanted <= left ? from : part_of(from, 0, left);
}

/// The bytes that still had room go out before the limit is told of, so that it is the same byte
/// whoever reads them and however fast.
Result<u64> HostTraffic::printed(const HostSpans& wanted, const HostSpans& part, Result<u64> sent) {
  sent = count(std::move(sent));
  if (!sent.ok()) return sent;
  if (printed_ == most_ && total_size(part) < total_size(wanted)) spend();
  return sent;
}

void HostTraffic::spend() {
  spent_ = true;
  if (spent_told_) spent_told_();
}

}  // namespace kemu
