#include "process/kernel.h"

#include <sys/eventfd.h>

#include "fs/page_cache.h"

namespace kemu {

Kernel::Kernel(const KernelOptions& options)
    : options_(options),
      boot_time_(options.clock->now(HostClock::Monotonic) -
                 options.clock->now(HostClock::Boottime)) {}

Kernel::~Kernel() {
  // Tasks hold CPUs of the engine and frames of the pool: they go first.
  dead_processes_.clear();
  run_queue_.clear();
  processes_.clear();
}

Result<std::unique_ptr<Kernel>, std::string> Kernel::create(const KernelOptions& options) {
  CHECK(options.serve && options.in_place_arguments && options.clock && options.entropy &&
        options.log);
  std::unique_ptr<Kernel> kernel(new Kernel(options));
  auto pool = FramePool::create(options.memory_limit);
  if (!pool.ok()) return fmt::format("no guest memory: {}", errno_text(pool.error()));
  kernel->pool_ = std::move(pool).value();
  kernel->pool_->set_unmap([machine = kernel.get()](const void* contents, u64 first) {
    for (auto& [pid, process] : machine->processes_)
      for (auto& task : process->tasks)
        if (task->space) task->space->drop_object_pages(contents, first);
  });
  auto engine = create_unicorn_engine(*kernel->pool_);
  if (!engine.ok()) return engine.error();
  kernel->engine_ = std::move(engine).value();
  kernel->engine_->set_counter(
      [machine = kernel.get()] { return static_cast<u64>(machine->monotonic()); });
  kernel->host_files_ = std::make_unique<HostFsContext>(
      HostFsContext{*kernel->pool_, kernel->poller_, std::make_shared<PageCache>(*kernel->pool_)});
  kernel->trampoline_ = make_trampoline(*kernel->pool_);
  kernel->wake_fd_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!kernel->wake_fd_) return fmt::format("no eventfd: {}", errno_text(host_errno()));
  return kernel;
}

Result<i32> Kernel::allocate_pid() {
  constexpr i32 kPidMax = 32768;
  constexpr i32 kFirstAfterWrap = 300;  // as Linux's RESERVED_PIDS
  // A group or session outlives its leader: its id is not given out again meanwhile. One pass over
  // everybody, so that a guest that uses up all ids cannot make the search itself expensive.
  std::vector<bool> taken(kPidMax);
  const auto take = [&](i32 id) {
    if (id >= 0 && id < kPidMax) taken[id] = true;
  };
  for (const auto& [pid, process] : processes_) {
    for (const i32 id : {pid, process->group, process->session}) take(id);
    for (const auto& task : process->tasks) take(task->tid());
    for (const ZombieProcess& zombie : process->zombies)
      for (const i32 id : {zombie.pid, zombie.group, zombie.session}) take(id);
  }
  for (i32 tries = 0; tries < kPidMax; ++tries) {
    if (++last_pid_ >= kPidMax) last_pid_ = kFirstAfterWrap;
    if (!taken[last_pid_]) return last_pid_;
  }
  return Errno::EAGAIN;
}

Process* Kernel::find_process(i32 pid) {
  auto it = processes_.find(pid);
  return it == processes_.end() ? nullptr : it->second.get();
}

const ZombieProcess* Kernel::find_zombie(i32 pid) {
  for (const auto& [parent_pid, parent] : processes_)
    for (const ZombieProcess& zombie : parent->zombies)
      if (zombie.pid == pid) return &zombie;
  return nullptr;
}

Task* Kernel::find_task(i32 tid) {
  if (Process* process = find_process(tid)) return &process->leader();
  for (const auto& [pid, process] : processes_)
    for (const auto& task : process->tasks)
      if (task->tid() == tid) return task.get();
  return nullptr;
}

bool Kernel::group_exists(i32 group, i32 session) {
  for (const auto& [pid, process] : processes_) {
    if (process->group == group && process->session == session) return true;
    for (const ZombieProcess& zombie : process->zombies)
      if (zombie.group == group && zombie.session == session) return true;
  }
  return false;
}

Result<Process*, LoadError> Kernel::spawn(SpawnRequest request) {
  const auto allocated = allocate_pid();
  if (!allocated.ok()) return LoadError{allocated.error(), "no process id is free"};
  const i32 pid = allocated.value();
  auto process = std::make_unique<Process>(*this, pid);
  auto task = std::make_unique<Task>(*this, *process, pid, engine_->create_cpu());
  task->files = std::make_shared<FdTable>();
  task->fs = std::make_shared<FsContext>(FsContext{request.cwd, mounts_->root(), request.umask});
  task->actions = std::make_shared<SignalActions>();
  for (const Signal ignored : request.ignored_signals)
    task->actions->set(ignored, abi::SigAction{abi::kSigIgn, 0, 0, 0});
  process->credentials = request.credentials;
  process->limits = request.limits;
  process->group = pid;
  process->session = kInitSession;
  process->terminal = request.terminal;
  if (request.terminal) {
    request.terminal->set_session(kInitSession);
    request.terminal->set_foreground_group(pid);
  }
  for (i32 fd = 0; fd < 3; ++fd)
    if (auto& file = request.standard_files[fd])
      CHECK(task->files->insert_at(fd, std::move(file), CloseOnExec::No, 3).ok());
  process->tasks.push_back(std::move(task));

  ExecRequest program;
  program.base = request.cwd;
  program.path = std::move(request.program);
  program.argv = std::move(request.argv);
  program.envp = std::move(request.envp);
  Task& leader = process->leader();
  auto image = load_for_exec(leader, std::move(program));
  if (!image.ok()) return image.error();
  commit_exec(leader, std::move(image).value());

  Process* spawned = process.get();
  processes_.emplace(pid, std::move(process));
  if (!first_) first_ = spawned;
  make_runnable(leader);
  return spawned;
}

}  // namespace kemu
