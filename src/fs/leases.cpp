#include "fs/leases.h"

#include <algorithm>

#include "fs/machine_copy.h"

namespace kemu {

namespace {

/// fs.lease-break-time.
constexpr Nanoseconds kBreakTime = 45 * kSecond;

/// check_conflicting_open(): a lease for reading goes with readers, one for writing with nobody.
Result<Unit> check_opens(FileDescription& holder, LeaseType type) {
  Inode& inode = holder.inode();
  if (type == LeaseType::Write) {
    const bool alone = inode.descriptions == 1 && inode.use_contents(ContentsUse::Write).ok();
    return alone ? Result<Unit>(Unit{}) : Errno::EAGAIN;
  }
  // What may be run is not being written.
  return inode.use_contents(ContentsUse::Execute).ok() ? Result<Unit>(Unit{}) : Errno::EAGAIN;
}

}  // namespace

std::list<Leases::Lease>::iterator Leases::find(const FileDescription& holder) {
  return std::ranges::find(leases_, &holder, &Lease::holder);
}

/// time_out_leases(): who did not answer in time has lost it.
void Leases::expire(Nanoseconds now) {
  const auto over = [&](const std::optional<Nanoseconds>& end) { return end && *end <= now; };
  for (Lease& lease : leases_) {
    if (!over(lease.must_share)) continue;
    lease.type = LeaseType::Read;
    lease.must_share.reset();
  }
  std::erase_if(leases_, [&](const Lease& lease) { return over(lease.must_end); });
}

/// generic_add_lease().
Result<Unit> Leases::set(const std::shared_ptr<FileDescription>& of, LeaseType type,
                         Nanoseconds now, Tell tell) {
  FileDescription& holder = *of;
  expire(now);
  TRY(check_opens(holder, type));
  const Inode* file = &holder.inode();
  const bool in_the_way = std::ranges::any_of(leases_, [&](const Lease& lease) {
    if (lease.file != file || lease.holder == &holder) return false;
    return type == LeaseType::Write || lease.must_end;
  });
  if (in_the_way) return Errno::EAGAIN;
  auto lease = find(holder);
  if (lease == leases_.end()) {
    leases_.push_back({&holder, of, file, type, std::move(tell), std::nullopt, std::nullopt});
    return Unit{};
  }
  lease->type = type;
  lease->tell = std::move(tell);
  if (type == LeaseType::Read) lease->must_share.reset();
  changed_.wake_all();
  return Unit{};
}

Result<Unit> Leases::give_up(const FileDescription& holder, Nanoseconds now) {
  expire(now);
  const auto lease = find(holder);
  if (lease == leases_.end()) return Errno::EAGAIN;
  leases_.erase(lease);
  changed_.wake_all();
  return Unit{};
}

LeaseType Leases::type_of(const FileDescription& holder, Nanoseconds now) {
  expire(now);
  const auto lease = find(holder);
  if (lease == leases_.end() || lease->must_end) return LeaseType::None;
  return lease->must_share ? LeaseType::Read : lease->type;
}

/// __break_lease().
std::optional<Nanoseconds> Leases::break_for(const Inode& file, LeaseType type, Nanoseconds now) {
  expire(now);
  std::optional<Nanoseconds> end;
  for (Lease& lease : leases_) {
    const bool conflicts = type == LeaseType::Write || lease.type == LeaseType::Write;
    if (lease.file != &file || !conflicts) continue;
    const bool writes = type == LeaseType::Write;
    const bool told = lease.must_end || (!writes && lease.must_share);
    std::optional<Nanoseconds>& until = writes ? lease.must_end : lease.must_share;
    if (!told) until = now + kBreakTime;
    if (const auto open = told ? nullptr : lease.open_holder.lock()) lease.tell(*open);
    end = std::max(end.value_or(0), lease.must_end.value_or(lease.must_share.value_or(now)));
  }
  return end;
}

std::shared_ptr<Leases> Leases::copy_to(MachineCopy& copy) const {
  auto made = std::make_shared<Leases>();
  copy.remember(this, made);  // to which holders lead back
  for (const Lease& lease : leases_) {
    const auto holder = copy.of(lease.open_holder.lock());
    if (!holder) continue;  // it is being closed
    Lease copied = lease;
    copied.holder = holder.get();
    copied.open_holder = holder;
    copied.file = &holder->inode();
    made->leases_.push_back(std::move(copied));
  }
  copy.queue(changed_, made->changed_);
  return made;
}

}  // namespace kemu
