#include "fs/overlay.h"

#include "fs/namespace_ops.h"
#include "fs/tmpfs.h"
#include "fs_fixture.h"

namespace kemu::test {
namespace {

/// A machine in which the tests say who acts.
class TestMachine : public FsMachine {
 public:
  using FsMachine::FsMachine;
  Nanoseconds now() override { return ++now_; }
  FileCredentials who;

 private:
  FileCredentials actor() const override { return who; }
  Nanoseconds now_ = 0;
};

/// Mounts at /tmpfs (1 MiB, 20 inodes) and at /over, an overlay of /lower and memory.
class OwnFilesTest : public HostTreeTest {
 protected:
  OwnFilesTest() {
    tree_.make_directory("lower/deep");
    tree_.write("lower/file", "one");
    tree_.write("lower/deep/inner", "two");
    TmpfsOptions options{u64{1} << 20, 20};
    mount("/tmpfs", make_tmpfs(machine_, options));
    upper_ = make_tmpfs(machine_, TmpfsOptions{});
    mount("/over", make_overlay(machine_, {find("/lower").value()->inode}, upper_));
  }

  void mount(const char* at, std::shared_ptr<Inode> root) {
    ASSERT_TRUE(mounts_.mount(at, std::move(root), "test", "test", MountAccess::ReadWrite).ok());
  }
  std::string text(const std::string& path) {
    const auto file = open(path, abi::kOpenReadOnly);
    return file.ok() ? take(**file, 100).value() : error_of(file);
  }
  std::string write(const std::string& path, const std::string& bytes, u32 flags = 0) {
    const auto file = open(path, abi::kOpenWriteOnly | abi::kOpenCreate | flags);
    return file.ok() ? error_of(put(**file, bytes)) : error_of(file);
  }
  std::string names(const std::string& path) {
    const auto directory = open(path, abi::kOpenReadOnly).value();
    std::vector<std::string> found;
    for (auto some = directory->read_directory(64).value(); !some.empty();
         some = directory->read_directory(64).value())
      for (const DirectoryEntry& entry : some) found.push_back(entry.name);
    std::sort(found.begin(), found.end());
    std::string all;
    for (const std::string& name : found) all += name + " ";
    return all;
  }
  std::string remove(const std::string& path) {
    return error_of(unlink_at(walker_, fs_.cwd, path));
  }
  std::string rename(const std::string& from, const std::string& to,
                     RenameMode mode = RenameMode::Replace) {
    return error_of(rename_at(walker_, fs_.cwd, from, fs_.cwd, to, mode));
  }
  FileType upper_type(const std::string& name) {
    return upper_->lookup(name, caller_).value()->type();
  }

  TestMachine machine_{*pool_};
  std::shared_ptr<Inode> upper_;
};

TEST_F(OwnFilesTest, TmpfsGivesFramesAndInodesBack) {
  const u32 frames = pool_->in_use();
  EXPECT_EQ(write("/tmpfs/file", std::string(10000, 'x')), "ok");
  EXPECT_EQ(pool_->in_use(), frames + 3);
  EXPECT_EQ(remove("/tmpfs/file"), "ok");
  EXPECT_EQ(pool_->in_use(), frames);
  for (int i = 0; i < 19; ++i) EXPECT_EQ(write("/tmpfs/" + std::to_string(i), "x"), "ok");
  EXPECT_EQ(write("/tmpfs/more", "x"), "ENOSPC");
  EXPECT_EQ(remove("/tmpfs/0"), "ok");
  EXPECT_EQ(write("/tmpfs/more", "x"), "ok");
}

TEST_F(OwnFilesTest, TmpfsIsFullAtItsSize) {
  const auto file = open("/tmpfs/file", abi::kOpenWriteOnly | abi::kOpenCreate).value();
  EXPECT_EQ(put(*file, std::string(u64{1} << 21, 'x')).value(), u64{1} << 20);
  EXPECT_EQ(error_of(put(*file, "x")), "ENOSPC");
}

TEST_F(OwnFilesTest, TmpfsChecksPermissions) {
  EXPECT_EQ(write("/tmpfs/file", "x"), "ok");
  machine_.who = {1000, 1000, {}};
  EXPECT_EQ(write("/tmpfs/file", "x"), "EACCES");
  EXPECT_EQ(remove("/tmpfs/file"), "EPERM");  // the root is sticky
  EXPECT_EQ(write("/tmpfs/own", "x"), "ok");
  EXPECT_EQ(rename("/tmpfs/own", "/tmpfs/file"), "EPERM");
  const auto own = find("/tmpfs/own").value()->inode;
  EXPECT_EQ(own->status()->uid, 1000u);
  EXPECT_EQ(error_of(own->set_owner(0, -1)), "EPERM");
  EXPECT_EQ(error_of(own->set_permissions(0)), "ok");
  EXPECT_EQ(text("/tmpfs/own"), "EACCES");
  EXPECT_EQ(remove("/tmpfs/own"), "ok");
}

TEST_F(OwnFilesTest, OverlayCopiesUpOnWrite) {
  const u64 number = find("/over/file").value()->inode->status()->inode;
  const auto reader = open("/over/file", abi::kOpenReadOnly).value();
  EXPECT_EQ(write("/over/file", "ONE!"), "ok");
  EXPECT_EQ(text("/over/file"), "ONE!");
  EXPECT_EQ(take(*reader, 10).value(), "one");
  EXPECT_EQ(tree_.read("lower/file"), "one");
  EXPECT_EQ(find("/over/file").value()->inode->status()->inode, number);
  EXPECT_EQ(write("/over/deep/inner", "TWO"), "ok");
  EXPECT_EQ(tree_.read("lower/deep/inner"), "two");
  EXPECT_EQ(names("/over/deep"), ". .. inner ");
}

TEST_F(OwnFilesTest, OverlayHidesWhatIsRemoved) {
  EXPECT_EQ(remove("/over/file"), "ok");
  EXPECT_EQ(upper_type("file"), FileType::CharDevice);
  EXPECT_EQ(text("/over/file"), "ENOENT");
  EXPECT_EQ(names("/over"), ". .. deep ");
  EXPECT_EQ(write("/over/file", "new"), "ok");
  EXPECT_EQ(text("/over/file"), "new");
  EXPECT_EQ(error_of(remove_directory_at(walker_, fs_.cwd, "/over/deep")), "ENOTEMPTY");
  EXPECT_EQ(remove("/over/deep/inner"), "ok");
  EXPECT_EQ(error_of(remove_directory_at(walker_, fs_.cwd, "/over/deep")), "ok");
  EXPECT_EQ(error_of(make_directory_at(walker_, fs_.cwd, "/over/deep", 0755)), "ok");
  EXPECT_TRUE(upper_->lookup("deep", caller_).value()->opaque());
  EXPECT_EQ(names("/over/deep"), ". .. ");
  EXPECT_EQ(tree_.read("lower/deep/inner"), "two");
}

TEST_F(OwnFilesTest, OverlayRenames) {
  EXPECT_EQ(rename("/over/deep", "/over/away"), "EXDEV");
  EXPECT_EQ(rename("/over/file", "/over/moved"), "ok");
  EXPECT_EQ(names("/over"), ". .. deep moved ");
  EXPECT_EQ(error_of(make_directory_at(walker_, fs_.cwd, "/over/new", 0755)), "ok");
  EXPECT_EQ(write("/over/new/x", "x"), "ok");
  EXPECT_EQ(rename("/over/new", "/over/deep"), "ENOTEMPTY");
  EXPECT_EQ(rename("/over/new", "/over/file"), "ok");
  EXPECT_EQ(names("/over/file"), ". .. x ");
  EXPECT_EQ(rename("/over/moved", "/over/file/x", RenameMode::Exchange), "ok");
  EXPECT_EQ(text("/over/moved"), "x");
  EXPECT_EQ(text("/over/file/x"), "one");
  EXPECT_EQ(rename("/over/file", "/over/file/y"), "EINVAL");
  EXPECT_EQ(tree_.read("lower/file"), "one");
}

TEST_F(OwnFilesTest, TmpfsKeepsAttributes) {
  EXPECT_EQ(write("/tmpfs/file", "x"), "ok");
  Inode& file = *find("/tmpfs/file").value()->inode;
  EXPECT_EQ(error_of(file.attribute("user.a")), "ENODATA");
  EXPECT_EQ(error_of(file.set_attribute("user.a", "1", AttributeMode::Replace)), "ENODATA");
  EXPECT_EQ(error_of(file.set_attribute("user.a", "1", AttributeMode::Create)), "ok");
  EXPECT_EQ(error_of(file.set_attribute("user.a", "2", AttributeMode::Create)), "EEXIST");
  EXPECT_EQ(error_of(file.set_attribute("trusted.b", "", AttributeMode::Any)), "ok");
  EXPECT_EQ(file.list_attributes().value(), std::string("trusted.b\0user.a\0", 17));
  EXPECT_EQ(error_of(file.set_attribute("other.a", "1", AttributeMode::Any)), "EOPNOTSUPP");
  EXPECT_EQ(error_of(file.set_attribute("user.", "1", AttributeMode::Any)), "EINVAL");
  const std::string large(u64{64} << 10, 'x');
  EXPECT_EQ(error_of(file.set_attribute("user.b", large, AttributeMode::Any)), "ok");
  EXPECT_EQ(error_of(file.set_attribute("user.c", large, AttributeMode::Any)), "ENOSPC");
  EXPECT_EQ(error_of(file.set_attribute("user.b", "", AttributeMode::Any)), "ok");
  EXPECT_EQ(error_of(file.set_attribute("user.c", large, AttributeMode::Any)), "ok");
  EXPECT_EQ(error_of(file.remove_attribute("user.c")), "ok");
  EXPECT_EQ(error_of(file.remove_attribute("user.c")), "ENODATA");
  EXPECT_EQ(file.attribute("user.a").value(), "1");
}

TEST_F(OwnFilesTest, TmpfsGuardsAttributes) {
  EXPECT_EQ(write("/tmpfs/file", "x"), "ok");
  Inode& file = *find("/tmpfs/file").value()->inode;
  Inode& root = *find("/tmpfs").value()->inode;
  EXPECT_EQ(error_of(file.set_attribute("trusted.b", "1", AttributeMode::Any)), "ok");
  EXPECT_EQ(error_of(file.set_permissions(0644)), "ok");
  EXPECT_EQ(error_of(make_symlink_at(walker_, fs_.cwd, "/tmpfs/link", "file")), "ok");
  Inode& link = *walker_.find(fs_.cwd, "/tmpfs/link", FinalLink::Keep).value()->inode;
  EXPECT_EQ(error_of(link.set_attribute("user.a", "1", AttributeMode::Any)), "EPERM");
  EXPECT_EQ(error_of(link.attribute("user.a")), "ENODATA");
  machine_.who = {1000, 1000, {}};
  EXPECT_EQ(error_of(file.set_attribute("user.a", "1", AttributeMode::Any)), "EACCES");
  EXPECT_EQ(error_of(file.set_attribute("trusted.b", "1", AttributeMode::Any)), "EPERM");
  EXPECT_EQ(error_of(file.attribute("trusted.b")), "ENODATA");
  EXPECT_EQ(error_of(file.set_attribute("security.x", "1", AttributeMode::Any)), "EPERM");
  // A sticky directory belongs to its owner.
  EXPECT_EQ(error_of(root.set_attribute("user.a", "1", AttributeMode::Any)), "EPERM");
}

TEST_F(OwnFilesTest, OverlayCopiesAttributesUp) {
  auto lower = make_tmpfs(machine_, TmpfsOptions{});
  ASSERT_TRUE(lower->create("file", 0644).ok());
  const auto below = lower->lookup("file", caller_).value();
  ASSERT_TRUE(below->set_attribute("user.a", "1", AttributeMode::Any).ok());
  ASSERT_TRUE(below->set_attribute("user.overlay.x", "1", AttributeMode::Any).ok());
  mount("/attributes", make_overlay(machine_, {lower}, make_tmpfs(machine_, TmpfsOptions{})));
  const auto place = find("/attributes/file").value();
  Inode& file = *place->inode;
  EXPECT_EQ(file.list_attributes().value(), std::string("user.a\0", 7));
  EXPECT_EQ(error_of(file.attribute("user.overlay.x")), "ENODATA");
  EXPECT_EQ(error_of(file.set_attribute("user.overlay.x", "2", AttributeMode::Any)), "EOPNOTSUPP");
  EXPECT_EQ(error_of(file.remove_attribute("user.none")), "ENODATA");
  EXPECT_EQ(error_of(file.set_attribute("user.b", "2", AttributeMode::Any)), "ok");
  EXPECT_EQ(file.list_attributes().value(), std::string("user.a\0user.b\0", 14));
  EXPECT_EQ(error_of(file.remove_attribute("user.a")), "ok");
  EXPECT_EQ(below->attribute("user.a").value(), "1");
}

TEST_F(OwnFilesTest, OverlayMakesNamelessFiles) {
  constexpr u32 kTemporary = abi::kOpenTemporary | abi::kOpenReadWrite;
  const auto file = open("/over/deep", kTemporary).value();
  EXPECT_EQ(put(*file, "hidden").value(), 6u);
  EXPECT_EQ(file->status()->links, 0u);
  EXPECT_EQ(names("/over/deep"), ". .. inner ");
  EXPECT_EQ(error_of(find("/over/deep").value()->inode->link("named", file->inode())), "ok");
  EXPECT_EQ(text("/over/deep/named"), "hidden");
  EXPECT_EQ(find("/over/deep/named").value()->inode->status()->inode, file->status()->inode);
  EXPECT_EQ(file->status()->links, 1u);
}

}  // namespace
}  // namespace kemu::test
