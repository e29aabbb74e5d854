// --strace=FILTER

#include "syscalls/trace_filter.h"

#include <gtest/gtest.h>

#include "syscalls/table.h"

namespace kemu {
namespace {

/// Whether a filter shows a call; `text` must parse.
bool shows(std::string_view text, std::string_view name) {
  const auto filter = parse_trace_filter(text);
  EXPECT_TRUE(filter.ok()) << text;
  const SyscallEntry* row = find_syscall(name);
  EXPECT_NE(row, nullptr) << name;
  return filter.ok() && row && (*filter)(row->number);
}

TEST(TraceFilter, NothingGivenShowsAll) {
  EXPECT_TRUE(shows("", "read"));
  EXPECT_TRUE(shows("all", "read"));
  const auto filter = parse_trace_filter("all");
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE((*filter)(0));
  EXPECT_FALSE((*filter)(kSyscallTableSize));
}

TEST(TraceFilter, NamesShowThemselvesOnly) {
  EXPECT_TRUE(shows("read,write", "read"));
  EXPECT_TRUE(shows("read,write", "write"));
  EXPECT_FALSE(shows("read,write", "readv"));
}

TEST(TraceFilter, ExclamationMarkShowsTheOthers) {
  EXPECT_FALSE(shows("!read,write", "read"));
  EXPECT_FALSE(shows("!read,write", "write"));
  EXPECT_TRUE(shows("!read,write", "close"));
  EXPECT_FALSE(shows("!memory", "mmap"));
}

TEST(TraceFilter, ClassesFollowFromArgumentTypes) {
  EXPECT_TRUE(shows("file", "openat"));
  EXPECT_TRUE(shows("%file", "execve"));
  EXPECT_FALSE(shows("file", "read"));
  EXPECT_TRUE(shows("desc", "read"));
  EXPECT_TRUE(shows("desc", "mmap"));
  EXPECT_TRUE(shows("desc", "pipe2"));
  EXPECT_FALSE(shows("desc", "brk"));
}

TEST(TraceFilter, ClassesByTopic) {
  EXPECT_TRUE(shows("process", "clone"));
  EXPECT_TRUE(shows("process", "wait4"));
  EXPECT_FALSE(shows("process", "brk"));
  EXPECT_TRUE(shows("memory", "brk"));
  EXPECT_TRUE(shows("signal,brk", "rt_sigaction"));
  EXPECT_TRUE(shows("signal,brk", "brk"));
  EXPECT_FALSE(shows("signal,brk", "munmap"));
}

TEST(TraceFilter, UnknownWordsAreNamed) {
  const auto filter = parse_trace_filter("read,opne");
  ASSERT_FALSE(filter.ok());
  EXPECT_EQ(filter.error(), "'opne' is neither a system call of kemu nor a class of them");
  EXPECT_FALSE(parse_trace_filter("read,,write").ok());
}

}  // namespace
}  // namespace kemu
