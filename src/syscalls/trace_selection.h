#pragma once

#include "process/tracer.h"
#include "syscalls/table.h"

namespace kemu {

/// What of the filter's files a call that begins is about, by its arguments: descriptors, paths as
/// they were given or in full, and what descriptors stand for.
TraceMatch match_arguments(Task& task, const SyscallEntry& row, const TraceFilter& filter);

/// The same, with the descriptors that a call gave back (openat, pipe2) added to what its arguments
/// said.
TraceMatch match_result(Task& task, const SyscallEntry& row, const TraceFilter& filter, i64 result);

}  // namespace kemu
