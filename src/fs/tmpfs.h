#pragma once

#include <memory>
#include <string_view>

#include "fs/fs_machine.h"
#include "fs/inode.h"

namespace kemu {

/// What mount(2) may say about a tmpfs, tmpfs(5)'s options.
struct TmpfsOptions {
  u64 size = 0;    // bytes, in whole pages; 0: no limit
  u64 inodes = 0;  // 0: no limit
  u32 permissions = 01777;
  u32 uid = 0;
  u32 gid = 0;
  u64 magic = 0x01021994;  // TMPFS_MAGIC; ramfs has its own
};

/// Half the memory and as many inodes as that has pages, which is what Linux starts from.
TmpfsOptions default_tmpfs_options(FsMachine& machine);
/// "size=10%,nr_inodes=1k,mode=755,uid=0,gid=0" over `options`. EINVAL.
Result<TmpfsOptions> parse_tmpfs_options(std::string_view text, TmpfsOptions options,
                                         FsMachine& machine);
/// The options that differ from Linux's own choice, as /proc/mounts tells them: ",size=1024k".
std::string tmpfs_options_text(const TmpfsOptions& options);

/// An empty file system in memory: its root. File contents are frames of the machine, names and
/// inodes are the host's memory within the limit on inodes. Linux's mm/shmem.c.
std::shared_ptr<Inode> make_tmpfs(FsMachine& machine, const TmpfsOptions& options);

}  // namespace kemu
