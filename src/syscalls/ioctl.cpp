#include "base/abi/ioctl.h"
#include "base/abi/fcntl_commands.h"
#include "syscalls/file_access.h"
#include "syscalls/handlers.h"
#include "syscalls/known_requests.h"
#include "syscalls/signal_io.h"

// ioctl(2): what concerns descriptors and job control is served here, the rest by the file.

namespace kemu {

namespace {

using TerminalUse = Kernel::TerminalUse;

constexpr u64 kSteal = 1;  // TIOCSCTTY's argument

Result<u64> set_status_flag(Task& task, FileDescription& file, u32 flag, GuestAddr argument) {
  const bool on = TRY(task.space->read_value<i32>(argument)) != 0;
  TRY(file.set_flags(on ? file.flags() | flag : file.flags() & ~flag));
  return u64{0};
}

/// ENOTTY for a file that never has news.
Result<u64> change_async(Task& task, const std::shared_ptr<FileDescription>& file, Fd fd,
                         GuestAddr argument) {
  const bool on = TRY(task.space->read_value<i32>(argument)) != 0;
  const bool was = (file->flags() & abi::kOpenAsync) != 0;
  if (on == was) return u64{0};
  const u32 flags = file->flags() & ~abi::kOpenAsync;
  TRY(set_async(task, file, on ? flags | abi::kOpenAsync : flags, fd));
  if (on && (file->flags() & abi::kOpenAsync) == 0) return Errno::ENOTTY;
  return u64{0};
}

/// FIOSETOWN and kin, which sockets know.
Result<u64> socket_owner_ioctl(Task& task, const std::shared_ptr<FileDescription>& file,
                               u32 request, GuestAddr argument) {
  if (request == abi::kFioGetOwner || request == abi::kSocketGetOwner) {
    TRY(task.space->write_value(argument, file_owner(*file)));
    return u64{0};
  }
  TRY(set_file_owner(task, file, TRY(task.space->read_value<i32>(argument))));
  return u64{0};
}

bool is_controlling(Task& task, const Terminal& terminal) {
  return task.process().terminal.get() == &terminal;
}

/// Requests that change what others see on the terminal: background groups are stopped first.
bool changes_terminal(u32 request) {
  switch (request) {
    case abi::kTcSetAttributes:
    case abi::kTcSetAttributesWait:
    case abi::kTcSetAttributesFlush:
    case abi::kTcSetAttributes2:
    case abi::kTcSetAttributesWait2:
    case abi::kTcSetAttributesFlush2:
    case abi::kTcSetOldAttributes:
    case abi::kTcSetOldAttributesWait:
    case abi::kTcSetOldAttributesFlush:
    case abi::kTcSendBreak:
    case abi::kTcSendBreakPosix:
    case abi::kTcFlowControl:
    case abi::kTcFlush: return true;
    default: return false;
  }
}

/// TIOCSPGRP; tiocspgrp() of drivers/tty/tty_jobctrl.c.
SyscallResult<u64> set_foreground_group(Task& task, Terminal& terminal, GuestAddr argument) {
  const auto access = task.kernel().check_terminal_access(task, terminal, TerminalUse::Control);
  if (access.is_blocked()) return access.blocked();
  if (!access.ok()) return access.error() == Errno::EIO ? Errno::ENOTTY : access.error();
  const Process& process = task.process();
  if (!is_controlling(task, terminal) || terminal.session() != process.session)
    return Errno::ENOTTY;
  const i32 group = TRY(task.space->read_value<i32>(argument));
  if (group < 0) return Errno::EINVAL;
  if (!task.kernel().group_exists(group, process.session)) {
    const bool elsewhere = task.kernel().for_each_in_group(group, [](Process&) {}) > 0;
    return elsewhere ? Errno::EPERM : Errno::ESRCH;
  }
  terminal.set_foreground_group(group);
  return u64{0};
}

/// TIOCSCTTY. A terminal of another session is taken from it only by force.
Result<u64> set_controlling(Task& task, Terminal& terminal, u64 argument) {
  Process& process = task.process();
  const bool leader = process.session == process.pid();
  if (leader && terminal.session() == process.session) return u64{0};
  if (!leader || process.terminal) return Errno::EPERM;
  if (terminal.session() != 0) {
    if (argument != kSteal || !task.credentials.privileged()) return Errno::EPERM;
    for (const auto& [pid, other] : task.kernel().processes())
      if (other->terminal.get() == &terminal) other->terminal = nullptr;
  }
  terminal.set_session(process.session);
  terminal.set_foreground_group(process.group);
  process.terminal = terminal.shared_from_this();
  return u64{0};
}

/// TIOCNOTTY. A session leader gives the terminal up for its whole session.
Result<u64> give_up_controlling(Task& task, const Terminal& terminal) {
  Process& process = task.process();
  if (!is_controlling(task, terminal)) return Errno::ENOTTY;
  if (process.session != process.pid()) {
    process.terminal = nullptr;
    return u64{0};
  }
  const i32 foreground = terminal.foreground_group();
  task.kernel().hang_up_session(process);
  abi::SigInfo info;
  info.signo = abi::kSigCont;
  info.code = abi::kSiKernel;
  task.kernel().for_each_in_group(foreground,
                                  [&](Process& p) { (void)task.kernel().send_signal(p, info); });
  return u64{0};
}

Result<u64> tell(Task& task, GuestAddr to, i32 id) {
  TRY(task.space->write_value(to, id));
  return u64{0};
}

/// TIOCSTI: only into one's own terminal.
Result<Unit> check_simulated_input(Task& task, const Terminal& terminal) {
  if (is_controlling(task, terminal) || task.credentials.privileged()) return Unit{};
  return Errno::EPERM;
}

SyscallResult<u64> terminal_ioctl(Task& task, FileDescription& file, Terminal& terminal,
                                  u32 request, Opaque arg) {
  if (request == abi::kTioSimulateInput) TRY(check_simulated_input(task, terminal));
  switch (request) {
    case abi::kTioGetGroup:
      if (!is_controlling(task, terminal)) return Errno::ENOTTY;
      return tell(task, arg.addr(), terminal.foreground_group());
    case abi::kTioSetGroup: return set_foreground_group(task, terminal, arg.addr());
    case abi::kTioGetSession:
      if (!is_controlling(task, terminal) || terminal.session() == 0) return Errno::ENOTTY;
      return tell(task, arg.addr(), terminal.session());
    case abi::kTioSetControlling: return set_controlling(task, terminal, arg.value);
    case abi::kTioGiveUpControlling: return give_up_controlling(task, terminal);
    default: break;
  }
  if (changes_terminal(request))
    TRY_CALL(task.kernel().check_terminal_access(task, terminal, TerminalUse::Control));
  return file.ioctl(request, *task.space, arg.addr());
}

/// TIOCGPTPEER: the other side by a descriptor of its own.
Result<u64> open_peer(Task& task, TerminalMaster& master, u32 flags) {
  constexpr u32 kKept = abi::kOpenAccessMode | abi::kOpenNonBlock;
  auto peer = TRY(master.open_peer(flags & kKept));
  return static_cast<u64>(TRY(install(task, std::move(peer), close_on_exec_of(flags))).value);
}

/// A pty's master stands for the terminal it drives, whose foreground it may ask from outside.
SyscallResult<u64> master_ioctl(Task& task, FileDescription& file, TerminalMaster& master,
                                u32 request, Opaque arg) {
  Terminal& terminal = master.driven();
  switch (request) {
    case abi::kTioGetGroup: return tell(task, arg.addr(), terminal.foreground_group());
    case abi::kTioGetSession:
      if (terminal.session() == 0) return Errno::ENOTTY;
      return tell(task, arg.addr(), terminal.session());
    case abi::kTioSetGroup: return set_foreground_group(task, terminal, arg.addr());
    case abi::kTioSetControlling: return set_controlling(task, terminal, arg.value);
    case abi::kTioGiveUpControlling: return Errno::ENOTTY;
    case abi::kTioOpenPeer: return open_peer(task, master, static_cast<u32>(arg.value));
    default: break;
  }
  if (changes_terminal(request))
    TRY_CALL(task.kernel().check_terminal_access(task, terminal, TerminalUse::Control));
  return file.ioctl(request, *task.space, arg.addr());
}

/// Notes what Linux would do and the file does not know.
void note_unknown(Task& task, FileDescription& file, u32 request) {
  const FileType type = file.inode().type();
  const bool on_disk = type == FileType::Regular || type == FileType::Directory;
  const bool terminal = file.terminal() || file.master();
  const auto note = [&](std::span<const KnownRequest> among, Lack lack) {
    const std::string_view name = known_request(among, request);
    if (!name.empty()) note_missing(task, fmt::format("ioctl {}", name), Errno::ENOTTY, lack);
  };
  if (on_disk) note(kFileRequests, Lack::Felt);
  if (on_disk) note(kTriedFileRequests, Lack::Probed);
  if (terminal) note(kTerminalRequests, Lack::Felt);
}

SyscallResult<u64> do_ioctl(Task& task, const std::shared_ptr<FileDescription>& file, Fd fd,
                            u32 request, Opaque arg) {
  switch (request) {
    case abi::kFioCloseOnExec:
      TRY(task.files->slot(fd.value))->close_on_exec = CloseOnExec::Yes;
      return u64{0};
    case abi::kFioNoCloseOnExec:
      TRY(task.files->slot(fd.value))->close_on_exec = CloseOnExec::No;
      return u64{0};
    case abi::kFioNonBlock: return set_status_flag(task, *file, abi::kOpenNonBlock, arg.addr());
    case abi::kFioAsync: return change_async(task, file, fd, arg.addr());
    case abi::kFioSetOwner:
    case abi::kSocketSetOwner:
    case abi::kFioGetOwner:
    case abi::kSocketGetOwner:
      if (file->inode().type() != FileType::Socket) return Errno::ENOTTY;
      return socket_owner_ioctl(task, file, request, arg.addr());
    default: break;
  }
  if (TerminalMaster* master = file->master())
    return master_ioctl(task, *file, *master, request, arg);
  if (Terminal* terminal = file->terminal())
    return terminal_ioctl(task, *file, *terminal, request, arg);
  return file->ioctl(request, *task.space, arg.addr());
}

}  // namespace

SyscallResult<u64> sys_ioctl(Task& task, Fd fd, IoctlRequest request, Opaque arg) {
  const auto file = TRY(get_file(task, fd));
  const auto done = do_ioctl(task, file, fd, request.bits, arg);
  const bool unknown =
      !done.ok() && !done.is_blocked() && !done.is_no_return() && done.error() == Errno::ENOTTY;
  if (unknown) note_unknown(task, *file, request.bits);
  return done;
}

}  // namespace kemu
