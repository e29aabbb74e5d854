#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace kemu {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Errno::EINVAL;
  return value / 2;
}

Result<int> quarter(int value) {
  const int once = TRY(half(value));
  return TRY(half(once));
}

TEST(Result, TryPassesValuesOnAndErrorsUp) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error(), Errno::EINVAL);
  EXPECT_EQ(quarter(3).error(), Errno::EINVAL);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 5);
}

TEST(ResultDeathTest, TheValueOfAnErrorIsADefectOfKemu) {
  Result<int> failed(Errno::EIO);
  EXPECT_DEATH((void)failed.value(), "internal error: ok\\(\\)");
}

TEST(Errno, NamesAndTextsAreLinuxs) {
  EXPECT_EQ(errno_name(Errno::ENOENT), "ENOENT");
  EXPECT_EQ(errno_text(Errno::EAGAIN), "Resource temporarily unavailable");
  EXPECT_EQ(errno_name(static_cast<Errno>(4095)), "E?");
}

}  // namespace
}  // namespace kemu
