#include "loader/loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/abi/elf.h"
#include "base/abi/fcntl.h"
#include "loader/initial_stack.h"
#include "loader/script.h"

namespace kemu {
namespace {

/// Linux follows an interpreter this often until it says ELOOP.
constexpr int kInterpretersMax = 5;
constexpr u64 kNameMax = 15;  // TASK_COMM_LEN less its NUL
constexpr u32 kExecutePermission = 1;
/// arm64's place for position-independent programs (two thirds of user space), without its
/// randomization: runs are to repeat.
constexpr u64 kPositionIndependentBase = 0xaaaa'aaaa'0000;
constexpr GuestAddr kStackTop{kUserEnd - 0x10000};
constexpr GuestAddr kTrampolineAddress{kUserEnd - 0x8000};
/// What Linux maps of the stack below the initial contents.
constexpr u64 kStackReserve = u64{128} << 10;

LoadError error_in_words(Errno code) { return {code, std::string(errno_text(code))}; }

/// deny_write_access() as exec(2) has it.
Result<std::shared_ptr<void>, LoadError> run_alone(Inode& inode) {
  auto running = inode.use_contents(ContentsUse::Execute);
  if (!running.ok()) return error_in_words(running.error());
  return std::move(running).value();
}

LoadError prefixed(const std::string& prefix, LoadError error) {
  error.reason.insert(0, prefix);
  return error;
}

LoadError mapping_error(Errno code, GuestRange range) {
  return {.code = code,
          .reason = fmt::format("its memory {:#x}-{:#x} cannot be mapped: {}", range.start.value(),
                                range.end.value(), errno_text(code)),
          .too_late = true};
}

/// An image in memory.
struct MappedImage {
  u64 bias = 0;  // added to every address of the file
  GuestAddr entry;
  GuestAddr end;  // of its last segment
};

/// Maps the images of one program into its address space.
class ImageMapper {
 public:
  explicit ImageMapper(AddressSpace& space) : space_(space) {}

  /// The program itself: where it says, or at the fixed base.
  Result<MappedImage, LoadError> map_program(const ElfImage& image, FileDescription& file) {
    const u64 base =
        image.type == ElfType::Fixed ? 0 : kPositionIndependentBase & ~(image.alignment - 1);
    return map(image, file, base - bias_base(image));
  }

  /// Its interpreter: wherever mmap finds room.
  Result<MappedImage, LoadError> map_interpreter(const ElfImage& image, FileDescription& file) {
    if (image.type == ElfType::Fixed) return map(image, file, 0);
    const u64 size = GuestAddr(image_end(image) - bias_base(image)).page_ceil().value();
    const u64 slack = image.alignment - kPageSize;
    MapRequest reservation;
    reservation.size = size + slack;
    const auto room = space_.map(std::move(reservation));
    if (!room.ok()) return mapping_error(room.error(), {GuestAddr(0), GuestAddr(size)});
    const auto removed = space_.unmap({*room, *room + (size + slack)});
    if (!removed.ok()) return error_in_words(removed.error());
    const u64 base = (room->value() + slack) & ~(image.alignment - 1);
    return map(image, file, base - bias_base(image));
  }

 private:
  static u64 bias_base(const ElfImage& image) {
    if (image.type == ElfType::Fixed) return 0;
    return image.segments.front().address & ~(image.alignment - 1);
  }
  static u64 image_end(const ElfImage& image) {
    return image.segments.back().address + image.segments.back().memory_size;
  }

  Result<MappedImage, LoadError> map(const ElfImage& image, FileDescription& file, u64 bias) {
    const GuestRange range{GuestAddr(image.segments.front().address + bias).page_floor(),
                           GuestAddr(image_end(image) + bias).page_ceil()};
    if (range.empty() || range.end > kUserEnd || space_.map().overlaps(range))
      return mapping_error(Errno::ENOMEM, range);
    TRY(check_memory(image, range));
    auto object = file.mapping(Sharing::Private);
    if (!object.ok())
      return LoadError{object.error(), "its file system cannot map files into memory"};
    for (const ElfSegment& segment : image.segments) {
      const auto mapped = map_segment(segment, bias, *object);
      if (!mapped.ok()) return mapping_error(mapped.error(), range);
    }
    return MappedImage{.bias = bias,
                       .entry = GuestAddr(image.entry + bias),
                       .end = GuestAddr(image_end(image) + bias)};
  }

  /// Linux refuses an obvious overcommit: more zeros than the machine has memory.
  Result<Unit, LoadError> check_memory(const ElfImage& image, GuestRange range) {
    u64 left = space_.pool().size();
    for (const ElfSegment& segment : image.segments) {
      const u64 zeros = segment.memory_size - segment.file_size;
      if (zeros > left) return mapping_error(Errno::ENOMEM, range);
      left -= zeros;
    }
    return Unit{};
  }

  Result<Unit> map_segment(const ElfSegment& segment, u64 bias,
                           const std::shared_ptr<MappedObject>& object) {
    const GuestAddr address{segment.address + bias};
    const GuestAddr file_end = address + segment.file_size;
    const GuestAddr end = address + segment.memory_size;
    const GuestAddr start = address.page_floor();
    GuestAddr zeros = start;
    if (segment.file_size > 0) {
      zeros = file_end.page_ceil();
      TRY(map_range({start, zeros}, segment, object, segment.file_offset & ~kPageMask));
      if (end > file_end) TRY(clear({file_end, zeros}, segment));
    }
    if (end > zeros) TRY(map_range({zeros, end.page_ceil()}, segment, nullptr, 0));
    return Unit{};
  }

  /// Fixed: a page two segments share belongs to the later one, as on Linux.
  Result<Unit> map_range(GuestRange range, const ElfSegment& segment,
                         std::shared_ptr<MappedObject> object, u64 offset) {
    TRY(space_.map({.address = range.start,
                    .size = range.size(),
                    .protection = segment.protection,
                    .placement = Placement::Fixed,
                    .kind = VmaKind::Image,
                    .object = std::move(object),
                    .object_offset = offset}));
    return Unit{};
  }

  /// The rest of the file's last page. Linux lets it be where the segment cannot be written.
  Result<Unit> clear(GuestRange range, const ElfSegment& segment) {
    static constexpr std::array<std::byte, kPageSize> kZeros{};
    if (!segment.protection.writable()) return Unit{};
    // The range was mapped just now, so a fault means that no frame could be had.
    if (!space_.write(range.start, std::span(kZeros).first(range.size())).ok())
      return Errno::ENOMEM;
    return Unit{};
  }

  AddressSpace& space_;
};

/// One execve(2): its parts run in order, each on what the ones before left here.
class Loading {
 public:
  Loading(AddressSpace& space, PathWalker& walker, const Location& cwd, ElfCache& cache,
          ProgramRequest request)
      : space_(space), walker_(walker), cwd_(cwd), cache_(cache), file_(std::move(request.file)) {
    strings_.argv = std::move(request.argv);
    strings_.envp = std::move(request.envp);
    strings_.path = std::move(request.path);
    // Linux 5.18 and later: nobody starts without an argv[0].
    if (strings_.argv.empty()) strings_.argv.emplace_back();
  }

  Result<LoadedProgram, LoadError> run(const ProgramFacts& facts,
                                       const std::shared_ptr<MappedObject>& trampoline) {
    TRY(check_sizes());
    const auto image = TRY(find_image());
    TRY(check_sizes());
    LoadedProgram loaded;
    loaded.running = TRY(run_alone(file_->inode()));
    std::shared_ptr<FileDescription> interpreter_file;
    std::shared_ptr<const ElfImage> interpreter;
    if (image->interpreter) {
      interpreter_file = TRY(open_elf_interpreter(*image->interpreter));
      interpreter = TRY(parse_elf_interpreter(*image->interpreter, *interpreter_file));
    }

    ImageMapper mapper(space_);
    const MappedImage program = TRY(mapper.map_program(*image, *file_));
    loaded.trampoline = facts.trampoline.is_null() ? kTrampolineAddress : facts.trampoline;
    TRY(map_trampoline(loaded.trampoline, trampoline));
    TRY(map_stack(*image));
    ImagePlace place;
    place.entry = program.entry;
    place.program_header_count = image->program_header_count;
    if (image->program_headers_address != 0)
      place.program_headers = GuestAddr(image->program_headers_address + program.bias);
    loaded.entry = program.entry;
    if (interpreter) {
      const auto mapped = TRY(mapper.map_interpreter(*interpreter, *interpreter_file));
      place.interpreter_base = GuestAddr(mapped.bias);
      loaded.entry = mapped.entry;
    }
    space_.set_brk_start(program.end);
    TRY(fill_stack(facts, place, loaded));
    loaded.executable = file_->location();
    loaded.name = strings_.path.substr(strings_.path.rfind('/') + 1).substr(0, kNameMax);
    return loaded;
  }

 private:
  Result<Unit, LoadError> check_sizes() {
    const auto fits = check_argument_size(strings_, space_.limits().stack);
    if (!fits.ok()) return error_in_words(fits.error());
    return Unit{};
  }

  /// Goes from script to interpreter until there is an ELF file; `file_` is it.
  Result<std::shared_ptr<const ElfImage>, LoadError> find_image() {
    std::string chain;  // "its interpreter 'x': its interpreter 'y': "
    std::string path = strings_.path;
    for (int followed = 0;; ++followed) {
      auto image = cache_.get(*file_);
      if (image.ok()) return std::move(image).value();
      const auto script = read_script(*file_);
      if (!script.ok())
        return LoadError{script.error(), chain + "its #! line names no interpreter"};
      if (!*script) return prefixed(chain, image.error());
      if (followed == kInterpretersMax)
        return LoadError{Errno::ELOOP, "its #! interpreters nest too deeply"};

      const std::string& interpreter = (*script)->interpreter;
      chain += fmt::format("its interpreter '{}': ", interpreter);
      auto file = open_program(walker_, cwd_, interpreter, FinalLink::Follow);
      if (!file.ok()) return prefixed(chain, file.error());
      std::vector<std::string> words{interpreter};
      if ((*script)->argument) words.push_back(*(*script)->argument);
      words.push_back(path);
      strings_.argv.erase(strings_.argv.begin());
      strings_.argv.insert(strings_.argv.begin(), words.begin(), words.end());
      path = interpreter;
      file_ = std::move(file).value();
    }
  }

  Result<std::shared_ptr<FileDescription>, LoadError> open_elf_interpreter(
      const std::string& path) {
    auto file = open_program(walker_, cwd_, path, FinalLink::Follow);
    if (file.ok()) return file;
    if (file.error().code == Errno::ENOENT)
      return LoadError{Errno::ENOENT,
                       fmt::format("its interpreter '{}' does not exist; kemu runs static "
                                   "programs, or dynamic ones with --sysroot or --root",
                                   path)};
    return prefixed(fmt::format("its interpreter '{}': ", path), file.error());
  }

  Result<std::shared_ptr<const ElfImage>, LoadError> parse_elf_interpreter(const std::string& path,
                                                                           FileDescription& file) {
    auto image = cache_.get(file);
    if (image.ok()) return image;
    LoadError error = prefixed(fmt::format("its interpreter '{}': ", path), image.error());
    if (error.code != Errno::ENOEXEC) return error;
    const auto status = file.status();
    const bool has_header = !status.ok() || status->size >= sizeof(abi::ElfHeader);
    error.code = has_header ? Errno::ELIBBAD : Errno::EIO;
    return error;
  }

  Result<Unit, LoadError> map_trampoline(GuestAddr address,
                                         const std::shared_ptr<MappedObject>& object) {
    const auto mapped = space_.map({.address = address,
                                    .size = kPageSize,
                                    .protection = Protection::rx(),
                                    .placement = Placement::FixedNoReplace,
                                    .kind = VmaKind::Trampoline,
                                    .object = object});
    if (!mapped.ok()) return no_room({address, address + kPageSize}, mapped.error());
    return Unit{};
  }

  Result<Unit, LoadError> map_stack(const ElfImage& image) {
    const u64 needed = GuestAddr(initial_stack_bound(strings_)).page_ceil().value();
    const u64 limit = space_.limits().stack & ~kPageMask;
    const u64 reserve = limit > needed ? std::min(kStackReserve, limit - needed) : 0;
    const GuestAddr start = kStackTop - (needed + reserve);
    const auto mapped =
        space_.map({.address = start,
                    .size = needed + reserve,
                    .protection = image.executable_stack ? Protection::rwx() : Protection::rw(),
                    .placement = Placement::FixedNoReplace,
                    .kind = VmaKind::Stack,
                    .growth = Growth::Down,
                    .object = nullptr});
    if (!mapped.ok()) return no_room({start, kStackTop}, mapped.error());
    return Unit{};
  }

  /// An image that lies where the stack or the trampoline must be leaves no memory for them.
  static LoadError no_room(GuestRange range, Errno error) {
    return mapping_error(error == Errno::EEXIST ? Errno::ENOMEM : error, range);
  }

  Result<Unit, LoadError> fill_stack(const ProgramFacts& facts, const ImagePlace& place,
                                     LoadedProgram& loaded) {
    InitialStack stack = build_initial_stack(kStackTop, strings_, facts, place);
    // EFAULT here means that no frame could be had: the range was mapped just now.
    if (!space_.write(stack.stack_pointer, stack.bytes).ok()) return error_in_words(Errno::ENOMEM);
    loaded.stack_pointer = stack.stack_pointer;
    loaded.arguments = stack.arguments;
    loaded.environment = stack.environment;
    loaded.auxv = std::move(stack.auxv);
    return Unit{};
  }

  AddressSpace& space_;
  PathWalker& walker_;
  const Location& cwd_;
  ElfCache& cache_;
  std::shared_ptr<FileDescription> file_;
  InitialStrings strings_;
};

}  // namespace

Result<std::shared_ptr<FileDescription>, LoadError> open_program(PathWalker& walker,
                                                                 const Location& base,
                                                                 std::string_view path,
                                                                 FinalLink final_link) {
  const auto place = walker.find(base, path, final_link);
  if (!place.ok()) return error_in_words(place.error());
  Inode& inode = *(*place)->inode;
  switch (inode.type()) {
    case FileType::Regular: break;
    case FileType::Symlink: return error_in_words(Errno::ELOOP);
    case FileType::Directory: return LoadError{Errno::EACCES, "a directory"};
    default: return LoadError{Errno::EACCES, "not a regular file"};
  }
  const auto& mount = (*place)->mount;
  if (mount && mount->has(abi::kMountNoExec)) return error_in_words(Errno::EACCES);
  const auto allowed = inode.check_access(kExecutePermission);
  if (!allowed.ok()) return error_in_words(allowed.error());
  TRY(run_alone(inode));
  auto file = inode.open(*place, abi::kOpenReadOnly);
  if (!file.ok()) return error_in_words(file.error());
  return std::move(file).value();
}

Result<LoadedProgram, LoadError> load_program(AddressSpace& space, PathWalker& walker,
                                              const Location& cwd, ProgramRequest request,
                                              const ProgramFacts& facts, ElfCache& cache,
                                              const std::shared_ptr<MappedObject>& trampoline) {
  CHECK(request.file != nullptr && trampoline != nullptr);
  return Loading(space, walker, cwd, cache, std::move(request)).run(facts, trampoline);
}

}  // namespace kemu
