#include "api/guest_access.h"

#include "base/abi/fcntl.h"
#include "vm/data_access.h"

namespace kemu {

namespace {

Error not_mapped(u64 address, u64 size, std::string_view what) {
  return {Error::Kind::NotMapped, fmt::format("cannot {} {} bytes at {:#x}", what, size, address)};
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// Whether regions cover [address, address + size); any number may be either.
bool is_mapped(const AddressSpace& space, GuestAddr address, u64 size) {
  if (size > kUserEnd.value() || address.value() > kUserEnd.value() - size) return false;
  return space.map().covers({address.page_floor(), (address + size).page_ceil()});
}

/// Makes the pages of a range writable for as long as it lives.
class ForcedWrite {
 public:
  ForcedWrite(AddressSpace& space, GuestRange pages) : space_(space) {
    for (GuestAddr at = pages.start; at < pages.end; at += kPageSize) {
      const Vma* vma = space.map().find(at);
      if (vma == nullptr || vma->protection.writable()) continue;
      const Protection before = vma->protection;
      const auto more = Protection::from_bits(before.bits() | Protection::rw().bits());
      if (space.protect({at, at + kPageSize}, more).ok()) changed_.emplace_back(at, before);
    }
  }
  ~ForcedWrite() {
    for (const auto& [at, before] : changed_)
      CHECK(space_.protect({at, at + kPageSize}, before).ok());
  }
  ForcedWrite(const ForcedWrite&) = delete;
  ForcedWrite& operator=(const ForcedWrite&) = delete;

 private:
  AddressSpace& space_;
  std::vector<std::pair<GuestAddr, Protection>> changed_;
};

std::optional<Error> out_of_reach(Task& task) {
  if (!task.kernel().engine().is_running()) return std::nullopt;
  return Error{Error::Kind::Misuse, "no registers can be reached from this callback"};
}

}  // namespace

Expected<Task*> find_guest(Kernel& kernel, int pid) {
  Task* task = kernel.find_task(pid);
  if (task != nullptr && task->space) return task;
  return Error{Error::Kind::NoProcess, fmt::format("there is no process {}", pid)};
}

Expected<std::string> read_guest(Task& task, u64 address, u64 size) {
  const GuestAddr from(untagged(address));
  // Before room is made for them: who reads too much shall hear so.
  if (!is_mapped(*task.space, from, size)) return not_mapped(address, size, "read");
  std::string bytes(size, '\0');
  const auto to = std::as_writable_bytes(std::span(bytes.data(), bytes.size()));
  if (!task.space->read(from, to).ok()) return not_mapped(address, size, "read");
  return bytes;
}

std::optional<Error> write_guest(Task& task, u64 address, std::string_view bytes) {
  AddressSpace& space = *task.space;
  const GuestAddr to(untagged(address));
  if (space.write(to, bytes_of(bytes)).ok()) return std::nullopt;
  if (!is_mapped(space, to, bytes.size())) return not_mapped(address, bytes.size(), "write");
  const ForcedWrite forced(space, {to.page_floor(), (to + bytes.size()).page_ceil()});
  if (space.write(to, bytes_of(bytes)).ok()) return std::nullopt;
  return not_mapped(address, bytes.size(), "write");
}

Expected<GuestRegisters> guest_registers(Task& task) {
  if (auto error = out_of_reach(task)) return *error;
  const Registers from = task.cpu().registers();
  GuestRegisters made;
  made.x = from.x;
  made.sp = from.sp;
  made.pc = from.pc;
  made.nzcv = from.pstate;
  made.tpidr = from.tpidr_el0;
  for (std::size_t i = 0; i < from.v.size(); ++i) made.v[i] = {from.v[i].low, from.v[i].high};
  made.fpcr = from.fpcr;
  made.fpsr = from.fpsr;
  return made;
}

std::optional<Error> set_guest_registers(Task& task, const GuestRegisters& registers) {
  if (auto error = out_of_reach(task)) return error;
  Registers to;
  to.x = registers.x;
  to.sp = registers.sp;
  to.pc = registers.pc;
  to.pstate = registers.nzcv;
  to.tpidr_el0 = registers.tpidr;
  for (std::size_t i = 0; i < to.v.size(); ++i) to.v[i] = {registers.v[i][0], registers.v[i][1]};
  to.fpcr = registers.fpcr;
  to.fpsr = registers.fpsr;
  task.cpu().set_registers(to);
  return std::nullopt;
}

Expected<u64> load_bias(Task& task) {
  constexpr u64 kEntryTag = 9;        // AT_ENTRY
  constexpr u64 kEntryInHeader = 24;  // e_entry of an Elf64_Ehdr
  const LoadedProgram& program = task.process().program;
  u64 in_file = 0;
  const HostSpans to{std::as_writable_bytes(std::span(&in_file, 1))};
  auto file = program.executable->inode->open(program.executable, abi::kOpenReadOnly);
  const auto got = file.ok() ? (*file)->read_at(to, kEntryInHeader) : Result<u64>(file.error());
  if (!got.ok() || *got != sizeof in_file)
    return Error{Error::Kind::NotFound, "the program's file cannot be read any more"};
  for (const auto& [tag, value] : program.auxv)
    if (tag == kEntryTag) return value - in_file;
  return Error{Error::Kind::NotFound, "the program has no entry"};
}

}  // namespace kemu
