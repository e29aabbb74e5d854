#include "base/abi/fcntl_commands.h"
#include "fs/memory_file.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/leases.h"
#include "syscalls/record_locking.h"
#include "syscalls/refuse.h"
#include "syscalls/signal_io.h"

// fcntl(2).

namespace kemu {

namespace {

SyscallResult<u64> duplicate(Task& task, Fd fd, u64 from, CloseOnExec close_on_exec) {
  const u64 limit = descriptor_limit(task);
  auto file = TRY(get_any_file(task, fd));
  if (static_cast<u32>(from) >= limit) return Errno::EINVAL;
  return static_cast<u64>(
      TRY(task.files->insert(std::move(file), close_on_exec, limit, static_cast<i32>(from))));
}

SyscallResult<u64> descriptor_flags(Task& task, Fd fd) {
  const FdTable::Slot* slot = TRY(task.files->slot(fd.value));
  const bool marked = slot->close_on_exec == CloseOnExec::Yes;
  return marked ? u64{abi::kDescriptorCloseOnExec} : 0;
}

SyscallResult<u64> set_descriptor_flags(Task& task, Fd fd, u64 flags) {
  FdTable::Slot* slot = TRY(task.files->slot(fd.value));
  const bool marked = (flags & abi::kDescriptorCloseOnExec) != 0;
  slot->close_on_exec = marked ? CloseOnExec::Yes : CloseOnExec::No;
  return u64{0};
}

SyscallResult<u64> seals(FileDescription& file, u32 command, u64 argument) {
  auto* memory = dynamic_cast<MemoryFile*>(&file);
  if (!memory) return Errno::EINVAL;
  if (command == abi::kFcntlGetSeals) return u64{memory->seals()};
  TRY(memory->add_seals(static_cast<u32>(argument)));
  return u64{0};
}

/// F_GET_RW_HINT and F_SET_RW_HINT: how long what is written will live. Kept with the file while
/// it is in use, as Linux's inode does, and told.
SyscallResult<u64> write_hint(Task& task, FileDescription& file, u32 command, GuestAddr where) {
  constexpr u64 kMostHint = 5;  // RWH_WRITE_LIFE_EXTREME
  Inode& inode = file.inode();
  if (command == abi::kFcntlGetWriteHint) {
    TRY(task.space->write_value(where, inode.write_hint));
    return u64{0};
  }
  // Since Linux 6.10 it is the owner's to say.
  const u32 user = task.credentials.fsuid;
  if (user != 0 && user != TRY(file.status()).uid) return Errno::EPERM;
  const u64 hint = TRY(task.space->read_value<u64>(where));
  if (hint > kMostHint) return Errno::EINVAL;
  inode.write_hint = hint;
  return u64{0};
}

/// The commands that need the file's contents, so not O_PATH.
SyscallResult<u64> do_fcntl(Task& task, FileDescription& file, u32 command, Opaque arg) {
  switch (command) {
    case abi::kFcntlGetLock:
    case abi::kFcntlSetLock:
    case abi::kFcntlSetLockWait:
    case abi::kFcntlGetDescriptionLock:
    case abi::kFcntlSetDescriptionLock:
    case abi::kFcntlSetDescriptionLockWait: return do_record_lock(task, file, command, arg.addr());
    case abi::kFcntlGetPipeSize: return file.pipe_capacity();
    case abi::kFcntlSetPipeSize: return file.set_pipe_capacity(static_cast<u32>(arg.value));
    case abi::kFcntlGetWriteHint:
    case abi::kFcntlSetWriteHint: return write_hint(task, file, command, arg.addr());
    case abi::kFcntlAddSeals:
    case abi::kFcntlGetSeals: return seals(file, command, arg.value);
    case abi::kFcntlNotify: return refuse(task, "fcntl F_NOTIFY", Errno::EINVAL);
    default: return Errno::EINVAL;
  }
}

}  // namespace

SyscallResult<u64> sys_fcntl(Task& task, Fd fd, FcntlCommand command, Opaque arg) {
  switch (command.bits) {
    case abi::kFcntlDuplicate: return duplicate(task, fd, arg.value, CloseOnExec::No);
    case abi::kFcntlDuplicateCloseOnExec: return duplicate(task, fd, arg.value, CloseOnExec::Yes);
    case abi::kFcntlGetDescriptorFlags: return descriptor_flags(task, fd);
    case abi::kFcntlSetDescriptorFlags: return set_descriptor_flags(task, fd, arg.value);
    case abi::kFcntlGetStatusFlags: return u64{TRY(get_any_file(task, fd))->flags()};
    default: break;
  }
  const auto file = TRY(get_file(task, fd));
  switch (command.bits) {
    case abi::kFcntlSetStatusFlags:
      TRY(set_async(task, file, static_cast<u32>(arg.value), fd));
      return u64{0};
    case abi::kFcntlSetOwner:
    case abi::kFcntlGetOwner:
    case abi::kFcntlSetOwnerEx:
    case abi::kFcntlGetOwnerEx:
    case abi::kFcntlSetSignal:
    case abi::kFcntlGetSignal: return do_signal_io(task, file, command.bits, arg);
    case abi::kFcntlSetLease:
    case abi::kFcntlGetLease: return do_lease(task, file, fd, command.bits, arg.value);
    default: break;
  }
  return do_fcntl(task, *file, command.bits, arg);
}

}  // namespace kemu
