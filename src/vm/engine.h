#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vm/address_space.h"
#include "vm/registers.h"

namespace kemu {

/// Why a Cpu came back. `vm/` does not know what a trap means; `process/` decides.
struct Trap {
  enum class Kind : u8 {
    Syscall,      // svc #0 executed; pc is the next instruction
    Fault,        // `fault` could not be resolved; pc at the instruction, registers unmodified
    Undefined,    // an undefined or privileged instruction; pc at it
    Breakpoint,   // brk #n; pc at it
    Marked,       // an address of Engine::set_breakpoints; pc at it, and the next run goes on there
    BudgetSpent,  // the time slice is over
    Interrupted,  // the interrupt flag was set
  };
  Kind kind = Kind::BudgetSpent;
  GuestAddr pc;
  Fault fault;  // for Kind::Fault
};

/// The registers a system call is made of.
struct SyscallRegisters {
  u64 number = 0;             // x8
  std::array<u64, 6> args{};  // x0..x5
};

/// Serves system calls while the engine goes on running: half the price of a trap out of
/// `Cpu::run`. For calls that neither block, nor switch tasks, nor look at other registers.
class FastSyscalls {
 public:
  virtual ~FastSyscalls() = default;
  /// How many arguments of the call are wanted, or nothing when it is not to be tried.
  virtual std::optional<u32> argument_count(u64 number) const = 0;
  /// What x0 becomes, or nothing to let `run` return the trap as usual. It may read and change the
  /// address space that runs; it must not touch the Cpu.
  virtual std::optional<u64> try_syscall(const SyscallRegisters& registers) = 0;
};

/// Why a run must stop early, and for how long it may go on.
struct RunLimits {
  static constexpr u64 kNone = ~u64{0};
  u64 blocks = 0;  // translated blocks left; run() counts it down
  const std::atomic<bool>* interrupt = nullptr;
  FastSyscalls* fast_syscalls = nullptr;
  /// Likewise: the run ends with the block in which they are spent, or before one when 0 are left.
  u64 instructions = kNone;
};

/// One guest task's own CPU: its registers and whatever its engine keeps for it. The user half of
/// Linux's `struct thread_struct`.
class Cpu {
 public:
  virtual ~Cpu() = default;

  /// Runs guest code in `space` until a trap. Faults that `space` can resolve are resolved inside.
  virtual Trap run(AddressSpace& space, RunLimits& limits) = 0;

  virtual Registers registers() = 0;
  virtual void set_registers(const Registers& registers) = 0;
  /// The hot subset, without moving the whole state.
  virtual SyscallRegisters syscall_registers() = 0;
  virtual u64 x(int number) = 0;
  virtual void set_x(int number, u64 value) = 0;
  virtual u64 pc() = 0;
  virtual void set_pc(u64 value) = 0;
  virtual u64 sp() = 0;
  virtual void set_sp(u64 value) = 0;
  virtual void set_tpidr(u64 value) = 0;

  /// A second CPU with the same state (fork, clone).
  virtual std::unique_ptr<Cpu> clone() = 0;
};

/// What AT_HWCAP and AT_HWCAP2 may promise.
struct HardwareCapabilities {
  u64 hwcap = 0;
  u64 hwcap2 = 0;
};

struct EngineStatistics {
  u64 runs = 0;
  u64 tlb_fills = 0;
  u64 tlb_flushes = 0;
  u64 context_switches = 0;
  u64 code_invalidations = 0;
};

/// Translated code over one FramePool, shared by every Cpu made from it. Not thread safe; a Cpu
/// must not outlive its engine.
class Engine {
 public:
  virtual ~Engine() = default;
  /// A CPU with all registers zero, at EL0.
  virtual std::unique_ptr<Cpu> create_cpu() = 0;
  virtual HardwareCapabilities capabilities() const = 0;
  virtual EngineStatistics statistics() const = 0;
  /// Translated blocks all Cpus have executed, those of a run going on included.
  virtual u64 blocks_run() const = 0;
  /// Instructions, likewise: exact between runs, by whole blocks within one.
  virtual u64 instructions_run() const = 0;
  /// What a guest reads from CNTVCT_EL0: nanoseconds of the machine's clock (CNTFRQ_EL0 says
  /// 10^9). 0 always until set.
  virtual void set_counter(std::function<u64()> nanoseconds) = 0;
  /// Where runs end, in whatever address space, before the instruction; instead of those before.
  /// The guest's memory stays as it is. It costs a new translation of all code, and afterwards only
  /// those who come by.
  virtual void set_breakpoints(std::vector<GuestAddr> addresses) = 0;
  /// Whether it is inside `Cpu::run`, where no register may be touched.
  virtual bool is_running() const = 0;
};

/// The Unicorn engine over `pool`. Fails with one line saying why (library too old, no memory).
Result<std::unique_ptr<Engine>, std::string> create_unicorn_engine(FramePool& pool);

/// "2.1.1": the Unicorn library in use.
std::string unicorn_version();

}  // namespace kemu
