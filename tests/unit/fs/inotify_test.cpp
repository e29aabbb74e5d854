#include "fs/inotify.h"

#include <cstring>

#include "fs/namespace_ops.h"
#include "fs/overlay.h"
#include "fs/tmpfs.h"
#include "fs_fixture.h"

namespace kemu::test {
namespace {

class RootMachine : public FsMachine {
 public:
  using FsMachine::FsMachine;
  Nanoseconds now() override { return ++now_; }

 private:
  FileCredentials actor() const override { return {}; }
  Nanoseconds now_ = 0;
};

/// An overlay of /lower and memory at /over, and an instance that watches.
class OwnWatches : public HostTreeTest {
 protected:
  OwnWatches() {
    tree_.make_directory("lower/deep");
    tree_.write("lower/file", "one");
    auto overlay = make_overlay(machine_, {find("/lower").value()->inode},
                                make_tmpfs(machine_, TmpfsOptions{}));
    EXPECT_TRUE(
        mounts_.mount("/over", std::move(overlay), "test", "test", MountAccess::ReadWrite).ok());
  }

  i32 watch(const std::string& path, u32 mask = abi::kInotifyAllEvents) {
    return inotify_->add_watch(find(path).value()->inode, mask).value();
  }
  /// "wd:mask:name " for each event, the mask in hexadecimal.
  std::string events() {
    std::vector<std::byte> bytes(4096);
    const auto got = inotify_->read({HostSpan(bytes)});
    if (!got.ok()) return error_of(got);
    std::string text;
    for (u64 at = 0; at < *got;) {
      abi::InotifyEvent event;
      std::memcpy(&event, bytes.data() + at, sizeof event);
      const char* name = reinterpret_cast<const char*>(bytes.data() + at + sizeof event);
      text += fmt::format("{}:{:x}:{} ", event.watch, event.mask, event.length > 0 ? name : "");
      at += sizeof event + event.length;
    }
    return text;
  }

  RootMachine machine_{*pool_};
  std::shared_ptr<Inotify> inotify_ = Inotify::create(0, 1, poller_).value();
};

TEST_F(OwnWatches, HearOfAnOverlaysNames) {
  EXPECT_EQ(watch("/over"), 1);
  EXPECT_EQ(error_of(make_directory_at(walker_, fs_.cwd, "/over/new", 0755)), "ok");
  EXPECT_EQ(error_of(rename_at(walker_, fs_.cwd, "/over/file", fs_.cwd, "/over/new/file",
                               RenameMode::Replace)),
            "ok");
  EXPECT_EQ(error_of(unlink_at(walker_, fs_.cwd, "/over/new/file")), "ok");
  EXPECT_EQ(error_of(remove_directory_at(walker_, fs_.cwd, "/over/new")), "ok");
  EXPECT_EQ(events(), "1:40000100:new 1:40:file 1:40000200:new ");
  EXPECT_EQ(events(), "EAGAIN");
}

TEST_F(OwnWatches, StayOverACopyUp) {
  EXPECT_EQ(watch("/over/file"), 1);
  {
    const auto file = open("/over/file", abi::kOpenWriteOnly).value();
    EXPECT_EQ(put(*file, "two").value(), 3u);
    EXPECT_EQ(events(), "1:20: ");
    EXPECT_EQ(error_of(unlink_at(walker_, fs_.cwd, "/over/file")), "ok");
    EXPECT_EQ(events(), "1:4: ");
  }
  EXPECT_EQ(events(), "1:8: 1:400: 1:8000: ");
  EXPECT_EQ(error_of(inotify_->remove_watch(1)), "EINVAL");
}

TEST_F(OwnWatches, EndWithTheirFileSystem) {
  EXPECT_EQ(watch("/over/deep", abi::kInotifyCreate), 1);
  EXPECT_EQ(watch("/lower"), 2);
  inotify_->unmounted(find("/over").value()->inode->status()->device);
  EXPECT_EQ(events(), "1:40002000: 1:8000: ");
  EXPECT_EQ(error_of(inotify_->remove_watch(1)), "EINVAL");
  EXPECT_EQ(error_of(inotify_->remove_watch(2)), "ok");
}

TEST_F(OwnWatches, LoseWhatNobodyReads) {
  EXPECT_EQ(watch("/over", abi::kInotifyCreate | abi::kInotifyDelete), 1);
  for (int i = 0; i < 8200; ++i) {
    EXPECT_EQ(error_of(make_directory_at(walker_, fs_.cwd, "/over/x", 0755)), "ok");
    EXPECT_EQ(error_of(remove_directory_at(walker_, fs_.cwd, "/over/x")), "ok");
  }
  std::string last;
  for (std::string some = events(); some != "EAGAIN"; some = events()) last = some;
  EXPECT_TRUE(last.ends_with("-1:4000: ")) << last;
}

}  // namespace
}  // namespace kemu::test
