#include "fs/path_walk.h"

#include "fs/tree_fs.h"
#include "fs_fixture.h"

namespace kemu {
namespace {

using test::error_of;
using test::take;

class PathWalk : public test::HostTreeTest {
 protected:
  PathWalk() {
    tree_.make_directory("a/b/c");
    tree_.write("a/file", "contents");
    tree_.make_link("to_b", "a/b");
    tree_.make_link("a/up", "../a/./b/..");
    tree_.make_link("absolute", "/a/file");
    tree_.make_link("dangling", "a/nothing");
    tree_.make_link("loop", "loop");
    tree_.make_link("ping", "pong");
    tree_.make_link("pong", "ping");
  }
};

TEST_F(PathWalk, ComponentsDotsAndSlashes) {
  EXPECT_EQ(found_path("/"), "/");
  EXPECT_EQ(found_path("//a///b/"), "/a/b");
  EXPECT_EQ(found_path("a/./b/../b/c/."), "/a/b/c");
  EXPECT_EQ(found_path("a/b/c/../../file"), "/a/file");
  EXPECT_EQ(found_path(""), "ENOENT");
  EXPECT_EQ(found_path("a/nothing"), "ENOENT");
  EXPECT_EQ(found_path("nothing/file"), "ENOENT");
  EXPECT_EQ(found_path("a/file/x"), "ENOTDIR");
  EXPECT_EQ(found_path("a/file/"), "ENOTDIR");
  EXPECT_EQ(found_path("a/file/."), "ENOTDIR");
  EXPECT_EQ(found_path("a/file/.."), "ENOTDIR");
}

TEST_F(PathWalk, LengthLimits) {
  EXPECT_EQ(found_path(std::string(255, 'n')), "ENOENT");
  EXPECT_EQ(found_path(std::string(256, 'n')), "ENAMETOOLONG");
  std::string path = "a";
  while (path.size() + 2 <= 4095) path += "/.";
  EXPECT_EQ(path.size(), 4095u);
  EXPECT_EQ(found_path(path), "/a");
  EXPECT_EQ(found_path(path + "/"), "ENAMETOOLONG");
}

TEST_F(PathWalk, NoWayLeadsAboveTheRoot) {
  EXPECT_EQ(found_path("/../../../a"), "/a");
  tree_.make_link("out", "../../../../etc");
  EXPECT_EQ(found_path("out"), "ENOENT");
  tree_.make_link("passwords", "/etc/passwd");
  EXPECT_EQ(found_path("passwords"), "ENOENT");
  fs_.root = find("a").value();
  fs_.cwd = find("/b").value();
  EXPECT_EQ(found_path("../../.."), "/");
  EXPECT_EQ(found_path("/../file"), "/file");
  // A link that was relative to the real root is now relative to the new one.
  EXPECT_EQ(found_path("/up/file"), "ENOENT");
}

TEST_F(PathWalk, AWorkingDirectoryOutsideTheRootIsUnreachable) {
  const Location outside = fs_.cwd;
  fs_.root = find("a/b").value();
  EXPECT_EQ(path_of(find("/c").value(), fs_.root), "/c");
  EXPECT_EQ(path_of(outside, fs_.root), "(unreachable)/");
}

TEST_F(PathWalk, LinksAreFollowed) {
  EXPECT_EQ(found_path("to_b/c"), "/a/b/c");
  EXPECT_EQ(found_path("a/up/file"), "/a/file");
  EXPECT_EQ(found_path("absolute"), "/a/file");
  EXPECT_EQ(found_path("to_b", FinalLink::Keep), "/to_b");
  EXPECT_EQ(found_path("to_b/", FinalLink::Keep), "/a/b");
  EXPECT_EQ(found_path("absolute/"), "ENOTDIR");
  EXPECT_EQ(found_path("dangling"), "ENOENT");
  EXPECT_EQ(found_path("dangling", FinalLink::Keep), "/dangling");
}

TEST_F(PathWalk, LoopsEndAfterFortyLinks) {
  EXPECT_EQ(found_path("loop"), "ELOOP");
  EXPECT_EQ(found_path("ping/x"), "ELOOP");
  EXPECT_EQ(found_path("loop", FinalLink::Keep), "/loop");
  tree_.make_link("link0", "a");
  for (int i = 1; i <= 40; ++i)
    tree_.make_link("link" + std::to_string(i), "link" + std::to_string(i - 1));
  EXPECT_EQ(found_path("link39"), "/a");
  EXPECT_EQ(found_path("link40"), "ELOOP");
}

TEST_F(PathWalk, AMissingLastNameIsAResult) {
  const WalkResult at = walker_.walk(fs_.cwd, "a/new", FinalLink::Follow).value();
  EXPECT_EQ(path_of(at.parent, fs_.root), "/a");
  EXPECT_EQ(at.name, "new");
  EXPECT_EQ(at.target, nullptr);
  const WalkResult through = walker_.walk(fs_.cwd, "dangling", FinalLink::Follow).value();
  EXPECT_EQ(path_of(through.parent, fs_.root), "/a");
  EXPECT_EQ(through.name, "nothing");
  const WalkResult slash = walker_.walk(fs_.cwd, "to_b/", FinalLink::Keep).value();
  EXPECT_TRUE(slash.trailing_slash);
  EXPECT_EQ(slash.target->inode->type(), FileType::Symlink);
}

TEST_F(PathWalk, LastComponentsAreTold) {
  const auto last = [&](const char* path) {
    return walker_.walk(fs_.cwd, path, FinalLink::Keep).value().last;
  };
  EXPECT_EQ(last("/"), LastComponent::Root);
  EXPECT_EQ(last("a/."), LastComponent::Dot);
  EXPECT_EQ(last("a/../"), LastComponent::DotDot);
  EXPECT_EQ(last("a/b"), LastComponent::Name);
}

TEST_F(PathWalk, SearchNeedsTheHostsPermission) {
  if (geteuid() == 0) GTEST_SKIP() << "root may search anything";
  std::filesystem::permissions(tree_.path("a"), std::filesystem::perms::owner_read);
  EXPECT_EQ(found_path("a/file"), "EACCES");
  std::filesystem::permissions(tree_.path("a"), std::filesystem::perms::owner_all);
}

class Mounts : public PathWalk {
 protected:
  std::shared_ptr<Inode> tree_with_hello() {
    TreeDirectory directory;
    auto hello = make_tree_file(2, 0444, [] { return Result<std::string>("hi\n"); });
    directory.list = [](const Caller&) {
      return std::vector<TreeDirectory::Name>{{"hello", FileType::Regular, 2}};
    };
    directory.find = [hello](std::string_view name,
                             const Caller&) -> Result<std::shared_ptr<Inode>> {
      if (name != "hello") return Errno::ENOENT;
      return hello;
    };
    return make_tree_directory(1, 0555, std::move(directory));
  }
  std::vector<std::string> names(const std::string& path) {
    auto directory = open(path, abi::kOpenReadOnly | abi::kOpenDirectory).value();
    std::vector<std::string> found;
    while (true) {
      const auto entries = directory->read_directory(4096).value();
      if (entries.empty()) break;
      for (const auto& entry : entries) found.push_back(entry.name);
    }
    return found;
  }
};

TEST_F(Mounts, CoverNamesThatExistAndNamesThatDoNot) {
  ASSERT_TRUE(mounts_.mount("/a/b", tree_with_hello(), "proc", "proc", MountAccess::ReadOnly).ok());
  ASSERT_TRUE(mounts_.mount("/new", tree_with_hello(), "proc", "proc", MountAccess::ReadOnly).ok());
  EXPECT_EQ(found_path("a/b/hello"), "/a/b/hello");
  EXPECT_EQ(found_path("a/b/c"), "ENOENT");
  EXPECT_EQ(found_path("to_b/hello"), "/a/b/hello");
  EXPECT_EQ(found_path("new/hello"), "/new/hello");
  EXPECT_EQ(found_path("new/../a/file"), "/a/file");
  EXPECT_EQ(found_path("a/b/.."), "/a");
  ASSERT_EQ(mounts_.mounts().size(), 3u);
  EXPECT_EQ(mounts_.mounts()[1]->target, "/a/b");
  EXPECT_EQ(mounts_.mounts()[2]->target, "/new");
}

TEST_F(Mounts, ALaterMountHidesTheEarlier) {
  ASSERT_TRUE(mounts_.mount("/new", tree_with_hello(), "proc", "", MountAccess::ReadOnly).ok());
  ASSERT_TRUE(mounts_.mount("/new", mounts_.root()->inode, "host", "", MountAccess::ReadOnly).ok());
  EXPECT_EQ(found_path("new/hello"), "ENOENT");
  EXPECT_EQ(found_path("new/a/file"), "/new/a/file");
}

TEST_F(Mounts, NeedAnExistingParentDirectory) {
  const auto mount = [&](const char* target) {
    return error_of(mounts_.mount(target, tree_with_hello(), "proc", "", MountAccess::ReadOnly));
  };
  EXPECT_EQ(mount("/nothing/x"), "ENOENT");
  EXPECT_EQ(mount("/a/file/x"), "ENOTDIR");
  EXPECT_EQ(mount("/"), "EBUSY");
  EXPECT_EQ(mount("relative"), "EINVAL");
}

TEST_F(Mounts, DirectoriesListNamesThatOnlyAMountMakes) {
  ASSERT_TRUE(mounts_.mount("/a/b", tree_with_hello(), "proc", "", MountAccess::ReadOnly).ok());
  ASSERT_TRUE(mounts_.mount("/a/zz", tree_with_hello(), "proc", "", MountAccess::ReadOnly).ok());
  auto found = names("a");
  EXPECT_EQ(found.back(), "zz");
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<std::string>{".", "..", "b", "file", "up", "zz"}));
  EXPECT_EQ(names("a/zz"), (std::vector<std::string>{".", "..", "hello"}));
}

TEST_F(Mounts, AddedNamesCanBeSeekedTo) {
  ASSERT_TRUE(mounts_.mount("/a/y", tree_with_hello(), "proc", "", MountAccess::ReadOnly).ok());
  ASSERT_TRUE(mounts_.mount("/a/z", tree_with_hello(), "proc", "", MountAccess::ReadOnly).ok());
  auto directory = open("a", abi::kOpenReadOnly | abi::kOpenDirectory).value();
  std::vector<DirectoryEntry> all;
  for (auto next = directory->read_directory(4096).value(); !next.empty();
       next = directory->read_directory(4096).value())
    all.insert(all.end(), next.begin(), next.end());
  for (u64 i = 0; i + 1 < all.size(); ++i) {
    ASSERT_TRUE(directory->seek_directory(all[i].next_offset).ok());
    const auto next = directory->read_directory(4096).value();
    ASSERT_FALSE(next.empty()) << "after " << all[i].name;
    EXPECT_EQ(next.front().name, all[i + 1].name);
  }
  EXPECT_EQ(directory->seek(0, Whence::Set).value(), 0u);
  EXPECT_EQ(directory->read_directory(4096).value().front().name, all.front().name);
}

TEST_F(Mounts, AMagicLinkLeadsToAPlaceItself) {
  const Location file = find("a/file").value();
  auto link = make_tree_link(
      9, [](const Caller&) { return Result<std::string>("/a/file (deleted)"); },
      [file](const Caller&) { return Result<LinkTarget>(file); });
  ASSERT_TRUE(mounts_.mount("/magic", link, "proc", "", MountAccess::ReadWrite).ok());
  std::filesystem::remove(tree_.path("a/file"));
  EXPECT_EQ(find("magic").value()->inode, file->inode);
  auto opened = open("magic", abi::kOpenReadOnly).value();
  EXPECT_EQ(take(*opened, 100).value(), "contents");
  EXPECT_EQ(error_of(open("magic", abi::kOpenReadOnly | abi::kOpenNoFollow)), "ELOOP");
}

}  // namespace
}  // namespace kemu
