#include "loader/script.h"

#include <gtest/gtest.h>

#include "unit/loader/memory_files.h"

namespace kemu::test {
namespace {

class ScriptTest : public ::testing::Test {
 protected:
  std::unique_ptr<FramePool> pool = FramePool::create(u64{1} << 20).value();
  MemoryFiles files{*pool};

  /// "interpreter|argument", "interpreter", "-" for no script, or the errno's name.
  std::string read(const std::string& bytes) {
    const auto script = read_script(*files.open_bytes(bytes));
    if (!script.ok()) return std::string(errno_name(script.error()));
    if (!*script) return "-";
    return (*script)->argument ? (*script)->interpreter + "|" + *(*script)->argument
                               : (*script)->interpreter;
  }
};

TEST_F(ScriptTest, TakesTheLineApart) {
  EXPECT_EQ(read("#!/bin/sh\necho\n"), "/bin/sh");
  EXPECT_EQ(read("#! \t/bin/sh \t\n"), "/bin/sh");
  EXPECT_EQ(read("#!/bin/sh -e\n"), "/bin/sh|-e");
  EXPECT_EQ(read("#!/usr/bin/env  sh  -c x \t\n"), "/usr/bin/env|sh  -c x");
  EXPECT_EQ(read("#!/bin/sh -e"), "/bin/sh|-e");
  EXPECT_EQ(read(std::string("#!/bin/sh -e\0more\n", 18)), "/bin/sh|-e");
  EXPECT_EQ(read(std::string("#!/bin/sh\0-e\n", 13)), "/bin/sh");
}

TEST_F(ScriptTest, WhatIsNoScript) {
  EXPECT_EQ(read(""), "-");
  EXPECT_EQ(read("#"), "-");
  EXPECT_EQ(read(" #!/bin/sh\n"), "-");
  EXPECT_EQ(read("echo\n#!/bin/sh\n"), "-");
}

TEST_F(ScriptTest, LineWithoutInterpreter) {
  EXPECT_EQ(read("#!\n"), "ENOEXEC");
  EXPECT_EQ(read("#! \t \n/bin/sh\n"), "ENOEXEC");
  EXPECT_EQ(read("#!" + std::string(300, ' ') + "/bin/sh\n"), "ENOEXEC");
  EXPECT_EQ(read("#!"), "");  // looked up, this is ENOENT
}

TEST_F(ScriptTest, Only256BytesCount) {
  // The name ends within them by a newline at the last byte, or by a blank there.
  EXPECT_EQ(read("#!" + std::string(253, 'x') + "\n"), std::string(253, 'x'));
  EXPECT_EQ(read("#!" + std::string(253, 'x') + " y\n"), std::string(253, 'x'));
  EXPECT_EQ(read("#!" + std::string(254, 'x') + "\n"), "ENOEXEC");
  EXPECT_EQ(read("#!/x " + std::string(400, 'y') + "\n"), "/x|" + std::string(250, 'y'));
}

}  // namespace
}  // namespace kemu::test
