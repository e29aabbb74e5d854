#pragma once

#include <memory>
#include <string_view>

#include "vm/guest_addr.h"
#include "vm/mapped_object.h"
#include "vm/protection.h"

namespace kemu {

enum class VmaKind : u8 { Image, Heap, Stack, Mmap, Trampoline };

/// "image", "brk", "stack", "mmap", "vdso": as fork reports name regions.
std::string_view vma_kind_name(VmaKind kind);

enum class Sharing : u8 { Private, Shared };
enum class Growth : u8 { Fixed, Down };
enum class OnFork : u8 { Copy, Omit, Wipe };
/// mlock(2): VM_LOCKED, with VM_LOCKONFAULT as pages come.
enum class Locking : u8 { None, OnFault, Now };

/// One region of what may be mapped, and from what; Linux's `struct vm_area_struct`.
struct Vma {
  GuestRange range;  // page aligned
  Protection protection;
  Protection most = Protection::rwx();  // what mprotect may raise it to (VM_MAYWRITE and kin)
  VmaKind kind = VmaKind::Mmap;
  Sharing sharing = Sharing::Private;
  Growth growth = Growth::Fixed;
  OnFork on_fork = OnFork::Copy;
  Locking locking = Locking::None;
  std::shared_ptr<MappedObject> object;  // null: zero-filled
  u64 object_offset = 0;                 // of range.start in the object; page aligned
};

}  // namespace kemu
