#include "fs/namespace_ops.h"

#include "fs_fixture.h"

namespace kemu {
namespace {

using test::error_of;

class NamespaceOps : public test::HostTreeTest {
 protected:
  NamespaceOps() {
    tree_.make_directory("dir/sub");
    tree_.make_directory("empty");
    tree_.write("file", "f");
    tree_.make_link("link", "file");
    tree_.make_link("to_dir", "dir");
    const auto mount = [&](const char* at, const char* source, MountAccess access) {
      auto inode = open_host_tree(tree_.path(source), context_).value();
      EXPECT_TRUE(mounts_.mount(at, std::move(inode), "host", "", access).ok());
    };
    tree_.make_directory("mount_source");
    mount("/ro", "dir", MountAccess::ReadOnly);
    mount("/mnt", "mount_source", MountAccess::ReadWrite);
  }
  std::string mkdir(const char* path) {
    return error_of(make_directory_at(walker_, fs_.cwd, path, 0755));
  }
  std::string unlink(const char* path) { return error_of(unlink_at(walker_, fs_.cwd, path)); }
  std::string rmdir(const char* path) {
    return error_of(remove_directory_at(walker_, fs_.cwd, path));
  }
  std::string rename(const char* from, const char* to, RenameMode mode = RenameMode::Replace) {
    return error_of(rename_at(walker_, fs_.cwd, from, fs_.cwd, to, mode));
  }
  std::string link(const char* from, const char* to, FinalLink old_link = FinalLink::Keep) {
    return error_of(link_at(walker_, fs_.cwd, from, old_link, fs_.cwd, to));
  }
  std::string symlink(const char* target, const char* path) {
    return error_of(make_symlink_at(walker_, fs_.cwd, path, target));
  }
  bool exists(const char* name) { return std::filesystem::exists(tree_.path(name)); }
};

TEST_F(NamespaceOps, MakingDirectories) {
  EXPECT_EQ(mkdir("new"), "ok");
  EXPECT_EQ(mkdir("with_slash/"), "ok");
  EXPECT_EQ(find("new").value()->inode->status().value().permissions, 0755u);
  for (const char* there : {"/", ".", "..", "dir/.", "file", "link", "to_dir/", "mnt", "ro"})
    EXPECT_EQ(mkdir(there), "EEXIST") << there;
  EXPECT_EQ(mkdir("nothing/new"), "ENOENT");
  EXPECT_EQ(mkdir("file/new"), "ENOTDIR");
  EXPECT_EQ(mkdir(""), "ENOENT");
  EXPECT_EQ(mkdir("ro/new"), "EROFS");
  EXPECT_EQ(mkdir("ro/sub"), "EEXIST");  // what is there comes before the mount's state
}

TEST_F(NamespaceOps, MakingNodesAndLinks) {
  const auto mkfifo = [&](const char* path) {
    return error_of(make_node_at(walker_, fs_.cwd, path, FileType::Fifo, 0622, 0));
  };
  EXPECT_EQ(mkfifo("fifo"), "ok");
  EXPECT_EQ(find("fifo").value()->inode->status().value().mode(), 0010622u);
  EXPECT_EQ(mkfifo("fifo"), "EEXIST");
  EXPECT_EQ(mkfifo("new/"), "ENOENT");
  EXPECT_EQ(mkfifo("ro/new"), "EROFS");
  EXPECT_EQ(symlink("anything", "new_link"), "ok");
  EXPECT_EQ(std::filesystem::read_symlink(tree_.path("new_link")), "anything");
  EXPECT_EQ(symlink("x", "link"), "EEXIST");
  EXPECT_EQ(symlink("", "other"), "ENOENT");
  EXPECT_EQ(symlink("x", "other/"), "ENOENT");
}

TEST_F(NamespaceOps, HardLinks) {
  EXPECT_EQ(link("file", "second"), "ok");
  EXPECT_EQ(find("second").value()->inode, find("file").value()->inode);
  EXPECT_EQ(link("link", "link_itself"), "ok");
  EXPECT_TRUE(std::filesystem::is_symlink(tree_.path("link_itself")));
  EXPECT_EQ(link("link", "followed", FinalLink::Follow), "ok");
  EXPECT_FALSE(std::filesystem::is_symlink(tree_.path("followed")));
  EXPECT_EQ(link("nothing", "x"), "ENOENT");
  EXPECT_EQ(link("file", "dir"), "EEXIST");
  EXPECT_EQ(link("file", "x/"), "ENOENT");
  EXPECT_EQ(link("dir", "x"), "EPERM");
  EXPECT_EQ(link("file", "mnt/x"), "EXDEV");
  EXPECT_EQ(link("dir/sub", "mnt/x"), "EXDEV");
}

TEST_F(NamespaceOps, Unlinking) {
  for (const char* directory : {"/", ".", "..", "dir", "dir/", "ro"})
    EXPECT_EQ(unlink(directory), "EISDIR") << directory;
  EXPECT_EQ(unlink("nothing"), "ENOENT");
  EXPECT_EQ(unlink("nothing/"), "ENOENT");
  EXPECT_EQ(unlink("file/"), "ENOTDIR");
  EXPECT_EQ(unlink("to_dir/"), "ENOTDIR");
  EXPECT_EQ(unlink("ro/nothing"), "EROFS");
  EXPECT_EQ(unlink("link"), "ok");
  EXPECT_FALSE(exists("link"));
  EXPECT_TRUE(exists("file"));
  EXPECT_EQ(unlink("file"), "ok");
}

TEST_F(NamespaceOps, RemovingDirectories) {
  EXPECT_EQ(rmdir("/"), "EBUSY");
  EXPECT_EQ(rmdir("dir/."), "EINVAL");
  EXPECT_EQ(rmdir("dir/.."), "ENOTEMPTY");
  EXPECT_EQ(rmdir("dir"), "ENOTEMPTY");
  EXPECT_EQ(rmdir("file"), "ENOTDIR");
  EXPECT_EQ(rmdir("to_dir"), "ENOTDIR");
  EXPECT_EQ(rmdir("mnt"), "EBUSY");
  EXPECT_EQ(rmdir("ro/sub"), "EROFS");
  EXPECT_EQ(rmdir("nothing"), "ENOENT");
  EXPECT_EQ(rmdir("empty/"), "ok");
  EXPECT_FALSE(exists("empty"));
}

TEST_F(NamespaceOps, Renaming) {
  EXPECT_EQ(rename("file", "moved"), "ok");
  EXPECT_EQ(tree_.read("moved"), "f");
  EXPECT_EQ(rename("moved", "dir"), "EISDIR");
  EXPECT_EQ(rename("dir", "moved"), "ENOTDIR");
  EXPECT_EQ(rename("empty", "dir"), "ENOTEMPTY");
  EXPECT_EQ(rename("dir", "empty"), "ok");
  EXPECT_EQ(rename("empty", "empty/sub/deeper"), "EINVAL");
  EXPECT_EQ(rename("empty/sub", "empty"), "ENOTEMPTY");
  EXPECT_EQ(rename("nothing", "x"), "ENOENT");
  EXPECT_EQ(rename("moved", "x/"), "ENOTDIR");
  EXPECT_EQ(rename("moved/", "x"), "ENOTDIR");
  for (const char* busy : {".", "..", "/", "mnt"}) {
    EXPECT_EQ(rename(busy, "x"), "EBUSY") << busy;
    EXPECT_EQ(rename("moved", busy), "EBUSY") << busy;
  }
  EXPECT_EQ(rename("moved", "mnt/x"), "EXDEV");
  EXPECT_EQ(rename("ro/sub", "ro/x"), "EROFS");
  EXPECT_EQ(rename("moved", "moved"), "ok");
}

TEST_F(NamespaceOps, RenamingWithoutReplacingAndExchanging) {
  tree_.write("other", "o");
  EXPECT_EQ(rename("file", "other", RenameMode::NoReplace), "EEXIST");
  EXPECT_EQ(rename("file", ".", RenameMode::NoReplace), "EEXIST");
  EXPECT_EQ(rename("file", "nothing", RenameMode::Exchange), "ENOENT");
  EXPECT_EQ(rename("file", "other", RenameMode::Exchange), "ok");
  EXPECT_EQ(tree_.read("file"), "o");
  EXPECT_EQ(tree_.read("other"), "f");
  EXPECT_EQ(rename("file", "fresh", RenameMode::NoReplace), "ok");
}

}  // namespace
}  // namespace kemu
