#include "fs/memory_file.h"

#include "base/abi/fcntl_commands.h"
#include "fs_fixture.h"

namespace kemu::test {
namespace {

class MemoryFiles : public HostTreeTest {
 protected:
  std::shared_ptr<MemoryFile> make(u32 seals) {
    return std::static_pointer_cast<MemoryFile>(make_memory_file(*pool_, "test", seals, 1));
  }
};

TEST_F(MemoryFiles, SealedAgainstExecution) {
  const auto file = make(abi::kSealExecute);
  EXPECT_EQ(file->status()->permissions, 0666u);
  EXPECT_EQ(error_of(file->inode().set_permissions(0777)), "EPERM");
  EXPECT_EQ(error_of(file->inode().set_permissions(0600)), "ok");
  EXPECT_EQ(error_of(file->add_seals(abi::kSealGrow)), "ok");
  EXPECT_EQ(file->seals(), abi::kSealExecute | abi::kSealGrow);
}

TEST_F(MemoryFiles, WhatStaysExecutableIsNotWritten) {
  const auto file = make(0);
  EXPECT_EQ(put(*file, "code").value(), 4u);
  EXPECT_EQ(error_of(file->add_seals(abi::kSealExecute)), "ok");
  EXPECT_EQ(file->seals(), abi::kSealExecute | abi::kSealShrink | abi::kSealGrow | abi::kSealWrite |
                               abi::kSealFutureWrite);
  EXPECT_EQ(error_of(put(*file, "more")), "EPERM");
  EXPECT_EQ(error_of(file->inode().set_permissions(0666)), "EPERM");
}

}  // namespace
}  // namespace kemu::test
