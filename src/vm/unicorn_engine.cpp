// The engine that runs guest code on Unicorn. Nothing else in kemu runs it. One uc_engine
// serves every Cpu of a machine: it maps the whole FramePool once (frame n at guest physical
// address n * 4096), and its TLB is filled from the page table of whichever address space runs.
// Translations are keyed by frame, so processes that map the same frame share them.
//
// What the TLB may hold is TlbGuard's business. No uc_ function but register access and uc_emu_stop
// is called in a hook: what needs a flush is done between runs, unseen by the caller of `Cpu::run`.

#include <sys/mman.h>
#include <unicorn/unicorn.h>

#include <cstring>

#include "vm/block_budget.h"
#include "vm/counter_read.h"
#include "vm/data_access.h"
#include "vm/engine.h"
#include "vm/hwcap.h"
#include "vm/instruction_count.h"
#include "vm/tlb_guard.h"
#include "vm/translation_buffer.h"
#include "vm/unicorn_breakpoints.h"
#include "vm/unicorn_monitor.h"
#include "vm/unicorn_registers.h"
#include "vm/unicorn_stop.h"

namespace kemu {

namespace {

/// Addresses from here on name guest physical memory while the engine talks to itself. No guest
/// gets a translation there.
constexpr u64 kWindow = u64{0xffff} << 48;

/// Unicorn's TLB entries span 1 KiB.
constexpr u64 kTlbPage = 1024;

class UnicornEngine;

class UnicornCpu final : public Cpu {
 public:
  UnicornCpu(UnicornEngine& engine, uc_context* context) : engine_(engine), context_(context) {}
  ~UnicornCpu() override;

  Trap run(AddressSpace& space, RunLimits& limits) override;
  Registers registers() override;
  void set_registers(const Registers& registers) override;
  SyscallRegisters syscall_registers() override;
  u64 x(int number) override { return read(x_id(number)); }
  void set_x(int number, u64 value) override;
  u64 pc() override { return pc_; }
  void set_pc(u64 value) override { pc_ = value; }
  u64 sp() override { return read(UC_ARM64_REG_SP); }
  void set_sp(u64 value) override { write(UC_ARM64_REG_SP, value); }
  void set_tpidr(u64 value) override { write(UC_ARM64_REG_TPIDR_EL0, value); }
  std::unique_ptr<Cpu> clone() override;

 private:
  friend class UnicornEngine;

  u64 read(int id);
  void write(int id, u64 value);

  UnicornEngine& engine_;
  uc_context* context_;  // the state while another Cpu is loaded
  u64 pc_ = 0;           // where to go on; Unicorn's own pc counts only while it runs
  u64 reported_ = UnicornBreakpoints::kNowhere;  // see UnicornBreakpoints::end
  bool syscall_known_ = false;                   // `syscall_` is what the registers say
  SyscallRegisters syscall_;
};

class UnicornEngine final : public Engine {
 public:
  explicit UnicornEngine(FramePool& pool) : pool_(pool) {}
  ~UnicornEngine() override;

  /// Opens Unicorn; returns one line saying what failed, or nothing.
  std::string open();

  std::unique_ptr<Cpu> create_cpu() override;
  HardwareCapabilities capabilities() const override {
    return {hwcap::kPromised, hwcap::kPromised2};
  }
  EngineStatistics statistics() const override { return statistics_; }
  u64 blocks_run() const override { return budget_.spent(); }
  u64 instructions_run() const override { return instructions_.count(); }
  void set_counter(std::function<u64()> nanoseconds) override { counter_ = std::move(nanoseconds); }
  void set_breakpoints(std::vector<GuestAddr> addresses) override;
  bool is_running() const override { return space_ != nullptr; }

 private:
  friend class UnicornCpu;

  bool done(std::string_view step, uc_err error);
  bool map_memory();

  void load(UnicornCpu& cpu);
  void swap_in(UnicornCpu& cpu, uc_context* state);
  bool find_monitor();
  void clear_monitor();
  uc_context* allocate_context();

  Trap run(UnicornCpu& cpu, AddressSpace& space, RunLimits& limits);
  void prepare();
  void flush_tlb();
  void forget_stale_code();
  Trap trap_of(UnicornCpu& cpu);
  Trap fault_trap(UnicornCpu& cpu, Fault fault);
  void read_syscall(UnicornCpu& cpu);
  bool emulate_counter_read(UnicornCpu& cpu);

  static bool on_tlb_fill(uc_engine*, u64 address, uc_mem_type type, uc_tlb_entry* entry,
                          void* engine) {
    return static_cast<UnicornEngine*>(engine)->fill(address, access_of(type), *entry);
  }
  static void on_exception(uc_engine*, u32 number, void* engine);
  static void on_block(uc_engine*, u64 address, u32 size, void* engine);
  static void on_breakpoint(uc_engine*, u64 address, u32 size, void* engine);
  bool fill(u64 address, Access access, uc_tlb_entry& entry);
  void serve_syscall();
  bool serve_in_place(FastSyscalls& server);
  void stop(Stop why);
  bool stop_at_block(u64 address);
  u64 blocks_within_instructions() const;

  FramePool& pool_;
  std::string problem_;
  uc_engine* uc_ = nullptr;
  uc_context* pristine_ = nullptr;  // a CPU with all registers zero
  std::byte* own_page_ = nullptr;   // code of the engine's own, behind the pool
  std::function<u64()> counter_;
  EngineStatistics statistics_;
  TranslationBuffer translations_;
  UnicornCpu* loaded_ = nullptr;  // whose registers Unicorn holds
  TlbGuard tlb_{pool_};
  UnicornBreakpoints breakpoints_;
  UnicornMonitor monitor_;

  // Of the run going on:
  AddressSpace* space_ = nullptr;
  RunLimits* limits_ = nullptr;
  UnicornCpu* running_ = nullptr;
  BlockBudget budget_;
  InstructionCount instructions_;
  u64 last_instruction_ = RunLimits::kNone;  // the count at which the run ends
  std::optional<u64> stopped_at_block_;      // the one before which it was stopped
  bool left_block_ = false;                  // the block entered last was not run to its end
  const std::atomic<bool> never_{false};
  const std::atomic<bool>* interrupt_ = &never_;
  bool window_open_ = false;  // the engine talks to itself through kWindow
  bool flush_wanted_ = false;
  bool refused_ = false;  // `stop_` was set by a refused fill
  Stop stop_ = Stop::None;
};

UnicornCpu::~UnicornCpu() {
  if (engine_.loaded_ == this) engine_.loaded_ = nullptr;
  uc_context_free(context_);
}

u64 UnicornCpu::read(int id) {
  engine_.load(*this);
  u64 value = 0;
  check(uc_reg_read(engine_.uc_, id, &value));
  return value;
}

void UnicornCpu::write(int id, u64 value) {
  engine_.load(*this);
  check(uc_reg_write(engine_.uc_, id, &value));
}

void UnicornCpu::set_x(int number, u64 value) {
  syscall_known_ = false;
  write(x_id(number), value);
}

Registers UnicornCpu::registers() {
  engine_.load(*this);
  Registers result;
  u64 pstate = 0;
  RegisterList list(result, pstate);
  check(uc_reg_read_batch(engine_.uc_, list.ids.data(), list.values.data(), list.ids.size()));
  result.pc = pc_;
  result.pstate = static_cast<u32>(pstate & kConditionFlags);
  return result;
}

void UnicornCpu::set_registers(const Registers& registers) {
  engine_.load(*this);
  Registers copy = registers;
  // Whatever a guest puts into a signal frame: the mode stays EL0.
  u64 pstate = registers.pstate & kConditionFlags;
  RegisterList list(copy, pstate);
  check(uc_reg_write_batch(engine_.uc_, list.ids.data(), list.values.data(), list.ids.size()));
  engine_.clear_monitor();  // signal handlers begin and end by it
  pc_ = registers.pc;
  syscall_known_ = false;
}

SyscallRegisters UnicornCpu::syscall_registers() {
  if (!syscall_known_) {
    engine_.load(*this);
    engine_.read_syscall(*this);
  }
  return syscall_;
}

std::unique_ptr<Cpu> UnicornCpu::clone() {
  engine_.load(*this);
  auto copy = std::make_unique<UnicornCpu>(engine_, engine_.allocate_context());
  check(uc_context_save(engine_.uc_, copy->context_));
  copy->pc_ = pc_;
  copy->syscall_known_ = syscall_known_;
  copy->syscall_ = syscall_;
  return copy;
}

Trap UnicornCpu::run(AddressSpace& space, RunLimits& limits) {
  return engine_.run(*this, space, limits);
}

UnicornEngine::~UnicornEngine() {
  if (pristine_) uc_context_free(pristine_);
  if (uc_) uc_close(uc_);
  if (own_page_) ::munmap(own_page_, kPageSize);
}

bool UnicornEngine::done(std::string_view step, uc_err error) {
  if (error == UC_ERR_OK) return true;
  problem_.append("cannot start Unicorn: ").append(step).append(": ").append(uc_strerror(error));
  return false;
}

std::string UnicornEngine::open() {
  if (uc_version(nullptr, nullptr) < 0x02010100) {
    return "Unicorn " + unicorn_version() + " is too old: kemu needs 2.1.1 or newer";
  }
  if (!translations_.choose_size()) return "cannot start Unicorn: no memory for translated code";
  uc_hook hook;
  const auto add = [&](int type, auto* callback) {
    return uc_hook_add(uc_, &hook, type, reinterpret_cast<void*>(callback), this, 1, 0);
  };
  const bool opened = done("engine", uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc_)) &&
                      done("CPU model", uc_ctl_set_cpu_model(uc_, UC_CPU_ARM64_MAX)) &&
                      done("code buffer", uc_ctl_set_tcg_buffer_size(uc_, translations_.size())) &&
                      done("virtual TLB", uc_ctl_tlb_mode(uc_, UC_TLB_VIRTUAL)) && map_memory() &&
                      done("TLB hook", add(UC_HOOK_TLB_FILL, &on_tlb_fill)) &&
                      done("exception hook", add(UC_HOOK_INTR, &on_exception)) &&
                      done("block hook", add(UC_HOOK_BLOCK, &on_block));
  if (!opened) return problem_;
  set_up_el1(uc_);
  pristine_ = allocate_context();
  check(uc_context_save(uc_, pristine_));
  return find_monitor() ? "" : "cannot start Unicorn: its exclusive monitor cannot be found";
}

bool UnicornEngine::map_memory() {
  void* page =
      ::mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return done("memory", UC_ERR_NOMEM);
  own_page_ = static_cast<std::byte*>(page);
  std::memcpy(own_page_, UnicornMonitor::kCode, sizeof UnicornMonitor::kCode);
  return done("memory", uc_mem_map_ptr(uc_, 0, pool_.size(), UC_PROT_ALL, pool_.base())) &&
         done("memory", uc_mem_map_ptr(uc_, pool_.size(), kPageSize, UC_PROT_ALL, own_page_));
}

uc_context* UnicornEngine::allocate_context() {
  uc_context* context = nullptr;
  check(uc_context_alloc(uc_, &context));
  return context;
}

std::unique_ptr<Cpu> UnicornEngine::create_cpu() {
  auto cpu = std::make_unique<UnicornCpu>(*this, allocate_context());
  swap_in(*cpu, pristine_);
  return cpu;
}

void UnicornEngine::swap_in(UnicornCpu& cpu, uc_context* state) {
  if (loaded_) check(uc_context_save(uc_, loaded_->context_));
  check(uc_context_restore(uc_, state));
  loaded_ = &cpu;
}

void UnicornEngine::load(UnicornCpu& cpu) {
  if (loaded_ == &cpu) return;
  // A task that others ran in between of must not find its reservation intact.
  monitor_.clear(cpu.context_);
  swap_in(cpu, cpu.context_);
  ++statistics_.context_switches;
}

/// Of the Cpu that is loaded, as an exception return does.
void UnicornEngine::clear_monitor() {
  check(uc_context_save(uc_, loaded_->context_));
  if (monitor_.clear(loaded_->context_)) check(uc_context_restore(uc_, loaded_->context_));
}

/// Runs code of the engine's own, before any guest's, to see what a reservation looks like.
bool UnicornEngine::find_monitor() {
  const u64 code = kWindow + pool_.size();
  const u64 reserved = code + kPageSize / 2;
  check(uc_reg_write(uc_, UC_ARM64_REG_X1, &reserved));
  window_open_ = true;
  check(uc_emu_start(uc_, code, 0, 0, 0));
  window_open_ = false;
  flush_tlb();
  uc_context* after = allocate_context();
  check(uc_context_save(uc_, after));
  const bool found = monitor_.find(pristine_, after, uc_context_size(uc_), reserved);
  check(uc_context_free(after));
  instructions_ = {};  // no guest's
  return found;
}

void UnicornEngine::flush_tlb() {
  check(uc_ctl_flush_tlb(uc_));
  tlb_.flushed();
  flush_wanted_ = false;
  ++statistics_.tlb_flushes;
}

void UnicornEngine::forget_stale_code() {
  window_open_ = true;
  for (const Frame frame : pool_.take_stale_code()) {
    const u64 address = kWindow + u64{static_cast<u32>(frame)} * kPageSize;
    check(uc_ctl_remove_cache(uc_, address, address + kPageSize));
    ++statistics_.code_invalidations;
  }
  window_open_ = false;
  flush_tlb();  // the window's entries must not outlive this
}

void UnicornEngine::set_breakpoints(std::vector<GuestAddr> addresses) {
  breakpoints_.set(std::move(addresses));
  if (space_) budget_.look_at_next_block();
}

/// Makes the TLB and the translations right for `space_`.
void UnicornEngine::prepare() {
  if (translations_.is_nearly_full()) translations_.empty(uc_);
  if (breakpoints_.changed()) {
    breakpoints_.apply(uc_, &on_breakpoint, this);
    pool_.invalidate_all_code();
  }
  if (pool_.any_stale_code()) {
    forget_stale_code();
  } else if (flush_wanted_ || tlb_.must_flush(*space_)) {
    flush_tlb();
  }
  tlb_.enter(*space_);
  stop_ = Stop::None;
  refused_ = left_block_ = false;
  stopped_at_block_.reset();
}

Trap UnicornEngine::run(UnicornCpu& cpu, AddressSpace& space, RunLimits& limits) {
  CHECK(!space_);  // not from within a hook
  load(cpu);
  space_ = &space;
  limits_ = &limits;
  running_ = &cpu;
  budget_.start(limits.blocks);
  const u64 instructions = instructions_.count();
  last_instruction_ = limits.instructions == RunLimits::kNone ? RunLimits::kNone
                                                              : instructions + limits.instructions;
  interrupt_ = limits.interrupt ? limits.interrupt : &never_;
  cpu.syscall_known_ = false;
  breakpoints_.begin(cpu.reported_, cpu.pc_);
  ++statistics_.runs;

  Trap trap;
  do {
    prepare();
    const TranslationBuffer::Use use(translations_);
    const uc_err error = uc_emu_start(uc_, cpu.pc_, 0, 0, 0);
    // A refused fill that Unicorn only probed with, and then ended for another reason: look again.
    if (error == UC_ERR_OK && refused_) stop_ = Stop::Retry;
    trap = trap_of(cpu);
    if (left_block_) instructions_.leave_at(cpu.pc_);
    cpu.reported_ = breakpoints_.end(cpu.pc_, stop_ == Stop::Marked, stop_ == Stop::Retry);
  } while (stop_ == Stop::Retry);

  limits.blocks = budget_.left();
  if (limits.instructions != RunLimits::kNone)
    limits.instructions -= std::min(limits.instructions, instructions_.count() - instructions);
  interrupt_ = &never_;
  space_ = nullptr;
  return trap;
}

void UnicornEngine::read_syscall(UnicornCpu& cpu) {
  SyscallRegisters& registers = cpu.syscall_;
  u64 pc = 0;
  auto& args = registers.args;
  void* values[] = {&pc,      &registers.number, &args[0], &args[1],
                    &args[2], &args[3],          &args[4], &args[5]};
  check(uc_reg_read_batch(uc_, const_cast<int*>(kSyscallIds), values, std::size(kSyscallIds)));
  if (space_) cpu.pc_ = pc;
  cpu.syscall_known_ = true;
}

/// Says what ended uc_emu_start, brings `cpu.pc_` up to date, and turns what the guest shall not
/// notice into Stop::Retry.
Trap UnicornEngine::trap_of(UnicornCpu& cpu) {
  if (stop_ == Stop::Syscall) {
    if (!cpu.syscall_known_) read_syscall(cpu);
    return {Trap::Kind::Syscall, GuestAddr(cpu.pc_), {}};
  }
  check(uc_reg_read(uc_, UC_ARM64_REG_PC, &cpu.pc_));
  // With a hook of instructions anywhere Unicorn's own pc may be behind by a block or more.
  if (stopped_at_block_) cpu.pc_ = *stopped_at_block_;
  const GuestAddr pc(cpu.pc_);
  switch (stop_) {
    case Stop::Fault: return fault_trap(cpu, tlb_.fault());
    case Stop::Breakpoint: return {Trap::Kind::Breakpoint, pc, {}};
    case Stop::Marked: return {Trap::Kind::Marked, pc, {}};
    case Stop::Interrupt: return {Trap::Kind::Interrupted, pc, {}};
    case Stop::Unaligned: {
      const bool is_pc = (cpu.pc_ & 3) != 0;
      return fault_trap(cpu, {pc, is_pc ? Access::Execute : Access::Read, Fault::Kind::Misaligned});
    }
    case Stop::Undefined:
      if (emulate_counter_read(cpu)) stop_ = Stop::Retry;
      return {Trap::Kind::Undefined, pc, {}};
    case Stop::None:
      // With `until` 0 a jump to 0 ends the run as if it were done: it is a fetch fault. Anything
      // else is wfi, which gives up the time slice.
      if (pc.is_null()) return {Trap::Kind::Fault, pc, {pc, Access::Execute, {}}};
      return {Trap::Kind::BudgetSpent, pc, {}};
    case Stop::Retry:
    case Stop::Syscall:
    case Stop::Budget: break;
  }
  return {Trap::Kind::BudgetSpent, pc, {}};
}

/// The fill hook knows 1 KiB pages only: the exact address comes from the instruction.
Trap UnicornEngine::fault_trap(UnicornCpu& cpu, Fault fault) {
  const GuestAddr pc(cpu.pc_);
  if (fault.access == Access::Execute) {
    fault.address = pc;
  } else if (const auto word = space_->read_value<u32>(pc); word.ok()) {
    fault.address = exact_address(fault, kTlbPage, *word, cpu.registers());
  }
  return {Trap::Kind::Fault, pc, fault};
}

/// Reads of the counter, which set_up_el1 makes trap; false for any other instruction.
bool UnicornEngine::emulate_counter_read(UnicornCpu& cpu) {
  const auto word = space_->read_value<u32>(GuestAddr(cpu.pc_));
  const auto read = word.ok() ? counter_read_of(*word) : std::nullopt;
  if (!read) return false;
  const bool frequency = read->what == CounterRead::What::Frequency;
  const u64 value = frequency ? kCounterFrequency : counter_ ? counter_() : 0;
  if (read->target != 31) cpu.set_x(read->target, value);
  cpu.pc_ += 4;
  return true;
}

void UnicornEngine::on_block(uc_engine*, u64 address, u32 size, void* user) {
  auto& engine = *static_cast<UnicornEngine*>(user);
  const bool go_on = engine.budget_.take() && (address & 3) == 0;
  if (!go_on) [[unlikely]]
    if (!engine.stop_at_block(address)) return;
  engine.instructions_.enter(address, size);
}

/// The slow half of the block hook: stops before the block at `address` runs, or pays the next
/// instalment of the budget: true when the block is to run.
bool UnicornEngine::stop_at_block(u64 address) {
  budget_.refund();
  if (window_open_) return true;
  if (tlb_.code_written() || breakpoints_.changed() || translations_.is_nearly_full()) {
    stop(Stop::Retry);
  } else if ((address & 3) != 0) {
    stop(Stop::Unaligned);
  } else if (interrupt_->load(std::memory_order_relaxed)) {
    stop(Stop::Interrupt);
  } else if (!budget_.take_next_instalment(blocks_within_instructions())) {
    stop(Stop::Budget);
  }
  if (stop_ == Stop::None || refused_) return true;
  stopped_at_block_ = address;
  return false;
}

/// So many blocks of the greatest size there is fit the instructions left, or one.
u64 UnicornEngine::blocks_within_instructions() const {
  if (last_instruction_ == RunLimits::kNone) return RunLimits::kNone;
  if (instructions_.count() >= last_instruction_) return 0;
  const u64 left = last_instruction_ - instructions_.count();
  return std::max<u64>(left / InstructionCount::kMostInBlock, 1);
}

void UnicornEngine::on_breakpoint(uc_engine*, u64 address, u32, void* user) {
  auto& engine = *static_cast<UnicornEngine*>(user);
  const bool stopping = engine.stop_ != Stop::None && !engine.refused_;  // by the block's hook
  if (engine.window_open_ || stopping || engine.breakpoints_.passes(address)) return;
  // The rest of the block will be paid as a block of its own.
  engine.budget_.refund();
  engine.stop(Stop::Marked);
  engine.left_block_ = true;
}

void UnicornEngine::stop(Stop why) {
  stop_ = why;
  refused_ = left_block_ = false;
  check(uc_emu_stop(uc_));
}

void UnicornEngine::on_exception(uc_engine* uc, u32 number, void* user) {
  auto& engine = *static_cast<UnicornEngine*>(user);
  if (engine.window_open_) {
    uc_emu_stop(uc);
    return;
  }
  switch (number) {
    case kSupervisorCall: engine.serve_syscall(); break;
    case kBreakpoint: engine.stop(Stop::Breakpoint); break;
    case kDataAbort: engine.stop(Stop::Unaligned); break;
    default: engine.stop(Stop::Undefined); break;
  }
  engine.left_block_ = number != kSupervisorCall;
}

void UnicornEngine::serve_syscall() {
  if (!limits_->fast_syscalls || !serve_in_place(*limits_->fast_syscalls)) stop(Stop::Syscall);
}

/// Every register read costs: only those the call takes are.
bool UnicornEngine::serve_in_place(FastSyscalls& server) {
  SyscallRegisters registers;
  check(uc_reg_read(uc_, UC_ARM64_REG_X8, &registers.number));
  const auto count = server.argument_count(registers.number);
  if (!count) return false;
  CHECK(*count <= registers.args.size());
  void* values[6];
  for (u32 i = 0; i < *count; ++i) values[i] = &registers.args[i];
  if (*count > 0) {
    int* first_argument = const_cast<int*>(kSyscallIds) + 2;
    check(uc_reg_read_batch(uc_, first_argument, values, static_cast<int>(*count)));
  }
  const auto result = server.try_syscall(registers);
  if (!result) return false;
  check(uc_reg_write(uc_, UC_ARM64_REG_X0, &*result));
  if (tlb_.outdated()) stop(Stop::Retry);
  return true;
}

bool UnicornEngine::fill(u64 address, Access access, uc_tlb_entry& entry) {
  if (window_open_) {
    entry.paddr = address - kWindow;
    entry.perms = static_cast<uc_prot>(UC_PROT_READ | UC_PROT_EXEC);
    return true;
  }
  ++statistics_.tlb_fills;
  const auto read_pc = [this] {
    u64 pc = 0;
    check(uc_reg_read(uc_, UC_ARM64_REG_PC, &pc));
    return pc;
  };
  TlbGrant grant;
  const auto answer = tlb_.fill(GuestAddr(untagged(address)), access, read_pc, grant);
  if (answer == TlbGuard::Answer::Grant) {
    entry.paddr =
        u64{static_cast<u32>(grant.frame)} * kPageSize + (address & (kPageSize - kTlbPage));
    entry.perms = static_cast<uc_prot>(UC_PROT_READ | (grant.writable ? UC_PROT_WRITE : 0) |
                                       (grant.executable ? UC_PROT_EXEC : 0));
    if (tlb_.code_written()) budget_.look_at_next_block();
    return true;
  }
  refused_ = true;
  left_block_ = access != Access::Execute;
  stop_ = answer == TlbGuard::Answer::Fault ? Stop::Fault : Stop::Retry;
  if (stop_ == Stop::Retry) {
    flush_wanted_ = true;
    // The rest of the block runs as a block of its own; it has been paid for.
    if (access != Access::Execute) budget_.refund();
  }
  return false;
}

}  // namespace

Result<std::unique_ptr<Engine>, std::string> create_unicorn_engine(FramePool& pool) {
  auto engine = std::make_unique<UnicornEngine>(pool);
  if (auto problem = engine->open(); !problem.empty()) return problem;
  return engine;
}

std::string unicorn_version() {
  const u32 version = uc_version(nullptr, nullptr);
  return std::to_string(version >> 24) + "." + std::to_string((version >> 16) & 0xff) + "." +
         std::to_string((version >> 8) & 0xff);
}

}  // namespace kemu
