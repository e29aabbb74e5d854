#pragma once

#include <functional>
#include <memory>

#include "base/types.h"
#include "fs/inode.h"

namespace kemu {

class MachineCopy;

/// A terminal as job control sees it: which session it controls and which process group is in the
/// foreground. Linux's `struct tty_struct` (its session and pgrp fields).
class Terminal : public std::enable_shared_from_this<Terminal> {
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
  /// Its user's end, opened through /dev/tty at `at`.
  virtual Result<std::shared_ptr<FileDescription>> open(const Location& at, u32 flags) = 0;
  /// TIOCEXCL was asked for: nobody else may open it (EBUSY) but a privileged process.
  virtual bool is_exclusive() const { return false; }

  /// The same terminal in a copy of its machine.
  virtual std::shared_ptr<Terminal> copy_to(MachineCopy& copy) const = 0;

 protected:
  /// For `copy_to`: what every terminal has. Returns `made`.
  std::shared_ptr<Terminal> copy_common(std::shared_ptr<Terminal> made) const {
    made->session_ = session_;
    made->foreground_group_ = foreground_group_;
    return made;
  }

 private:
  i32 session_ = 0;
  i32 foreground_group_ = 0;
};

/// What the master side of a pty can do beside reading and writing; see FileDescription::master.
class TerminalMaster {
 public:
  virtual ~TerminalMaster() = default;
  /// The terminal it drives.
  virtual Terminal& driven() = 0;
  /// TIOCGPTPEER: opens the other side. EIO.
  virtual Result<std::shared_ptr<FileDescription>> open_peer(u32 flags) = 0;
  /// Whose the other side's node is: who opened the master.
  virtual void set_owner(u32 uid, u32 gid) = 0;
};

/// What terminals ask of those who know processes.
struct TerminalSignals {
  /// A signal of the kernel's to every process of a group.
  std::function<void(i32 group, i32 signal)> send = [](i32, i32) {};
  /// The line is gone: the session that the terminal controls loses it and hears of it.
  std::function<void(Terminal&)> hang_up = [](Terminal&) {};
};

}  // namespace kemu
