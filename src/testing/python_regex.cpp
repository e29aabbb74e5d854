#include "testing/python_regex.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/check.h"

namespace kemu::cram {

namespace {

constexpr std::uint32_t kNoLimit = 0xffffffff;
constexpr std::uint32_t kMaxRepeat = 10000;
constexpr std::size_t kMaxDepth = 200;
constexpr std::size_t kMaxProgram = 200000;
// Instructions visited for one line: about a second, and far above what a test needs.
constexpr std::uint64_t kMaxSteps = 200'000'000;

enum class Kind { Empty, Byte, Assert, Sequence, Choice, Repeat, Look };

/// A part of an expression as it was written.
struct Node {
  Kind kind = Kind::Empty;
  std::uint32_t what = 0;  // Byte: its set; Assert: its Place; Look: 1 where it must not match
  std::uint32_t least = 0, most = 0;  // Repeat
  std::vector<Node> parts;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(unsigned char c) {
  return is_letter(static_cast<char>(c)) || is_digit(static_cast<char>(c)) || c == '_';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

using Set = std::bitset<256>;

/// What \d, \s, \w and their capitals stand for; nothing for another letter.
std::optional<Set> class_named(char letter) {
  Set set;
  for (unsigned c = 0; c < 256; ++c) {
    const char lower = static_cast<char>(letter | 0x20);
    if (lower == 'd')
      set[c] = c >= '0' && c <= '9';
    else if (lower == 's')
      set[c] = c == ' ' || (c >= '\t' && c <= '\r');
    else if (lower == 'w')
      set[c] = is_word(static_cast<unsigned char>(c));
    else
      return std::nullopt;
  }
  return letter & 0x20 ? set : ~set;
}

}  // namespace

/// Reads an expression into Nodes, by recursive descent.
class RegexParser {
 public:
  RegexParser(std::string_view text, std::vector<Set>& sets) : text_(text), sets_(sets) {}

  Result<Node, RegexError> parse() {
    Node node = TRY(choice(0));
    if (!at_end()) return error("unbalanced parenthesis");
    return node;
  }

 private:
  using Parsed = Result<Node, RegexError>;
  using Place = PythonRegex::Place;

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  RegexError error(std::string reason) const { return {at_, std::move(reason)}; }

  Node byte_in(Set set) {
    if (ignore_case_) {
      for (unsigned c = 'a'; c <= 'z'; ++c) set[c] = set[c - 32] = set[c] || set[c - 32];
    }
    sets_.push_back(set);
    return {Kind::Byte, static_cast<std::uint32_t>(sets_.size() - 1), 0, 0, {}};
  }
  Node byte(unsigned char c) { return byte_in(Set().set(c)); }
  static Node place(Place place) {
    return {Kind::Assert, static_cast<std::uint32_t>(place), 0, 0, {}};
  }

  Parsed choice(std::size_t depth) {
    if (depth > kMaxDepth) return error("groups are nested too deeply");
    Node node = TRY(sequence(depth));
    if (peek() != '|' || at_end()) return node;
    Node all{Kind::Choice, 0, 0, 0, {}};
    all.parts.push_back(std::move(node));
    while (take("|")) all.parts.push_back(TRY(sequence(depth)));
    return all;
  }

  Parsed sequence(std::size_t depth) {
    Node all{Kind::Sequence, 0, 0, 0, {}};
    while (!at_end() && peek() != '|' && peek() != ')') {
      const std::size_t start = at_;
      Node item = TRY(atom(depth));
      item = TRY(repeated(std::move(item), start));
      all.parts.push_back(std::move(item));
    }
    return all;
  }

  /// The bounds written at this place, consumed; nothing where no repeat is written.
  std::optional<std::pair<std::uint32_t, std::uint32_t>> bounds() {
    if (take("*")) return {{0, kNoLimit}};
    if (take("+")) return {{1, kNoLimit}};
    if (take("?")) return {{0, 1}};
    if (peek() != '{') return std::nullopt;
    const std::size_t start = at_++;
    const auto least = number();
    std::optional<std::uint32_t> most = least;
    const bool comma = take(",");
    if (comma) most = number();
    // "{}", "{x}" and "{1" stand for themselves.
    if (!take("}") || (!least && !comma)) {
      at_ = start;
      return std::nullopt;
    }
    return {{least.value_or(0), most.value_or(kNoLimit)}};
  }

  std::optional<std::uint32_t> number() {
    if (!is_digit(peek())) return std::nullopt;
    std::uint32_t value = 0;
    for (; is_digit(peek()); ++at_)
      value = std::min<std::uint32_t>(value * 10 + static_cast<std::uint32_t>(peek() - '0'),
                                      kMaxRepeat + 1);
    return value;
  }

  Parsed repeated(Node item, std::size_t start) {
    while (take("(?#")) TRY(comment(at_ - 3));
    const std::size_t repeat = at_;
    const auto range = bounds();
    if (!range) return item;
    const auto [least, most] = *range;
    if (item.kind == Kind::Assert || item.kind == Kind::Empty)
      return RegexError{start, "nothing to repeat"};
    if (least > most) return RegexError{repeat, "the least number of repeats is above the most"};
    if (least > kMaxRepeat || (most > kMaxRepeat && most != kNoLimit))
      return RegexError{repeat, "too many repeats"};
    if (peek() == '+') return error("possessive repeats are not offered");
    // Which of several ways to match is tried first makes no difference to whether there is one.
    take("?");
    const std::size_t again = at_;
    if (bounds()) return RegexError{again, "multiple repeat"};
    Node node{Kind::Repeat, 0, least, most, {}};
    node.parts.push_back(std::move(item));
    return node;
  }

  Parsed atom(std::size_t depth) {
    const char c = peek();
    if (c == '(') return group(depth);
    if (c == '[') return byte_class();
    if (c == '\\') return escape();
    if (c == '*' || c == '+' || c == '?') return error("nothing to repeat");
    if (c == '{') {
      const std::size_t start = at_;
      if (bounds()) return RegexError{start, "nothing to repeat"};
    }
    ++at_;
    if (c == '.') return byte_in(~Set().set('\n'));
    if (c == '^') return place(Place::Start);
    if (c == '$') return place(Place::End);
    return byte(static_cast<unsigned char>(c));
  }

  Parsed group(std::size_t depth) {
    const std::size_t start = at_++;
    Node look{Kind::Look, 0, 0, 0, {}};
    bool looks = false;
    bool restores_case = false;
    const bool outer_case = ignore_case_;
    if (take("?")) {
      if (take("#")) return comment(start);
      if (take("=")) {
        looks = true;
      } else if (take("!")) {
        looks = true;
        look.what = 1;
      } else if (take("P<")) {
        if (auto wrong = group_name()) return *wrong;
      } else if (!take(":")) {
        const bool scoped = TRY(flags());
        if (!scoped) return Node{};
        restores_case = true;
      }
    }
    Node inside = TRY(choice(depth + 1));
    if (!take(")")) return RegexError{start, "missing ), unterminated group"};
    if (restores_case) ignore_case_ = outer_case;
    if (!looks) {
      // A group is something that can be repeated, even one with nothing but a place in it.
      Node node{Kind::Sequence, 0, 0, 0, {}};
      node.parts.push_back(std::move(inside));
      return node;
    }
    look.parts.push_back(std::move(inside));
    return look;
  }

  Parsed comment(std::size_t start) {
    const std::size_t end = text_.find(')', at_);
    if (end == std::string_view::npos) return RegexError{start, "missing ), unterminated comment"};
    at_ = end + 1;
    return Node{};
  }

  std::optional<RegexError> group_name() {
    const std::size_t end = text_.find('>', at_);
    if (end == std::string_view::npos) return error("missing >, unterminated name");
    const std::string_view name = text_.substr(at_, end - at_);
    if (name.empty() || is_digit(name[0]) || !std::all_of(name.begin(), name.end(), [](char c) {
          return is_word(static_cast<unsigned char>(c));
        }))
      return error("bad group name");
    at_ = end + 1;
    return std::nullopt;
  }

  /// "i)" sets flags from here on, "i:" for the rest of a group: true.
  Result<bool, RegexError> flags() {
    if (peek() == '<') return error("looking behind is not offered");
    if (peek() == 'P') return error("references to groups are not offered");
    if (peek() == '>' || peek() == '(')
      return error("atomic and conditional groups are not offered");
    bool turns_on = true;
    for (;; ++at_) {
      if (at_end()) return error("missing ), unterminated flags");
      const char c = peek();
      if (c == ')' || c == ':') {
        ++at_;
        return c == ':';
      }
      if (c == '-' && turns_on)
        turns_on = false;
      else if (c == 'i')
        ignore_case_ = turns_on;
      // A line holds no newline, which is all m and s are about; bytes are ASCII to begin with.
      else if (c != 'a' && c != 'm' && c != 's')
        return error("unknown flag");
    }
  }

  Parsed escape() {
    const std::size_t start = at_++;
    if (at_end()) return RegexError{start, "bad escape (end of pattern)"};
    const char c = peek();
    if (c == 'b' || c == 'B' || c == 'A' || c == 'Z') {
      ++at_;
      if (c == 'A') return place(Place::Start);
      if (c == 'Z') return place(Place::End);
      return place(c == 'b' ? Place::WordEdge : Place::NoWordEdge);
    }
    if (auto set = class_named(c); is_letter(c) && set) {
      ++at_;
      return byte_in(*set);
    }
    const bool octal = c == '0' || (is_octal(c) && at_ + 2 < text_.size() &&
                                    is_octal(text_[at_ + 1]) && is_octal(text_[at_ + 2]));
    if (is_digit(c) && !octal) return RegexError{start, "references to groups are not offered"};
    return byte(TRY(escaped_byte(start)));
  }

  /// The byte an escape stands for, in a class or outside; `at_` is behind the backslash.
  Result<unsigned char, RegexError> escaped_byte(std::size_t start) {
    const char c = text_[at_++];
    if (c == 'x') {
      const int high = hex_value(peek());
      const int low = at_ + 1 < text_.size() ? hex_value(text_[at_ + 1]) : -1;
      if (high < 0 || low < 0) return RegexError{start, "incomplete escape \\x"};
      at_ += 2;
      return static_cast<unsigned char>(high * 16 + low);
    }
    if (is_octal(c)) {
      int value = c - '0';
      for (int digits = 1; digits < 3 && is_octal(peek()); ++digits, ++at_)
        value = value * 8 + (peek() - '0');
      if (value > 255) return RegexError{start, "octal escape outside of range 0-0o377"};
      return static_cast<unsigned char>(value);
    }
    constexpr std::string_view kLetters = "abfnrtv", kBytes = "\a\b\f\n\r\t\v";
    if (const auto found = kLetters.find(c); found != std::string_view::npos)
      return static_cast<unsigned char>(kBytes[found]);
    if (is_letter(c) || is_digit(c)) return RegexError{start, std::string("bad escape \\") + c};
    return static_cast<unsigned char>(c);
  }

  /// One byte of a class, or a class named in it, which `set` then takes in.
  Result<std::optional<unsigned char>, RegexError> class_item(Set& set) {
    const std::size_t start = at_;
    if (!take("\\")) return std::optional(static_cast<unsigned char>(text_[at_++]));
    if (at_end()) return RegexError{start, "bad escape (end of pattern)"};
    if (auto named = class_named(peek()); is_letter(peek()) && named) {
      ++at_;
      set |= *named;
      return std::optional<unsigned char>();
    }
    return std::optional(TRY(escaped_byte(start)));
  }

  Parsed byte_class() {
    const std::size_t start = at_++;
    const bool negated = take("^");
    Set set;
    for (bool first = true; first || peek() != ']'; first = false) {
      if (at_end()) return RegexError{start, "unterminated character set"};
      const std::size_t item = at_;
      const auto from = TRY(class_item(set));
      const bool range = peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
      if (!range) {
        if (from) set.set(*from);
        if (at_end()) return RegexError{start, "unterminated character set"};
        continue;
      }
      ++at_;
      const auto to = TRY(class_item(set));
      if (!from || !to || *from > *to) return RegexError{item, "bad character range"};
      for (unsigned c = *from; c <= *to; ++c) set.set(c);
      if (at_end()) return RegexError{start, "unterminated character set"};
    }
    ++at_;
    // Case is folded before the negation: [^a] refuses A as well where case is ignored.
    if (!negated) return byte_in(set);
    Node node = byte_in(set);
    sets_[node.what] = ~sets_[node.what];
    return node;
  }

  std::string_view text_;
  std::vector<Set>& sets_;
  std::size_t at_ = 0;
  bool ignore_case_ = false;
};

/// Writes Nodes down as a program; a repeat with bounds is its part written out as often.
class RegexEmitter {
 public:
  explicit RegexEmitter(PythonRegex& regex) : program_(regex.program_) {}

  /// False where the program would be too long.
  bool emit_all(const Node& node) {
    emit(node);
    append(Op::Accept);
    return program_.size() <= kMaxProgram;
  }

 private:
  using Op = PythonRegex::Op;

  std::uint32_t here() const { return static_cast<std::uint32_t>(program_.size()); }
  std::uint32_t append(Op op, std::uint32_t x = 0, std::uint32_t y = 0) {
    program_.push_back({op, x, y});
    return here() - 1;
  }

  void emit(const Node& node) {
    if (program_.size() > kMaxProgram) return;
    switch (node.kind) {
      case Kind::Empty: return;
      case Kind::Byte: append(Op::Byte, node.what); return;
      case Kind::Assert: append(Op::Assert, node.what); return;
      case Kind::Sequence:
        for (const Node& part : node.parts) emit(part);
        return;
      case Kind::Choice: emit_choice(node); return;
      case Kind::Repeat: emit_repeat(node); return;
      case Kind::Look: {
        const std::uint32_t look = append(Op::Look, 0, node.what);
        emit(node.parts[0]);
        append(Op::Accept);
        program_[look].x = here();
        return;
      }
    }
  }

  void emit_choice(const Node& node) {
    std::vector<std::uint32_t> ends;
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      const bool last = i + 1 == node.parts.size();
      const std::uint32_t split = last ? 0 : append(Op::Split, here() + 1);
      emit(node.parts[i]);
      if (last) break;
      ends.push_back(append(Op::Jump));
      program_[split].y = here();
    }
    for (const std::uint32_t end : ends) program_[end].x = here();
  }

  void emit_repeat(const Node& node) {
    const Node& part = node.parts[0];
    for (std::uint32_t i = 0; i < node.least && program_.size() <= kMaxProgram; ++i) emit(part);
    if (node.most == kNoLimit) {
      const std::uint32_t split = append(Op::Split, here() + 1);
      emit(part);
      append(Op::Jump, split);
      program_[split].y = here();
      return;
    }
    std::vector<std::uint32_t> splits;
    for (std::uint32_t i = node.least; i < node.most && program_.size() <= kMaxProgram; ++i) {
      splits.push_back(append(Op::Split, here() + 1));
      emit(part);
    }
    for (const std::uint32_t split : splits) program_[split].y = here();
  }

  std::vector<PythonRegex::Instruction>& program_;
};

/// One match: the set of instructions the text may have led to, moved on byte by byte.
class RegexRun {
 public:
  RegexRun(const PythonRegex& regex, std::string_view text) : regex_(regex), text_(text) {}

  bool matches(std::uint32_t start, std::size_t at) {
    Threads now(regex_.program_.size()), next(regex_.program_.size());
    if (add(now, start, at)) return true;
    for (; at < text_.size() && !now.waiting.empty(); ++at) {
      next.clear();
      for (const std::uint32_t pc : now.waiting) {
        const auto byte = static_cast<unsigned char>(text_[at]);
        if (regex_.sets_[regex_.program_[pc].x][byte] && add(next, pc + 1, at + 1)) return true;
        if (too_long()) return false;
      }
      std::swap(now, next);
    }
    return false;
  }

  bool too_long() const { return steps_ > kMaxSteps; }

 private:
  using Op = PythonRegex::Op;
  using Place = PythonRegex::Place;

  struct Threads {
    explicit Threads(std::size_t size) : seen(size, 0) {}
    void clear() {
      waiting.clear();
      ++generation;
    }
    bool enter(std::uint32_t pc) { return std::exchange(seen[pc], generation) != generation; }

    std::vector<std::uint32_t> waiting;  // instructions that want a byte
    std::vector<std::uint64_t> seen;
    std::uint64_t generation = 1;
  };

  /// Follows what wants no byte from `start`; true when that leads to the end of the expression.
  bool add(Threads& threads, std::uint32_t start, std::size_t at) {
    std::vector<std::uint32_t> stack{start};
    while (!stack.empty()) {
      const std::uint32_t pc = stack.back();
      stack.pop_back();
      if (!threads.enter(pc)) continue;
      if (++steps_ > kMaxSteps) return false;
      const PythonRegex::Instruction& instruction = regex_.program_[pc];
      switch (instruction.op) {
        case Op::Accept: return true;
        case Op::Byte: threads.waiting.push_back(pc); break;
        case Op::Jump: stack.push_back(instruction.x); break;
        case Op::Split:
          stack.push_back(instruction.y);
          stack.push_back(instruction.x);
          break;
        case Op::Assert:
          if (holds(static_cast<Place>(instruction.x), at)) stack.push_back(pc + 1);
          break;
        case Op::Look:
          if (matches(pc + 1, at) != (instruction.y == 1)) stack.push_back(instruction.x);
          break;
      }
    }
    return false;
  }

  bool holds(Place place, std::size_t at) const {
    if (place == Place::Start) return at == 0;
    if (place == Place::End) return at == text_.size();
    const bool before = at > 0 && is_word(static_cast<unsigned char>(text_[at - 1]));
    const bool after = at < text_.size() && is_word(static_cast<unsigned char>(text_[at]));
    return (before != after) == (place == Place::WordEdge);
  }

  const PythonRegex& regex_;
  std::string_view text_;
  std::uint64_t steps_ = 0;
};

Result<PythonRegex, RegexError> PythonRegex::compile(std::string_view pattern) {
  PythonRegex regex;
  const Node node = TRY(RegexParser(pattern, regex.sets_).parse());
  if (!RegexEmitter(regex).emit_all(node))
    return RegexError{pattern.size(), "the expression is too large"};
  return regex;
}

PythonRegex::Match PythonRegex::match_start(std::string_view text) const {
  CHECK(!program_.empty());
  RegexRun run(*this, text);
  if (run.matches(0, 0)) return Match::Yes;
  return run.too_long() ? Match::TooLong : Match::No;
}

}  // namespace kemu::cram
