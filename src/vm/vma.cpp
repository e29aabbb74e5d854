#include "vm/vma.h"

namespace kemu {

std::string_view vma_kind_name(VmaKind kind) {
  switch (kind) {
    case VmaKind::Image: return "image";
    case VmaKind::Heap: return "brk";
    case VmaKind::Stack: return "stack";
    case VmaKind::Mmap: return "mmap";
    case VmaKind::Trampoline: return "vdso";
  }
  return "?";
}

}  // namespace kemu
