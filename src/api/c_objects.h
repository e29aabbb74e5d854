#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "kemu/kemu.h"
#include "kemu/machine.h"

// What the functions of the C API have in common. Each catches what the C++ below it throws:
// nothing may unwind through a caller that is not C++.

struct kemu_machine {
  std::map<std::pair<int, int>, std::string> outputs;  // by pid and descriptor; outlive the machine
  std::string explanation, trace_summary, trace_end, hit_program;
  kemu::Refusal refusal;
  std::vector<kemu::MissingFeature> missing;
  std::unique_ptr<kemu::Machine> machine;
};

namespace kemu::c_api {

/// Why the last function that failed on this thread did.
std::string& last_error();
void keep_error(const char* what) noexcept;

/// What `work` gives, or `failed` when it throws.
template <typename Value, typename Work>
Value guarded(Value failed, Work&& work) noexcept {
  try {
    return work();
  } catch (const std::exception& thrown) {
    keep_error(thrown.what());
  } catch (...) {
    keep_error("an exception that is no std::exception");
  }
  return failed;
}

/// 0, or -1 when `work` throws.
template <typename Work>
int done(Work&& work) noexcept {
  return guarded(-1, [&] {
    work();
    return 0;
  });
}

[[noreturn]] inline void fail(const std::string& what) { throw std::runtime_error(what); }

/// `*pointer`, which must be given.
template <typename Value>
Value& given(Value* pointer, const char* what) {
  if (pointer == nullptr) fail(std::string(what) + " is NULL");
  return *pointer;
}

inline std::string text(const char* pointer, const char* what) { return &given(pointer, what); }

inline std::string bytes(const char* pointer, std::size_t size) {
  if (size > 0) (void)given(pointer, "bytes");
  return size > 0 ? std::string(pointer, size) : std::string();
}

template <typename Value>
Value value_or_fail(Expected<Value> expected) {
  if (const auto* error = std::get_if<Error>(&expected)) fail(error->message);
  return std::get<Value>(std::move(expected));
}

inline void succeed_or_fail(const std::optional<Error>& error) {
  if (error) fail(error->message);
}

inline Machine& of(kemu_machine* machine) { return *given(machine, "machine").machine; }

}  // namespace kemu::c_api
