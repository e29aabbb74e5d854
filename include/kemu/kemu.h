#ifndef KEMU_KEMU_H_
#define KEMU_KEMU_H_

/* kemu for C and for whatever calls C: machines that run AArch64 Linux programs on the caller's
 * thread. What machines do is told in machine.h, options.h and program.h of C++, which this header
 * follows name by name.
 *
 * Objects are made by kemu_..._new and given back by kemu_..._free, which takes NULL too. Strings
 * and arrays handed in are copied. Functions that return int give 0 for done and -1 for failed
 * unless they say otherwise, those that return a pointer NULL; kemu_last_error tells why. A NULL
 * argument that is not allowed is such a failure, and so is memory running out.
 *
 * A machine is for one thread at a time, but for kemu_machine_interrupt and
 * kemu_machine_request_report; any number of machines may be in use at once. Of the callbacks none
 * may free the machine that calls it, start programs in it or run it.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct kemu_options kemu_options;
typedef struct kemu_program kemu_program;
typedef struct kemu_pipe kemu_pipe;
typedef struct kemu_machine kemu_machine;
typedef struct kemu_snapshot kemu_snapshot;
typedef struct kemu_buffer kemu_buffer;
typedef struct kemu_call kemu_call;

/* "0.1.0" */
const char* kemu_version(void);

/* Why the last function that failed on this thread did, in one line; "" when none did. It stands
 * until the next one fails on the same thread. */
const char* kemu_last_error(void);

/* Gets bytes. Anything but 0 ends the run with KEMU_CALLBACK_FAILED. */
typedef int (*kemu_write_function)(void* context, const char* bytes, size_t size);
/* Makes the contents of a file by kemu_buffer_append. The result is as above. */
typedef int (*kemu_read_function)(void* context, kemu_buffer* contents);
/* Anything but 0 ends the run with KEMU_CONDITION. */
typedef int (*kemu_condition_function)(void* context);

int kemu_buffer_append(kemu_buffer* buffer, const char* bytes, size_t size);

/* ---- Options: what a machine is like. They may be used for any number of machines. ---- */

kemu_options* kemu_options_new(void);
void kemu_options_free(kemu_options* options);

/* The host directory that guests see as "/" (that is the default); NULL: an empty one in memory. */
int kemu_options_root(kemu_options* options, const char* host_path);
/* A host directory whose files are found before the root's: a dynamic program's libraries. */
int kemu_options_sysroot(kemu_options* options, const char* host_path);
/* Shows a file or directory of the host at a path of the guests'. */
int kemu_options_bind(kemu_options* options, const char* host_path, const char* guest_path,
                      int read_only);
/* Keeps what guests change in a directory of theirs in `upper` of the host; NULL: in memory. */
int kemu_options_overlay(kemu_options* options, const char* guest_path, const char* upper);
/* A directory, made with those above it; a symbolic link likewise. */
int kemu_options_directory(kemu_options* options, const char* guest_path);
int kemu_options_link(kemu_options* options, const char* guest_path, const char* target);
/* A read-only file of these bytes. */
int kemu_options_file(kemu_options* options, const char* guest_path, const char* bytes, size_t size,
                      unsigned permissions);
/* A file whose contents `read` makes whenever a guest reads it from the start (NULL: empty), and
 * whose writes go to `write` (NULL: nobody may). */
int kemu_options_live_file(kemu_options* options, const char* guest_path, unsigned permissions,
                           kemu_read_function read, kemu_write_function write, void* context);
/* Bytes of guest memory, at most. */
int kemu_options_memory_limit(kemu_options* options, uint64_t bytes);
/* Whether guests are root, by fakeroot's ways. */
int kemu_options_fake_root(kemu_options* options, int on);

typedef enum kemu_network {
  KEMU_NETWORK_HOST = 0,
  KEMU_NETWORK_LOOPBACK = 1,
  KEMU_NETWORK_NONE = 2
} kemu_network;
int kemu_options_network(kemu_options* options, kemu_network network);

/* Runs that are the same each time, with virtual time and this seed. */
int kemu_options_deterministic(kemu_options* options, uint64_t seed);
/* Deterministic, and the order in which guests run is left to chance from this seed. */
int kemu_options_schedule_seed(kemu_options* options, uint64_t seed);

typedef enum kemu_budget {
  KEMU_BUDGET_BLOCKS = 0,    /* translated blocks of guest code executed */
  KEMU_BUDGET_TIME = 1,      /* nanoseconds of the machine's clock */
  KEMU_BUDGET_PROCESSES = 2, /* at a time: fork says EAGAIN beyond it */
  KEMU_BUDGET_FILES = 3,     /* open at a time: open says ENFILE beyond it */
  KEMU_BUDGET_OUTPUT = 4,    /* bytes that guests print */
  KEMU_BUDGET_MEMORY = 5     /* as kemu_options_memory_limit */
} kemu_budget;
int kemu_options_budget(kemu_options* options, kemu_budget budget, uint64_t limit);

/* A fault on purpose, such as "openat path~*.conf nth=2 error=EIO" (docs/faults.md). What is wrong
 * with one is told by kemu_machine_new. */
int kemu_options_inject(kemu_options* options, const char* rule);

/* Each line of an strace of all guests goes to `write`; `filter` has strace's -e expressions,
 * separated by ';', or is NULL. */
int kemu_options_trace(kemu_options* options, const char* filter, kemu_write_function write,
                       void* context);

typedef enum kemu_trace_times {
  KEMU_TIMES_NONE = 0,
  KEMU_TIMES_SECONDS = 1,
  KEMU_TIMES_MICROSECONDS = 2,
  KEMU_TIMES_EPOCH = 3,
  KEMU_TIMES_RELATIVE = 4
} kemu_trace_times;
typedef enum kemu_trace_summary {
  KEMU_SUMMARY_NONE = 0,
  KEMU_SUMMARY_ONLY = 1, /* see kemu_machine_trace_summary */
  KEMU_SUMMARY_ADDED = 2
} kemu_trace_summary;
typedef enum kemu_trace_format {
  KEMU_FORMAT_STRACE = 0,
  KEMU_FORMAT_JSON = 1,
  KEMU_FORMAT_CHROME = 2 /* see kemu_machine_trace_end */
} kemu_trace_format;
/* How the lines of a trace look, as TraceOptions in options.h has it. */
typedef struct kemu_trace_style {
  unsigned string_limit; /* bytes of a string, elements of an array */
  int paths;             /* what descriptors stand for */
  int durations;         /* seconds spent in each call */
  int stable;            /* nothing that differs from run to run */
  kemu_trace_times times;
  kemu_trace_summary summary;
  kemu_trace_format format;
} kemu_trace_style;
/* What kemu_options_trace has otherwise: a string_limit of 32, and 0 for all the rest. */
int kemu_options_trace_style(kemu_options* options, const kemu_trace_style* style);
/* What every guest is doing goes to `write` when kemu_machine_request_report was called. */
int kemu_options_report(kemu_options* options, kemu_write_function write, void* context);
/* Of kemu's own messages: "trace", "debug", "info", "warning", "error" or "off". */
int kemu_options_log_level(kemu_options* options, const char* level);

/* ---- Programs: what to start, and what it finds. ---- */

/* argv[0] is looked for in PATH of the environment given below, unless it has a slash. */
kemu_program* kemu_program_new(size_t argc, const char* const* argv);
void kemu_program_free(kemu_program* program);
/* Another file to run than argv[0]. */
int kemu_program_path(kemu_program* program, const char* guest_path);
/* "NAME=value". A program begins with an empty environment. */
int kemu_program_environment(kemu_program* program, const char* assignment);
int kemu_program_directory(kemu_program* program, const char* guest_path);

typedef enum kemu_stream {
  KEMU_STREAM_INHERITED = 0, /* the caller's own descriptor of that number: the default */
  KEMU_STREAM_CLOSED = 1,
  KEMU_STREAM_NULL = 2,     /* /dev/null */
  KEMU_STREAM_CAPTURED = 3, /* of 1 and 2: kept, see kemu_machine_output */
  KEMU_STREAM_MERGED = 4    /* of 2: goes where 1 goes */
} kemu_stream;
/* What descriptor 0, 1 or 2 of the program is. */
int kemu_program_stream(kemu_program* program, int descriptor, kemu_stream stream);
int kemu_program_input(kemu_program* program, const char* bytes, size_t size);
/* Descriptor 1 or 2, piece by piece. */
int kemu_program_output(kemu_program* program, int descriptor, kemu_write_function write,
                        void* context);
/* Descriptor 0 reads from the pipe, 1 and 2 write into it. */
int kemu_program_pipe(kemu_program* program, int descriptor, const kemu_pipe* pipe);

/* ---- Machines ---- */

kemu_machine* kemu_machine_new(const kemu_options* options);
/* Ends every guest. Programs and pipes may be freed before it or after it. */
void kemu_machine_free(kemu_machine* machine);

/* A pipe between programs of this machine. A reader sees its end when every guest has closed it
 * and the host program has freed the pipe, and the programs it was given to. */
kemu_pipe* kemu_pipe_new(kemu_machine* machine);
void kemu_pipe_free(kemu_pipe* pipe);

/* Starts a program: its pid, or -1. */
int kemu_machine_spawn(kemu_machine* machine, const kemu_program* program);

typedef enum kemu_run_end {
  KEMU_FAILED = -1,             /* see kemu_last_error */
  KEMU_EXITED = 0,              /* every program started has ended */
  KEMU_CONDITION = 1,           /* the condition said so */
  KEMU_STOPPED = 2,             /* the first program was stopped */
  KEMU_DEADLOCKED = 3,          /* see kemu_machine_explain */
  KEMU_OUT_OF_BLOCKS = 4,       /* a budget is spent */
  KEMU_OUT_OF_TIME = 5,         /* likewise */
  KEMU_INTERRUPTED = 6,         /* kemu_machine_interrupt was called */
  KEMU_CALLBACK_FAILED = 7,     /* kemu_last_error says which */
  KEMU_BREAKPOINT = 8,          /* a guest is at one without a callback */
  KEMU_OUT_OF_INSTRUCTIONS = 9, /* those of kemu_machine_run_for */
  KEMU_OUT_OF_OUTPUT = 10       /* a budget is spent */
} kemu_run_end;
/* Runs guests until everything started has ended or something else is told. It may be called again
 * whatever it said. */
kemu_run_end kemu_machine_run(kemu_machine* machine);
/* The condition is asked between time slices. */
kemu_run_end kemu_machine_run_until(kemu_machine* machine, kemu_condition_function condition,
                                    void* context);
/* At most so many translated blocks, and instructions: KEMU_OUT_OF_BLOCKS, and
 * KEMU_OUT_OF_INSTRUCTIONS with the block in which they are spent. 0: any number. */
kemu_run_end kemu_machine_run_for(kemu_machine* machine, uint64_t blocks, uint64_t instructions);
/* Goes on, after what was started has ended, until no guest is left or none can go on. */
int kemu_machine_run_rest(kemu_machine* machine);
/* Makes kemu_machine_run come back soon, or the next one when none is going on. From any thread. */
int kemu_machine_interrupt(kemu_machine* machine);
/* Takes that back if it has ended no run yet: 1, or 0 when there was none. */
int kemu_machine_forget_interrupt(kemu_machine* machine);

typedef struct kemu_status {
  int code;   /* exit code, 0 to 255, when signal is 0 */
  int signal; /* the signal that killed it, or 0 */
} kemu_status;
/* How a program that was started ended: 1 and *status, or 0 when it has not. */
int kemu_machine_status(kemu_machine* machine, int pid, kemu_status* status);
/* What a program wrote to a captured descriptor so far, with a '\0' behind it that is not counted.
 * It stays where it is until the machine runs again. `size` may be NULL. */
const char* kemu_machine_output(kemu_machine* machine, int pid, int descriptor, size_t* size);
/* As kill(2) by root: -1 also when there is no such process. */
int kemu_machine_kill(kemu_machine* machine, int pid, int signal);
/* Delivers a host signal to the guests in the foreground. May be called from a signal handler. */
int kemu_machine_post_signal(kemu_machine* machine, int signal);
/* What every guest is doing, a line each. It stands until the next call. */
const char* kemu_machine_explain(kemu_machine* machine);
/* The table of calls counted so far, and what completes a trace in Chrome's form; "" without such a
 * trace. They stand until the next call of the same function. */
const char* kemu_machine_trace_summary(kemu_machine* machine);
const char* kemu_machine_trace_end(kemu_machine* machine);

/* ---- Snapshots: see Machine::fork in machine.h. Between runs. ---- */

/* Another machine in the state of this one, or NULL. What programs that run already write to
 * outputs which are captured or go to a callback is captured there, for pid 0. */
kemu_machine* kemu_machine_fork(kemu_machine* machine);
/* A state to begin from any number of times. It may outlive the machine. */
kemu_snapshot* kemu_machine_snapshot(kemu_machine* machine);
void kemu_snapshot_free(kemu_snapshot* snapshot);
/* As kemu_machine_fork, of that state. */
kemu_machine* kemu_snapshot_start(const kemu_snapshot* snapshot);
/* Goes back to a snapshot of this machine's; nothing has happened when it fails. */
int kemu_machine_restore(kemu_machine* machine, const kemu_snapshot* snapshot);

typedef struct kemu_statistics {
  uint64_t system_calls;
  uint64_t task_switches;
  uint64_t forks;
  uint64_t execs;
  uint64_t signals;
  uint64_t frames_in_use; /* of 4 KiB */
  uint64_t frames_peak;
  uint64_t tlb_fills;
  uint64_t tlb_flushes;
  uint64_t code_invalidations;
  uint64_t blocks; /* translated blocks of guest code executed */
  uint64_t instructions;
} kemu_statistics;
int kemu_machine_statistics(kemu_machine* machine, kemu_statistics* statistics);

/* ---- Guests from outside: between runs, and in callbacks. ---- */

/* All bytes or none. What the process itself may only read is written too. */
int kemu_machine_read(kemu_machine* machine, int pid, uint64_t address, void* bytes, size_t size);
int kemu_machine_write(kemu_machine* machine, int pid, uint64_t address, const void* bytes,
                       size_t size);

typedef struct kemu_registers {
  uint64_t x[31];
  uint64_t sp;
  uint64_t pc; /* in a system call: behind the svc */
  uint64_t tpidr;
  uint64_t v[32][2]; /* the low half first */
  uint32_t nzcv;     /* N, Z, C, V in bits 31 to 28 */
  uint32_t fpcr;
  uint32_t fpsr;
} kemu_registers;
/* Failed in callbacks of streams, files and traces. */
int kemu_machine_registers(kemu_machine* machine, int pid, kemu_registers* registers);
int kemu_machine_set_registers(kemu_machine* machine, int pid, const kemu_registers* registers);
/* How much higher a process's program lies than its file says. */
int kemu_machine_load_bias(kemu_machine* machine, int pid, uint64_t* bias);

/* ---- Hooks. The functions that make one give its number, which is positive, or -1. Of each
 * callback anything but 0 ends the run with KEMU_CALLBACK_FAILED. ---- */

/* 1, or 0 when there is no such hook any more. */
int kemu_machine_remove(kemu_machine* machine, int64_t hook);

/* A system call at its start or its end; it is there while the callback runs. */
typedef int (*kemu_call_function)(void* context, kemu_call* call);
/* Before calls of this name are served, and when they end with a value. NULL: every call. */
int64_t kemu_machine_on_call(kemu_machine* machine, const char* name, kemu_call_function function,
                             void* context);
int64_t kemu_machine_after_call(kemu_machine* machine, const char* name,
                                kemu_call_function function, void* context);
/* The same by AArch64's number, whether kemu serves such a call or not. */
int64_t kemu_machine_on_call_number(kemu_machine* machine, unsigned number,
                                    kemu_call_function function, void* context);
int64_t kemu_machine_after_call_number(kemu_machine* machine, unsigned number,
                                       kemu_call_function function, void* context);

unsigned kemu_call_number(const kemu_call* call);
const char* kemu_call_name(const kemu_call* call); /* "" of a number without a name */
int kemu_call_pid(const kemu_call* call);
const char* kemu_call_program(const kemu_call* call); /* at most 15 bytes, as ps shows it */
/* What was in x0 to x5. */
uint64_t kemu_call_argument(const kemu_call* call, unsigned index);
/* At the start: what kemu serves instead. */
int kemu_call_set_argument(kemu_call* call, unsigned index, uint64_t value);
/* Puts bytes into the process's memory, where an argument may point to until the process makes its
 * next call: the address, or 0. */
uint64_t kemu_call_place(kemu_call* call, const void* bytes, size_t size);
/* At the end: 1 and what the guest gets, -errno for a failure; 0 at the start. */
int kemu_call_result(const kemu_call* call, int64_t* result);
/* At the start: the call is not made and the guest gets this. At the end: what it gets instead. */
int kemu_call_answer(kemu_call* call, int64_t value);

typedef enum kemu_event_kind {
  KEMU_EVENT_FORK = 0,  /* pid has made child, which has not run yet */
  KEMU_EVENT_EXEC = 1,  /* pid executes program from now on */
  KEMU_EVENT_EXIT = 2,  /* pid ends with status; its memory can still be read */
  KEMU_EVENT_SIGNAL = 3 /* signal is about to be delivered to pid */
} kemu_event_kind;
typedef struct kemu_event {
  kemu_event_kind kind;
  int pid;
  const char* program;
  int child;
  kemu_status status;
  int signal;
} kemu_event;
typedef int (*kemu_event_function)(void* context, const kemu_event* event);
int64_t kemu_machine_on_event(kemu_machine* machine, kemu_event_function function, void* context);

typedef struct kemu_breakpoint_hit {
  int64_t hook;
  int pid;
  const char* program;
  uint64_t address;
} kemu_breakpoint_hit;
typedef int (*kemu_breakpoint_function)(void* context, const kemu_breakpoint_hit* hit);
/* Stops before the instruction at an address: processes of this pid (0: any) and of this name
 * (NULL: any). Then `function` is called, or the run ends with KEMU_BREAKPOINT when it is NULL.
 * Running on runs the instruction. */
int64_t kemu_machine_set_breakpoint(kemu_machine* machine, uint64_t address, int pid,
                                    const char* program, kemu_breakpoint_function function,
                                    void* context);
/* 1 and where the last run was ended by a breakpoint, or 0. `program` stands until the next run. */
int kemu_machine_breakpoint_hit(kemu_machine* machine, kemu_breakpoint_hit* hit);
/* Makes a run hand that to the function of kemu_options_report and go on. From any thread and
 * signal handler. */
int kemu_machine_request_report(kemu_machine* machine);

typedef struct kemu_refusal {
  uint64_t limit;
  uint64_t times;
  int pid;             /* of the first who was refused */
  const char* program; /* stands until the next call of kemu_machine_refusal */
} kemu_refusal;
/* What a budget kept from guests: 1 and *refusal, or 0 when it refused nothing. Blocks, time and
 * output are never refused: a run ends with them. */
int kemu_machine_refusal(kemu_machine* machine, kemu_budget budget, kemu_refusal* refusal);

typedef struct kemu_missing {
  const char* what;   /* "semget", "fcntl F_NOTIFY" */
  const char* answer; /* "ENOSYS" */
  uint64_t times;
  int pid; /* of the first who asked */
  const char* program;
  int probed; /* programs try it and do without */
} kemu_missing;
/* What guests asked for that kemu does not have, number `index` from 0 on: 1 and *missing, or 0
 * beyond the last. The strings stand until the machine runs again. */
int kemu_machine_missing(kemu_machine* machine, size_t index, kemu_missing* missing);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* KEMU_KEMU_H_ */
