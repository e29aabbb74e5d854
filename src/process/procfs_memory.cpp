#include <fmt/format.h>

#include "process/procfs_parts.h"

// What /proc tells about a process's memory.

namespace kemu::procfs {
namespace {

/// The column at which a mapping's name begins.
constexpr u64 kNameColumn = 73;

std::string name_of(const Vma& vma) {
  switch (vma.kind) {
    case VmaKind::Heap: return "[heap]";
    case VmaKind::Stack: return "[stack]";
    case VmaKind::Trampoline: return "[vdso]";
    case VmaKind::Image:
    case VmaKind::Mmap: break;
  }
  return vma.object ? vma.object->identity().path : std::string();
}

/// A newline in a path would begin a line of its own.
std::string escape(const std::string& path) {
  std::string text;
  for (const char c : path) text += c == '\n' ? std::string("\\012") : std::string(1, c);
  return text;
}

struct DeviceNumber {
  u64 major;
  u64 minor;
};

/// Apart what stat(2) tells as one number (glibc's gnu_dev_major and gnu_dev_minor).
DeviceNumber split_device(u64 device) {
  return {(device >> 8 & 0xfff) | (device >> 32 & ~u64{0xfff}),
          (device & 0xff) | (device >> 12 & ~u64{0xff})};
}

std::string maps_line(const Vma& vma) {
  MappedObject::Identity identity;
  const bool shown = vma.object && vma.kind != VmaKind::Trampoline;
  if (shown) identity = vma.object->identity();
  const DeviceNumber device = split_device(identity.device);
  std::string line =
      fmt::format("{:08x}-{:08x} {}{}{}{} {:08x} {:02x}:{:02x} {} ", vma.range.start.value(),
                  vma.range.end.value(), vma.protection.readable() ? 'r' : '-',
                  vma.protection.writable() ? 'w' : '-', vma.protection.executable() ? 'x' : '-',
                  vma.sharing == Sharing::Shared ? 's' : 'p', shown ? vma.object_offset : 0,
                  device.major, device.minor, identity.inode);
  const std::string name = name_of(vma);
  if (!name.empty()) {
    if (line.size() < kNameColumn - 1) line.resize(kNameColumn - 1, ' ');
    line += ' ' + escape(name);
  }
  return line + '\n';
}

u64 present_pages(const AddressSpace& space, GuestRange range) {
  u64 count = 0;
  space.pages().for_each(range, [&count](GuestAddr, const PageEntry&) { ++count; });
  return count;
}

}  // namespace

MemoryUse memory_use(const AddressSpace& space) {
  MemoryUse use;
  use.mapped = space.map().total_bytes() / kPageSize;
  use.resident = space.resident_pages();
  for (const auto& [start, vma] : space.map().vmas()) {
    if (vma.object) use.resident_of_objects += present_pages(space, vma.range);
    const bool writable = vma.protection.writable();
    if (vma.kind == VmaKind::Image && vma.protection.executable()) use.code += vma.range.pages();
    if (vma.kind == VmaKind::Stack)
      use.stack += vma.range.pages();
    else if (writable && vma.sharing == Sharing::Private)
      use.data += vma.range.pages();
    if (vma.kind == VmaKind::Heap && use.heap_start.is_null()) use.heap_start = start;
    if (vma.kind != VmaKind::Image) continue;
    if (vma.protection.executable() && use.text.empty()) use.text = vma.range;
    if (writable && use.initial_data.empty()) use.initial_data = vma.range;
  }
  return use;
}

std::string statm_line(Kernel&, const Somebody& who) {
  if (!who.task) return "0 0 0 0 0 0 0\n";
  const MemoryUse use = memory_use(*who.task->space);
  return fmt::format("{} {} {} {} 0 {} 0\n", use.mapped, use.resident, use.resident_of_objects,
                     use.code, use.data + use.stack);
}

std::string maps_text(Kernel&, const Somebody& who) {
  std::string text;
  if (!who.task) return text;
  for (const auto& [start, vma] : who.task->space->map().vmas()) text += maps_line(vma);
  return text;
}

}  // namespace kemu::procfs
