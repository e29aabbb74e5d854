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
  EXPECT_TRUE((*filter)(kSyscallTableSize));
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

/// Whether a filter shows a signal.
bool shows_signal(std::string_view text, int number) {
  const auto filter = parse_trace_filter(text);
  EXPECT_TRUE(filter.ok()) << text;
  return filter.ok() && filter->signals.has(Signal(number));
}

TEST(TraceFilter, LaterWordsMayBeTakenAway) {
  EXPECT_TRUE(shows("%file,!openat", "execve"));
  EXPECT_FALSE(shows("%file,!openat", "openat"));
  EXPECT_TRUE(shows("!read,!write", "write"));
}

TEST(TraceFilter, RegularExpressionsMatchPartsOfNames) {
  EXPECT_TRUE(shows("/^get[pu]id$", "getpid"));
  EXPECT_TRUE(shows("/stat", "newfstatat"));
  EXPECT_FALSE(shows("/^get[pu]id$", "getppid"));
  EXPECT_FALSE(parse_trace_filter("/(").ok());
}

TEST(TraceFilter, QuestionMarkAllowsUnknownNames) {
  EXPECT_TRUE(shows("?open,openat", "openat"));
  EXPECT_FALSE(shows("?open", "openat"));
  EXPECT_FALSE(parse_trace_filter("open").ok());
}

TEST(TraceFilter, NamesNobodyImplementsAreKnown) {
  const auto filter = parse_trace_filter("rseq");
  ASSERT_TRUE(filter.ok());
  constexpr u64 kRseq = 293, kBeyond = 5000;
  EXPECT_TRUE((*filter)(kRseq));
  EXPECT_FALSE((*filter)(kBeyond));
  EXPECT_TRUE((*parse_trace_filter("!rseq"))(63));
}

TEST(TraceFilter, ClassesOfStrace) {
  EXPECT_TRUE(shows("%creds", "setresuid"));
  EXPECT_TRUE(shows("%clock", "clock_gettime"));
  EXPECT_TRUE(shows("%pure", "getpid"));
  EXPECT_TRUE(shows("%%stat", "statx"));
  EXPECT_FALSE(shows("%fstat", "statx"));
  EXPECT_TRUE(shows("%net", "socket"));
  EXPECT_FALSE(shows("%stat", "newfstatat"));
  EXPECT_FALSE(shows("none", "read"));
}

TEST(TraceFilter, ACallsNameComesBeforeAClass) {
  EXPECT_FALSE(shows("statfs", "fstatfs"));
  EXPECT_TRUE(shows("%%statfs", "fstatfs"));
}

TEST(TraceFilter, SignalsAndStatusesAreChosenApart) {
  EXPECT_TRUE(shows("signal=none", "read"));
  EXPECT_FALSE(shows_signal("signal=none", abi::kSigChld));
  EXPECT_TRUE(shows_signal("signal=chld,SIGUSR1", abi::kSigChld));
  EXPECT_FALSE(shows_signal("signal=!CHLD", abi::kSigChld));
  EXPECT_TRUE(shows_signal("trace=read", abi::kSigChld));
  const auto filter = parse_trace_filter("trace=read;status=failed");
  ASSERT_TRUE(filter.ok());
  EXPECT_TRUE(filter->failed);
  EXPECT_FALSE(filter->successful);
  EXPECT_FALSE(filter->unfinished);
  EXPECT_FALSE((*filter)(64));
  EXPECT_FALSE(parse_trace_filter("signal=SIGNONE").ok());
  EXPECT_FALSE(parse_trace_filter("status=good").ok());
}

TEST(TraceFilter, UnknownWordsAreNamed) {
  const auto filter = parse_trace_filter("read,opne");
  ASSERT_FALSE(filter.ok());
  EXPECT_EQ(filter.error(), "'opne' is neither a system call nor a class of them");
  EXPECT_FALSE(parse_trace_filter("read,,write").ok());
}

TEST(TraceFilter, ListsOfWhatAnEventIsAbout) {
  const auto filter =
      parse_trace_filter("fd=1,3-5;pid=!2;errno=ENOENT,EAGAIN;comm=sh;path=/etc/*,*.c");
  ASSERT_TRUE(filter.ok());
  EXPECT_EQ(filter->descriptors.listed, (std::vector<i32>{1, 3, 4, 5}));
  EXPECT_TRUE(filter->pids(3));
  EXPECT_FALSE(filter->pids(2));
  EXPECT_TRUE(filter->errors("EAGAIN"));
  EXPECT_FALSE(filter->errors(""));
  EXPECT_FALSE(filter->programs("cat"));
  EXPECT_EQ(filter->paths.listed, (std::vector<std::string>{"/etc/*", "*.c"}));
  EXPECT_TRUE(filter->asks_for_files());
  EXPECT_TRUE(filter->shows_file({true, true}));
  EXPECT_FALSE(filter->shows_file({true, false}));
  EXPECT_TRUE((*filter)(63));
}

TEST(TraceFilter, BadListsAreToldByTheirWord) {
  for (const auto* text : {"fd=x", "fd=", "fd=1,,2", "fd=5-3", "fd=-1", "fd=99999999", "pid=0x2",
                           "errno=ENOSUCH", "errno=E?", "path=", "comm=", "pid=1-"})
    EXPECT_FALSE(parse_trace_filter(text).ok()) << text;
}

}  // namespace
}  // namespace kemu
