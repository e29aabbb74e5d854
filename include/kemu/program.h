#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kemu {

/// Gets what guests write, piece by piece, on the thread that runs the machine.
using OutputSink = std::function<void(std::string_view)>;

/// A pipe between guest programs that the caller made: `Machine::make_pipe`.
struct ProgramPipe {
  std::shared_ptr<void> read_end;
  std::shared_ptr<void> write_end;
};

/// What one of a program's standard streams is.
class Stream {
 public:
  /// The caller's own descriptor of the same number.
  static Stream inherited() { return Stream(Inherited{}); }
  /// Not open at all.
  static Stream closed() { return Stream(Closed{}); }
  /// Nothing to read, and what is written is gone: /dev/null.
  static Stream null() { return Stream(Null{}); }
  /// To read: a file of these bytes.
  static Stream bytes(std::string contents) { return Stream(Bytes{std::move(contents)}); }
  /// To write: a pipe that is never full.
  static Stream to(OutputSink sink) { return Stream(std::move(sink)); }
  /// To write: added to `text`, which must outlive the machine.
  static Stream append_to(std::string& text) {
    return to([&text](std::string_view bytes) { text += bytes; });
  }
  /// The end of a pipe that fits the stream: standard input reads, the others write.
  static Stream pipe(ProgramPipe pipe) { return Stream(std::move(pipe)); }

  struct Inherited {};
  struct Closed {};
  struct Null {};
  struct Bytes {
    std::string contents;
  };
  using Value = std::variant<Inherited, Closed, Null, Bytes, OutputSink, ProgramPipe>;
  const Value& value() const { return value_; }

 private:
  explicit Stream(Value value) : value_(std::move(value)) {}
  Value value_;
};

/// A program to start, and what it finds.
struct Program {
  /// A path in the guests' file system; without a slash: a file in `cwd`, else looked for in the
  /// PATH of `environment`. Empty: argv[0].
  std::string path;
  std::vector<std::string> argv;         // argv[0] included
  std::vector<std::string> environment;  // "NAME=value"
  std::string cwd = "/";                 // in the guests' file system
  Stream input = Stream::inherited();
  Stream output = Stream::inherited();
  Stream error = Stream::inherited();
};

/// How a guest process ended.
struct ExitStatus {
  int code = 0;    // exit code, 0 to 255, when signal is 0
  int signal = 0;  // the signal that killed it, or 0
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

}  // namespace kemu
