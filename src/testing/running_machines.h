#pragma once

#include <algorithm>
#include <mutex>
#include <vector>

#include "kemu/machine.h"

namespace kemu::cram {

/// The machines that run now, in whatever threads: for somebody who wants to know what they do.
class RunningMachines {
 public:
  /// Has a machine among them as long as it lives.
  class Entry {
   public:
    Entry(RunningMachines* all, Machine& machine) : all_(all), machine_(&machine) {
      if (!all_) return;
      const std::lock_guard lock(all_->mutex_);
      all_->machines_.push_back(machine_);
    }
    ~Entry() {
      if (!all_) return;
      const std::lock_guard lock(all_->mutex_);
      std::erase(all_->machines_, machine_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    RunningMachines* all_;
    Machine* machine_;
  };

  void request_reports() {
    const std::lock_guard lock(mutex_);
    for (Machine* machine : machines_) machine->request_report();
  }

 private:
  std::mutex mutex_;
  std::vector<Machine*> machines_;
};

}  // namespace kemu::cram
