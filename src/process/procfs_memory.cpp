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

u64 present_pages_of_object(const AddressSpace& space, const Vma& vma) {
  u64 count = 0;
  space.pages().for_each(vma.range, [&](GuestAddr, const PageEntry& entry) {
    count += page_of_object(vma, entry) ? 1 : 0;
  });
  return count;
}

/// The pages of one mapping, or of all, as smaps counts them: in bytes.
struct PageCounts {
  u64 resident = 0, proportional = 0, proportional_dirty = 0;
  u64 shared_clean = 0, shared_dirty = 0, private_clean = 0, private_dirty = 0;
  u64 anonymous = 0, locked = 0;

  PageCounts& operator+=(const PageCounts& other) {
    resident += other.resident;
    proportional += other.proportional;
    proportional_dirty += other.proportional_dirty;
    shared_clean += other.shared_clean;
    shared_dirty += other.shared_dirty;
    private_clean += other.private_clean;
    private_dirty += other.private_dirty;
    anonymous += other.anonymous;
    locked += other.locked;
    return *this;
  }
};

PageCounts count_pages(const AddressSpace& space, FramePool& pool, const Vma& vma) {
  PageCounts counts;
  space.pages().for_each(vma.range, [&](GuestAddr, const PageEntry& entry) {
    const bool of_object = page_of_object(vma, entry);
    const bool dirty = !of_object || (vma.sharing == Sharing::Shared && !entry.clean);
    // The object itself has a reference of its own.
    const u64 references = std::max<u64>(pool.references(entry.frame), 1);
    const u64 users = of_object ? std::max<u64>(references - 1, 1) : references;
    counts.resident += kPageSize;
    counts.proportional += kPageSize / users;
    if (dirty) counts.proportional_dirty += kPageSize / users;
    if (!of_object) counts.anonymous += kPageSize;
    u64& kind = users > 1 ? (dirty ? counts.shared_dirty : counts.shared_clean)
                          : (dirty ? counts.private_dirty : counts.private_clean);
    kind += kPageSize;
  });
  if (vma.locking != Locking::None) counts.locked = counts.proportional;
  return counts;
}

std::string smaps_row(std::string_view name, u64 bytes) {
  return fmt::format("{:<16}{:8} kB\n", fmt::format("{}:", name), bytes / 1024);
}

/// The rows that one mapping and the sum of all have in common.
std::string smaps_rows(const PageCounts& counts) {
  std::string text = smaps_row("Rss", counts.resident) + smaps_row("Pss", counts.proportional) +
                     smaps_row("Pss_Dirty", counts.proportional_dirty) +
                     smaps_row("Shared_Clean", counts.shared_clean) +
                     smaps_row("Shared_Dirty", counts.shared_dirty) +
                     smaps_row("Private_Clean", counts.private_clean) +
                     smaps_row("Private_Dirty", counts.private_dirty) +
                     smaps_row("Referenced", counts.resident) +
                     smaps_row("Anonymous", counts.anonymous);
  for (const std::string_view name :
       {"LazyFree", "AnonHugePages", "ShmemPmdMapped", "FilePmdMapped", "Shared_Hugetlb",
        "Private_Hugetlb", "Swap", "SwapPss"})
    text += smaps_row(name, 0);
  return text + smaps_row("Locked", counts.locked);
}

std::string vma_flags(const Vma& vma) {
  struct Flag {
    bool set;
    std::string_view name;
  };
  const bool shared = vma.sharing == Sharing::Shared;
  const Flag flags[] = {
      {vma.protection.readable(), "rd"},   {vma.protection.writable(), "wr"},
      {vma.protection.executable(), "ex"}, {shared, "sh"},
      {vma.most.readable(), "mr"},         {vma.most.writable(), "mw"},
      {vma.most.executable(), "me"},       {shared, "ms"},
      {vma.growth == Growth::Down, "gd"},  {vma.locking != Locking::None, "lo"},
      {vma.on_fork == OnFork::Omit, "dc"}, {!shared && vma.protection.writable(), "ac"},
      {vma.on_fork == OnFork::Wipe, "wf"},
  };
  std::string text = "VmFlags:";
  for (const Flag& flag : flags)
    if (flag.set) text += fmt::format(" {}", flag.name);
  return text + " \n";
}

}  // namespace

bool page_of_object(const Vma& vma, const PageEntry& entry) {
  return vma.object && (vma.sharing == Sharing::Shared || entry.copy_on_write);
}

MemoryUse memory_use(const AddressSpace& space) {
  MemoryUse use;
  use.mapped = space.map().total_bytes() / kPageSize;
  use.resident = space.resident_pages();
  for (const auto& [start, vma] : space.map().vmas()) {
    if (vma.object) use.resident_of_objects += present_pages_of_object(space, vma);
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

std::string smaps_text(Kernel& kernel, const Somebody& who) {
  std::string text;
  if (!who.task) return text;
  for (const auto& [start, vma] : who.task->space->map().vmas()) {
    text += maps_line(vma) + smaps_row("Size", vma.range.size());
    text += smaps_row("KernelPageSize", kPageSize) + smaps_row("MMUPageSize", kPageSize);
    text += smaps_rows(count_pages(*who.task->space, kernel.pool(), vma));
    text += "THPeligible:           0\n" + vma_flags(vma);
  }
  return text;
}

std::string numa_maps_text(Kernel& kernel, const Somebody& who) {
  std::string text;
  if (!who.task) return text;
  for (const auto& [start, vma] : who.task->space->map().vmas()) {
    text += fmt::format("{:08x} default", start.value());
    const std::string name = name_of(vma);
    if (vma.kind == VmaKind::Heap)
      text += " heap";
    else if (vma.kind == VmaKind::Stack)
      text += " stack";
    else if (vma.object && vma.kind != VmaKind::Trampoline && !name.empty())
      text += " file=" + escape(name);
    const PageCounts counts = count_pages(*who.task->space, kernel.pool(), vma);
    const u64 pages = counts.resident / kPageSize, own = counts.anonymous / kPageSize;
    const u64 dirty = (counts.shared_dirty + counts.private_dirty) / kPageSize;
    if (pages > 0) {
      if (own > 0) text += fmt::format(" anon={}", own);
      if (dirty > 0) text += fmt::format(" dirty={}", dirty);
      if (pages != own && pages != dirty) text += fmt::format(" mapped={}", pages);
      text += fmt::format(" N0={} kernelpagesize_kB={}", pages, kPageSize / 1024);
    }
    text += '\n';
  }
  return text;
}

Result<Unit> clear_references(Kernel&, const Somebody&, std::string_view text) {
  constexpr std::string_view kKinds = "12345";  // CLEAR_REFS_ALL to CLEAR_REFS_MM_HIWATER_RSS
  while (text.ends_with('\n') || text.ends_with(' ')) text.remove_suffix(1);
  if (text.size() != 1 || kKinds.find(text[0]) == std::string_view::npos) return Errno::EINVAL;
  return Unit{};
}

std::string smaps_sum(Kernel& kernel, const Somebody& who) {
  if (!who.task) return {};
  PageCounts sum;
  const auto& vmas = who.task->space->map().vmas();
  for (const auto& [start, vma] : vmas) sum += count_pages(*who.task->space, kernel.pool(), vma);
  const u64 first = vmas.empty() ? 0 : vmas.begin()->first.value();
  const u64 last = vmas.empty() ? 0 : vmas.rbegin()->second.range.end.value();
  std::string line = fmt::format("{:08x}-{:08x} ---p 00000000 00:00 0 ", first, last);
  if (line.size() < kNameColumn) line.resize(kNameColumn, ' ');
  return line + "[rollup]\n" + smaps_rows(sum);
}

std::string maps_text(Kernel&, const Somebody& who) {
  std::string text;
  if (!who.task) return text;
  for (const auto& [start, vma] : who.task->space->map().vmas()) text += maps_line(vma);
  return text;
}

}  // namespace kemu::procfs
