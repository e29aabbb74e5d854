#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>

#include "base/entropy.h"
#include "fs/file_description.h"
#include "fs/host_fs.h"
#include "fs/page_cache.h"
#include "fs/path_walk.h"

namespace kemu::test {

/// The error of a result, as GoogleTest prints it: "ENOENT", or "ok".
template <typename T>
std::string error_of(const Result<T>& result) {
  return result.ok() ? "ok" : std::string(errno_name(result.error()));
}

inline HostSpans spans_of(std::string& bytes) {
  return {std::as_writable_bytes(std::span(bytes.data(), bytes.size()))};
}

/// Writes and says how many bytes were taken, or the error.
inline Result<u64> put(FileDescription& file, std::string bytes) {
  return file.write(spans_of(bytes));
}

/// At most `size` bytes, or the error.
inline Result<std::string> take(FileDescription& file, u64 size) {
  std::string bytes(size, '\0');
  const u64 moved = TRY(file.read(spans_of(bytes)));
  bytes.resize(moved);
  return bytes;
}

class CountingWaiter : public Waiter {
 public:
  int wakes = 0;

 protected:
  void woken() override { ++wakes; }
};

/// A directory of the host that goes with its contents.
class TempTree {
 public:
  TempTree() {
    std::string path = std::filesystem::temp_directory_path() / "kemu-fs-XXXXXX";
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    path_ = path;
  }
  ~TempTree() { std::filesystem::remove_all(path_); }
  TempTree(const TempTree&) = delete;
  TempTree& operator=(const TempTree&) = delete;

  std::string path(const std::string& name = "") const { return path_ + "/" + name; }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void make_directory(const std::string& name) const {
    std::filesystem::create_directories(path(name));
  }
  void make_link(const std::string& name, const std::string& target) const {
    std::filesystem::create_symlink(target, path(name));
  }

 private:
  std::string path_;
};

/// A temporary host tree mounted as "/", and what is needed to walk it.
class HostTreeTest : public ::testing::Test {
 protected:
  HostTreeTest()
      : pool_(std::move(FramePool::create(u64{16} << 20)).value()),
        context_{*pool_, poller_, std::make_shared<PageCache>(*pool_)},
        mounts_(open_host_tree(tree_.path(), context_).value(), "host", tree_.path(),
                MountAccess::ReadWrite),
        fs_{mounts_.root(), mounts_.root(), 022},
        walker_(mounts_, fs_, caller_) {}

  Result<std::shared_ptr<FileDescription>> open(const std::string& path, u32 flags,
                                                u32 permissions = 0644) {
    return open_path(walker_, fs_.cwd, path, flags, permissions);
  }
  Result<Location> find(const std::string& path, FinalLink link = FinalLink::Follow) {
    return walker_.find(fs_.cwd, path, link);
  }
  std::string found_path(const std::string& path, FinalLink link = FinalLink::Follow) {
    const auto place = find(path, link);
    return place.ok() ? path_of(*place, fs_.root) : error_of(place);
  }

  TempTree tree_;
  std::unique_ptr<FramePool> pool_;
  HostPoller poller_;
  HostFsContext context_;
  MountTable mounts_;
  FsContext fs_;
  Caller caller_{1, 1};
  PathWalker walker_;
};

/// Entropy that counts up, for what must only pass it through.
class CountingEntropy : public Entropy {
 public:
  void fill(std::span<std::byte> bytes) override {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(++next_);
  }

 private:
  u8 next_ = 0;
};

}  // namespace kemu::test
