#include "cli/trace_command.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "testing/trace_diff.h"

namespace kemu::cli {

namespace {

constexpr const char* kHelp =
    "kemu trace diff [--exact] A B: says where two runs did something else\n"
    "A and B are traces that --trace (json, strace) or --strace-out wrote. Processes are compared\n"
    "one by one, without times; addresses and what else is new in each run count with --exact.\n"
    "Exit status: 0 every process did the same; 1 they differ; 125 no trace could be read.\n";
constexpr int kSameStatus = 0, kDifferStatus = 1, kBadInputStatus = 125;

int complain(const std::string& message) {
  std::fprintf(stderr, "kemu: %s\n", message.c_str());
  return kBadInputStatus;
}

/// The trace in a file, or a sentence that says what is wrong with it.
Result<std::vector<TraceLine>, std::string> load(const std::string& path) {
  std::string contents;
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (!file) return "cannot read '" + path + "': " + std::strerror(errno);
  std::array<char, 1 << 16> part;
  for (std::size_t got = 1; got > 0; contents.append(part.data(), got))
    got = std::fread(part.data(), 1, part.size(), file);
  const int failure = std::ferror(file) != 0 ? errno : 0;
  std::fclose(file);
  if (failure != 0) return "cannot read '" + path + "': " + std::strerror(failure);
  auto trace = read_trace(contents);
  if (!trace.ok()) return path + ":" + trace.error();
  return trace;
}

int diff(TraceDiffOptions& options) {
  const auto left = load(options.left_name);
  if (!left.ok()) return complain(left.error());
  const auto right = load(options.right_name);
  if (!right.ok()) return complain(right.error());
  const std::string text = trace_diff(*left, *right, options);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
    return complain("cannot write to standard output");
  return text.empty() ? kSameStatus : kDifferStatus;
}

}  // namespace

int trace_command(int argc, char** argv) {
  TraceDiffOptions options;
  std::vector<std::string> files;
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto is_help = [](const std::string& word) { return word == "--help" || word == "-h"; };
  if (std::any_of(words.begin(), words.end(), is_help)) {
    std::fputs(kHelp, stdout);
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    return written ? kSameStatus : kBadInputStatus;
  }
  if (words.empty() || words[0] != "diff")
    return complain("kemu trace has one command, 'diff'; see 'kemu trace --help'");
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--exact")
      options.exact = true;
    else if (word.size() > 1 && word[0] == '-')
      return complain("unknown option '" + word + "'; see 'kemu trace --help'");
    else
      files.push_back(word);
  }
  if (files.size() != 2) return complain("kemu trace diff wants two traces: A B");
  options.left_name = files[0];
  options.right_name = files[1];
  return diff(options);
}

}  // namespace kemu::cli
