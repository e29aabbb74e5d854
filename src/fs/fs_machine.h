#pragma once

#include "base/time.h"
#include "fs/permission.h"
#include "vm/frame_pool.h"

namespace kemu {

/// What the file systems that kemu keeps itself ask the machine they belong to: who acts, what time
/// it is, where memory comes from. It outlives them.
class FsMachine {
 public:
  explicit FsMachine(FramePool& pool) : pool_(pool) {}
  virtual ~FsMachine() = default;
  FsMachine(const FsMachine&) = delete;
  FsMachine& operator=(const FsMachine&) = delete;

  /// Those of the process whose call is served; root's while a Privilege lasts. Linux's
  /// current_cred().
  FileCredentials credentials() const { return privileges_ > 0 ? FileCredentials{} : actor(); }
  virtual Nanoseconds now() = 0;
  FramePool& pool() { return pool_; }
  /// An st_dev that no other file system of the machine has, from where Linux hands out anonymous
  /// ones.
  u64 next_device() { return next_device_++; }
  /// What is handed out next is what `original` would hand out.
  void go_on_from(const FsMachine& original) { next_device_ = original.next_device_; }

  /// As long as one lives, root acts: a file system works on one below it for its own ends. Linux's
  /// override_creds().
  class Privilege {
   public:
    explicit Privilege(FsMachine& machine) : machine_(machine) { ++machine_.privileges_; }
    ~Privilege() { --machine_.privileges_; }
    Privilege(const Privilege&) = delete;
    Privilege& operator=(const Privilege&) = delete;

   private:
    FsMachine& machine_;
  };

 private:
  virtual FileCredentials actor() const = 0;

  FramePool& pool_;
  u64 next_device_ = 40;
  u32 privileges_ = 0;
};

}  // namespace kemu
