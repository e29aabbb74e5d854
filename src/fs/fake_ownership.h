#pragma once

#include <optional>
#include <unordered_map>

#include "fs/file_id.h"
#include "fs/file_status.h"

namespace kemu {

struct HostFsContext;

/// What a machine says about files of the host that the host's user could not make true: who owns
/// them, rights of somebody else's, device nodes. As fakeroot(1), it lasts as long as the machine,
/// goes by (device, inode), and takes files it knows nothing of for root's.
class FakeOwnership {
 public:
  /// What stat(2) shows.
  FileStatus shown(FileStatus real) const;
  /// The type of a file, which for a made device node is not that of its placeholder.
  FileType type_of(const FileId& id, FileType real) const;

  /// -1 leaves an id as it is; a change of owner takes set-id bits away from what is executable.
  void set_owner(const FileStatus& real, i64 uid, i64 gid);
  void set_permissions(const FileId& id, u32 permissions);
  void set_device(const FileId& id, FileType type, u64 device);
  /// The file is gone: another one may get its number.
  void forget(const FileId& id) { files_.erase(id); }

 private:
  struct Claim {
    u32 uid = 0;
    u32 gid = 0;
    std::optional<u32> permissions;
    std::optional<FileType> type;
    u64 device = 0;
  };
  std::unordered_map<FileId, Claim, FileIdHash> files_;
};

/// Makes the host's files in `context` belong to whom the machine says. Before any is opened.
void enable_fake_ownership(HostFsContext& context);

}  // namespace kemu
