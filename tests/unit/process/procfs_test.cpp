#include "process/procfs.h"

#include <gmock/gmock.h>

#include <sstream>

#include "fs/pipe.h"
#include "process/kernel.h"
#include "unit/loader/elf_builder.h"
#include "unit/loader/memory_files.h"

namespace kemu::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class StillClock final : public Clock {
 public:
  Nanoseconds now(HostClock clock) override {
    switch (clock) {
      case HostClock::Realtime: return 1'700'000'000 * kSecond;
      case HostClock::Boottime: return monotonic - 100 * kSecond;
      case HostClock::ProcessCpu: return kSecond / 2;
      default: return monotonic;
    }
  }
  Nanoseconds monotonic = 100 * kSecond;
};

class CountingEntropy final : public Entropy {
 public:
  void fill(std::span<std::byte> bytes) override {
    for (std::byte& b : bytes) b = static_cast<std::byte>(next_++);
  }

 private:
  u8 next_ = 0;
};

class ProcFsTest : public ::testing::Test {
 protected:
  ProcFsTest() {
    KernelOptions options;
    options.serve = [](Task&) { return SyscallOutcome{}; };
    options.in_place_arguments = [](u64) -> std::optional<u32> { return std::nullopt; };
    options.clock = &clock;
    options.entropy = &entropy;
    options.log = &log;
    options.memory_limit = u64{64} << 20;
    options.host_name = "guesthost";
    kernel = Kernel::create(options).value();
    auto root = std::make_shared<MemoryDirectory>();
    files = root.get();
    program = std::make_shared<MemoryFile>(kernel->pool(), 77, static_program().build());
    files->entries["program"] = program;
    kernel->set_mounts(
        std::make_unique<MountTable>(root, "host", "/some where", MountAccess::ReadOnly));
    CHECK(kernel->mounts()
              .mount("/proc", make_proc_fs(*kernel), "proc", "proc", MountAccess::ReadWrite)
              .ok());
    clock.monotonic += 3 * kSecond;
    SpawnRequest request;
    request.program = "/program";
    request.argv = {"argv0", "two words"};
    request.envp = {"HOME=/", "A="};
    request.cwd = kernel->mounts().root();
    request.credentials.uid = request.credentials.euid = 1000;
    PipeEnds ends = make_pipe(0, 4711);
    request.standard_files = {ends.read, ends.write, nullptr};
    process = kernel->spawn(std::move(request)).value();
    clock.monotonic += 2 * kSecond;
  }

  std::string pid() const { return std::to_string(process->pid()); }
  Task& task() { return process->leader(); }

  Result<std::string> try_read(const std::string& path) {
    PathWalker walker = task().walker();
    const auto file = TRY(open_path(walker, kernel->mounts().root(), path, 0, 0));
    std::string text(1 << 16, '\0');
    text.resize(TRY(file->read({std::as_writable_bytes(std::span(text))})));
    return text;
  }
  std::string read(const std::string& path) {
    auto text = try_read(path);
    return text.ok() ? *text : std::string(errno_name(text.error()));
  }
  std::vector<std::string> lines(const std::string& path) {
    std::istringstream text(read(path));
    std::vector<std::string> result;
    for (std::string line; std::getline(text, line);) result.push_back(line);
    return result;
  }
  std::vector<std::string> words(const std::string& path) {
    std::istringstream text(read(path));
    return {std::istream_iterator<std::string>(text), {}};
  }
  std::string link(const std::string& path) {
    PathWalker walker = task().walker();
    const auto place = walker.find(kernel->mounts().root(), path, FinalLink::Keep);
    if (!place.ok()) return std::string(errno_name(place.error()));
    const auto text = (*place)->inode->read_link(task().caller());
    return text.ok() ? *text : std::string(errno_name(text.error()));
  }
  FileStatus status(const std::string& path) {
    PathWalker walker = task().walker();
    const auto place = walker.find(kernel->mounts().root(), path, FinalLink::Keep).value();
    return place->inode->status().value();
  }
  std::vector<std::string> names(const std::string& path) {
    PathWalker walker = task().walker();
    const auto file = open_path(walker, kernel->mounts().root(), path, 0, 0).value();
    std::vector<std::string> result;
    const auto entries = file->read_directory(1 << 20).value();
    for (const DirectoryEntry& entry : entries) result.push_back(entry.name);
    return result;
  }
  Process& fork_child() {
    Kernel::CloneRequest request;
    const auto child = kernel->clone(task(), request);
    return *kernel->find_process(child.value());
  }

  StillClock clock;
  CountingEntropy entropy;
  Log log{LogLevel::Off};
  std::unique_ptr<Kernel> kernel;
  MemoryDirectory* files = nullptr;
  std::shared_ptr<MemoryFile> program;
  Process* process = nullptr;
};

TEST_F(ProcFsTest, RootShowsTheGuestsInitAndNobodyElse) {
  const auto shown = names("/proc");
  EXPECT_THAT(shown, AllOf(Contains(pid()), Contains("1"), Contains("self"), Contains("cpuinfo"),
                           Contains("sys")));
  EXPECT_EQ(link("/proc/self"), pid());
  EXPECT_EQ(link("/proc/thread-self"), pid() + "/task/" + pid());
  EXPECT_EQ(link("/proc/mounts"), "self/mounts");
  for (const char* nobody : {"3", "12345", "nothing", "02", "-2", "99999999999"})
    EXPECT_EQ(read(std::string("/proc/") + nobody), "ENOENT") << nobody;
}

TEST_F(ProcFsTest, TheKernelStandsForInit) {
  EXPECT_THAT(names("/proc/1"), ElementsAre(".", "..", "cmdline", "comm", "stat", "status"));
  EXPECT_EQ(read("/proc/1/comm"), "kemu\n");
  EXPECT_EQ(read("/proc/1/cmdline"), "");
  const auto stat = words("/proc/1/stat");
  ASSERT_EQ(stat.size(), 52u);
  EXPECT_THAT(std::vector(stat.begin(), stat.begin() + 8),
              ElementsAre("1", "(kemu)", "S", "0", "1", "1", "0", "-1"));
  EXPECT_EQ(stat[17], "20") << "priority";
  EXPECT_EQ(stat[19], "1") << "threads";
  EXPECT_EQ(stat[24], "18446744073709551615") << "rsslim";
  EXPECT_EQ(stat[37], "17") << "exit signal";
  EXPECT_THAT(lines("/proc/1/status"), AllOf(Contains("PPid:\t0"), Contains("Uid:\t0\t0\t0\t0")));
  EXPECT_EQ(status("/proc/1").uid, 0u);
}

TEST_F(ProcFsTest, EveryNameOfAProcessOpens) {
  for (const std::string& folder : {std::string("/proc/self/"), std::string("/proc/thread-self/")})
    for (const auto listed = names(folder); const std::string& name : listed) {
      PathWalker walker = task().walker();
      const auto place = walker.find(kernel->mounts().root(), folder + name, FinalLink::Keep);
      EXPECT_TRUE(place.ok()) << folder << name;
      if (name == "." || name == "..") continue;
      EXPECT_EQ((*place)->inode->status().value().uid, 1000u) << folder << name;
    }
  EXPECT_THAT(names("/proc/self"), AllOf(Contains("task"), Not(Contains("children"))));
  EXPECT_THAT(names("/proc/self/task/" + pid()),
              AllOf(Contains("children"), Not(Contains("task"))));
  EXPECT_THAT(names("/proc/self/net"), AllOf(Contains("tcp"), Contains("unix"), Contains("dev")));
}

TEST_F(ProcFsTest, ProcessDirectoryBelongsToItsUserSinceItStarted) {
  const FileStatus folder = status("/proc/" + pid());
  EXPECT_EQ(folder.mode(), 040555u);
  EXPECT_EQ(folder.uid, 1000u);
  EXPECT_EQ(folder.modified, (1'700'000'000 - 2) * kSecond);
}

TEST_F(ProcFsTest, Strings) {
  EXPECT_EQ(read("/proc/self/cmdline"), std::string("argv0\0two words\0", 16));
  EXPECT_EQ(read("/proc/self/environ"), std::string("HOME=/\0A=\0", 10));
  EXPECT_EQ(read("/proc/self/comm"), "program\n");
  EXPECT_EQ(read("/proc/self/auxv").size(), process->program.auxv.size() * 16);
}

TEST_F(ProcFsTest, Stat) {
  task().name = "a ) b";
  const std::string text = read("/proc/self/stat");
  EXPECT_THAT(text, StartsWith(pid() + " (a ) b) R 1 " + pid() + " 1 0 -1 "));
  EXPECT_EQ(std::count(text.begin(), text.end(), ' '), 51 + 2);
  task().name = "x";
  const auto fields = words("/proc/self/stat");
  ASSERT_EQ(fields.size(), 52u);
  EXPECT_EQ(fields[17], "20");   // priority
  EXPECT_EQ(fields[19], "1");    // threads
  EXPECT_EQ(fields[21], "300");  // started 3 s after the machine
  EXPECT_EQ(fields[25], std::to_string(0x400000));
  EXPECT_EQ(fields[37], std::to_string(abi::kSigChld));
  EXPECT_EQ(fields[47], std::to_string(process->program.arguments.start.value()));
}

TEST_F(ProcFsTest, Status) {
  const auto text = lines("/proc/self/status");
  EXPECT_EQ(text[0], "Name:\tprogram");
  for (const std::string& line :
       {std::string("State:\tR (running)"), "Tgid:\t" + pid(), std::string("PPid:\t1"),
        std::string("Uid:\t1000\t1000\t1000\t1000"), std::string("Threads:\t1"),
        std::string("SigBlk:\t0000000000000000"), std::string("Umask:\t0022")})
    EXPECT_THAT(text, Contains(line));
}

TEST_F(ProcFsTest, Maps) {
  const auto text = lines("/proc/self/maps");
  ASSERT_GE(text.size(), 4u);
  EXPECT_EQ(text[0], "00400000-00402000 r-xp 00000000 00:01 2" + std::string(34, ' ') + "/memory");
  EXPECT_EQ(text[1], "00402000-00403000 rw-p 00001000 00:01 2" + std::string(34, ' ') + "/memory");
  EXPECT_EQ(text[2], "00403000-00405000 rw-p 00000000 00:00 0 ");
  EXPECT_THAT(text,
              Contains(HasSubstr(" rw-p 00000000 00:00 0 " + std::string(25, ' ') + "[stack]")));
  EXPECT_THAT(text,
              Contains(HasSubstr(" r-xp 00000000 00:00 0 " + std::string(25, ' ') + "[vdso]")));
}

TEST_F(ProcFsTest, HeapHasItsName) {
  task().space->set_brk(task().space->brk() + 0x3000);
  EXPECT_THAT(lines("/proc/self/maps"), Contains(HasSubstr("[heap]")));
}

TEST_F(ProcFsTest, Limits) {
  process->limits.set(Resource::OpenFiles, {1024, kUnlimited});
  const auto text = lines("/proc/self/limits");
  ASSERT_EQ(text.size(), 17u);
  EXPECT_EQ(text[0],
            "Limit                     Soft Limit           Hard Limit           Units     ");
  EXPECT_EQ(text[8],
            "Max open files            1024                 unlimited            files     ");
}

TEST_F(ProcFsTest, LinksLeadToThePlacesThemselves) {
  EXPECT_EQ(link("/proc/self/exe"), "/program");
  EXPECT_EQ(link("/proc/self/cwd"), "/");
  EXPECT_EQ(link("/proc/self/root"), "/");
  PathWalker walker = task().walker();
  const auto place =
      walker.find(kernel->mounts().root(), "/proc/self/exe", FinalLink::Follow).value();
  EXPECT_EQ(place->inode, program);
  // A file that replaces it is another one, and the link still leads to the first.
  files->entries["program"] = std::make_shared<MemoryFile>(kernel->pool(), 78, "other");
  EXPECT_EQ(link("/proc/self/exe"), "/program (deleted)");
  files->entries.erase("program");
  EXPECT_EQ(link("/proc/self/exe"), "/program (deleted)");
  EXPECT_EQ(
      walker.find(kernel->mounts().root(), "/proc/self/exe", FinalLink::Follow).value()->inode,
      program);
}

TEST_F(ProcFsTest, Descriptors) {
  EXPECT_THAT(names("/proc/self/fd"), ElementsAre(".", "..", "0", "1"));
  EXPECT_EQ(link("/proc/self/fd/0"), "pipe:[4711]");
  EXPECT_EQ(link("/proc/self/fd/1"), "pipe:[4711]");
  EXPECT_EQ(link("/proc/self/fd/2"), "ENOENT");
  EXPECT_EQ(status("/proc/self/fd/0").mode(), 0120500u);
  EXPECT_EQ(status("/proc/self/fd/1").mode(), 0120300u);
  task().files->slot(1).value()->close_on_exec = CloseOnExec::Yes;
  EXPECT_THAT(lines("/proc/self/fdinfo/1"), Contains("flags:\t02000001"));
  EXPECT_THAT(lines("/proc/self/fdinfo/0"), Contains("pos:\t0"));
}

TEST_F(ProcFsTest, ZombieShowsUntilItIsWaitedFor) {
  Process& child = fork_child();
  const std::string folder = "/proc/" + std::to_string(child.pid());
  EXPECT_EQ(read("/proc/thread-self/children"), std::to_string(child.pid()) + " ");
  PathWalker walker = task().walker();
  const auto open = open_path(walker, kernel->mounts().root(), folder + "/cmdline", 0, 0).value();
  kernel->exit_group(child, WaitStatus::exited(3));
  const auto fields = words(folder + "/stat");
  ASSERT_EQ(fields.size(), 52u);
  EXPECT_EQ(fields[1], "(program)");
  EXPECT_EQ(fields[2], "Z");
  EXPECT_EQ(fields[3], pid());
  EXPECT_EQ(fields[51], std::to_string(3 << 8));
  EXPECT_EQ(lines(folder + "/status")[1], "State:\tZ (zombie)");
  EXPECT_EQ(read(folder + "/cmdline"), "");
  EXPECT_EQ(read(folder + "/maps"), "");
  EXPECT_EQ(link(folder + "/exe"), "ENOENT");
  EXPECT_THAT(names("/proc"), Contains(std::to_string(child.pid())));
  kernel->reap(*process, process->zombies.begin());
  EXPECT_EQ(read(folder + "/stat"), "ENOENT");
  EXPECT_THAT(names("/proc"), Not(Contains(folder.substr(6))));
}

TEST_F(ProcFsTest, MachineFiles) {
  EXPECT_EQ(read("/proc/uptime"), "5.00 4.50\n");
  EXPECT_EQ(read("/proc/loadavg"), "0.00 0.00 0.00 1/1 " + pid() + "\n");
  EXPECT_THAT(read("/proc/version"), StartsWith("Linux version "));
  EXPECT_THAT(read("/proc/stat"), StartsWith("cpu  50 0 0 450 0 0 0 0 0 0\ncpu0 50 "));
  EXPECT_THAT(lines("/proc/stat"), Contains("btime 1699999995"));
  EXPECT_THAT(lines("/proc/meminfo")[0], StartsWith("MemTotal:          65"));
  EXPECT_THAT(lines("/proc/cpuinfo"), Contains(StartsWith("Features\t: fp asimd ")));
  EXPECT_EQ(lines("/proc/mounts"),
            (std::vector<std::string>{"/some\\040where / host ro,relatime 0 0",
                                      "proc /proc proc rw,relatime 0 0"}));
  EXPECT_THAT(lines("/proc/self/mountinfo")[1], HasSubstr(" / /proc rw,relatime - proc proc rw"));
  EXPECT_EQ(read("/proc/sys/kernel/hostname"), "guesthost\n");
  EXPECT_EQ(read("/proc/sys/kernel/ostype"), "Linux\n");
  EXPECT_EQ(read("/proc/sys/vm/overcommit_memory"), "0\n");
}

TEST_F(ProcFsTest, LoadAverageIsOfTasksThatCouldRun) {
  LoadAverage& load = kernel->load_average();
  load.account(clock.monotonic, clock.monotonic + 60 * kSecond, 2);
  clock.monotonic += 60 * kSecond;
  load.account(clock.monotonic, clock.monotonic + 60 * kSecond, 2);
  clock.monotonic += 60 * kSecond;
  EXPECT_THAT(read("/proc/loadavg"), StartsWith("1.26 0.36 0.13 "));
  clock.monotonic += 600 * kSecond;
  EXPECT_THAT(read("/proc/loadavg"), StartsWith("0.00 "));
}

TEST_F(ProcFsTest, NamesOfTheMachineCanBeSet) {
  PathWalker walker = task().walker();
  const auto file = open_path(walker, kernel->mounts().root(), "/proc/sys/kernel/hostname",
                              abi::kOpenWriteOnly | abi::kOpenTruncate, 0)
                        .value();
  std::string name = "renamed\nrest";
  EXPECT_EQ(file->write({std::as_writable_bytes(std::span(name))}).value(), name.size());
  EXPECT_EQ(kernel->options().host_name, "renamed");
  EXPECT_EQ(read("/proc/sys/kernel/hostname"), "renamed\n");
}

TEST_F(ProcFsTest, RandomFilesComeFromTheMachinesEntropy) {
  const std::string first = read("/proc/sys/kernel/random/uuid");
  ASSERT_EQ(first.size(), 37u);
  EXPECT_EQ(first[14], '4');
  EXPECT_NE(read("/proc/sys/kernel/random/uuid"), first);
  EXPECT_EQ(read("/proc/sys/kernel/random/boot_id"), read("/proc/sys/kernel/random/boot_id"));
}

}  // namespace
}  // namespace kemu::test
