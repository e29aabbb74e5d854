#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "kemu/machine.h"

namespace kemu {

/// A test of the library that runs BusyBox in a machine of its own: a root in memory.
class ApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::access(busybox().c_str(), X_OK) != 0) GTEST_SKIP() << "no guest programs were built";
  }

  static std::string busybox() {
    const char* guests = std::getenv("KEMU_GUESTS");
    return guests && *guests ? std::string(guests) + "/bin/busybox" : "";
  }
  static MachineOptions options() {
    MachineOptions options;
    options.root.clear();
    options.binds.push_back({busybox(), "/bin/busybox", true});
    options.fake_root = true;
    options.network = MachineOptions::Network::None;
    options.deterministic.emplace();
    return options;
  }
  static std::unique_ptr<Machine> make(const MachineOptions& options) {
    auto created = Machine::create(options);
    if (const auto* error = std::get_if<Error>(&created)) {
      ADD_FAILURE() << error->message;
      return nullptr;
    }
    return std::get<std::unique_ptr<Machine>>(std::move(created));
  }
  std::unique_ptr<Machine> make() { return make(options()); }

  /// An applet with its arguments, whose output is kept in `out_` and `error_`.
  Program applet(std::vector<std::string> argv) {
    Program program;
    program.path = "/bin/busybox";
    program.argv = std::move(argv);
    program.input = Stream::null();
    program.output = Stream::append_to(out_);
    program.error = Stream::append_to(error_);
    return program;
  }
  Program shell(std::string script) { return applet({"sh", "-c", std::move(script)}); }

  static int spawn(Machine& machine, const Program& program) {
    const auto spawned = machine.spawn(program);
    if (const auto* error = std::get_if<Error>(&spawned)) {
      ADD_FAILURE() << error->message;
      return -1;
    }
    return std::get<int>(spawned);
  }
  static std::string error_of(const auto& expected) {
    const auto* error = std::get_if<Error>(&expected);
    return error ? error->message : "no error";
  }

  std::string out_, error_;
};

}  // namespace kemu
