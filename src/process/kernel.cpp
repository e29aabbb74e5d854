#include "process/kernel.h"

#include <sys/eventfd.h>

#include "fs/page_cache.h"

namespace kemu {

Kernel::Kernel(const KernelOptions& options, std::shared_ptr<Hardware> hardware)
    : options_(options),
      hardware_(std::move(hardware)),
      blocks_(*hardware_->engine),
      schedule_(options.schedule_seed) {
  hardware_->machines.push_back(this);
}

Kernel::~Kernel() {
  // Tasks hold CPUs of the engine and frames of the pool: they go first.
  dead_tasks_.clear();
  dead_processes_.clear();
  run_queue_.clear();
  // Their files' ends look for whom to tell, and shall find nobody.
  std::exchange(processes_, {}).clear();
  std::erase(hardware_->machines, this);
  leave_hardware();
}

namespace {

Result<std::shared_ptr<Hardware>, std::string> make_hardware(u64 memory_limit) {
  auto pool = FramePool::create(memory_limit);
  if (!pool.ok()) return fmt::format("no guest memory: {}", errno_text(pool.error()));
  auto hardware = std::make_shared<Hardware>();
  hardware->pool = std::move(pool).value();
  auto engine = create_unicorn_engine(*hardware->pool);
  if (!engine.ok()) return engine.error();
  hardware->engine = std::move(engine).value();
  hardware->page_cache = std::make_shared<PageCache>(*hardware->pool);
  return hardware;
}

}  // namespace

Result<std::unique_ptr<Kernel>, std::string> Kernel::create(const KernelOptions& options) {
  CHECK(options.serve && options.in_place_arguments && options.clock && options.entropy &&
        options.log);
  auto hardware = make_hardware(options.memory_limit);
  if (!hardware.ok()) return hardware.error();
  (*hardware)->pool->set_unmap([all = hardware->get()](const ObjectPages& pages) {
    const AddressSpace* done = nullptr;  // threads have one together
    for (Kernel* machine : all->machines)
      for (auto& [pid, process] : machine->processes_)
        for (auto& task : process->tasks) {
          if (!task->space || task->space.get() == done) continue;
          task->space->drop_object_pages(pages);
          done = task->space.get();
        }
  });
  std::unique_ptr<Kernel> kernel(new Kernel(options, std::move(hardware).value()));
  if (auto problem = kernel->set_up()) return *problem;
  kernel->take_hardware();
  kernel->made_ = kernel->monotonic();
  kernel->boot_time_ = kernel->made_ - kernel->clock().now(HostClock::Boottime);
  kernel->trampoline_ = make_trampoline(kernel->pool());
  return kernel;
}

std::optional<std::string> Kernel::set_up() {
  if (options_.virtual_start) {
    virtual_clock_.emplace(blocks_, statistics_.system_calls, *options_.virtual_start);
    options_.clock = &*virtual_clock_;
  }
  host_files_ =
      std::make_unique<HostFsContext>(HostFsContext{pool(), poller_, hardware_->page_cache});
  own_files_ = std::make_unique<KernelFiles>(*this, pool());
  watch_host_traffic();
  wake_fd_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_fd_) return fmt::format("no eventfd: {}", errno_text(host_errno()));
  return std::nullopt;
}

/// The engine's blocks and its counter are this machine's from now on.
void Kernel::take_hardware() {
  if (hardware_->running == this) return;
  if (hardware_->running) hardware_->running->blocks_.stop();
  hardware_->running = this;
  blocks_.start();
  engine().set_counter([this] { return static_cast<u64>(monotonic()); });
  engine().set_breakpoints(breakpoints_);
  pool().set_refuse(refuse_frames_);
  pool().set_refused([this] { refuse(Scarce::Memory); });
}

void Kernel::leave_hardware() {
  if (hardware_->running != this) return;
  hardware_->running = nullptr;
  engine().set_counter({});
  engine().set_breakpoints({});
  pool().set_refuse({});
  pool().set_refused({});
}

void Kernel::set_breakpoints(std::vector<GuestAddr> addresses) {
  breakpoints_ = std::move(addresses);
  if (hardware_->running == this) engine().set_breakpoints(breakpoints_);
}

void Kernel::set_refuse_frames(FramePool::Refuse refuse) {
  refuse_frames_ = std::move(refuse);
  if (hardware_->running == this) pool().set_refuse(refuse_frames_);
}

void Kernel::watch_host_traffic() {
  HostTraffic& traffic = poller_.traffic();
  // The slice ends with the call that would have printed more.
  traffic.limit_output(options_.budgets.output, [this] {
    if (running_) running_->yield = true;
  });
  if (options_.virtual_start)
    traffic.set_heard([this](std::string_view stream) {
      heard_host_ = running_ ? fmt::format("pid {} `{}` read from {}", running_->tid(),
                                           running_->name, stream)
                             : fmt::format("something came in from {}", stream);
      log().warning("{}: what comes from there may be another each time, and so may this run",
                    heard_host_);
    });
}

void Kernel::refuse(Scarce what) {
  if (running_)
    refusals_.note(what, running_->tid(), running_->name);
  else
    refusals_.note(what, 0, "");
}

Process* Kernel::find_process(i32 pid) {
  auto it = processes_.find(pid);
  return it == processes_.end() ? nullptr : it->second.get();
}

const ZombieProcess* Kernel::find_zombie(i32 pid) {
  const auto found = zombies_.find(pid);
  return found == zombies_.end() ? nullptr : &*found->second;
}

std::shared_ptr<PidHandle> Kernel::pid_handle(i32 pid) {
  const auto made_for = [pid](std::shared_ptr<PidHandle>& handle) {
    if (!handle) handle = std::make_shared<PidHandle>(pid);
    return handle;
  };
  if (Process* process = find_process(pid)) return made_for(process->handle);
  const auto zombie = zombies_.find(pid);
  if (zombie == zombies_.end()) return nullptr;
  auto handle = made_for(zombie->second->handle);
  handle->ended = true;
  return handle;
}

Task* Kernel::find_task(i32 tid) {
  const auto found = tasks_.find(tid);
  return found == tasks_.end() ? nullptr : found->second;
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
  take_hardware();
  const auto allocated = pids_.allocate();
  if (!allocated.ok()) return LoadError{allocated.error(), "no process id is free"};
  const i32 pid = allocated.value();
  auto process = std::make_unique<Process>(*this, pid);
  auto task = std::make_unique<Task>(*this, *process, pid, engine().create_cpu());
  task->files = std::make_shared<FdTable>();
  task->fs = std::make_shared<FsContext>(FsContext{request.cwd, mounts_->root(), request.umask});
  task->actions = std::make_shared<SignalActions>();
  for (const Signal ignored : request.ignored_signals)
    task->actions->set(ignored, abi::SigAction{abi::kSigIgn, 0, 0, 0});
  task->credentials = request.credentials;
  task->credentials.reset_capabilities();
  process->limits = request.limits;
  task->nice = request.nice;
  process->group = pid;
  process->session = kInitSession;
  if (request.terminal) {
    process->terminal = request.terminal->shared_from_this();
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
  tasks_.emplace(pid, &leader);
  processes_.emplace(pid, std::move(process));
  if (!first_ && spawned_.empty()) first_ = spawned;
  spawned_[pid].reset();
  ++spawned_alive_;
  make_runnable(leader);
  return spawned;
}

}  // namespace kemu
