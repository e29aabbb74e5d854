#include <fmt/format.h>

#include "syscalls/trace_printer.h"
#include "syscalls/trace_text.h"

// Names of the flags that the rarer file calls take.

namespace kemu {

namespace {

constexpr FlagName kXattrNames[] = {{1, "XATTR_CREATE"}, {2, "XATTR_REPLACE"}};
constexpr FlagName kInotifyNames[] = {{04000, "IN_NONBLOCK"}, {02000000, "IN_CLOEXEC"}};
constexpr FlagName kMaskNames[] = {
    {0x001, "IN_ACCESS"},           {0x002, "IN_MODIFY"},           {0x004, "IN_ATTRIB"},
    {0x008, "IN_CLOSE_WRITE"},      {0x010, "IN_CLOSE_NOWRITE"},    {0x020, "IN_OPEN"},
    {0x040, "IN_MOVED_FROM"},       {0x080, "IN_MOVED_TO"},         {0x100, "IN_CREATE"},
    {0x200, "IN_DELETE"},           {0x400, "IN_DELETE_SELF"},      {0x800, "IN_MOVE_SELF"},
    {0x2000, "IN_UNMOUNT"},         {0x4000, "IN_Q_OVERFLOW"},      {0x8000, "IN_IGNORED"},
    {0x01000000, "IN_ONLYDIR"},     {0x02000000, "IN_DONT_FOLLOW"}, {0x04000000, "IN_EXCL_UNLINK"},
    {0x10000000, "IN_MASK_CREATE"}, {0x20000000, "IN_MASK_ADD"},    {0x40000000, "IN_ISDIR"},
    {0x80000000, "IN_ONESHOT"},
};
constexpr FlagName kSyncRangeNames[] = {{1, "SYNC_FILE_RANGE_WAIT_BEFORE"},
                                        {2, "SYNC_FILE_RANGE_WRITE"},
                                        {4, "SYNC_FILE_RANGE_WAIT_AFTER"}};
constexpr FlagName kResolveNames[] = {
    {0x01, "RESOLVE_NO_XDEV"}, {0x02, "RESOLVE_NO_MAGICLINKS"}, {0x04, "RESOLVE_NO_SYMLINKS"},
    {0x08, "RESOLVE_BENEATH"}, {0x10, "RESOLVE_IN_ROOT"},       {0x20, "RESOLVE_CACHED"},
};

}  // namespace

void TracePrinter::print(XattrFlags v) { append(flags_text(v.bits, kXattrNames)); }
void TracePrinter::print(InotifyFlags v) { append(flags_text(v.bits, kInotifyNames)); }
void TracePrinter::print(InotifyMask v) { append(flags_text(v.bits, kMaskNames)); }
void TracePrinter::print(SyncRangeFlags v) { append(flags_text(v.bits, kSyncRangeNames)); }

void TracePrinter::print_value(const abi::OpenHow& value) {
  const u64 size = registers_.args[3];
  const u64 unknown = value.flags & ~u64{0xffffffff};
  append("{flags=" + open_flags_text(static_cast<u32>(value.flags)));
  if (unknown != 0) append(fmt::format("|{:#x}", unknown));
  constexpr u64 kMakesFile = 020000100;  // O_CREAT, or O_TMPFILE without O_DIRECTORY
  if (value.mode != 0 || (value.flags & kMakesFile))
    append(fmt::format(", mode=0{:02o}", value.mode & 07777777));
  append(", resolve=" + flags_text(value.resolve, kResolveNames));
  constexpr u64 kMostShown = 4096;
  if (size > sizeof value && size <= kMostShown) {
    std::string rest(size - sizeof value, '\0');
    const GuestAddr at = GuestAddr(registers_.args[2]) + sizeof value;
    if (space_.read(at, std::as_writable_bytes(std::span(rest))).ok() &&
        rest.find_first_not_of('\0') != std::string::npos)
      append(fmt::format(", /* bytes {}..{} */ {}", sizeof value, size - 1,
                         quoted_text(rest, rest.size(), Escapes::Hexadecimal)));
  }
  append("}");
}

}  // namespace kemu
