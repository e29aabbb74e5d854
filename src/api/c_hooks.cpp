#include <cstring>

#include "api/c_objects.h"

// The C API's hooks, and guests seen from outside.

struct kemu_call {
  kemu::AnyCall* call;
};

namespace {

using namespace kemu::c_api;
using kemu::c_api::of;

/// A callback in C++ form that calls `function`; its context stays the caller's.
template <typename Function, typename Argument>
void call_back(Function function, void* context, Argument argument, const char* what) {
  if (const int result = function(context, argument); result != 0)
    fail("the callback for " + std::string(what) + " failed: " + std::to_string(result));
}

kemu::CallHook call_hook(kemu_call_function function, void* context) {
  if (function == nullptr) fail("function is NULL");
  return [function, context](kemu::AnyCall& call) {
    kemu_call handle{&call};
    call_back(function, context, &handle, call.name().empty() ? "a call" : call.name().data());
  };
}

int64_t number(kemu::Hook hook) { return static_cast<int64_t>(hook.id); }

const kemu::AnyCall& of(const kemu_call* call) { return *given(call, "call").call; }
kemu::AnyCall& of(kemu_call* call) { return *given(call, "call").call; }

kemu_event_kind kind_of(kemu::ProcessEvent::Kind kind) {
  switch (kind) {
    case kemu::ProcessEvent::Kind::Fork: return KEMU_EVENT_FORK;
    case kemu::ProcessEvent::Kind::Exec: return KEMU_EVENT_EXEC;
    case kemu::ProcessEvent::Kind::Exit: return KEMU_EVENT_EXIT;
    case kemu::ProcessEvent::Kind::Signal: break;
  }
  return KEMU_EVENT_SIGNAL;
}

kemu_breakpoint_hit c_hit(const kemu::BreakpointHit& hit, const std::string& program) {
  return {number(hit.hook), hit.pid, program.c_str(), hit.address};
}

}  // namespace

extern "C" {

int kemu_machine_read(kemu_machine* machine, int pid, uint64_t address, void* data, size_t size) {
  return done([&] {
    const std::string read = value_or_fail(of(machine).read_memory(pid, address, size));
    if (size > 0) std::memcpy(&given(static_cast<char*>(data), "bytes"), read.data(), size);
  });
}

int kemu_machine_write(kemu_machine* machine, int pid, uint64_t address, const void* data,
                       size_t size) {
  return done([&] {
    const std::string written = bytes(static_cast<const char*>(data), size);
    succeed_or_fail(of(machine).write_memory(pid, address, written));
  });
}

int kemu_machine_registers(kemu_machine* machine, int pid, kemu_registers* registers) {
  return done([&] {
    kemu_registers& to = given(registers, "registers");
    const kemu::GuestRegisters from = value_or_fail(of(machine).registers(pid));
    static_assert(sizeof to.x == sizeof from.x && sizeof to.v == sizeof from.v);
    std::memcpy(to.x, from.x.data(), sizeof to.x);
    std::memcpy(to.v, from.v.data(), sizeof to.v);
    to.sp = from.sp;
    to.pc = from.pc;
    to.tpidr = from.tpidr;
    to.nzcv = from.nzcv;
    to.fpcr = from.fpcr;
    to.fpsr = from.fpsr;
  });
}

int kemu_machine_set_registers(kemu_machine* machine, int pid, const kemu_registers* registers) {
  return done([&] {
    const kemu_registers& from = given(registers, "registers");
    kemu::GuestRegisters to;
    std::memcpy(to.x.data(), from.x, sizeof from.x);
    std::memcpy(to.v.data(), from.v, sizeof from.v);
    to.sp = from.sp;
    to.pc = from.pc;
    to.tpidr = from.tpidr;
    to.nzcv = from.nzcv;
    to.fpcr = from.fpcr;
    to.fpsr = from.fpsr;
    succeed_or_fail(of(machine).set_registers(pid, to));
  });
}

int kemu_machine_load_bias(kemu_machine* machine, int pid, uint64_t* bias) {
  return done([&] { given(bias, "bias") = value_or_fail(of(machine).load_bias(pid)); });
}

int kemu_machine_remove(kemu_machine* machine, int64_t hook) {
  return guarded(
      -1, [&] { return of(machine).remove(kemu::Hook{static_cast<uint64_t>(hook)}) ? 1 : 0; });
}

int64_t kemu_machine_on_call(kemu_machine* machine, const char* name, kemu_call_function function,
                             void* context) {
  if (name == nullptr)
    return kemu_machine_on_call_number(machine, kemu::Machine::kEveryCall, function, context);
  return guarded<int64_t>(-1, [&] {
    return number(value_or_fail(of(machine).on_call(name, call_hook(function, context))));
  });
}

int64_t kemu_machine_after_call(kemu_machine* machine, const char* name,
                                kemu_call_function function, void* context) {
  if (name == nullptr)
    return kemu_machine_after_call_number(machine, kemu::Machine::kEveryCall, function, context);
  return guarded<int64_t>(-1, [&] {
    return number(value_or_fail(of(machine).after_call(name, call_hook(function, context))));
  });
}

int64_t kemu_machine_on_call_number(kemu_machine* machine, unsigned call,
                                    kemu_call_function function, void* context) {
  return guarded<int64_t>(
      -1, [&] { return number(of(machine).on_call(call, call_hook(function, context))); });
}

int64_t kemu_machine_after_call_number(kemu_machine* machine, unsigned call,
                                       kemu_call_function function, void* context) {
  return guarded<int64_t>(
      -1, [&] { return number(of(machine).after_call(call, call_hook(function, context))); });
}

unsigned kemu_call_number(const kemu_call* call) {
  return guarded(~0u, [&] { return of(call).number(); });
}

const char* kemu_call_name(const kemu_call* call) {
  return guarded("", [&] { return of(call).name().empty() ? "" : of(call).name().data(); });
}

int kemu_call_pid(const kemu_call* call) {
  return guarded(-1, [&] { return of(call).pid(); });
}

const char* kemu_call_program(const kemu_call* call) {
  return guarded("", [&] { return of(call).program().data(); });
}

uint64_t kemu_call_argument(const kemu_call* call, unsigned index) {
  return guarded<uint64_t>(0, [&] { return of(call).argument(index); });
}

int kemu_call_set_argument(kemu_call* call, unsigned index, uint64_t value) {
  return done([&] {
    constexpr unsigned kArguments = 6;
    if (index >= kArguments) fail("no argument is numbered " + std::to_string(index));
    of(call).set_argument(index, value);
  });
}

uint64_t kemu_call_place(kemu_call* call, const void* data, size_t size) {
  return guarded<uint64_t>(0, [&] {
    const std::string placed = bytes(static_cast<const char*>(data), size);
    return value_or_fail(of(call).place(placed)).address();
  });
}

int kemu_call_result(const kemu_call* call, int64_t* result) {
  return guarded(-1, [&] {
    const auto value = of(call).result();
    int64_t& to = given(result, "result");
    if (value) to = *value;
    return value ? 1 : 0;
  });
}

int kemu_call_answer(kemu_call* call, int64_t value) {
  return done([&] { of(call).answer(value); });
}

int64_t kemu_machine_on_event(kemu_machine* machine, kemu_event_function function, void* context) {
  return guarded<int64_t>(-1, [&] {
    if (function == nullptr) fail("function is NULL");
    return number(of(machine).on_event([function, context](const kemu::ProcessEvent& event) {
      const std::string program(event.program);
      const kemu_event told{kind_of(event.kind),
                            event.pid,
                            program.c_str(),
                            event.child,
                            {event.status.code, event.status.signal},
                            event.signal};
      call_back(function, context, &told, "events");
    }));
  });
}

int64_t kemu_machine_set_breakpoint(kemu_machine* machine, uint64_t address, int pid,
                                    const char* program, kemu_breakpoint_function function,
                                    void* context) {
  return guarded<int64_t>(-1, [&] {
    kemu::BreakpointHook hook;
    if (function != nullptr)
      hook = [function, context](const kemu::BreakpointHit& hit) {
        const kemu_breakpoint_hit told = c_hit(hit, hit.program);
        call_back(function, context, &told, "a breakpoint");
      };
    const kemu::Breakpoint at{address, pid, program ? program : ""};
    return number(value_or_fail(of(machine).set_breakpoint(at, std::move(hook))));
  });
}

int kemu_machine_breakpoint_hit(kemu_machine* machine, kemu_breakpoint_hit* hit) {
  return guarded(-1, [&] {
    const auto found = of(machine).breakpoint_hit();
    kemu_breakpoint_hit& to = given(hit, "hit");
    if (!found) return 0;
    machine->hit_program = found->program;
    to = c_hit(*found, machine->hit_program);
    return 1;
  });
}

}  // extern "C"
