// The C++ library over threads: std::thread, mutexes, condition variables, call_once, futures that
// carry exceptions, stop tokens, atomic waits, thread_local destructors, and streams and regular
// expressions in many threads (C++20).
//
// covers: clone, futex, clone3, set_robust_list
// libc: glibc
// flags: -pthread -std=gnu++20
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <future>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <regex>
#include <shared_mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace {

constexpr int kThreads = 6;

template <typename Work>
void in_threads(Work &&work) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&work, i] { work(i); });
}

class Queue {
 public:
  void put(int value) {
    std::lock_guard lock(mutex_);
    values_.push_back(value);
    ready_.notify_one();
  }
  int take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return !values_.empty(); });
    const int value = values_.front();
    values_.pop_front();
    return value;
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<int> values_;
};

void queues() {
  Queue there, back;
  std::atomic<long> sum = 0;
  std::jthread producer([&] {
    for (int i = 0; i < 300; ++i) there.put(i);
    for (int i = 0; i < kThreads; ++i) there.put(-1);
  });
  in_threads([&](int) {
    for (int value = there.take(); value >= 0; value = there.take()) sum += value;
    back.put(1);
  });
  int ended = 0;
  for (int i = 0; i < kThreads; ++i) ended += back.take();
  std::cout << "queue: " << sum << " by " << ended << "\n";
}

void futures() {
  std::vector<std::future<int>> futures;
  for (int i = 0; i < kThreads; ++i)
    futures.push_back(std::async(std::launch::async, [i]() -> int {
      if (i % 2 == 1) throw std::runtime_error("odd " + std::to_string(i));
      return i * i;
    }));
  for (auto &future : futures) try {
      const int value = future.get();
      std::cout << "future: " << value << "\n";
    } catch (const std::exception &exception) {
      std::cout << "future: " << exception.what() << "\n";
    }
  std::promise<std::string> promise;
  auto shared = promise.get_future().share();
  std::atomic<int> heard = 0;
  std::jthread told([&promise] { promise.set_value("all"); });
  in_threads([&](int) { heard += shared.get() == "all"; });
  std::cout << "shared future: " << heard << "\n";
  try {
    std::future<int> broken = std::promise<int>().get_future();
    broken.get();
  } catch (const std::future_error &error) {
    std::cout << "broken promise: " << (error.code() == std::future_errc::broken_promise) << "\n";
  }
}

struct Counted {
  inline static std::atomic<int> made = 0, gone = 0;
  Counted() { ++made; }
  ~Counted() { ++gone; }
};
thread_local Counted counted;
std::once_flag once;

void once_and_thread_local() {
  std::atomic<int> calls = 0, tried = 0;
  in_threads([&](int) {
    try {
      std::call_once(once, [&] {
        if (tried++ == 0) throw std::logic_error("again");
        ++calls;
      });
    } catch (const std::logic_error &) {
    }
    [[maybe_unused]] Counted *touched = &counted;
  });
  std::cout << "once: " << calls << " of " << tried << ", thread_local: " << Counted::made
            << " made, " << Counted::gone << " gone\n";
}

void locks() {
  std::shared_mutex shared;
  std::recursive_timed_mutex recursive;
  std::map<int, int> values;
  long writes = 0;
  std::atomic<int> wrong = 0;
  in_threads([&](int index) {
    for (int i = 0; i < 100; ++i) {
      if (i % 4 == index % 4) {
        std::unique_lock lock(shared);
        values[i % 10] = values[(i + 1) % 10] = static_cast<int>(++writes);
      } else {
        std::shared_lock lock(shared);
        wrong += values.size() > 10;
      }
      std::scoped_lock both(recursive);
      if (!recursive.try_lock_for(std::chrono::seconds(10))) ++wrong;
      recursive.unlock();
    }
  });
  std::timed_mutex held;
  held.lock();
  bool taken = true;
  std::thread([&] { taken = held.try_lock_for(std::chrono::milliseconds(5)); }).join();
  std::cout << "locks: " << writes << " writes, " << wrong << " wrong, timed out " << !taken
            << "\n";
}

void atomics_and_stopping() {
  std::atomic<int> turn = 0;
  std::string order;
  in_threads([&](int index) {
    for (int seen = turn; seen != index; seen = turn) turn.wait(seen);
    order += std::to_string(index);
    ++turn;
    turn.notify_all();
  });
  std::mutex mutex;
  std::condition_variable_any never;
  std::jthread stopped([&](const std::stop_token &token) {
    std::unique_lock lock(mutex);
    order += never.wait(lock, token, [] { return false; }) ? " woken" : " stopped";
  });
  stopped.request_stop();
  stopped.join();
  std::cout << "order: " << order << "\n";
}

void text() {
  std::vector<std::string> lines(kThreads);
  in_threads([&](int index) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(3) << std::setw(8) << index / 7.0 << std::hex
        << index * 4919;
    lines[index] = std::regex_replace(out.str(), std::regex("([0-9]+)\\.([0-9]{2})"), "$2,$1");
  });
  for (const auto &line : lines) std::cout << "text: " << line << "\n";
  try {
    std::thread().join();
  } catch (const std::system_error &error) {
    std::cout << "join: " << (error.code() == std::errc::invalid_argument) << "\n";
  }
}

}  // namespace

int main() {
  queues();
  futures();
  once_and_thread_local();
  locks();
  atomics_and_stopping();
  text();
  return 0;
}
