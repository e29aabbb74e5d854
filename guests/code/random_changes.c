// Code changed in every way there is, in an order that chance decides, against a model of what each
// function has to return: written in place, through a second mapping, by pwrite(2); jumping to each
// other across pages; its pages protected, mapped anew, moved, discarded; in forked children, which
// keep their own private copies. The numbers are the same on every machine.
// covers: mmap mprotect munmap mremap madvise memfd_create pwrite64 clone
#include "guest.h"
#include "machine_code.h"

enum { kPages = 6, kSize = kPages * kPage, kSlots = 48, kSlotRoom = kSize / kSlots, kSteps = 4000 };

// One area is private memory, the other a memfd that is mapped at two places.
struct area {
  int fd;
  char *execute, *write;
  int value[kSlots];  // what the function in the slot returns
  int next[kSlots];   // or the slot of less number that it jumps to, plus 1
};

static uint64_t state = 88172645463325252u;

static unsigned below(unsigned bound) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (unsigned)(state >> 33) % bound;
}

static int expected(const struct area *area, int slot) {
  while (area->next[slot]) slot = area->next[slot] - 1;
  return area->value[slot];
}

static bool check(struct area *area, int slot) {
  char *const at = area->execute + slot * kSlotRoom;
  publish(at, 16);
  return call_code(at) == expected(area, slot);
}

static void write_slot(struct area *area, int slot, char *view) {
  char *const at = view + slot * kSlotRoom;
  if (slot > 0 && below(3) == 0) {
    area->next[slot] = 1 + (int)below((unsigned)slot);
    emit_jump(at, view + (area->next[slot] - 1) * kSlotRoom);
  } else {
    area->next[slot] = 0;
    area->value[slot] = (int)below(60000);
    emit_return(at, area->value[slot]);
  }
}

static void write_by_call(struct area *area, int slot) {
  char bytes[32];
  area->next[slot] = 0;
  area->value[slot] = (int)below(60000);
  const char *const end = emit_return(bytes, area->value[slot]);
  must(pwrite(area->fd, bytes, (size_t)(end - bytes), slot * kSlotRoom));
}

static void map_anew(struct area *area) {
  must(munmap(area->execute, kSize));
  if (area->fd == -1) {
    must((long)mmap(area->execute, kSize, kAllAccess, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                    0));
    for (int slot = 0; slot < kSlots; slot++) write_slot(area, slot, area->write);
  } else {
    must((long)mmap(area->execute, kSize, kAllAccess, MAP_SHARED | MAP_FIXED, area->fd, 0));
  }
}

static void move_away_and_back(struct area *area) {
  char *const other = code_pages(kPages, PROT_NONE);
  must((long)mremap(area->execute, kSize, kSize, MREMAP_MAYMOVE | MREMAP_FIXED, other));
  must((long)mremap(other, kSize, kSize, MREMAP_MAYMOVE | MREMAP_FIXED, area->execute));
}

static bool in_forked_child(struct area *area) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    bool good = true;
    for (int slot = 0; slot < kSlots; slot += 5) good &= check(area, slot);
    if (area->fd == -1) {
      for (int i = 0; i < 4; i++) write_slot(area, (int)below(kSlots), area->write);
      for (int slot = 0; slot < kSlots; slot += 3) good &= check(area, slot);
    }
    _exit(good ? 0 : 1);
  }
  return wait_for(pid) == 0;
}

static bool step(struct area *area) {
  const int slot = (int)below(kSlots);
  char *const page = area->execute + below(kPages) * kPage;
  switch (below(16)) {
    case 0:
    case 1:
    case 2:
    case 3: write_slot(area, slot, area->execute); return check(area, slot);
    case 4:
    case 5:
    case 6: write_slot(area, slot, area->write); break;
    case 7:
      if (area->fd != -1) write_by_call(area, slot);
      break;
    case 8:
      must(mprotect(page, kPage, kReadExecute));
      if (!check(area, slot)) return false;
      must(mprotect(page, kPage, kAllAccess));
      break;
    case 9:
      must(mprotect(page, kPage, PROT_NONE));
      must(mprotect(page, kPage, kAllAccess));
      break;
    case 10:
      if (below(8) == 0) map_anew(area);
      break;
    case 11:
      if (below(8) == 0) move_away_and_back(area);
      break;
    case 12:
      if (area->fd != -1) must(madvise(page, kPage, MADV_DONTNEED));
      break;
    case 13:
      if (below(12) == 0) return in_forked_child(area);
      break;
    default: break;
  }
  return check(area, slot) && check(area, (int)below(kSlots));
}

int main(void) {
  struct area areas[2] = {{.fd = -1}, {.fd = (int)must(memfd_create("code", 0))}};
  areas[0].execute = areas[0].write = code_pages(kPages, kAllAccess);
  must(ftruncate(areas[1].fd, kSize));
  areas[1].execute = mmap(NULL, kSize, kAllAccess, MAP_SHARED, areas[1].fd, 0);
  areas[1].write = mmap(NULL, kSize, kReadWrite, MAP_SHARED, areas[1].fd, 0);
  must((long)areas[1].execute);
  must((long)areas[1].write);
  for (int i = 0; i < 2; i++)
    for (int slot = 0; slot < kSlots; slot++) write_slot(&areas[i], slot, areas[i].write);
  for (int i = 0; i < kSteps; i++) {
    if (step(&areas[below(2)])) continue;
    printf("wrong at step %d\n", i);
    return 1;
  }
  printf("%d steps, state %llu\n", kSteps, (unsigned long long)state);
  return 0;
}
