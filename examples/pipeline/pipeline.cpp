// Three programs of BusyBox in a machine of their own, joined by pipes: what
//   printf 'pear\napple\nfig\n' | sort | tee /tmp/sorted | wc -l
// does in a shell. The only argument is an AArch64 BusyBox on this host.

#include <cstdio>
#include <string>

#include "kemu/machine.h"

namespace {

kemu::Program busybox(std::vector<std::string> argv) {
  kemu::Program program;
  program.path = "/bin/busybox";
  program.argv = std::move(argv);
  return program;
}

int run(const char* host_busybox) {
  kemu::MachineOptions options;
  options.root.clear();  // in memory, and nothing of the host's but this:
  options.binds.push_back({host_busybox, "/bin/busybox", true});
  options.network = kemu::MachineOptions::Network::None;
  options.deterministic.emplace();

  auto created = kemu::Machine::create(options);
  if (const auto* error = std::get_if<kemu::Error>(&created)) {
    std::fprintf(stderr, "pipeline: %s\n", error->message.c_str());
    return 1;
  }
  kemu::Machine& machine = *std::get<std::unique_ptr<kemu::Machine>>(created);

  std::string count;
  {  // A pipe ends when the last ProgramPipe and the last Stream with an end of it are gone.
    const kemu::ProgramPipe sorted = machine.make_pipe(), copied = machine.make_pipe();
    kemu::Program sort = busybox({"sort"});
    sort.input = kemu::Stream::bytes("pear\napple\nfig\n");
    sort.output = kemu::Stream::pipe({nullptr, sorted.write_end});
    kemu::Program tee = busybox({"tee", "/tmp/sorted"});
    tee.input = kemu::Stream::pipe({sorted.read_end, nullptr});
    tee.output = kemu::Stream::pipe({nullptr, copied.write_end});
    kemu::Program wc = busybox({"wc", "-l"});
    wc.input = kemu::Stream::pipe({copied.read_end, nullptr});
    wc.output = kemu::Stream::append_to(count);
    for (const kemu::Program* program : {&sort, &tee, &wc}) {
      const auto spawned = machine.spawn(*program);
      if (const auto* error = std::get_if<kemu::Error>(&spawned)) {
        std::fprintf(stderr, "pipeline: %s\n", error->message.c_str());
        return 1;
      }
    }
  }
  if (machine.run() != kemu::RunEnd::Exited) {
    std::fprintf(stderr, "pipeline: the run did not end:\n%s", machine.explain().c_str());
    return 1;
  }
  std::printf("lines: %s", count.c_str());

  // The machine goes on: another program finds what the first ones left.
  kemu::Program cat = busybox({"cat", "/tmp/sorted"});
  cat.output = kemu::Stream::to(
      [](std::string_view bytes) { std::fwrite(bytes.data(), 1, bytes.size(), stdout); });
  const auto spawned = machine.spawn(cat);
  if (!std::holds_alternative<int>(spawned)) return 1;
  (void)machine.run();
  return machine.exit_status(std::get<int>(spawned)) == kemu::ExitStatus{0, 0} ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: pipeline BUSYBOX\n");
    return 2;
  }
  return run(argv[1]);
}
