// A shell script that is lied to: a file that is another one, a process id, a full disk; and a
// count of what it forks. The only argument is an AArch64 BusyBox on this host.

#include <cerrno>
#include <cstdio>
#include <string>

#include "kemu/machine.h"
#include "kemu/syscalls.h"

using kemu::Call;
using kemu::Sys;

namespace {

constexpr const char* kScript =
    "echo my pid is $$\n"
    "cat /etc/motd\n"
    "mkdir /tmp/directory\n"
    "(true); (true); true";

template <typename Value>
Value value_or(const kemu::Expected<Value>& expected, Value otherwise) {
  const Value* value = std::get_if<Value>(&expected);
  return value ? *value : otherwise;
}

/// Who opens /etc/motd gets another file: the path lies in the guest's memory.
void redirect(Call<Sys::openat>& call) {
  auto arguments = call.arguments();
  if (value_or(arguments.path.string(), std::string()) != "/etc/motd") return;
  const auto placed = call.place(std::string_view("/run/greeting\0", 14));
  if (const auto* path = std::get_if<kemu::GuestPointer>(&placed)) {
    arguments.path = *path;
    call.set_arguments(arguments);
  }
}

int run(const char* host_busybox) {
  kemu::MachineOptions options;
  options.root.clear();
  options.binds.push_back({host_busybox, "/bin/busybox", true});
  options.network = kemu::MachineOptions::Network::None;
  options.deterministic.emplace();
  options.files.push_back({"/run/greeting", "not the message of the day\n", {}, {}, 0644});
  auto created = kemu::Machine::create(options);
  if (const auto* error = std::get_if<kemu::Error>(&created)) {
    std::fprintf(stderr, "hooks: %s\n", error->message.c_str());
    return 1;
  }
  kemu::Machine& machine = *std::get<std::unique_ptr<kemu::Machine>>(created);

  machine.on<Sys::openat>(redirect);
  machine.on<Sys::getpid>([](Call<Sys::getpid>& call) { call.answer(4711); });
  machine.after<Sys::mkdirat>([](Call<Sys::mkdirat>& call) {
    std::printf("mkdir gave %d\n", static_cast<int>(*call.result()));
    call.fail(ENOSPC);
  });
  int forks = 0;
  machine.on_event([&](const kemu::ProcessEvent& event) {
    if (event.kind == kemu::ProcessEvent::Kind::Fork) ++forks;
  });

  kemu::Program shell;
  shell.path = "/bin/busybox";
  shell.argv = {"sh", "-c", kScript};
  std::string printed;
  shell.input = kemu::Stream::null();
  shell.output = shell.error = kemu::Stream::append_to(printed);
  if (!std::holds_alternative<int>(machine.spawn(shell))) return 1;
  const bool ended = machine.run() == kemu::RunEnd::Exited;
  std::printf("%sforks: %d\n", printed.c_str(), forks);
  return ended ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: hooks BUSYBOX\n");
    return 2;
  }
  return run(argv[1]);
}
