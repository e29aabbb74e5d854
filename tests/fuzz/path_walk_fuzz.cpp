// Random paths through a random tree that is renamed, relinked and removed between the walks: each
// must lead where the host's openat2(2) with RESOLVE_IN_ROOT leads, or fail as it does. The rest of
// the host's file system is above the root, and no path may get there.

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "base/errno.h"
#include "base/unique_fd.h"
#include "fs/host_io.h"
#include "unit/fs/fs_fixture.h"

namespace kemu::test {
namespace {

constexpr int kRounds = 40'000;
constexpr const char* kNames[] = {"a", "b", "c", "d", "l", "m", "n", "file"};

class PathWalkFuzz : public HostTreeTest {
 public:
  void TestBody() override {}

  int run() {
    root_ = UniqueFd(::open(tree_.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (int round = 0; round < kRounds; ++round) {
      if (pick(3) == 0) change();
      if (pick(50) == 0) move_directory_and_cwd();
      const std::string path = random_path(1 + pick(6));
      const FinalLink link = pick(2) == 0 ? FinalLink::Follow : FinalLink::Keep;
      const std::string expected = host_answer(path, link);
      const std::string answer = kemu_answer(path, link);
      const std::string status = status_answer(path, link);
      ++(expected[0] == 'E' ? refused_ : found_);
      if (answer == expected && status == expected) continue;
      std::printf("round %d: '%s' (%s): host %s, find %s, status %s\n", round, path.c_str(),
                  link == FinalLink::Follow ? "follow" : "keep", expected.c_str(), answer.c_str(),
                  status.c_str());
      return EXIT_FAILURE;
    }
    std::printf("%d found, %d refused\n", found_, refused_);
    return found_ > kRounds / 20 && refused_ > kRounds / 20 ? EXIT_SUCCESS : EXIT_FAILURE;
  }

 private:
  u32 pick(u32 count) { return static_cast<u32>(random_() % count); }
  std::string name() { return kNames[pick(std::size(kNames))]; }

  std::string random_path(u32 components) {
    std::string path = pick(2) == 0 ? "/" : "";
    for (u32 i = 0; i < components; ++i) {
      const u32 kind = pick(12);
      path += kind == 0 ? "." : kind <= 2 ? ".." : name();
      path += pick(8) == 0 ? "//" : "/";
    }
    if (pick(8) != 0) path.resize(path.find_last_not_of('/') + 1);
    return path.empty() ? "/" : path;
  }

  /// A place in the tree that exists more often than not.
  std::string somewhere() {
    std::string path = tree_.path(name());
    for (u32 i = pick(3); i > 0; --i) path += "/" + name();
    return path;
  }

  void change() {
    const std::string path = somewhere();
    switch (pick(6)) {
      case 0:
      case 1: ::mkdir(path.c_str(), 0755); break;
      case 2: ::rename(path.c_str(), somewhere().c_str()); break;
      case 3: static_cast<void>(::symlink(random_path(1 + pick(3)).c_str(), path.c_str())); break;
      case 4:
        UniqueFd(::open(path.c_str(), O_CREAT | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644));
        break;
      case 5: ::remove(path.c_str()); break;
    }
  }

  /// The working directory is a place of its own, held while others move it about.
  void move_directory_and_cwd() {
    const std::string path = "/" + name() + "/" + name();
    const auto place = find(path);
    if (place.ok() && (*place)->inode->type() == FileType::Directory) fs_.cwd = *place;
  }

  std::string host_answer(const std::string& path, FinalLink link) {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC | (link == FinalLink::Keep ? O_NOFOLLOW : 0);
    how.resolve = RESOLVE_IN_ROOT;
    // RESOLVE_IN_ROOT takes the descriptor for the root: a relative path is given from there.
    std::string from_root = path;
    if (path[0] != '/') {
      const auto below = current_path(fs_.cwd->inode->host_fd(), *fs_.cwd->mount);
      if (!below || below->ends_with(" (deleted)")) {
        fs_.cwd = fs_.root;
      } else {
        from_root = *below + "/" + path;
      }
    }
    UniqueFd fd;
    // ".." is EAGAIN while anybody on the host renames anything (openat2(2)).
    do {
      fd = UniqueFd(static_cast<int>(
          ::syscall(SYS_openat2, root_.get(), from_root.c_str(), &how, sizeof how)));
    } while (fd.get() < 0 && host_errno() == Errno::EAGAIN);
    if (fd.get() < 0) return std::string(errno_name(host_errno()));
    return text_of(host_status(fd.get()));
  }

  std::string kemu_answer(const std::string& path, FinalLink link) {
    const auto place = find(path, link);
    return place.ok() ? text_of((*place)->inode->status()) : error_of(place);
  }
  std::string status_answer(const std::string& path, FinalLink link) {
    return text_of(walker_.status(fs_.cwd, path, link));
  }
  static std::string text_of(const Result<FileStatus>& status) {
    if (!status.ok()) return error_of(status);
    return "inode " + std::to_string(status->device) + ":" + std::to_string(status->inode);
  }

  std::mt19937 random_{20261121};
  UniqueFd root_;
  int found_ = 0;
  int refused_ = 0;
};

}  // namespace
}  // namespace kemu::test

int main() { return kemu::test::PathWalkFuzz().run(); }
