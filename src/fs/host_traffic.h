#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/types.h"
#include "vm/address_space.h"

namespace kemu {

/// What a machine's guests and the streams of its host say to each other: what guests print is
/// counted and may be limited, and that something was heard is told once.
class HostTraffic {
 public:
  /// Guests may print so many bytes; `spent` is told when they want to print more.
  void limit_output(u64 bytes, std::function<void()> spent) {
    most_ = bytes;
    spent_told_ = std::move(spent);
  }
  /// Passes on as many of the bytes as the limit leaves, by `send(part)`, which may take fewer.
  /// EAGAIN when none are left.
  template <typename Send>
  Result<u64> print(const HostSpans& from, Send&& send) {
    if (most_ == kNoLimit) return count(send(from));
    const HostSpans part = allowed(from);
    if (part.empty() && !from.empty() && spent_) return Errno::EAGAIN;
    return printed(from, part, send(part));
  }
  u64 printed() const { return printed_; }
  bool spent() const { return spent_; }

  /// Who is told, with the name of the stream, when the first bytes come in.
  void set_heard(std::function<void(std::string_view stream)> heard) { heard_ = std::move(heard); }
  /// The limit is spent as far as `original`'s is, and what that one heard is old news.
  void go_on_from(const HostTraffic& original) {
    printed_ = original.printed_;
    spent_ = original.spent_;
    if (!original.heard_) heard_ = nullptr;
  }
  /// `name()` is what to call the stream.
  template <typename Name>
  void hear(u64 bytes, Name&& name) {
    if (bytes > 0 && heard_) std::exchange(heard_, nullptr)(name());
  }

 private:
  static constexpr u64 kNoLimit = ~u64{0};

  Result<u64> count(Result<u64> sent) {
    if (sent.ok()) printed_ += *sent;
    return sent;
  }
  HostSpans allowed(const HostSpans& from);
  Result<u64> printed(const HostSpans& wanted, const HostSpans& part, Result<u64> sent);
  void spend();

  u64 most_ = kNoLimit;
  u64 printed_ = 0;
  bool spent_ = false;
  std::function<void()> spent_told_;
  std::function<void(std::string_view)> heard_;
};

}  // namespace kemu
