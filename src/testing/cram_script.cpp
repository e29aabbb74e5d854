#include "testing/cram_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/check.h"

namespace kemu::cram {

namespace {

/// The script's line that prints a mark. The backslash is for tests that make an alias of echo.
std::string mark_line(const std::string& salt, std::size_t number) {
  return fmt::format("\\echo {}\"\"{} {} \"$?\"\n", salt.substr(0, salt.size() / 2),
                     salt.substr(salt.size() / 2), number);
}

bool holds(const TestFile& file, const std::string& word) {
  const auto in = [&](const std::vector<std::string>& lines) {
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(word) != std::string::npos;
    });
  };
  return std::any_of(file.blocks.begin(), file.blocks.end(),
                     [&](const Block& block) { return in(block.command) || in(block.text); });
}

struct Mark {
  std::size_t begin = 0, end = 0;  // in what was printed
  std::size_t block = 0;           // the one that ends here
  int status = 0;
};

template <typename Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

/// Finds the marks in what a shell printed, in the order in which the script prints them.
class MarkReader {
 public:
  MarkReader(const Script& script, std::string_view printed) : script_(script), printed_(printed) {}

  std::optional<Mark> next() {
    for (;;) {
      const std::size_t found = printed_.find(script_.salt, at_);
      if (found == std::string_view::npos) return std::nullopt;
      at_ = found + script_.salt.size();
      if (auto mark = read(found)) {
        at_ = mark->end;
        block_ = mark->block + 1;
        return mark;
      }
    }
  }

 private:
  /// The mark whose salt is at `begin`, if the script can have come to it.
  std::optional<Mark> read(std::size_t begin) const {
    std::string_view rest = printed_.substr(begin + script_.salt.size());
    Mark mark{begin, 0, 0, 0};
    std::size_t number = 0;
    if (!rest.starts_with(' ')) return std::nullopt;
    rest.remove_prefix(1);
    if (!take_number(rest, number) || !rest.starts_with(' ')) return std::nullopt;
    rest.remove_prefix(1);
    if (!take_number(rest, mark.status) || !rest.starts_with('\n')) return std::nullopt;
    const auto first = script_.marks.begin() + static_cast<std::ptrdiff_t>(block_);
    const auto found = std::find(first, script_.marks.end(), number);
    if (found == script_.marks.end()) return std::nullopt;
    mark.block = static_cast<std::size_t>(found - script_.marks.begin());
    mark.end = printed_.size() - rest.size() + 1;
    return traced(mark) ? std::nullopt : std::optional(mark);
  }

  /// Whether this is the shell's trace (set -x) of the mark that follows.
  bool traced(const Mark& mark) const {
    return printed_.substr(0, mark.begin).ends_with("echo ") &&
           printed_.substr(mark.end).starts_with(
               printed_.substr(mark.begin, mark.end - mark.begin));
  }

  const Script& script_;
  std::string_view printed_;
  std::size_t at_ = 0;
  std::size_t block_ = 0;  // the first whose mark has not been seen
};

/// What a command printed, without what the shell said of the mark behind it: its trace (set -x)
/// or the line itself (set -v).
std::string_view without_echo_of_mark(std::string_view printed, std::string_view mark,
                                      const std::string& line) {
  if (printed.ends_with("echo " + std::string(mark))) {
    const std::string usual = "+ echo " + std::string(mark);
    const std::size_t own_line = printed.substr(0, printed.size() - 1).rfind('\n') + 1;
    // Before the usual prompt there may be output without a newline; of another nothing is known.
    printed =
        printed.substr(0, printed.ends_with(usual) ? printed.size() - usual.size() : own_line);
  }
  if (printed.ends_with(line)) printed.remove_suffix(line.size());
  return printed;
}

}  // namespace

Script make_script(const TestFile& file, std::string salt) {
  CHECK(salt.size() >= 2 && std::all_of(salt.begin(), salt.end(), [](unsigned char c) {
          return c < 0x80 && std::isalnum(c);
        }));
  while (holds(file, salt)) salt += 'x';
  Script script;
  script.salt = std::move(salt);
  std::size_t lines = 0;
  for (const Block& block : file.blocks) {
    if (!block.command.empty()) {
      script.marks.push_back(block.line);
      script.text += mark_line(script.salt, block.line);
    }
    for (const std::string& line : block.command) script.text += line + "\n";
    lines = block.line + block.command.size() + block.expected.size() + block.text.size();
  }
  script.marks.push_back(lines);
  script.text += mark_line(script.salt, lines);
  return script;
}

ShellStart start_shell(const Script& script, std::vector<std::string> shell, ScriptFeed feed) {
  CHECK(!shell.empty());
  const std::string name = shell.front();
  if (feed == ScriptFeed::StandardInput) {
    shell.emplace_back("-");
    return {std::move(shell), script.text};
  }
  shell.emplace_back("-c");
  shell.push_back(script.text);
  shell.push_back(name);
  return {std::move(shell), {}};
}

Transcript split_transcript(const Script& script, std::string_view printed) {
  Transcript transcript;
  transcript.blocks.resize(script.marks.size());
  transcript.blocks[0].reached = true;
  MarkReader reader(script, printed);
  std::size_t at = 0, block = 0;
  const std::string half = mark_line(script.salt, 0).substr(0, script.salt.size() + 8);
  const auto keep = [&](std::string_view text) {
    if (text.find(half) != std::string_view::npos) transcript.script_reader = block;
    transcript.blocks[block].printed += text;
  };
  while (const auto mark = reader.next()) {
    keep(without_echo_of_mark(printed.substr(at, mark->begin - at),
                              printed.substr(mark->begin, mark->end - mark->begin),
                              mark_line(script.salt, script.marks[mark->block])));
    transcript.blocks[block].status = mark->status;
    at = mark->end;
    if (mark->block + 1 == script.marks.size()) {
      transcript.complete = true;
      transcript.trailing = printed.substr(at);
      return transcript;
    }
    block = mark->block + 1;
    transcript.blocks[block].reached = true;
  }
  keep(printed.substr(at));
  return transcript;
}

std::vector<std::string> test_environment(const TestPlace& place) {
  const std::string temporary = place.scratch + "/tmp";
  return {"TESTDIR=" + place.test_dir,
          "TESTFILE=" + place.test_file,
          "TESTSHELL=" + place.shell,
          "CRAMTMP=" + place.scratch,
          "TMPDIR=" + temporary,
          "TEMP=" + temporary,
          "TMP=" + temporary,
          "LANG=C",
          "LC_ALL=C",
          "LANGUAGE=C",
          "TZ=GMT",
          "CDPATH=",
          "COLUMNS=80",
          "GREP_OPTIONS="};
}

}  // namespace kemu::cram
