#include <algorithm>

#include "base/abi/mount.h"
#include "base/abi/prctl.h"
#include "process/kernel.h"
#include "process/signal_stack.h"

// execve(2): everything that can fail happens on a new address space; then the task is switched
// over.

namespace kemu {

namespace {

/// Whether set-user-ID bits count: on file systems of the machine's own, and where ownership is the
/// machine's own. On the host's they would promise what the host's kernel does not keep.
bool honours_set_id(const FileDescription& file, const KernelOptions& options) {
  const auto& mount = file.location()->mount;
  if (mount && (mount->flags & abi::kMountNoSuid) != 0) return false;
  return options.fake_root || !mount || mount->type != "host";
}

bool is_script(FileDescription& file) {
  std::array<std::byte, 2> start{};
  const HostSpans spans{std::span(start)};
  const auto got = file.read_at(spans, 0);
  return got.ok() && *got == start.size() && start[0] == std::byte{'#'} &&
         start[1] == std::byte{'!'};
}

/// bprm_fill_uid() and cap_bprm_creds_from_file().
Credentials credentials_after_exec(const Task& task, FileDescription& file,
                                   const KernelOptions& options) {
  constexpr u32 kSetUser = 04000, kSetGroup = 02000, kGroupExecute = 010;
  const Credentials& old = task.credentials;
  Credentials fresh = old;
  const auto status = file.inode().status();
  if (status.ok() && (status->permissions & (kSetUser | kSetGroup)) && !task.no_new_privileges &&
      honours_set_id(file, options) && !is_script(file)) {
    if (status->permissions & kSetUser) fresh.euid = status->uid;
    if ((status->permissions & kSetGroup) && (status->permissions & kGroupExecute))
      fresh.egid = status->gid;
  }
  fresh.after_exec(old);
  return fresh;
}

}  // namespace

Result<Kernel::LoadedImage, LoadError> Kernel::load_for_exec(Task& task, ExecRequest request) {
  PathWalker walker = task.walker();
  if (!request.file)
    request.file = TRY(open_program(walker, request.base, request.path, request.final_link));
  Credentials ids = credentials_after_exec(task, *request.file, options_);
  ProgramFacts facts{ids.uid,
                     ids.euid,
                     ids.gid,
                     ids.egid,
                     ids.uid != ids.euid || ids.gid != ids.egid,
                     {},
                     engine().capabilities(),
                     {}};
  entropy().fill(facts.random);

  LoadedImage image{std::make_shared<AddressSpace>(pool()), {}, {}};
  image.space->limits() = MemoryLimits{task.process().limits.soft(Resource::AddressSpace),
                                       task.process().limits.soft(Resource::Data),
                                       task.process().limits.soft(Resource::Stack)};
  ProgramRequest program{std::move(request.path), std::move(request.file), std::move(request.argv),
                         std::move(request.envp)};
  image.program = TRY(load_program(*image.space, walker, task.fs->cwd, std::move(program), facts,
                                   elf_cache_, trampoline_));
  image.credentials = std::move(ids);
  return image;
}

/// de_thread(): who executes a program is all that is left of its process, and has its pid.
void Kernel::end_other_tasks(Task& task) {
  Process& process = task.process();
  for (const auto& other : process.tasks) {
    if (other.get() == &task || !other->is_alive()) continue;
    if (tracer_.enabled()) {
      trace_unfinished(*other);
      if (other->is_leader())
        tracer_.line(other->tid(),
                     fmt::format("+++ superseded by execve in pid {} +++", task.tid()));
      else
        tracer_.exit(other->tid(), WaitStatus::exited(0));
    }
    end_task(*other);
  }
  for (const auto& other : process.tasks) tasks_.erase(other->tid());
  // Locks are known by their holders' numbers, and its own is about to change.
  futexes_.priority_inheritance().holder_died(task.tid());
  const auto found = std::find_if(process.tasks.begin(), process.tasks.end(),
                                  [&](const auto& other) { return other.get() == &task; });
  std::swap(process.tasks.front(), *found);
  while (process.tasks.size() > 1) {
    dead_tasks_.push_back(std::move(process.tasks.back()));
    process.tasks.pop_back();
  }
  task.tid_ = process.pid();
  tasks_[process.pid()] = &task;
  for (Process* child : process.children) child->parent_tid = process.pid();
  for (ZombieProcess& zombie : process.zombies) zombie.parent_tid = process.pid();
  process.leader_status.reset();
  process.leader_zombie.reset();
}

void Kernel::commit_exec(Task& task, LoadedImage image) {
  Process& process = task.process();
  if (process.tasks.size() > 1) end_other_tasks(task);
  if (task.space) {
    process.usage += process.memory_usage(*task.space);
    release_futexes(task);
  }
  process.faults_before = 0;
  task.space = std::move(image.space);
  process.program = std::move(image.program);
  process.has_executed = true;
  process.membarriers = 0;
  task.files = task.files.use_count() > 1 ? task.files->fork() : std::move(task.files);
  task.files->close_for_exec();
  if (task.actions.use_count() > 1) task.actions = task.actions->fork();
  task.actions->reset_for_exec();
  task.alternate_stack = kNoSignalStack;
  task.rseq = {};
  task.trampoline = process.program.trampoline;
  task.name = process.program.name;
  process.exit_signal = abi::kSigChld;
  task.credentials = std::move(image.credentials);
  const Credentials& ids = task.credentials;
  process.dumpable = ids.uid == ids.euid && ids.gid == ids.egid;
  if (!process.dumpable) process.parent_death_signal = 0;
  task.personality &= ~abi::kReadImpliesExec;
  if (!process.dumpable) task.personality &= ~abi::kPersonalityClearOnSetId;
  process.timers.clear();

  Registers registers;
  registers.pc = process.program.entry.value();
  registers.sp = process.program.stack_pointer.value();
  task.cpu().set_registers(registers);
  ++statistics_.execs;
  if (tracer_.enabled()) tracer_.exec(task.tid(), task.name);
  if (observer_) observer_->executed(task);
  task.released_memory.wake_all();
}

SyscallResult<Unit> Kernel::exec(Task& task, ExecRequest request) {
  const std::string path = request.path;
  // Who became a user with too many processes by setuid(2) hears of it now (do_execveat_common()).
  Process& process = task.process();
  const u64 limit = process.limits.soft(Resource::Processes);
  if (process.over_process_limit && limit != kUnlimited &&
      user_has_processes(task.credentials.uid, limit + 1))
    return Errno::EAGAIN;
  process.over_process_limit = false;
  auto image = load_for_exec(task, std::move(request));
  if (!image.ok()) {
    // A program for another machine is news to the user: it never reaches the host's kernel.
    const LoadError& error = image.error();
    if (error.code == Errno::ENOEXEC && !error.reason.empty() && error.names_a_machine)
      log().warning("pid {}: cannot execute '{}': {}", task.tid(), path, error.reason);
    if (!error.too_late) return error.code;
    // Beyond the point of no return (bprm_execve()).
    exit_group(process, WaitStatus::killed(abi::kSigSegv, /*core_dumped=*/false));
    return NoReturn{};
  }
  commit_exec(task, std::move(image).value());
  return NoReturn{};
}

}  // namespace kemu
