#pragma once

#include "base/types.h"

namespace kemu {

/// How a child ended or changed, as wait4(2) reports it: the one encoder of the wait status word.
class WaitStatus {
 public:
  static constexpr WaitStatus exited(i32 code) { return WaitStatus((code & 0xff) << 8); }
  static constexpr WaitStatus killed(i32 signal, bool core_dumped) {
    return WaitStatus((signal & 0x7f) | (core_dumped ? 0x80 : 0));
  }
  static constexpr WaitStatus stopped(i32 signal) { return WaitStatus(signal << 8 | 0x7f); }
  static constexpr WaitStatus continued() { return WaitStatus(0xffff); }

  constexpr i32 raw() const { return raw_; }
  constexpr bool has_exited() const { return (raw_ & 0x7f) == 0; }
  constexpr i32 exit_code() const { return (raw_ >> 8) & 0xff; }
  constexpr bool was_killed() const { return !has_exited() && !was_stopped() && !has_continued(); }
  constexpr i32 killing_signal() const { return raw_ & 0x7f; }
  constexpr bool core_dumped() const { return was_killed() && (raw_ & 0x80); }
  constexpr bool was_stopped() const { return (raw_ & 0xff) == 0x7f && !has_continued(); }
  constexpr i32 stopping_signal() const { return (raw_ >> 8) & 0xff; }
  constexpr bool has_continued() const { return raw_ == 0xffff; }
  friend constexpr bool operator==(WaitStatus, WaitStatus) = default;

 private:
  constexpr explicit WaitStatus(i32 raw) : raw_(raw) {}
  i32 raw_ = 0;
};

}  // namespace kemu
