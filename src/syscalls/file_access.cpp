#include "syscalls/file_access.h"

#include <algorithm>

#include "process/open_files.h"

namespace kemu {

Result<std::string> copy_path(Task& task, Path path, EmptyPath empty) {
  auto text = TRY(task.space->read_c_string(path.addr, abi::kPathMax));
  if (text.empty() && empty == EmptyPath::Refused) return Errno::ENOENT;
  return text;
}

Result<PathArgument> take_path(Task& task, DirFd dir, Path path, EmptyPath empty) {
  PathArgument argument;
  argument.text = TRY(copy_path(task, path, empty));
  if (argument.text.starts_with('/') || dir.value == abi::kAtCwd) {
    argument.base = task.fs->cwd;
    return argument;
  }
  const auto file = TRY(get_any_file(task, Fd{dir.value}));
  argument.base = file->location();
  const bool directory = file->inode().type() == FileType::Directory;
  if (!directory && !argument.text.empty()) return Errno::ENOTDIR;
  return argument;
}

Result<Location> find_place(Task& task, const PathArgument& path, FinalLink final_link) {
  if (path.text.empty()) return path.base;
  return task.walker().find(path.base, path.text, final_link);
}

Result<Location> take_place(Task& task, DirFd dir, Path path, FinalLink final_link,
                            EmptyPath empty) {
  return find_place(task, TRY(take_path(task, dir, path, empty)), final_link);
}

EmptyPath empty_path(AtFlags flags) {
  return flags.has(abi::kAtEmptyPath) ? EmptyPath::Allowed : EmptyPath::Refused;
}

FinalLink final_link_unless_no_follow(AtFlags flags) {
  return flags.has(abi::kAtSymlinkNoFollow) ? FinalLink::Keep : FinalLink::Follow;
}

Result<std::shared_ptr<FileDescription>> get_file(Task& task, Fd fd) {
  auto file = TRY(get_any_file(task, fd));
  if ((file->flags() & abi::kOpenPath) != 0) return Errno::EBADF;
  return file;
}

Result<std::shared_ptr<FileDescription>> get_any_file(Task& task, Fd fd) {
  HeldFiles& held = task.syscall.held;
  // Whoever closed a number since the call began may be gone by now.
  if (held.empty() && task.files.use_count() == 1) return task.files->get(fd.value);
  if (task.syscall.has_waited)
    for (const auto& [number, file] : held)
      if (number == fd.value) return file;
  auto file = TRY(task.files->get(fd.value));
  held.emplace_back(fd.value, file);
  return file;
}

Result<std::shared_ptr<FileDescription>> look_up_file(Task& task, Fd fd) {
  auto file = TRY(task.files->get(fd.value));
  if ((file->flags() & abi::kOpenPath) != 0) return Errno::EBADF;
  return file;
}

u64 descriptor_limit(Task& task) {
  constexpr u64 kMost = u64{1} << 20;  // fs.nr_open: no limit goes beyond
  return std::min(kMost, task.process().limits.soft(Resource::OpenFiles));
}

CloseOnExec close_on_exec_of(u32 open_flags) {
  return (open_flags & abi::kOpenCloseOnExec) != 0 ? CloseOnExec::Yes : CloseOnExec::No;
}

Result<Unit> check_file_room(Task& task) {
  if (!task.files->has_room(descriptor_limit(task))) return Errno::EMFILE;
  if (has_room_for_files(task.kernel(), 1)) return Unit{};
  task.kernel().refuse(Scarce::Files);
  return Errno::ENFILE;
}

Result<Fd> install(Task& task, std::shared_ptr<FileDescription> file, CloseOnExec close_on_exec) {
  TRY(check_file_room(task));
  return install_open(task, std::move(file), close_on_exec);
}

Result<Fd> install_open(Task& task, std::shared_ptr<FileDescription> file,
                        CloseOnExec close_on_exec) {
  return Fd{TRY(task.files->insert(std::move(file), close_on_exec, descriptor_limit(task)))};
}

void send_to_self(Task& task, i32 signal) {
  abi::SigInfo info;
  info.signo = signal;
  info.code = abi::kSiUser;
  info.sender.pid = task.process().pid();
  info.sender.uid = task.credentials.uid;
  // Standard signals coalesce: there is always room for one.
  (void)task.kernel().send_signal(task, info);
}

Result<u64> room_for_write(Task& task, FileDescription& file, u64 offset, u64 count) {
  const u64 limit = task.process().limits.soft(Resource::FileSize);
  if (limit == kUnlimited || count == 0 || file.inode().type() != FileType::Regular) return count;
  if (offset >= limit) {
    send_to_self(task, abi::kSigXfsz);
    return Errno::EFBIG;
  }
  return std::min(count, limit - offset);
}

Result<Unit> check_new_size(Task& task, u64 size) {
  if (size <= task.process().limits.soft(Resource::FileSize)) return Unit{};
  send_to_self(task, abi::kSigXfsz);
  return Errno::EFBIG;
}

}  // namespace kemu
