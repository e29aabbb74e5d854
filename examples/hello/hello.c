/* A program of BusyBox in a machine of its own, from C. The only argument is an AArch64 BusyBox on
 * this host. */

#include <stdio.h>

#include "kemu/kemu.h"

static int fail(const char* what) {
  fprintf(stderr, "hello: %s: %s\n", what, kemu_last_error());
  return 1;
}

static int run(kemu_machine* machine, kemu_program* program) {
  kemu_status status;
  int pid = kemu_machine_spawn(machine, program);
  if (pid < 0) return fail("spawn");
  if (kemu_machine_run(machine) != KEMU_EXITED) return fail("run");
  if (kemu_machine_status(machine, pid, &status) != 1) return fail("status");
  printf("wrote: %s", kemu_machine_output(machine, pid, 1, NULL));
  printf("status: %d, signal: %d\n", status.code, status.signal);
  return 0;
}

int main(int argc, char** argv) {
  static const char* const words[] = {"/bin/busybox", "sh", "-c", "read line; echo $line; exit 3"};
  static const char input[] = "hello from C\n";
  int result = 1;
  if (argc != 2) {
    fprintf(stderr, "usage: hello BUSYBOX\n");
    return 2;
  }
  kemu_options* options = kemu_options_new();
  kemu_options_root(options, NULL);
  kemu_options_bind(options, argv[1], "/bin/busybox", 1);
  kemu_options_network(options, KEMU_NETWORK_NONE);
  kemu_options_deterministic(options, 1);
  kemu_program* program = kemu_program_new(sizeof words / sizeof words[0], words);
  kemu_program_input(program, input, sizeof input - 1);
  kemu_program_stream(program, 1, KEMU_STREAM_CAPTURED);
  kemu_program_stream(program, 2, KEMU_STREAM_MERGED);

  /* What failed above shows here: each of these takes NULL for a failure. */
  kemu_machine* machine = kemu_machine_new(options);
  result = machine ? run(machine, program) : fail("machine");
  kemu_machine_free(machine);
  kemu_program_free(program);
  kemu_options_free(options);
  return result;
}
