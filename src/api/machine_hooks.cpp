// Machine's hooks, and what callbacks get to see of its guests.

#include <algorithm>

#include "api/guest_access.h"
#include "api/hooks.h"
#include "kemu/machine.h"
#include "syscalls/table.h"

namespace kemu {

namespace {

constexpr int kMostErrno = 4095;

/// The number of a call kemu serves or Linux has; nothing for any other name.
std::optional<unsigned> number_of(std::string_view name) {
  if (const SyscallEntry* row = find_syscall(name)) return row->number;
  for (unsigned number = 0; number < kSyscallTableSize; ++number)
    if (!name.empty() && unimplemented_name(number) == name) return number;
  return std::nullopt;
}

Error unknown_call(std::string_view name) {
  return {Error::Kind::NotFound, fmt::format("no system call is named '{}'", name)};
}

}  // namespace

Hook Machine::on_call(unsigned number, CallHook hook) {
  return hooks().add_call(Hooks::Moment::Start, number, std::move(hook));
}

Hook Machine::after_call(unsigned number, CallHook hook) {
  return hooks().add_call(Hooks::Moment::End, number, std::move(hook));
}

Expected<Hook> Machine::on_call(std::string_view name, CallHook hook) {
  const auto number = number_of(name);
  if (!number) return unknown_call(name);
  return on_call(*number, std::move(hook));
}

Expected<Hook> Machine::after_call(std::string_view name, CallHook hook) {
  const auto number = number_of(name);
  if (!number) return unknown_call(name);
  return after_call(*number, std::move(hook));
}

Hook Machine::on_event(EventHook hook) { return hooks().add_event(std::move(hook)); }

Expected<Hook> Machine::set_breakpoint(Breakpoint at, BreakpointHook hook) {
  return hooks().add_breakpoint(std::move(at), std::move(hook));
}

bool Machine::remove(Hook hook) { return hooks().remove(hook); }

std::optional<BreakpointHit> Machine::breakpoint_hit() const { return hooks().hit(); }

Expected<std::string> Machine::read_memory(int pid, std::uint64_t address, std::size_t size) {
  auto task = find_guest(kernel(), pid);
  if (const auto* error = std::get_if<Error>(&task)) return *error;
  return read_guest(*std::get<Task*>(task), address, size);
}

std::optional<Error> Machine::write_memory(int pid, std::uint64_t address, std::string_view bytes) {
  auto task = find_guest(kernel(), pid);
  if (const auto* error = std::get_if<Error>(&task)) return *error;
  return write_guest(*std::get<Task*>(task), address, bytes);
}

Expected<GuestRegisters> Machine::registers(int pid) {
  auto task = find_guest(kernel(), pid);
  if (const auto* error = std::get_if<Error>(&task)) return *error;
  return guest_registers(*std::get<Task*>(task));
}

std::optional<Error> Machine::set_registers(int pid, const GuestRegisters& registers) {
  auto task = find_guest(kernel(), pid);
  if (const auto* error = std::get_if<Error>(&task)) return *error;
  return set_guest_registers(*std::get<Task*>(task), registers);
}

Expected<std::uint64_t> Machine::load_bias(int pid) {
  auto task = find_guest(kernel(), pid);
  if (const auto* error = std::get_if<Error>(&task)) return *error;
  return kemu::load_bias(*std::get<Task*>(task));
}

Expected<std::string> GuestPointer::bytes(std::size_t size) const {
  if (machine_ == nullptr) return Error{Error::Kind::NotMapped, "it points nowhere"};
  return machine_->read_memory(pid_, address_, size);
}

Expected<std::string> GuestPointer::string(std::size_t limit) const {
  std::string text;
  while (text.size() < limit) {
    // By pieces that no page border divides: what follows the NUL may not be there.
    const std::uint64_t here = address_ + text.size();
    const std::size_t piece =
        std::min<std::size_t>(limit - text.size(), kPageSize - here % kPageSize);
    auto read = (*this + text.size()).bytes(piece);
    if (const auto* error = std::get_if<Error>(&read)) return *error;
    const std::string& more = std::get<std::string>(read);
    const std::size_t length = std::min(more.find('\0'), more.size());
    text.append(more, 0, length);
    if (length < more.size()) return text;
  }
  return Error{Error::Kind::NotMapped,
               fmt::format("no text ends within {} bytes at {:#x}", limit, address_)};
}

std::optional<Error> GuestPointer::write(std::string_view bytes) const {
  if (machine_ == nullptr) return Error{Error::Kind::NotMapped, "it points nowhere"};
  return machine_->write_memory(pid_, address_, bytes);
}

std::optional<Error> GuestPointer::copy_out(void* to, std::size_t size) const {
  auto read = bytes(size);
  if (const auto* error = std::get_if<Error>(&read)) return *error;
  std::get<std::string>(read).copy(static_cast<char*>(to), size);
  return std::nullopt;
}

unsigned AnyCall::number() const {
  return static_cast<unsigned>(state_->task.syscall.registers.number);
}

std::string_view AnyCall::name() const {
  const SyscallEntry* row = find_syscall(state_->task.syscall.registers.number);
  return row ? row->name : unimplemented_name(state_->task.syscall.registers.number);
}

int AnyCall::pid() const { return state_->task.process().pid(); }
std::string_view AnyCall::program() const { return state_->task.process().leader().name; }
Machine& AnyCall::machine() const { return state_->machine; }

std::uint64_t AnyCall::argument(unsigned index) const {
  const auto& args = state_->task.syscall.registers.args;
  return index < args.size() ? args[index] : 0;
}

void AnyCall::set_argument(unsigned index, std::uint64_t value) {
  auto& args = state_->task.syscall.registers.args;
  if (index < args.size() && !state_->value) args[index] = value;
}

GuestPointer AnyCall::pointer(std::uint64_t address) const {
  return {state_->machine, pid(), address};
}

Expected<GuestPointer> AnyCall::place(std::string_view bytes) {
  return state_->hooks.place(state_->task, bytes);
}

std::optional<std::int64_t> AnyCall::result() const {
  if (!state_->value) return std::nullopt;
  return static_cast<std::int64_t>(*state_->value);
}

void AnyCall::answer(std::int64_t value) { state_->answer = static_cast<u64>(value); }

void AnyCall::fail(int error) {
  const bool is_errno = error >= 1 && error <= kMostErrno;
  answer(is_errno ? -error : -static_cast<int>(Errno::EINVAL));
}

}  // namespace kemu
