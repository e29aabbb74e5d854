#include "fs/directory_cache.h"

#include "fs_fixture.h"

namespace kemu {
namespace {

class DirectoryCacheTest : public test::HostTreeTest {
 protected:
  DirectoryCacheTest() {
    tree_.make_directory("a/b");
    tree_.make_directory("other/b");
    tree_.make_link("link", "a/b");
    place_ = find("/a/b").value();
  }

  DirectoryCache cache_;
  DirectoryCache::Start start_{mounts_.root(), mounts_.root()};
  Location place_;
};

TEST_F(DirectoryCacheTest, FindsWhatIsStillThere) {
  EXPECT_EQ(cache_.find(start_, "/a/b", FinalLink::Follow), nullptr);
  cache_.remember(start_, "/a/b", place_);
  EXPECT_EQ(cache_.find(start_, "/a/b", FinalLink::Follow), place_);
  EXPECT_EQ(cache_.find(start_, "/a", FinalLink::Follow), nullptr);
  EXPECT_EQ(cache_.find(start_, "a/b", FinalLink::Follow), nullptr);
}

TEST_F(DirectoryCacheTest, AnotherDirectoryOfTheNameIsNotIt) {
  cache_.remember(start_, "/a/b", place_);
  std::filesystem::rename(tree_.path("a"), tree_.path("gone"));
  EXPECT_EQ(cache_.find(start_, "/a/b", FinalLink::Follow), nullptr);
  std::filesystem::rename(tree_.path("other"), tree_.path("a"));
  EXPECT_EQ(cache_.find(start_, "/a/b", FinalLink::Follow), nullptr);
}

TEST_F(DirectoryCacheTest, AnotherStartIsAnotherPath) {
  cache_.remember(start_, "/a/b", place_);
  const Location other = find("/other").value();
  EXPECT_EQ(cache_.find({other, mounts_.root()}, "/a/b", FinalLink::Follow), nullptr);
  EXPECT_EQ(cache_.find({mounts_.root(), other}, "/a/b", FinalLink::Follow), nullptr);
}

TEST_F(DirectoryCacheTest, ALinkIsNoDirectoryWhenLinksAreKept) {
  cache_.remember(start_, "/link", place_);
  EXPECT_EQ(cache_.find(start_, "/link", FinalLink::Keep), nullptr);
  EXPECT_EQ(cache_.find(start_, "/link", FinalLink::Follow), place_);
}

TEST_F(DirectoryCacheTest, OldEntriesMakeRoom) {
  for (int i = 0; i < 1000; ++i) cache_.remember(start_, "/a/b/" + std::to_string(i), place_);
  cache_.remember(start_, "/a/b", place_);
  EXPECT_EQ(cache_.find(start_, "/a/b", FinalLink::Follow), place_);
  cache_.clear();
  EXPECT_EQ(cache_.find(start_, "/a/b", FinalLink::Follow), nullptr);
}

}  // namespace
}  // namespace kemu
