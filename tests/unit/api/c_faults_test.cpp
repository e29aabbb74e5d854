// kemu_options_inject: a rule is looked at when the machine is made.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kemu/kemu.h"

namespace {

class CFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    options_ = kemu_options_new();
    ASSERT_EQ(kemu_options_root(options_, nullptr), 0);
  }
  void TearDown() override { kemu_options_free(options_); }

  kemu_options* options_ = nullptr;
};

TEST_F(CFaults, AreOptions) {
  ASSERT_EQ(kemu_options_inject(options_, "read nth=2 error=EIO"), 0);
  ASSERT_EQ(kemu_options_inject(options_, "write space=100"), 0);
  kemu_machine* machine = kemu_machine_new(options_);
  EXPECT_NE(machine, nullptr) << kemu_last_error();
  kemu_machine_free(machine);
}

TEST_F(CFaults, AreToldWhatIsWrong) {
  EXPECT_EQ(kemu_options_inject(options_, nullptr), -1);
  EXPECT_STREQ(kemu_last_error(), "rule is NULL");
  ASSERT_EQ(kemu_options_inject(options_, "read eror=EIO"), 0);
  EXPECT_EQ(kemu_machine_new(options_), nullptr);
  EXPECT_STREQ(kemu_last_error(),
               "cannot inject: column 6: 'eror' is neither a condition nor an effect, in 'read "
               "eror=EIO'");
}

}  // namespace
