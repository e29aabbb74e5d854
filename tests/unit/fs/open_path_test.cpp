#include <sys/stat.h>

#include "fs_fixture.h"

namespace kemu {
namespace {

using test::error_of;
using test::put;
using test::take;
using namespace abi;

class OpenPath : public test::HostTreeTest {
 protected:
  OpenPath() {
    tree_.make_directory("dir");
    tree_.write("file", "0123456789");
    tree_.make_link("link", "file");
    tree_.make_link("dangling", "made");
    tree_.make_link("to_dir", "dir");
  }
  std::string opened(const std::string& path, u32 flags, u32 permissions = 0644) {
    return error_of(open(path, flags, permissions));
  }
};

TEST_F(OpenPath, WhatIsThere) {
  EXPECT_EQ(opened("file", kOpenReadOnly), "ok");
  EXPECT_EQ(opened("nothing", kOpenReadOnly), "ENOENT");
  EXPECT_EQ(opened("file/", kOpenReadOnly), "ENOTDIR");
  EXPECT_EQ(opened("file", kOpenReadOnly | kOpenDirectory), "ENOTDIR");
  EXPECT_EQ(opened("dir", kOpenReadOnly | kOpenDirectory), "ok");
  EXPECT_EQ(opened("dir", kOpenReadWrite), "EISDIR");
  EXPECT_EQ(opened("dir", kOpenReadOnly | kOpenTruncate), "EISDIR");
  EXPECT_EQ(opened("link", kOpenReadOnly | kOpenNoFollow), "ELOOP");
  EXPECT_EQ(opened("to_dir/", kOpenReadOnly | kOpenNoFollow), "ok");
  EXPECT_EQ(opened("link", kOpenReadOnly | kOpenNoFollow | kOpenDirectory), "ENOTDIR");
}

TEST_F(OpenPath, Creation) {
  EXPECT_EQ(opened("new", kOpenWriteOnly | kOpenCreate), "ok");
  EXPECT_EQ(opened("new", kOpenWriteOnly | kOpenCreate), "ok");
  EXPECT_EQ(opened("new", kOpenWriteOnly | kOpenCreate | kOpenExclusive), "EEXIST");
  EXPECT_EQ(opened("link", kOpenWriteOnly | kOpenCreate | kOpenExclusive), "EEXIST");
  EXPECT_EQ(opened("dangling", kOpenWriteOnly | kOpenCreate | kOpenExclusive), "EEXIST");
  EXPECT_EQ(opened("dangling", kOpenWriteOnly | kOpenCreate), "ok");
  EXPECT_TRUE(std::filesystem::exists(tree_.path("made")));
  EXPECT_EQ(opened("dir", kOpenReadOnly | kOpenCreate), "EISDIR");
  EXPECT_EQ(opened("/", kOpenReadOnly | kOpenCreate), "EISDIR");
  EXPECT_EQ(opened(".", kOpenReadOnly | kOpenCreate | kOpenExclusive), "EEXIST");
  EXPECT_EQ(opened("slash/", kOpenWriteOnly | kOpenCreate), "EISDIR");
  EXPECT_EQ(opened("nothing/x", kOpenWriteOnly | kOpenCreate), "ENOENT");
  EXPECT_EQ(opened("x", kOpenReadOnly | kOpenCreate | kOpenDirectory), "EINVAL");
}

TEST_F(OpenPath, PermissionsAreExactlyThoseAskedFor) {
  // The umask of the host process has no say: the guest's was applied before.
  auto file = open("open_to_all", kOpenReadWrite | kOpenCreate, 0666).value();
  EXPECT_EQ(file->status().value().permissions, 0666u);
  // Created read-only, it can be written through the description that created it.
  auto read_only = open("read_only", kOpenReadWrite | kOpenCreate, 0400).value();
  EXPECT_EQ(put(*read_only, "x").value(), 1u);
  EXPECT_EQ(read_only->status().value().permissions, 0400u);
}

TEST_F(OpenPath, TruncationAndAppending) {
  auto appending = open("file", kOpenWriteOnly | kOpenAppend).value();
  put(*appending, "AB").value();
  EXPECT_EQ(tree_.read("file"), "0123456789AB");
  EXPECT_EQ(opened("file", kOpenReadWrite | kOpenTruncate), "ok");
  EXPECT_EQ(tree_.read("file"), "");
  put(*appending, "C").value();
  EXPECT_EQ(tree_.read("file"), "C");
}

TEST_F(OpenPath, FlagsAreRememberedWithoutThoseOfCreation) {
  auto file = open("file", kOpenReadWrite | kOpenCreate | kOpenTruncate | kOpenAppend |
                               kOpenCloseOnExec | kOpenNonBlock)
                  .value();
  EXPECT_EQ(file->flags(), kOpenReadWrite | kOpenAppend | kOpenNonBlock | kOpenLargeFile);
}

TEST_F(OpenPath, PathDescriptionsOnlyNameAPlace) {
  auto path = open("link", kOpenPath | kOpenNoFollow | kOpenReadWrite).value();
  EXPECT_EQ(path->inode().type(), FileType::Symlink);
  EXPECT_EQ(path->flags(), kOpenPath | kOpenNoFollow);
  EXPECT_EQ(error_of(take(*path, 1)), "EBADF");
  EXPECT_EQ(error_of(path->lock(1)), "EBADF");
  EXPECT_TRUE(path->status().ok());
  EXPECT_EQ(opened("nothing", kOpenPath | kOpenCreate), "ENOENT");
}

TEST_F(OpenPath, NamelessFiles) {
  auto file = open("dir", kOpenTemporary | kOpenReadWrite, 0600).value();
  EXPECT_EQ(put(*file, "abc").value(), 3u);
  EXPECT_TRUE(std::filesystem::is_empty(tree_.path("dir")));
  EXPECT_EQ(file->status().value().links, 0u);
  EXPECT_EQ(opened("dir", kOpenTemporary | kOpenReadOnly), "EINVAL");
  EXPECT_EQ(opened("file", kOpenTemporary | kOpenReadWrite), "ENOTDIR");
}

TEST_F(OpenPath, ReadOnlyMountsRefuseEveryWrite) {
  ASSERT_TRUE(mounts_
                  .mount("/ro", open_host_tree(tree_.path(), context_).value(), "host", "",
                         MountAccess::ReadOnly)
                  .ok());
  EXPECT_EQ(opened("ro/file", kOpenReadOnly), "ok");
  EXPECT_EQ(opened("ro/file", kOpenReadWrite), "EROFS");
  EXPECT_EQ(opened("ro/file", kOpenReadOnly | kOpenTruncate), "EROFS");
  EXPECT_EQ(opened("ro/file", kOpenReadOnly | kOpenCreate), "ok");
  EXPECT_EQ(opened("ro/new", kOpenReadOnly | kOpenCreate), "EROFS");
  EXPECT_EQ(opened("ro/dir", kOpenReadWrite), "EISDIR");
  EXPECT_EQ(opened("ro/dir", kOpenTemporary | kOpenReadWrite), "EROFS");
  EXPECT_EQ(tree_.read("file"), "0123456789");
}

TEST_F(OpenPath, HostSocketsCannotBeOpened) {
  ASSERT_EQ(mknod(tree_.path("socket").c_str(), S_IFSOCK | 0600, 0), 0);
  EXPECT_EQ(opened("socket", kOpenReadWrite), "ENXIO");
  EXPECT_EQ(opened("socket", kOpenPath), "ok");
}

}  // namespace
}  // namespace kemu
