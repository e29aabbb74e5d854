#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "kemu/error.h"
#include "kemu/guest.h"
#include "kemu/program.h"

/// What a machine calls back with: system calls, what becomes of processes, and breakpoints.
///
/// Callbacks run on the thread that runs the machine, and guests stand still meanwhile. They may
/// use the machine, but neither destroy it, nor start programs or run guests (those say so). One
/// that throws ends the run with RunEnd::CallbackFailed. None changes what guests do in virtual
/// time unless it means to.
namespace kemu {

class Machine;

/// Something of the caller's that a machine calls, until `Machine::remove`.
struct Hook {
  std::uint64_t id = 0;
  friend bool operator==(const Hook&, const Hook&) = default;
};

/// A system call of a guest's, at its start (`Machine::on`) or at its end (`Machine::after`). It is
/// there while the callback runs.
class AnyCall {
 public:
  unsigned number() const;
  /// "openat"; "" of a number without a name.
  std::string_view name() const;
  int pid() const;
  /// What ps shows of the process: at most 15 bytes.
  std::string_view program() const;
  Machine& machine() const;

  /// What was in x0 to x5.
  std::uint64_t argument(unsigned index) const;
  /// At the start: what kemu serves instead. The guest's own registers stay as they are.
  void set_argument(unsigned index, std::uint64_t value);
  /// Something in the memory of the process.
  GuestPointer pointer(std::uint64_t address) const;
  /// Puts bytes where a changed argument may point to: into a mapping that kemu adds to the
  /// process for the purpose. They stand until the process makes its next call, and begin at a
  /// multiple of 16.
  Expected<GuestPointer> place(std::string_view bytes);

  /// At the end: what the guest gets, -errno for a failure.
  std::optional<std::int64_t> result() const;
  /// At the start: the call is not made, and the guest gets this. Nobody else's `on` is asked. At
  /// the end: what the guest gets instead.
  void answer(std::int64_t value);
  /// Likewise with an errno (1 to 4095; EINVAL for any other).
  void fail(int error);

  struct State;

 protected:
  explicit AnyCall(State& state) : state_(&state) {}

 private:
  friend class Hooks;
  State* state_;
};

/// A call of one kind: `Call<Sys::openat>`; the kinds are in kemu/syscalls.h.
template <typename Kind>
class Call : public AnyCall {
 public:
  using Arguments = typename Kind::Arguments;
  explicit Call(const AnyCall& call) : AnyCall(call) {}

  /// By name: see the kinds.
  Arguments arguments() const {
    Arguments made;
    each_argument([&](auto member, unsigned index) {
      using Value = std::remove_reference_t<decltype(made.*member)>;
      if constexpr (std::is_same_v<Value, GuestPointer>)
        made.*member = pointer(argument(index));
      else
        made.*member = static_cast<Value>(argument(index));
    });
    return made;
  }
  /// As `set_argument`.
  void set_arguments(const Arguments& arguments) {
    each_argument([&](auto member, unsigned index) {
      using Value = std::remove_cvref_t<decltype(arguments.*member)>;
      if constexpr (std::is_same_v<Value, GuestPointer>)
        set_argument(index, (arguments.*member).address());
      else
        set_argument(index, static_cast<std::uint64_t>(arguments.*member));
    });
  }

 private:
  template <typename Use>
  static void each_argument(Use&& use) {
    std::apply(
        [&](auto... members) {
          [[maybe_unused]] unsigned index = 0;
          (use(members, index++), ...);
        },
        Kind::kArguments);
  }
};

using CallHook = std::function<void(AnyCall&)>;

/// Something that became of a process.
struct ProcessEvent {
  enum class Kind : std::uint8_t {
    Fork,    // `pid` has made `child`, which has not run yet
    Exec,    // `pid` executes `program` from now on; a program that is spawned begins with it
    Exit,    // `pid` ends with `status`; its memory can still be read
    Signal,  // `signal` is about to be delivered to `pid`
  };
  Kind kind = Kind::Fork;
  int pid = 0;
  std::string_view program;  // as AnyCall::program
  int child = 0;
  ExitStatus status;
  int signal = 0;
};
using EventHook = std::function<void(const ProcessEvent&)>;

/// Where guests are stopped: before the instruction at `address` of
struct Breakpoint {
  std::uint64_t address = 0;  // a multiple of 4
  int pid = 0;                // this process, but not of those it forks; 0: any
  std::string program;        // processes of this name (AnyCall::program); empty: any
};
/// A process at a breakpoint. When it goes on, the instruction there runs, unless somebody has
/// changed its pc.
struct BreakpointHit {
  Hook hook;
  int pid = 0;
  std::string program;
  std::uint64_t address = 0;
};
using BreakpointHook = std::function<void(const BreakpointHit&)>;

}  // namespace kemu
