#pragma once

#include "base/types.h"

namespace kemu {

/// A terminal as job control sees it: which session it controls and which process group is in the
/// foreground. Linux's `struct tty_struct` (its session and pgrp fields).
class Terminal {
 public:
  virtual ~Terminal() = default;
  i32 session() const { return session_; }
  i32 foreground_group() const { return foreground_group_; }
  void set_session(i32 session) { session_ = session; }
  void set_foreground_group(i32 group) { foreground_group_ = group; }
  /// TOSTOP is set: background writes get SIGTTOU.
  virtual bool stops_background_output() const = 0;
  /// Device number (st_rdev), for /proc/PID/stat.
  virtual u64 device() const = 0;

 private:
  i32 session_ = 0;
  i32 foreground_group_ = 0;
};

}  // namespace kemu
