// library RUNS BUSYBOX: what the library itself takes, in nanoseconds, a line each: the median of
// making a machine after the first, and of forking one in which a shell waits for four children.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "kemu/machine.h"

namespace {

using Made = kemu::Expected<std::unique_ptr<kemu::Machine>>;

kemu::Machine& must(Made& made) {
  if (const auto* error = std::get_if<kemu::Error>(&made)) {
    std::fprintf(stderr, "library: %s\n", error->message.c_str());
    std::exit(1);
  }
  return *std::get<std::unique_ptr<kemu::Machine>>(made);
}

long median_time(int runs, const std::function<Made()>& make) {
  std::vector<long> times;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    Made made = make();
    const auto end = std::chrono::steady_clock::now();
    must(made);
    times.push_back(std::chrono::nanoseconds(end - start).count());
  }
  std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
  return times[static_cast<std::size_t>(runs / 2)];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int runs = std::max(1, std::atoi(argv[1]));
  kemu::MachineOptions options;
  options.root.clear();
  options.binds.push_back({argv[2], "/bin/busybox", true});
  options.fake_root = true;
  options.deterministic.emplace();

  Made first = kemu::Machine::create(options);
  kemu::Machine& machine = must(first);
  std::printf("%ld\n", median_time(runs, [&] { return kemu::Machine::create(options); }));

  kemu::Program tree;
  tree.path = "/bin/busybox";
  tree.argv = {"sh", "-c", "sleep 100 | sleep 100 | sleep 100 | cat"};
  tree.input = tree.output = kemu::Stream::null();
  if (std::holds_alternative<kemu::Error>(machine.spawn(tree))) return 1;
  kemu::RunOptions until;
  until.until = [&] {
    const std::string waits = machine.explain();
    return machine.statistics().forks == 4 && std::count(waits.begin(), waits.end(), '\n') >= 4 &&
           waits.find("runs") == std::string::npos;
  };
  if (machine.run(until) != kemu::RunEnd::Condition) return 1;
  std::printf("%ld\n", median_time(runs, [&] { return machine.fork(); }));
}
