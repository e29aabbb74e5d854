#include "process/kernel.h"

// execve(2): everything that can fail happens on a new address space; then the task is switched
// over.

namespace kemu {

Result<Kernel::LoadedImage, LoadError> Kernel::load_for_exec(Task& task, ExecRequest request) {
  PathWalker walker = task.walker();
  if (!request.file)
    request.file = TRY(open_program(walker, request.base, request.path, request.final_link));
  const Credentials& ids = task.process().credentials;
  ProgramFacts facts{ids.uid,
                     ids.euid,
                     ids.gid,
                     ids.egid,
                     ids.uid != ids.euid || ids.gid != ids.egid,
                     {},
                     engine_->capabilities(),
                     {}};
  entropy().fill(facts.random);

  LoadedImage image{std::make_shared<AddressSpace>(*pool_), {}};
  image.space->limits() = MemoryLimits{task.process().limits.soft(Resource::AddressSpace),
                                       task.process().limits.soft(Resource::Data),
                                       task.process().limits.soft(Resource::Stack)};
  ProgramRequest program{std::move(request.path), std::move(request.file), std::move(request.argv),
                         std::move(request.envp)};
  image.program = TRY(load_program(*image.space, walker, task.fs->cwd, std::move(program), facts,
                                   elf_cache_, trampoline_));
  return image;
}

void Kernel::commit_exec(Task& task, LoadedImage image) {
  Process& process = task.process();
  task.space = std::move(image.space);
  process.program = std::move(image.program);
  process.has_executed = true;
  task.files = task.files.use_count() > 1 ? task.files->fork() : std::move(task.files);
  task.files->close_for_exec();
  if (task.actions.use_count() > 1) task.actions = task.actions->fork();
  task.actions->reset_for_exec();
  task.alternate_stack = {0, abi::kSsDisable, 0, 0};
  task.trampoline = process.program.trampoline;
  task.name = process.program.name;
  task.clear_child_tid = GuestAddr();
  task.robust_list = GuestAddr();
  process.dumpable = true;
  process.exit_signal = abi::kSigChld;

  Registers registers;
  registers.pc = process.program.entry.value();
  registers.sp = process.program.stack_pointer.value();
  task.cpu().set_registers(registers);
  ++statistics_.execs;
  process.released_memory.wake_all();
}

SyscallResult<Unit> Kernel::exec(Task& task, ExecRequest request) {
  const std::string path = request.path;
  auto image = load_for_exec(task, std::move(request));
  if (!image.ok()) {
    // A program for another machine is news to the user: it never reaches the host's kernel.
    const LoadError& error = image.error();
    if (error.code == Errno::ENOEXEC && !error.reason.empty() && error.names_a_machine)
      log().warning("pid {}: cannot execute '{}': {}", task.tid(), path, error.reason);
    return error.code;
  }
  commit_exec(task, std::move(image).value());
  return NoReturn{};
}

}  // namespace kemu
