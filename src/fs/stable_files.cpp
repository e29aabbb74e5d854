#include "fs/stable_files.h"

#include "fs/host_inode.h"

namespace kemu {

namespace {

constexpr u64 kFirstInode = 2;
constexpr u64 kFirstDevice = 0xfe00;  // 254:0, a number Linux hands out to whom it likes
constexpr u64 kStreamDevice = 13;
constexpr u64 kPage = 4096, kSector = 512;

}  // namespace

StableFiles::Known& StableFiles::known(const FileStatus& real) {
  auto& file = files_[Key{{real.device, real.inode}, real.born}];
  if (file.inode == 0) file.inode = kFirstInode + files_.size() - 1;
  return file;
}

FileStatus StableFiles::shown(FileStatus real) {
  const Known& file = known(real);
  FileStatus shown = real;
  shown.inode = file.inode;
  shown.device = devices_.try_emplace(real.device, kFirstDevice + devices_.size()).first->second;
  shown.accessed = file.accessed == real.accessed ? real.accessed : start_;
  shown.modified = file.modified == real.modified ? real.modified : start_;
  shown.changed = start_;
  shown.born = real.born == 0 ? 0 : start_;
  shown.block_size = kPage;
  if (real.type == FileType::Directory) {
    shown.size = kPage;
    shown.links = 1;  // "not counted", to those who look for subdirectories by it
  }
  const bool has_blocks = real.type == FileType::Regular || real.type == FileType::Directory;
  shown.blocks = has_blocks ? (shown.size + kPage - 1) / kPage * (kPage / kSector) : 0;
  return shown;
}

FileStatus StableFiles::shown_stream(FileStatus real) {
  const FileId id{real.device, real.inode};
  FileStatus shown = real;
  shown.inode = streams_.try_emplace(id, kFirstInode + streams_.size()).first->second;
  shown.device = kStreamDevice;
  shown.accessed = shown.modified = shown.changed = start_;
  shown.born = real.born == 0 ? 0 : start_;
  shown.block_size = kPage;
  return shown;
}

void StableFiles::times_were_set(const FileStatus& real) {
  Known& file = known(real);
  file.accessed = real.accessed;
  file.modified = real.modified;
}

FilesystemStatus StableFiles::shown(const FilesystemStatus& real) {
  constexpr u64 kExt4 = 0xef53;
  FilesystemStatus shown;
  shown.magic = kExt4;
  shown.blocks = u64{1} << 28;  // 1 TiB, half of it free
  shown.blocks_free = shown.blocks_available = shown.blocks / 2;
  shown.files = u64{1} << 26;
  shown.files_free = shown.files / 2;
  shown.flags = real.flags;
  return shown;
}

void enable_stable_files(HostFsContext& context, Nanoseconds start) {
  context.inodes->stable_files = std::make_unique<StableFiles>(start);
}

}  // namespace kemu
