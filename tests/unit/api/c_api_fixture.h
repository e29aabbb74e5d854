#pragma once

#include <string>

#include "api_fixture.h"
#include "kemu/kemu.h"

namespace kemu {

/// A test of the C interface that runs BusyBox in a machine of its own.
class CApi : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    options_ = kemu_options_new();
    kemu_options_root(options_, nullptr);
    kemu_options_bind(options_, busybox().c_str(), "/bin/busybox", 1);
    kemu_options_network(options_, KEMU_NETWORK_NONE);
    kemu_options_fake_root(options_, 1);
    kemu_options_deterministic(options_, 1);
  }
  void TearDown() override {
    kemu_machine_free(machine_);
    kemu_options_free(options_);
  }
  void make() {
    machine_ = kemu_machine_new(options_);
    ASSERT_NE(machine_, nullptr) << kemu_last_error();
  }
  static kemu_program* shell(const char* script) {
    const char* const argv[] = {"/bin/busybox", "sh", "-c", script};
    kemu_program* program = kemu_program_new(4, argv);
    kemu_program_stream(program, 0, KEMU_STREAM_NULL);
    kemu_program_stream(program, 1, KEMU_STREAM_CAPTURED);
    kemu_program_stream(program, 2, KEMU_STREAM_MERGED);
    return program;
  }
  /// Its pid; the program is given back.
  int start(kemu_program* program) {
    const int pid = kemu_machine_spawn(machine_, program);
    EXPECT_GT(pid, 0) << kemu_last_error();
    kemu_program_free(program);
    return pid;
  }
  std::string output(int pid) {
    std::size_t size = 0;
    const char* text = kemu_machine_output(machine_, pid, 1, &size);
    return text ? std::string(text, size) : "nothing";
  }

  kemu_options* options_ = nullptr;
  kemu_machine* machine_ = nullptr;
};

}  // namespace kemu
