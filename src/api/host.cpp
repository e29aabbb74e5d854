#include "api/host.h"

#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <csignal>

#include "base/check.h"

namespace kemu {

namespace {

clockid_t host_clock(HostClock clock) {
  switch (clock) {
    case HostClock::Realtime: return CLOCK_REALTIME;
    case HostClock::Monotonic: return CLOCK_MONOTONIC;
    case HostClock::Boottime: return CLOCK_BOOTTIME;
    case HostClock::ProcessCpu: return CLOCK_PROCESS_CPUTIME_ID;
  }
  return CLOCK_MONOTONIC;
}

}  // namespace

Nanoseconds HostClockSource::now(HostClock clock) {
  timespec now{};
  ::clock_gettime(host_clock(clock), &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

void HostEntropy::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got > 0)
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    else
      CHECK(host_errno() == Errno::EINTR);
  }
}

void SeededEntropy::fill(std::span<std::byte> bytes) {
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random_() & 0xff);
}

Credentials host_credentials() {
  Credentials ids;
  uid_t r, e, s;
  ::getresuid(&r, &e, &s);
  ids.uid = r, ids.euid = ids.fsuid = e, ids.suid = s;
  ::getresgid(&r, &e, &s);
  ids.gid = r, ids.egid = ids.fsgid = e, ids.sgid = s;
  const int count = ::getgroups(0, nullptr);
  if (count > 0) {
    ids.groups.resize(static_cast<std::size_t>(count));
    if (::getgroups(count, ids.groups.data()) < 0) ids.groups.clear();
  }
  return ids;
}

ResourceLimits host_limits() {
  ResourceLimits limits;
  const auto take = [&](Resource resource, __rlimit_resource host) {
    rlimit limit{};
    if (::getrlimit(host, &limit) == 0) limits.set(resource, {limit.rlim_cur, limit.rlim_max});
  };
  take(Resource::Cpu, RLIMIT_CPU);
  take(Resource::FileSize, RLIMIT_FSIZE);
  take(Resource::Stack, RLIMIT_STACK);
  take(Resource::Core, RLIMIT_CORE);
  take(Resource::Processes, RLIMIT_NPROC);
  take(Resource::OpenFiles, RLIMIT_NOFILE);
  take(Resource::LockedMemory, RLIMIT_MEMLOCK);
  take(Resource::PendingSignals, RLIMIT_SIGPENDING);
  take(Resource::MessageQueues, RLIMIT_MSGQUEUE);
  take(Resource::Nice, RLIMIT_NICE);
  take(Resource::RealTimePriority, RLIMIT_RTPRIO);
  return limits;
}

u32 host_umask() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

i32 host_nice() { return ::getpriority(PRIO_PROCESS, 0); }

std::vector<Signal> ignored_host_signals() {
  std::vector<Signal> ignored;
  for (int number = 1; number < abi::kSigRtMin; ++number) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
      ignored.emplace_back(number);
  }
  return ignored;
}

}  // namespace kemu
