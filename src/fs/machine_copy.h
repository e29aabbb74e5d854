#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/entropy.h"
#include "fs/callback_guard.h"
#include "fs/host_fs.h"
#include "fs/terminal.h"
#include "fs/wait_queue.h"
#include "vm/memory_copies.h"

namespace kemu {

class FsMachine;
class UnixDomain;

/// One copying of a machine, as the objects of its file systems see it: what has been copied, and
/// the parts of the new machine that their copies hold on to.
class MachineCopy : public MemoryCopies {
 public:
  // The new machine's.
  virtual FsMachine& files() = 0;
  virtual HostFsContext& host_files() = 0;
  virtual Entropy& entropy() = 0;
  virtual TerminalSignals terminal_signals() = 0;
  virtual const CallbackGuard& callbacks() = 0;
  /// Where what was written to a standard stream (1 or 2) that the host program takes goes from now
  /// on; null: where it went.
  virtual std::shared_ptr<const std::function<void(std::string_view)>> redirected(int) {
    return nullptr;
  }
  HostPoller& poller() { return host_files().poller; }

  /// The copy of `original`, made now if it was not before; null for null.
  template <typename T>
  std::shared_ptr<T> of(const std::shared_ptr<T>& original) {
    return copy_of(original, *this);
  }
  template <typename T>
  std::weak_ptr<T> of(const std::weak_ptr<T>& original) {
    return of(original.lock());
  }
  /// The same of what is known as a class derived from the root `Root` that copies are known by.
  template <typename Root, typename T>
  std::shared_ptr<T> as(const std::shared_ptr<T>& original) {
    return std::static_pointer_cast<T>(of(std::shared_ptr<Root>(original)));
  }

  /// Whoever waits on `original` shall wait on `copy`, in the same order, once all is copied.
  void queue(const WaitQueue& original, WaitQueue& copy) { queues_.push_back({&original, &copy}); }
  /// `copy` is `original`'s. One of whose queues some were not copied is woken instead, to look
  /// again.
  void waiter(const Waiter& original, Waiter& copy) { waiters_.push_back({&original, &copy}); }
  /// Puts off what may lead on from object to object without end, as messages with files do: it
  /// would take as much of kemu's stack. Done before waiters and queues are brought together.
  void later(std::function<void()> work) { later_.push_back(std::move(work)); }
  /// Does what was put off, then brings waiters and queues together.
  void connect_waiters();

 private:
  struct Queues {
    const WaitQueue* original;
    WaitQueue* copy;
  };
  struct Waiters {
    const Waiter* original;
    Waiter* copy;
  };
  std::deque<std::function<void()>> later_;
  std::vector<Queues> queues_;
  std::vector<Waiters> waiters_;
};

}  // namespace kemu
