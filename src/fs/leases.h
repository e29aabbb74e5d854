#pragma once

#include <functional>
#include <list>
#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "fs/file_description.h"
#include "fs/wait_queue.h"

namespace kemu {

/// As F_SETLEASE numbers them.
enum class LeaseType : u8 { Read = 0, Write = 1, None = 2 };

/// The leases on all files of one machine (fcntl(2), "Leases"), each held by an open file
/// description; Linux's flc_lease lists. Opens by host programs break none.
class Leases {
 public:
  bool empty() const { return leases_.empty(); }

  /// Takes or changes a lease; `tell` is called when somebody wants it given up. EAGAIN while
  /// others have the file open in a way that does not go with it.
  Result<Unit> set(FileDescription& holder, LeaseType type, Nanoseconds now,
                   std::function<void()> tell);
  /// EAGAIN when there was none.
  Result<Unit> give_up(const FileDescription& holder, Nanoseconds now);
  /// What the holder has, or has to change it to.
  LeaseType type_of(const FileDescription& holder, Nanoseconds now);

  /// Somebody is about to use the file in a way that goes with `type` alone: tells the holders of
  /// what does not. Until when they have time; nothing: nobody is in the way.
  std::optional<Nanoseconds> break_for(const Inode& file, LeaseType type, Nanoseconds now);
  /// Woken when a lease is changed or given up.
  WaitQueue& changed() { return changed_; }

 private:
  struct Lease {
    const FileDescription* holder;
    const Inode* file;
    LeaseType type;
    std::function<void()> tell;
    std::optional<Nanoseconds> must_end;    // a break asks for that, until then
    std::optional<Nanoseconds> must_share;  // a break asks for no more than reading
  };
  std::list<Lease>::iterator find(const FileDescription& holder);
  void expire(Nanoseconds now);

  std::list<Lease> leases_;
  WaitQueue changed_;
};

}  // namespace kemu
