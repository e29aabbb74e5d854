#include <algorithm>
#include <cstring>

#include "fs/unix_domain.h"
#include "syscalls/socket_access.h"

// Control messages (cmsg(3)): files, credentials, and what sockets of the host understand.

namespace kemu {

namespace {

/// net.core.optmem_max, as it always was.
constexpr u64 kMostControl = 20480;
constexpr u64 kHeaderSize = sizeof(abi::ControlHeader);

constexpr u64 aligned(u64 size) { return (size + 7) & ~u64{7}; }

/// One message of a control buffer, not yet understood.
struct RawMessage {
  abi::ControlHeader header;
  std::span<const std::byte> data;
};

/// for_each_cmsghdr with CMSG_OK: EINVAL.
Result<std::vector<RawMessage>> split(std::span<const std::byte> control) {
  std::vector<RawMessage> messages;
  while (control.size() >= kHeaderSize) {
    RawMessage message;
    std::memcpy(&message.header, control.data(), kHeaderSize);
    const u64 size = message.header.size;
    if (size < kHeaderSize || size > control.size()) return Errno::EINVAL;
    message.data = control.subspan(kHeaderSize, size - kHeaderSize);
    messages.push_back(message);
    control = control.subspan(std::min<u64>(aligned(size), control.size()));
  }
  return messages;
}

/// scm_fp_copy().
Result<Unit> take_files(Task& task, std::span<const std::byte> data, Ancillary& with) {
  const u64 count = data.size() / sizeof(i32);
  if (with.files.size() + count > abi::kMostRights) return Errno::EINVAL;
  for (u64 i = 0; i < count; ++i) {
    i32 fd = -1;
    std::memcpy(&fd, data.data() + i * sizeof fd, sizeof fd);
    with.files.push_back(TRY(get_any_file(task, Fd{fd})));
  }
  return Unit{};
}

bool is_one_of(u32 id, u32 one, u32 two, u32 three) {
  return id == one || id == two || id == three;
}

/// scm_check_creds(): nobody pretends to be another without the right to become it.
Result<Unit> take_credentials(Task& task, std::span<const std::byte> data, Ancillary& with) {
  abi::SocketCredentials said;
  if (data.size() != sizeof said) return Errno::EINVAL;
  std::memcpy(&said, data.data(), sizeof said);
  const Credentials& own = task.credentials;
  const bool honest = said.pid == task.process().pid() &&
                      is_one_of(said.uid, own.uid, own.euid, own.suid) &&
                      is_one_of(said.gid, own.gid, own.egid, own.sgid);
  if (!honest && !own.privileged()) return Errno::EPERM;
  const bool known = said.pid == task.process().pid() || task.kernel().find_process(said.pid) ||
                     task.kernel().find_zombie(said.pid);
  if (!known) return Errno::ESRCH;
  with.credentials = said;
  return Unit{};
}

/// Where the next message goes in the guest's control buffer.
class ControlWriter {
 public:
  ControlWriter(AddressSpace& space, abi::MessageHeader& header)
      : space_(space), header_(header), left_(header.control_size) {}
  ~ControlWriter() { header_.control_size -= left_; }

  u64 left() const { return left_; }
  GuestAddr data_at() const { return GuestAddr(header_.control + used()) + kHeaderSize; }
  void cut_short() { header_.flags |= abi::kMsgControlTruncated; }

  /// put_cmsg(): as much of it as there is room for.
  void put(i32 level, i32 type, std::span<const std::byte> data) {
    if (left_ < kHeaderSize) return cut_short();
    u64 size = kHeaderSize + data.size();
    if (size > left_) {
      cut_short();
      size = left_;
    }
    (void)space_.write(data_at(), data.first(size - kHeaderSize));
    finish(level, type, size);
  }
  /// The header of a message whose data is there already.
  void finish(i32 level, i32 type, u64 size) {
    const abi::ControlHeader header{size, level, type};
    const GuestAddr at = GuestAddr(header_.control + used());
    if (!space_.write_value(at, header).ok()) return;
    left_ -= std::min(aligned(size), left_);
  }

 private:
  u64 used() const { return header_.control_size - left_; }

  AddressSpace& space_;
  abi::MessageHeader& header_;
  u64 left_;
};

/// scm_detach_fds(): as many as there is room for, in the buffer and in the descriptor table.
void give_files(Task& task, const std::vector<std::shared_ptr<FileDescription>>& files,
                ControlWriter& writer, CloseOnExec close_on_exec) {
  const u64 room = writer.left() > kHeaderSize ? (writer.left() - kHeaderSize) / sizeof(i32) : 0;
  u64 given = 0;
  for (; given < std::min<u64>(room, files.size()); ++given) {
    const GuestAddr at = writer.data_at() + given * sizeof(i32);
    const auto fd = install_open(task, files[given], close_on_exec);
    if (!fd.ok()) break;
    if (task.space->write_value(at, fd->value).ok()) continue;
    (void)task.files->remove(fd->value);
    break;
  }
  if (given > 0) writer.finish(abi::kSolSocket, abi::kScmRights, kHeaderSize + given * sizeof(i32));
  if (given < files.size()) writer.cut_short();
}

}  // namespace

Result<Ancillary> take_control(Task& task, const Socket& socket, GuestAddr control, u64 size) {
  Ancillary with;
  if (size == 0) return with;
  if (size > kMostControl) return Errno::ENOBUFS;
  std::vector<std::byte> bytes(size);
  TRY(task.space->read(control, bytes));
  const bool local = socket.family() == abi::kAfUnix;
  for (const RawMessage& message : TRY(split(bytes))) {
    const auto& [header, data] = message;
    const bool of_socket = header.level == abi::kSolSocket;
    if (of_socket && header.type == abi::kScmRights) {
      TRY(take_files(task, data, with));
    } else if (of_socket && header.type == abi::kScmCredentials) {
      TRY(take_credentials(task, data, with));
    } else if (!local) {
      with.others.push_back({header.level, header.type, {data.begin(), data.end()}});
    } else if (of_socket) {
      return Errno::EINVAL;
    }
  }
  // too_many_unix_fds(): files on their way count against those their sender may have open.
  const Credentials& own = task.credentials;
  const u64 limit = task.process().limits.soft(Resource::OpenFiles);
  const bool too_many = task.kernel().unix_domain()->in_flight_of(own.uid) > limit;
  if (!with.files.empty() && too_many && !own.privileged()) return Errno::ETOOMANYREFS;
  return with;
}

void give_control(Task& task, const Ancillary& with, abi::MessageHeader& header,
                  CloseOnExec close_on_exec) {
  ControlWriter writer(*task.space, header);
  for (const ControlMessage& message : with.others)
    writer.put(message.level, message.type, message.data);
  if (with.credentials)
    writer.put(abi::kSolSocket, abi::kScmCredentials,
               std::as_bytes(std::span(&*with.credentials, 1)));
  if (!with.files.empty()) give_files(task, with.files, writer, close_on_exec);
}

}  // namespace kemu
