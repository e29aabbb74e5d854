#include "process/kernel_copy.h"

#include "fs/host_inode.h"

// A kernel copied with everything it knows. First come processes and tasks as shells, so that /proc
// can be made anew over them; then memory, mounts and files, each object once; last who waits for
// what.

namespace kemu {

std::shared_ptr<FsContext> FsContext::copy_to(MachineCopy& copy) const {
  return std::make_shared<FsContext>(FsContext{copy.of(cwd), copy.of(root), umask});
}

FutexKey KernelCopy::futex_key(const FutexKey& original) const {
  FutexKey key = original;
  if (key.kind == FutexKey::Kind::SharedFrame) {
    key.owner = static_cast<u64>(frame(Frame{static_cast<u32>(original.owner)}));
  } else if (const auto space = spaces_.find(original.owner); space != spaces_.end()) {
    key.owner = space->second;
  }
  return key;
}

void FutexTable::copy_from(const FutexTable& original, KernelCopy& copy) {
  std::unordered_map<const Sleeper*, Sleeper*> copies;
  for (const auto& [who, sleeper] : original.sleepers_) {
    Sleeper& made = sleepers_[who];
    made.key = copy.futex_key(sleeper.key);
    made.bitset = sleeper.bitset;
    made.tid = sleeper.tid;
    made.priority = sleeper.priority;
    if (sleeper.lock) made.lock = WantedLock{copy.futex_key(sleeper.lock->key), sleeper.lock->addr};
    made.state = sleeper.state;
    copy.queue(sleeper.queue, made.queue);
    copies.emplace(&sleeper, &made);
  }
  for (const auto& [key, queue] : original.queues_)
    for (const Sleeper* sleeper : queue) queues_[copy.futex_key(key)].push_back(copies.at(sleeper));
  priority_inheritance_.copy_from(original.priority_inheritance_, copy);
}

void PiFutexes::copy_from(const PiFutexes& original, KernelCopy& copy) {
  for (const auto& [tid, sleeper] : original.sleepers_) {
    Sleeper& made = sleepers_[tid];
    made.task = copy.kernel().find_task(tid);
    made.key = copy.futex_key(sleeper.key);
    made.addr = sleeper.addr;
    made.priority = sleeper.priority;
    made.state = sleeper.state;
    copy.queue(sleeper.queue, made.queue);
  }
  for (const auto& [key, lock] : original.queues_) {
    Lock& made = queues_[copy.futex_key(key)];
    made.holder = lock.holder;
    for (const Sleeper* waiter : lock.waiters)
      made.waiters.push_back(&sleepers_[waiter->task->tid()]);
  }
}

void PendingSignals::copy_from(const PendingSignals& original, KernelCopy& copy) {
  set_ = original.set_;
  for (const Queued& queued : original.queue_) {
    const auto source = queued.source.lock();
    queue_.push_back({queued.info, source ? copy.find(source.get()) : nullptr,
                      queued.place.again(copy.kernel().queue_places())});
  }
}

namespace {

std::shared_ptr<void> runs_again(const LoadedProgram& program) {
  if (!program.executable) return nullptr;
  auto running = program.executable->inode->use_contents(ContentsUse::Execute);
  return running.ok() ? std::move(running).value() : nullptr;
}

}  // namespace

void Process::copy_from(Process& original, KernelCopy& copy) {
  terminal = copy.of(original.terminal);
  handle = copy.of(original.handle);
  timers.copy_from(original.timers, copy);
  pending.copy_from(original.pending, copy);
  program = original.program;
  program.executable = copy.of(original.program.executable);
  if (original.program.running) program.running = runs_again(program);
  real_timer.arm_like(original.real_timer);
  copy.queue(original.signalled, signalled);
  copy.queue(original.child_changed, child_changed);
  copy.queue(original.cpu_time_passed, cpu_time_passed);
}

void Task::copy_from(const Task& original, KernelCopy& copy) {
  files = copy.of(original.files);
  fs = copy.of(original.fs);
  actions = copy.of(original.actions);
  syscall = original.syscall;
  syscall.opening = copy.of(original.syscall.opening);
  for (auto& [number, file] : syscall.held) file = copy.of(file);
  syscall.asked = 0;  // a copy has interceptors of its own
  pending.copy_from(original.pending, copy);
  deadline_timer_.arm_like(original.deadline_timer_);
  told_times_ = original.told_times_;
  copy.queue(original.released_memory, released_memory);
  copy.waiter(original, *this);
}

void KernelCopy::run() {
  to_.pids_.go_on_from(from_.pids_);
  to_.own_files_->go_on_from(*from_.own_files_);
  from_.host_files_->inodes->copy_to(*to_.host_files_->inodes);
  if (from_.poller_.waits_for_room_at_once()) to_.poller_.wait_for_room_at_once();
  to_.poller_.traffic().go_on_from(from_.poller_.traffic());
  copy_processes();
  copy_memory();
  to_.console_ = MachineCopy::of(from_.console_);
  to_.mounts_ = from_.mounts_->copy_to(*this);
  for (auto& [pid, original] : from_.processes_) {
    Process& made = *to_.processes_.at(pid);
    const bool was_refused = refused();
    made.copy_from(*original, *this);
    for (std::size_t i = 0; i < made.tasks.size(); ++i)
      made.tasks[i]->copy_from(*original->tasks[i], *this);
    copy_zombies(*original, made);
    if (refused() && !was_refused)
      refused_by(fmt::format("pid {} ({})", pid, original->leader().name));
  }
  copy_tables();
  copy_run_queue();
  connect_waiters();
}

void KernelCopy::copy_processes() {
  for (auto& [pid, original] : from_.processes_) {
    auto made = std::make_unique<Process>(to_, pid);
    static_cast<ProcessValues&>(*made) = *original;
    made->group = original->group.value();
    made->session = original->session.value();
    for (const auto& task : original->tasks) {
      auto twin = std::make_unique<Task>(to_, *made, task->tid(), task->cpu().clone());
      static_cast<TaskValues&>(*twin) = *task;
      to_.tasks_.emplace(twin->tid(), twin.get());
      made->tasks.push_back(std::move(twin));
    }
    to_.processes_.emplace(pid, std::move(made));
  }
  for (auto& [pid, original] : from_.processes_) {
    Process& made = *to_.processes_.at(pid);
    made.parent = process(original->parent);
    for (const Process* child : original->children) made.children.push_back(process(child));
  }
  to_.first_ = process(from_.first_);
}

void KernelCopy::copy_memory() {
  for (auto& [pid, original] : from_.processes_)
    for (const auto& task : original->tasks)
      if (task->space) task->space->note_shared(*this);
  for (auto& [pid, original] : from_.processes_) {
    Process& made = *to_.processes_.at(pid);
    for (std::size_t i = 0; i < made.tasks.size(); ++i) {
      const auto& space = original->tasks[i]->space;
      made.tasks[i]->space = MemoryCopies::of(space);
      if (space) spaces_.emplace(space->id(), made.tasks[i]->space->id());
    }
  }
}

ZombieProcess KernelCopy::again(const ZombieProcess& zombie) {
  ZombieProcess copied = zombie;
  copied.held = PidUse(to_.pids_, zombie.held.value());
  copied.group = PidUse(to_.pids_, zombie.group.value());
  copied.session = PidUse(to_.pids_, zombie.session.value());
  copied.handle = of(zombie.handle);
  return copied;
}

void KernelCopy::copy_zombies(Process& original, Process& made) {
  for (const ZombieProcess& zombie : original.zombies) {
    const auto place = made.zombies.insert(made.zombies.end(), again(zombie));
    to_.zombies_.emplace(zombie.pid, place);
  }
  if (original.leader_zombie) made.leader_zombie = again(*original.leader_zombie);
}

void KernelCopy::copy_tables() {
  to_.timers_.go_on_from(from_.timers_);
  to_.futexes_.copy_from(from_.futexes_, *this);
  // They name descriptions, which are copied by now.
  to_.unix_domain_ = of(from_.unix_domain_);
  to_.record_locks_ = of(from_.record_locks_);
  to_.leases_ = of(from_.leases_);
  for (const PosixTimer* timer : from_.cpu_timers_)
    if (const auto made = find<SignalSource>(timer))
      to_.cpu_timers_.push_back(static_cast<PosixTimer*>(made.get()));
}

void KernelCopy::copy_run_queue() {
  for (const Task* task : from_.run_queue_) {
    Task* made = to_.find_task(task->tid());
    made->queued = true;
    to_.run_queue_.push_back(made);
  }
  to_.paused_ = from_.paused_;
  if (to_.paused_) to_.find_task(to_.paused_->tid)->queued = true;
}

Result<std::unique_ptr<Kernel>, std::string> Kernel::copy(const KernelCopyOptions& options) {
  if (running_) return std::string("the machine runs");
  reap_dead();
  KernelOptions own = options_;
  own.clock = options.clock;
  own.entropy = options.entropy;
  own.log = options.log;
  std::unique_ptr<Kernel> made(new Kernel(own, hardware_));
  if (auto problem = made->set_up()) return *problem;
  made->schedule_ = schedule_;
  made->statistics_ = statistics_;
  made->blocks_.go_on_from(blocks_);
  if (virtual_clock_) made->virtual_clock_->go_on_from(*virtual_clock_);
  made->load_average_ = load_average_;
  made->boot_time_ = boot_time_;
  made->made_ = made_;
  made->next_inode_ = next_inode_;
  made->elf_cache_ = elf_cache_;
  made->trampoline_ = trampoline_;
  made->spawned_ = spawned_;
  made->spawned_alive_ = spawned_alive_;
  made->host_stop_requested_ = host_stop_requested_;
  made->missing_ = missing_;
  made->refusals_ = refusals_;
  made->heard_host_ = heard_host_;
  made->thousand_blocks_ = thousand_blocks_;
  made->meter_ = meter_;
  KernelCopy copy(*this, *made, options);
  copy.run();
  if (copy.refused()) return copy.reason();
  return made;
}

}  // namespace kemu
