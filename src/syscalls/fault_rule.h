#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/errno.h"
#include "base/result.h"
#include "process/tracer.h"
#include "vm/engine.h"

namespace kemu {

/// One rule of `--inject`: which calls fail, which of those in their order, and how.
///
///     openat path~*.conf nth=2 error=EIO
///
/// Its first word is a set of calls as `--strace` takes it ("write", "%file", "/^open"), or "frame"
/// for the frames of guest memory that are handed out. The others come in any order; a backslash
/// before a blank makes it part of a word.
struct FaultRule {
  enum class Place : u8 { Call, Frame } place = Place::Call;

  // Which: all have to hold.
  TraceFilter which;  // calls; fd=, path= (or path~), pid=, comm= as the trace's filters
  struct Argument {
    std::size_t index = 0;
    u64 value = 0;  // arg1=-1 is all bits; an `int` of the call's may have its upper half clear
  };
  std::vector<Argument> arguments;  // arg0=3 … arg5=0x10

  // When: of those, counted from 1 over the whole machine.
  static constexpr u64 kNoEnd = ~u64{0};
  u64 first = 1, last = kNoEnd;  // nth=2, nth=2+, nth=2..5
  u64 step = 1;                  // every=3: each third of them
  static constexpr u64 kAlways = u64{1} << 32;
  u64 chance = kAlways;  // chance=0.25: of kAlways

  // What happens: at most one of the first four decides how the call ends.
  std::optional<Errno> error;    // error=EIO: it is not made
  std::optional<u64> value;      // retval=0: it is not made
  std::optional<u64> most;       // short=10: it moves so many bytes at most
  std::optional<u64> room;       // space=4096: all of them write so many bytes, then ENOSPC
  std::optional<Signal> signal;  // signal=SIGTERM: comes to the process in the call
  Nanoseconds delay = 0;         // delay=10ms: the call begins so much later

  bool decides_result() const { return error || value || most || room; }
  /// Whether the `count`-th match is one that the rule is about; chance is asked then.
  bool names(u64 count) const {
    return count >= first && count <= last && (count - first) % step == 0;
  }
};

/// Fails with "column 8: what is wrong there, in 'the rule'".
Result<FaultRule, std::string> parse_fault_rule(std::string_view text);

/// Whether a call moves bytes and may move less than it is asked to.
bool moves_bytes(u64 number);
/// Whether what it moves comes to lie in a file.
bool fills_files(u64 number);
/// Whether a call of those that moved so many bytes may have been asked for more.
bool asks_for_more(const SyscallRegisters& call, u64 bytes);

}  // namespace kemu
