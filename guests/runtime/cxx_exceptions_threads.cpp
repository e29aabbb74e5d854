// C++ exceptions and threads: unwinding through frames with destructors, rethrowing, what leaves a
// noexcept function, exceptions in flight in many threads at a time, carried between them, thrown
// out of a signal's handler, and thread_local objects (Itanium C++ ABI: exception handling;
// pthreads(7)).
//
// covers: clone, futex, rt_sigaction, mprotect
// libc: musl glibc
// flags: -pthread -fnon-call-exceptions
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <exception>
#include <new>
#include <typeinfo>

#include "cxx_on_musl.h"

namespace {

constexpr int kThreads = 8;
constexpr int kRounds = 15;

struct Base {
  virtual ~Base() = default;
  virtual int code() const { return 1; }
};
struct Left : virtual Base {
  int code() const override { return 2; }
};
struct Right : virtual Base {};
struct Apart : virtual Base {};
struct Both : Left, Right {
  explicit Both(int value) : value(value) {}
  int code() const override { return value; }
  int value;
};

// Counts how many of it are alive in this thread.
thread_local int alive = 0;
struct Guard {
  Guard() { ++alive; }
  ~Guard() { --alive; }
};

[[gnu::noinline]] int descend(int depth, int what) {
  Guard guard;
  if (depth > 0) return descend(depth - 1, what) + 1;
  switch (what % 5) {
    case 0: throw what;
    case 1: throw "a text";
    case 2: throw Both(what);
    case 3: throw std::bad_alloc();
    default: return what;
  }
}

// What is thrown, as a number; every frame on the way has to be left.
int outcome(int depth, int what) {
  const int before = alive;
  int result = 0;
  try {
    try {
      result = descend(depth, what);
    } catch (const Right &) {
      throw;  // the same object, to be seen by another of its bases
    }
  } catch (int thrown) {
    result = -thrown;
  } catch (const char *text) {
    result = static_cast<int>(strlen(text));
  } catch (const Base &base) {
    result = 1000 + base.code();
  } catch (const std::exception &) {
    result = 2000;
  }
  return alive == before ? result : -1;
}

void nested() {
  try {
    try {
      descend(3, 0);
    } catch (int) {
      Guard guard;
      try {
        descend(2, 1);
      } catch (...) {
        printf("nested: %d alive, %s\n", alive, std::current_exception() ? "in flight" : "none");
      }
      throw;
    }
  } catch (int value) {
    printf("rethrown: %d, %d alive\n", value, alive);
  }
  printf("afterwards: %s\n", std::current_exception() ? "in flight" : "none");
}

struct Work {
  pthread_t thread;
  int index;
  long sum;
  std::exception_ptr last;
};

void *run(void *argument) {
  auto *work = static_cast<Work *>(argument);
  for (int i = 0; i < kRounds; ++i) work->sum += outcome(i % 37, work->index + i);
  try {
    descend(5, work->index * 5 + 2);
  } catch (...) {
    work->last = std::current_exception();
  }
  return nullptr;
}

void in_threads() {
  static Work work[kThreads];
  for (int i = 0; i < kThreads; ++i) {
    work[i].index = i;
    if (pthread_create(&work[i].thread, nullptr, run, &work[i]) != 0) abort();
  }
  for (Work &each : work) {
    pthread_join(each.thread, nullptr);
    try {
      std::rethrow_exception(each.last);
    } catch (const Both &both) {
      printf("thread %d: sum %ld, carried %d\n", each.index, each.sum, both.code());
    }
    each.last = nullptr;
  }
}

volatile int *nowhere = nullptr;

// A handler that throws: unwinding goes through the frame that the kernel made.
void fault_becomes_exception() {
  struct sigaction action = {};
  action.sa_handler = [](int) { throw Both(77); };
  action.sa_flags = SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  for (int i = 0; i < 3; ++i) {
    Guard guard;
    try {
      Guard inner;
      *nowhere = 1;
      printf("written\n");
    } catch (const Left &left) {
      printf("fault: %d, %d alive\n", left.code(), alive);
    }
  }
  signal(SIGSEGV, SIG_DFL);
}

// The last: what may not throw does.
void terminated() {
  std::set_terminate([] {
    printf("terminate: %s\n", std::current_exception() ? "in flight" : "none");
    _exit(3);
  });
  []() noexcept { descend(1, 0); }();
}

void casts() {
  Both both(5);
  Base *base = &both;
  printf("casts: %d %d %d\n", dynamic_cast<Right *>(base) == static_cast<Right *>(&both),
         dynamic_cast<Apart *>(base) == nullptr, typeid(*base) == typeid(Both));
}

}  // namespace

int main() {
  setvbuf(stdout, nullptr, _IONBF, 0);
  for (int what = 0; what < 5; ++what) printf("%d: %d\n", what, outcome(what * 10, what));
  nested();
  casts();
  in_threads();
  fault_becomes_exception();
  terminated();
  return 0;
}
