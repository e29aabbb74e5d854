#include "fs/page_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "fs_fixture.h"

namespace kemu {
namespace {

using test::error_of;
using test::put;
using test::take;
using namespace abi;

class PageCacheTest : public test::HostTreeTest {
 protected:
  std::shared_ptr<MappedObject> map(const std::string& path, u32 flags = kOpenReadOnly,
                                    Sharing sharing = Sharing::Private) {
    return open(path, flags).value()->mapping(sharing).value();
  }
  /// The frame of a page, without the reference that came with it.
  Frame frame_of(MappedObject& object, u64 index) {
    const Frame frame = object.page(index).value();
    pool_->release(frame);
    return frame;
  }
  std::string bytes_of(MappedObject& object, u64 index, u64 size) {
    return {reinterpret_cast<const char*>(pool_->data(frame_of(object, index))), size};
  }
  void poke(MappedObject& object, u64 index, u64 offset, const std::string& bytes) {
    std::memcpy(pool_->data(frame_of(object, index)) + offset, bytes.data(), bytes.size());
  }
  /// Gives a file a modification time of its own: the host's clock ticks too slowly to rely on.
  void touch(const std::string& name, i64 seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, tree_.path(name).c_str(), times, 0), 0);
  }
  PageCache& cache() { return *context_.page_cache; }
};

TEST_F(PageCacheTest, EveryMappingGetsTheSameFrames) {
  tree_.write("file", std::string(4096, 'a') + std::string(4096, 'b') + "tail");
  auto one = map("file");
  auto two = map("file");
  for (u64 page = 0; page < 3; ++page) EXPECT_EQ(frame_of(*one, page), frame_of(*two, page));
  EXPECT_EQ(bytes_of(*one, 1, 4096), std::string(4096, 'b'));
  EXPECT_EQ(bytes_of(*one, 2, 4096), "tail" + std::string(4092, '\0'));
  EXPECT_EQ(error_of(one->page(3)), "ENXIO");
  EXPECT_EQ(error_of(one->page(~u64{0} / kPageSize)), "ENXIO");
  EXPECT_EQ(one->identity().path, "/file");
  EXPECT_EQ(one->identity().inode, find("file").value()->inode->status().value().inode);
}

TEST_F(PageCacheTest, FilesRemovedMeanwhileGiveTheirFramesBack) {
  tree_.write("kept", "kept");
  (void)frame_of(*map("kept"), 0);
  for (int i = 0; i < 100; ++i) {
    const std::string name = "removed" + std::to_string(i);
    tree_.write(name, name);
    (void)frame_of(*map(name), 0);
    ASSERT_EQ(::unlink(tree_.path(name).c_str()), 0);
  }
  EXPECT_LE(cache().idle_frames(), 20u);
  EXPECT_LE(cache().files(), 20u);
  const u64 before = cache().files();
  EXPECT_EQ(bytes_of(*map("kept"), 0, 4), "kept");
  EXPECT_EQ(cache().files(), before);
}

TEST_F(PageCacheTest, FramesOutliveTheLastMapping) {
  tree_.write("file", "code");
  auto first = map("file");
  const Frame frame = frame_of(*first, 0);
  first.reset();
  EXPECT_EQ(cache().idle_frames(), 1u);
  auto second = map("file");
  EXPECT_EQ(frame_of(*second, 0), frame);
  EXPECT_EQ(cache().idle_frames(), 0u);
}

TEST_F(PageCacheTest, AFileChangedByTheHostGetsNewFrames) {
  tree_.write("file", "old!");
  touch("file", 1000);
  auto old_mapping = map("file");
  EXPECT_EQ(bytes_of(*old_mapping, 0, 4), "old!");
  tree_.write("file", "new!");
  touch("file", 2000);
  auto new_mapping = map("file");
  EXPECT_EQ(bytes_of(*new_mapping, 0, 4), "new!");
  EXPECT_EQ(bytes_of(*old_mapping, 0, 4), "old!");
  const u32 used = pool_->in_use();
  old_mapping.reset();
  EXPECT_EQ(pool_->in_use(), used - 1);  // nobody can find the old frames any more
}

TEST_F(PageCacheTest, WritesThroughKemuKeepTheFramesInStep) {
  tree_.write("file", "0123456789");
  auto mapping = map("file");
  const Frame frame = frame_of(*mapping, 0);
  auto writer = open("file", kOpenReadWrite).value();
  writer->seek(3, Whence::Set).value();
  put(*writer, "abc").value();
  EXPECT_EQ(bytes_of(*mapping, 0, 10), "012abc6789");
  auto again = map("file");  // the change was kemu's own: no new frames
  EXPECT_EQ(frame_of(*again, 0), frame);
  std::string more = "XY";
  writer->write_at(test::spans_of(more), 4095).value();
  EXPECT_EQ(bytes_of(*mapping, 0, 4096).back(), 'X');
  EXPECT_EQ(bytes_of(*mapping, 1, 1), "Y");
}

TEST_F(PageCacheTest, AppendedBytesAreFoundWhereTheyWent) {
  tree_.write("file", "0123");
  auto mapping = map("file");
  EXPECT_EQ(bytes_of(*mapping, 0, 4), "0123");
  auto writer = open("file", kOpenWriteOnly | kOpenAppend).value();
  put(*writer, "45").value();
  std::string more = "67";
  writer->write_at(test::spans_of(more), 0).value();
  EXPECT_EQ(tree_.read("file"), "01234567");
  EXPECT_EQ(bytes_of(*mapping, 0, 8), "01234567");
}

TEST_F(PageCacheTest, TruncationCutsTheFrames) {
  tree_.write("file", std::string(3 * 4096, 'x'));
  auto mapping = map("file");
  frame_of(*mapping, 2);
  auto writer = open("file", kOpenReadWrite).value();
  ASSERT_TRUE(writer->truncate(4097).ok());
  EXPECT_EQ(error_of(mapping->page(2)), "ENXIO");
  EXPECT_EQ(bytes_of(*mapping, 1, 2), std::string("x\0", 2));
  ASSERT_TRUE(writer->truncate(3 * 4096).ok());
  EXPECT_EQ(bytes_of(*mapping, 2, 2), std::string("\0\0", 2));
  ASSERT_TRUE(open("file", kOpenWriteOnly | kOpenTruncate).ok());
  EXPECT_EQ(error_of(mapping->page(0)), "ENXIO");
}

TEST_F(PageCacheTest, TruncationSaysWhichPagesAreGone) {
  tree_.write("file", std::string(3 * 4096, 'x'));
  tree_.write("unmapped", std::string(3 * 4096, 'x'));
  auto mapping = map("file");
  std::vector<std::pair<const void*, u64>> gone;
  pool_->set_unmap([&](const ObjectPages& pages) {
    EXPECT_EQ(error_of(mapping->page(pages.first)), "ENXIO") << "it would be mapped again";
    gone.emplace_back(pages.contents, pages.first);
  });
  ASSERT_TRUE(open("unmapped", kOpenReadWrite).value()->truncate(0).ok());
  ASSERT_TRUE(open("file", kOpenReadWrite).value()->truncate(4097).ok());
  ASSERT_TRUE(open("file", kOpenWriteOnly | kOpenTruncate).ok());
  EXPECT_EQ(gone, (std::vector<std::pair<const void*, u64>>{{mapping->contents(), 2},
                                                            {mapping->contents(), 0}}));
  EXPECT_EQ(map("file")->contents(), mapping->contents());
  pool_->set_unmap({});
}

TEST_F(PageCacheTest, SharedPagesAreWrittenBackToTheFilesEndOnly) {
  tree_.write("file", "0123456789");
  auto shared = map("file", kOpenReadWrite, Sharing::Shared);
  poke(*shared, 0, 8, "ABCD");
  ASSERT_TRUE(shared->write_back(0).ok());
  EXPECT_EQ(tree_.read("file"), "01234567AB");
}

TEST_F(PageCacheTest, CleanPagesAreNotWrittenBack) {
  tree_.write("file", "0123456789");
  touch("file", 1000);
  auto shared = map("file", kOpenReadWrite, Sharing::Shared);
  frame_of(*shared, 0);
  shared.reset();
  EXPECT_EQ(find("file").value()->inode->status().value().modified, 1000 * kSecond);
}

TEST_F(PageCacheTest, ReadsSeeWhatGuestsWroteToSharedPages) {
  tree_.write("file", std::string(2 * 4096, '.'));
  auto shared = map("file", kOpenReadWrite, Sharing::Shared);
  poke(*shared, 0, 1, "A");
  poke(*shared, 1, 0, "B");
  auto reader = open("file", kOpenReadOnly).value();
  EXPECT_EQ(take(*reader, 3).value(), ".A.");
  std::string byte = "?";
  reader->read_at(test::spans_of(byte), 4096).value();
  EXPECT_EQ(byte, "B");
  poke(*shared, 0, 2, "C");
  auto other = map("file");  // private mappings see the same frames
  EXPECT_EQ(bytes_of(*other, 0, 3), ".AC");
}

TEST_F(PageCacheTest, WritesDoNotUndoWhatGuestsWroteBesideThem) {
  tree_.write("file", "0123456789");
  auto shared = map("file", kOpenReadWrite, Sharing::Shared);
  poke(*shared, 0, 0, "A");
  auto writer = open("file", kOpenWriteOnly).value();
  writer->seek(5, Whence::Set).value();
  put(*writer, "Z").value();
  EXPECT_EQ(bytes_of(*shared, 0, 10), "A1234Z6789");
  shared.reset();
  EXPECT_EQ(tree_.read("file"), "A1234Z6789");
}

TEST_F(PageCacheTest, AReadOnlyMappingWritesNothingBack) {
  tree_.write("file", "0123");
  auto shared = map("file", kOpenReadOnly, Sharing::Shared);
  poke(*shared, 0, 0, "X");
  ASSERT_TRUE(shared->write_back(0).ok());
  shared.reset();
  EXPECT_EQ(tree_.read("file"), "0123");
}

TEST_F(PageCacheTest, TranslationsOfChangedFramesAreForgotten) {
  tree_.write("file", "0123");
  auto mapping = map("file");
  const Frame frame = frame_of(*mapping, 0);
  pool_->mark_code(frame);
  auto writer = open("file", kOpenWriteOnly).value();
  put(*writer, "X").value();
  EXPECT_EQ(pool_->take_stale_code(), std::vector<Frame>{frame});
}

TEST_F(PageCacheTest, IdleFilesMakeRoomWhenThePoolRunsShort) {
  const std::string three_pages(3 * 4096, 'x');
  for (const char* name : {"a", "b", "c"}) tree_.write(name, three_pages);
  for (const char* name : {"a", "b"}) pool_->release(map(name)->page(0).value());
  pool_->set_limit(pool_->in_use());
  auto c = map("c");
  EXPECT_EQ(error_of(c->page(0)), "ok");
  EXPECT_FALSE(cache().watches({find("a").value()->inode->status().value().device,
                                find("a").value()->inode->status().value().inode}));
}

TEST_F(PageCacheTest, IdleFilesMakeRoomForAnonymousMemoryToo) {
  tree_.write("file", std::string(3 * 4096, 'x'));
  pool_->release(map("file")->page(0).value());
  pool_->set_limit(pool_->in_use());
  const Frame frame = pool_->allocate().value();
  EXPECT_EQ(cache().idle_frames(), 0u);
  EXPECT_EQ(cache().files(), 0u);
  pool_->release(frame);
}

TEST_F(PageCacheTest, FilesInUseAreNotEvicted) {
  tree_.write("file", "x");
  auto mapping = map("file");
  const Frame frame = frame_of(*mapping, 0);
  pool_->set_limit(pool_->in_use());
  EXPECT_EQ(error_of(pool_->allocate()), "ENOMEM");
  EXPECT_EQ(frame_of(*mapping, 0), frame);
}

TEST_F(PageCacheTest, WithoutRoomThePageAloneIsReadOrEnomem) {
  tree_.write("file", std::string(8 * 4096, 'x'));
  auto mapping = map("file");
  pool_->set_limit(pool_->in_use() + 1);
  EXPECT_EQ(error_of(mapping->page(5)), "ok");
  EXPECT_EQ(error_of(mapping->page(0)), "ENOMEM");
  pool_->set_limit(pool_->in_use() + 100);
  EXPECT_EQ(error_of(mapping->page(0)), "ok");
}

TEST_F(PageCacheTest, EvictionFreesEveryIdleFrame) {
  const u32 before = pool_->in_use();
  for (int i = 0; i < 20; ++i) {
    const std::string name = "file" + std::to_string(i);
    tree_.write(name, std::string(5 * 4096, 'x'));
    pool_->release(map(name)->page(0).value());
  }
  EXPECT_EQ(cache().idle_frames(), 100u);
  EXPECT_EQ(cache().evict_idle(7), 10u);  // whole files go
  EXPECT_EQ(cache().evict_idle(~u64{0}), 90u);
  EXPECT_EQ(cache().idle_frames(), 0u);
  EXPECT_EQ(pool_->in_use(), before);
}

TEST_F(PageCacheTest, HostDescriptorsOfIdleFilesAreBounded) {
  for (int i = 0; i < 300; ++i) {
    const std::string name = "file" + std::to_string(i);
    tree_.write(name, "x");
    map(name);
  }
  EXPECT_LE(cache().files(), 256u);
}

}  // namespace
}  // namespace kemu
