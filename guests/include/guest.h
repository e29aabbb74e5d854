// What the guest programs share: printing results so that the host kernel's answer and kemu's can
// be compared line by line, and buffers that end exactly where memory ends. Include it before all
// else.
#pragma once

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kPage = 4096 };

// "text: yes" or "text: no".
#define expect(condition) guest_print_bool(#condition, (condition) ? 1 : 0)

// "call = 5" or "call = -1 ENOENT"; only for calls whose value is the same on every machine.
#define show(call) guest_print_result(#call, (long)(call))

// "call: ok" or "call: ENOENT"; for descriptors, pids and addresses. Anything but -1 is success.
#define show_ok(call) guest_print_outcome(#call, (long)(call))

// Preparation that is not what the program tests: its value, or the end of the program.
#define must(call) guest_must(#call, (long)(call))

static inline const char *errno_name(int error) {
  static const struct {
    int number;
    const char *name;
  } kNames[] = {
      {0, "0"},
      {E2BIG, "E2BIG"},
      {EACCES, "EACCES"},
      {EAFNOSUPPORT, "EAFNOSUPPORT"},
      {EAGAIN, "EAGAIN"},
      {EBADF, "EBADF"},
      {EBUSY, "EBUSY"},
      {ECHILD, "ECHILD"},
      {EDEADLK, "EDEADLK"},
      {EDOM, "EDOM"},
      {EEXIST, "EEXIST"},
      {EFAULT, "EFAULT"},
      {EFBIG, "EFBIG"},
      {EINTR, "EINTR"},
      {EINVAL, "EINVAL"},
      {EIO, "EIO"},
      {EISDIR, "EISDIR"},
      {ELOOP, "ELOOP"},
      {EMFILE, "EMFILE"},
      {EMLINK, "EMLINK"},
      {ENAMETOOLONG, "ENAMETOOLONG"},
      {ENODATA, "ENODATA"},
      {ENODEV, "ENODEV"},
      {ENOENT, "ENOENT"},
      {ENOEXEC, "ENOEXEC"},
      {ENOMEM, "ENOMEM"},
      {ENOSPC, "ENOSPC"},
      {ENOSYS, "ENOSYS"},
      {ENOTDIR, "ENOTDIR"},
      {ENOTEMPTY, "ENOTEMPTY"},
      {ENOTSOCK, "ENOTSOCK"},
      {ENOTTY, "ENOTTY"},
      {ENXIO, "ENXIO"},
      {EOPNOTSUPP, "EOPNOTSUPP"},
      {EOVERFLOW, "EOVERFLOW"},
      {EPERM, "EPERM"},
      {EPIPE, "EPIPE"},
      {ERANGE, "ERANGE"},
      {EROFS, "EROFS"},
      {ESPIPE, "ESPIPE"},
      {ESRCH, "ESRCH"},
      {ETIMEDOUT, "ETIMEDOUT"},
      {ETXTBSY, "ETXTBSY"},
      {EXDEV, "EXDEV"},
  };
  for (size_t i = 0; i < sizeof kNames / sizeof kNames[0]; i++) {
    if (kNames[i].number == error) return kNames[i].name;
  }
  static char other[32];
  snprintf(other, sizeof other, "errno %d", error);
  return other;
}

static inline const char *signal_name(int number) {
  static const char *const kNames[] = {
      "0",         "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
      "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
      "SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
      "SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
  };
  if (number >= 0 && number < 32) return kNames[number];
  static char other[32];
  snprintf(other, sizeof other, "SIGRTMAX-%d", SIGRTMAX - number);
  return other;
}

static inline bool guest_print_bool(const char *text, bool value) {
  printf("%s: %s\n", text, value ? "yes" : "no");
  return value;
}

static inline long guest_print_result(const char *text, long value) {
  const int error = errno;
  if (value == -1) {
    printf("%s = -1 %s\n", text, errno_name(error));
  } else {
    printf("%s = %ld\n", text, value);
  }
  errno = error;
  return value;
}

static inline long guest_print_outcome(const char *text, long value) {
  const int error = errno;
  printf("%s: %s\n", text, value == -1 ? errno_name(error) : "ok");
  errno = error;
  return value;
}

static inline long guest_must(const char *text, long value) {
  if (value == -1) {
    printf("preparation failed: %s: %s\n", text, errno_name(errno));
    exit(99);
  }
  return value;
}

// Line buffering, so that a fork never duplicates what the parent has printed; a buffer of our own,
// so that printing never moves the break; and no core files.
__attribute__((constructor)) static void guest_start(void) {
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  static char output[BUFSIZ];
  setvbuf(stdout, output, _IOLBF, sizeof output);
}

static inline void print_status(const char *who, int status) {
  if (WIFEXITED(status)) {
    printf("%s: exited %d\n", who, WEXITSTATUS(status));
  } else if (WIFSIGNALED(status)) {
    printf("%s: killed by %s\n", who, signal_name(WTERMSIG(status)));
  } else if (WIFSTOPPED(status)) {
    printf("%s: stopped by %s\n", who, signal_name(WSTOPSIG(status)));
  } else if (WIFCONTINUED(status)) {
    printf("%s: continued\n", who);
  } else {
    printf("%s: impossible status %#x\n", who, (unsigned)status);
  }
}

static inline int wait_for(pid_t pid) {
  int status = -1;
  while (waitpid(pid, &status, 0) == -1 && errno == EINTR) {
  }
  return status;
}

// Runs `body` in a forked child, which exits 0 if it returns; the child's wait status.
static inline int in_child(void (*body)(void)) {
  const pid_t pid = (pid_t)must(fork());
  if (pid == 0) {
    body();
    _exit(0);
  }
  return wait_for(pid);
}

// The address where memory ends: the page below it is writable, the page at it PROT_NONE.
static inline char *memory_edge(void) {
  char *base = mmap(NULL, 2 * kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must((long)base);
  must(mprotect(base + kPage, kPage, PROT_NONE));
  return base + kPage;
}

// A copy of `size` bytes of `data` that ends exactly where memory ends.
static inline void *at_edge(const void *data, size_t size) {
  return memcpy(memory_edge() - size, data, size);
}

// The break after moving it by `by` bytes, or -1 and ENOMEM: sbrk(2) without a libc's own opinion.
// No program may both move the break and call malloc afterwards.
static inline char *move_break(long by) {
  char *const wanted = (char *)syscall(SYS_brk, 0L) + by;
  if ((char *)syscall(SYS_brk, wanted) == wanted) return wanted;
  errno = ENOMEM;
  return (char *)-1;
}

static inline void install_handler(int number, void (*handler)(int), int flags) {
  struct sigaction action = {0};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  must(sigaction(number, &action, NULL));
}

static inline void install_info_handler(int number, void (*handler)(int, siginfo_t *, void *),
                                        int flags) {
  struct sigaction action = {0};
  action.sa_sigaction = handler;
  action.sa_flags = flags | SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  must(sigaction(number, &action, NULL));
}

static inline sigset_t set_of(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  return set;
}

static inline void change_mask(int how, int number) {
  const sigset_t set = set_of(number);
  must(sigprocmask(how, &set, NULL));
}

static inline void sleep_ms(long milliseconds) {
  struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  while (nanosleep(&left, &left) == -1 && errno == EINTR) {
  }
}

// A new file with these contents.
static inline void write_file(const char *path, const char *contents, mode_t mode) {
  const int fd = (int)must(open(path, O_WRONLY | O_CREAT | O_TRUNC, mode));
  must(write(fd, contents, strlen(contents)));
  must(close(fd));
}

static char guest_scratch_path[PATH_MAX];

static inline void guest_remove_contents(int directory_fd) {
  DIR *directory = fdopendir(directory_fd);
  if (directory == NULL) return;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (unlinkat(directory_fd, entry->d_name, 0) == 0) continue;
    const int below = openat(directory_fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (below != -1) guest_remove_contents(below);
    unlinkat(directory_fd, entry->d_name, AT_REMOVEDIR);
  }
  closedir(directory);
}

// Into a new empty directory below the current one, until leave_scratch() removes it.
static inline void enter_scratch(void) {
  char name[] = "guest-XXXXXX";
  must(mkdtemp(name) == NULL ? -1 : 0);
  must(chdir(name));
  must(getcwd(guest_scratch_path, sizeof guest_scratch_path) == NULL ? -1 : 0);
}

static inline void leave_scratch(void) {
  must(chdir(guest_scratch_path));
  const int here = open(".", O_RDONLY | O_DIRECTORY);
  must(here);
  guest_remove_contents(here);
  must(chdir(".."));
  must(rmdir(guest_scratch_path));
}
