#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/errno.h"

namespace kemu {

/// What a function returns that succeeds with nothing to say.
struct Unit {
  friend bool operator==(Unit, Unit) = default;
};

/// A value, or the error that kept it from being made. Errors of guests are `Errno`.
template <typename T, typename E = Errno>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  /// Takes over a value of a type T can be made from (a derived class's pointer, say).
  template <typename U>
  requires(std::is_convertible_v<U, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
           !std::is_same_v<std::remove_cvref_t<U>, E> &&
           !std::is_same_v<std::remove_cvref_t<U>, Result>) Result(U&& value)
      : state_(std::in_place_index<0>, std::forward<U>(value)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  const E& error() const {
    CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  T value_or(T fallback) && { return ok() ? std::move(*this).value() : std::move(fallback); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, E> state_;
};

}  // namespace kemu

/// The value of a Result, or an early return of its error: `auto file = TRY(open(path));`
/// One a full expression with anything to destroy: GCC does not destroy what the expression made
/// before the return, so that `Ends{TRY(open(a)), TRY(open(b))}` would leak the first.
#define TRY(expression)                                \
  ({                                                   \
    auto&& try_result_ = (expression);                 \
    if (!try_result_.ok()) return try_result_.error(); \
    std::move(try_result_).value();                    \
  })
