#include "fs/sysroot.h"

#include "fs/namespace_ops.h"
#include "fs_fixture.h"

namespace kemu::test {
namespace {

/// Has the tree below/ with layer/ over it as a root of its own.
class SysrootTest : public HostTreeTest {
 protected:
  SysrootTest()
      : table_(make_root(), "host", "test", MountAccess::ReadWrite),
        both_{table_.root(), table_.root(), 022},
        walk_(table_, both_, caller_) {}

  Location at(const std::string& path) {
    return walk_.find(both_.cwd, path, FinalLink::Follow).value();
  }
  std::string text(const std::string& path) {
    const auto file = open_path(walk_, both_.cwd, path, abi::kOpenReadOnly, 0);
    return file.ok() ? take(**file, 100).value() : error_of(file);
  }

 private:
  std::shared_ptr<Inode> make_root() {
    tree_.make_directory("layer/common");
    tree_.make_directory("below/common");
    tree_.write("layer/common/file", "layer's");
    tree_.write("below/common/file", "root's");
    return make_sysroot(find("/layer").value()->inode, find("/below").value()->inode);
  }

 protected:
  MountTable table_;
  FsContext both_;
  PathWalker walk_;
};

TEST_F(SysrootTest, EachPlaceIsOneHoweverItIsReached) {
  EXPECT_EQ(at("/common")->inode, at("/./common/../common")->inode);
  EXPECT_EQ(path_of(at("/common/../common/file"), table_.root()), "/common/file");
  EXPECT_EQ(path_of(walk_.present(at("/common")), table_.root()), "/common");
  EXPECT_EQ(at("/common/file")->inode, find("/layer/common/file").value()->inode);
  EXPECT_EQ(path_of(walk_.present(at("/common/file")), table_.root()), "/common/file");
}

TEST_F(SysrootTest, WhatTheLayerGetsHidesAtOnce) {
  tree_.make_directory("below/new");
  tree_.write("below/new/file", "below");
  EXPECT_EQ(text("/new/file"), "below");
  tree_.make_directory("layer/new");
  tree_.write("layer/new/file", "above");
  EXPECT_EQ(text("/new/file"), "above");
  std::filesystem::remove_all(tree_.path("layer/new"));
  EXPECT_EQ(text("/new/file"), "below");
  tree_.write("layer/new", "a file");
  EXPECT_EQ(text("/new/file"), "ENOTDIR");
}

TEST_F(SysrootTest, LinksOfTheRootToDirectories) {
  tree_.make_directory("below/usr/lib");
  tree_.write("below/usr/lib/deep", "below");
  tree_.make_link("below/lib", "usr/lib");
  tree_.make_link("below/absolute", "/usr/lib");
  for (const char* name :
       {"layer/lib", "layer/absolute", "layer/self", "layer/inner/x", "layer/up"})
    tree_.make_directory(name);
  EXPECT_EQ(text("/lib/deep"), "below");
  EXPECT_EQ(text("/absolute/deep"), "below");
  // Links that lead through themselves, and out of the tree.
  tree_.make_link("below/self", "self/x");
  tree_.make_link("below/inner", "inner/x/y");
  tree_.make_link("below/up", "../../layer");
  tree_.write("layer/self/own", "own");
  EXPECT_EQ(text("/self/own"), "own");
  EXPECT_EQ(text("/self/x"), "ENOENT");
  EXPECT_EQ(text("/inner/y"), "ENOENT");
  EXPECT_EQ(text("/up/common/file"), "ENOENT");
}

TEST_F(SysrootTest, ChangesGoToWhoHasTheName) {
  EXPECT_EQ(error_of(make_directory_at(walk_, both_.cwd, "/common/made", 0755)), "ok");
  EXPECT_TRUE(std::filesystem::exists(tree_.path("below/common/made")));
  EXPECT_EQ(error_of(make_directory_at(walk_, both_.cwd, "/common/file", 0755)), "EEXIST");
  EXPECT_EQ(error_of(unlink_at(walk_, both_.cwd, "/common/file")), "ok");
  EXPECT_EQ(text("/common/file"), "root's");
  EXPECT_EQ(error_of(remove_directory_at(walk_, both_.cwd, "/common")), "ENOTEMPTY");
}

}  // namespace
}  // namespace kemu::test
