#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "process/tracer.h"

namespace kemu {

/// What `--strace=EXPR` shows. EXPR is one or more of strace's -e expressions, separated by ";":
///
///     trace=SET    SET alone: names, classes (%file), regular expressions (/^get), "none", "all"
///     signal=SET   "SIGCHLD,int"; "none", "all"
///     status=SET   successful, failed, unfinished
///     errno=SET    how a call failed: "ENOENT,EACCES"
///     fd=SET       calls about these descriptors, by arguments or result: "0,1,3-5"
///     path=SET     calls about files of these names: patterns (fnmatch(3)) of what was given, of
///                  the path in full, or of what a descriptor stands for
///     pid=SET      events of these processes, "2,5-9"
///     comm=SET     events of processes of these names
///
/// A SET is a list with commas; "!" in front of it shows all others, "!" in front of a later word
/// takes that away; "?" in front of a call's name lets it be unknown. Of several expressions of a
/// kind the last counts. Empty: all. Fails with a sentence naming the word nobody knows.
Result<TraceFilter, std::string> parse_trace_filter(std::string_view text);
/// Applies one of the expressions, which may have a ";" in it; what is wrong with it, or "".
std::string apply_trace_expression(TraceFilter& filter, std::string_view expression);

}  // namespace kemu
