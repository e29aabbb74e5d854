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

  /// Tells a holder that somebody wants its lease given up. Must not be a machine's own: copies of
  /// the machine use it, too.
  using Tell = std::function<void(FileDescription& holder)>;

  /// Takes or changes a lease. EAGAIN while others have the file open in a way that does not go
  /// with it.
  Result<Unit> set(const std::shared_ptr<FileDescription>& holder, LeaseType type, Nanoseconds now,
                   Tell tell);
  /// EAGAIN when there was none.
  Result<Unit> give_up(const FileDescription& holder, Nanoseconds now);
  /// What the holder has, or has to change it to.
  LeaseType type_of(const FileDescription& holder, Nanoseconds now);

  /// Somebody is about to use the file in a way that goes with `type` alone: tells the holders of
  /// what does not. Until when they have time; nothing: nobody is in the way.
  std::optional<Nanoseconds> break_for(const Inode& file, LeaseType type, Nanoseconds now);
  /// Woken when a lease is changed or given up.
  WaitQueue& changed() { return changed_; }

  std::shared_ptr<Leases> copy_to(MachineCopy& copy) const;

 private:
  struct Lease {
    const FileDescription* holder;
    std::weak_ptr<FileDescription> open_holder;
    const Inode* file;
    LeaseType type;
    Tell tell;
    std::optional<Nanoseconds> must_end;    // a break asks for that, until then
    std::optional<Nanoseconds> must_share;  // a break asks for no more than reading
  };
  std::list<Lease>::iterator find(const FileDescription& holder);
  void expire(Nanoseconds now);

  std::list<Lease> leases_;
  WaitQueue changed_;
};

}  // namespace kemu
