#include "testing/test_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kemu::cram {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

std::vector<TestResult> some() {
  return {{"a.t", Verdict::Passed, {}, "", "", 1500ms},
          {"dir/b.t",
           Verdict::Failed,
           {"b.t:2: a note"},
           "--- b\n+++ b\n@@ -1 +1 @@\n-x\n+y\n",
           "pid 1 exit\n",
           2ms},
          {"c.t", Verdict::Skipped, {"exit status 80"}, "", "", 0ms},
          {"d#1.t", Verdict::Broken, {"d#1.t:1: a \"NUL\" byte"}, "", "", 0ms}};
}

TEST(Report, CountsAndDecidesTheStatus) {
  const Totals totals = count(some());
  EXPECT_EQ(totals.run, 4u);
  EXPECT_EQ(totals.skipped, 1u);
  EXPECT_EQ(totals.failed, 2u);
  EXPECT_EQ(exit_status(totals), 1);
  EXPECT_EQ(exit_status({3, 3, 0}), 0);
}

TEST(Report, ProgressIsCrams) {
  const auto results = some();
  EXPECT_EQ(progress_text(results[0], Verbosity::Progress), ".");
  EXPECT_EQ(progress_text(results[1], Verbosity::Progress),
            "!\nb.t:2: a note\n--- b\n+++ b\n@@ -1 +1 @@\n-x\n+y\npid 1 exit\n");
  EXPECT_EQ(progress_text(results[1], Verbosity::Quiet), "!");
  EXPECT_EQ(progress_text(results[2], Verbosity::Progress), "s");
  EXPECT_EQ(progress_text(results[0], Verbosity::Names), "a.t: passed\n");
  EXPECT_THAT(progress_text(results[3], Verbosity::Names), HasSubstr("d#1.t: broken\nd#1.t:1: a"));
  EXPECT_EQ(summary_text(count(results), Verbosity::Progress),
            "\n# Ran 4 tests, 1 skipped, 2 failed.\n");
  EXPECT_EQ(summary_text(count(results), Verbosity::Names),
            "# Ran 4 tests, 1 skipped, 2 failed.\n");
}

TEST(Report, Tap) {
  EXPECT_EQ(tap_text(some(), TapVersion::V14),
            "TAP version 14\n1..4\n"
            "ok 1 - a.t\n"
            "not ok 2 - dir/b.t\n"
            "  ---\n  severity: fail\n  messages:\n    - \"b.t:2: a note\"\n  duration_ms: 2.000\n"
            "  diff: |2\n    --- b\n    +++ b\n    @@ -1 +1 @@\n    -x\n    +y\n"
            "  trace: |2\n    pid 1 exit\n  ...\n"
            "ok 3 - c.t # SKIP exit status 80\n"
            "not ok 4 - d\\#1.t\n"
            "  ---\n  severity: error\n  messages:\n    - \"d#1.t:1: a \\\"NUL\\\" byte\"\n"
            "  duration_ms: 0.000\n  ...\n");
}

TEST(Report, TapKeepsItsLinesWhateverIsInThem) {
  const std::vector<TestResult> results = {
      {"a\nb # SKIP", Verdict::Failed, {"x\n\x01\xff"}, " \n\x02\n...\n", "", 0ms}};
  const std::string text = tap_text(results, TapVersion::V13);
  EXPECT_THAT(text, HasSubstr("TAP version 13\n1..1\nnot ok 1 - a?b \xef\xbc\x83 SKIP\n"));
  EXPECT_THAT(text, HasSubstr("- \"x\\n\\x01\xef\xbf\xbd\"\n"));
  EXPECT_THAT(text, HasSubstr("  diff: |2\n     \n    \xef\xbf\xbd\n    ...\n  ...\n"));
}

TEST(Report, JUnit) {
  EXPECT_EQ(
      junit_text(some(), "kemu"),
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"kemu\" tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" "
      "time=\"1.502000\">\n"
      "  <testcase classname=\"a.t\" name=\"a.t\" time=\"1.500000\"/>\n"
      "  <testcase classname=\"dir/b.t\" name=\"b.t\" time=\"0.002000\">\n"
      "    <failure message=\"b.t:2: a note\">b.t:2: a note\n--- b\n+++ b\n@@ -1 +1 @@\n-x\n"
      "+y\npid 1 exit\n</failure>\n  </testcase>\n"
      "  <testcase classname=\"c.t\" name=\"c.t\" time=\"0.000000\">\n"
      "    <skipped message=\"exit status 80\"/>\n  </testcase>\n"
      "  <testcase classname=\"d#1.t\" name=\"d#1.t\" time=\"0.000000\">\n"
      "    <error message=\"d#1.t:1: a &quot;NUL&quot; byte\">d#1.t:1: a &quot;NUL&quot; byte\n"
      "</error>\n  </testcase>\n</testsuite>\n");
}

TEST(Report, JUnitHoldsOnlyWhatXmlCan) {
  const std::vector<TestResult> results = {
      {"a&<\">\n.t",
       Verdict::Failed,
       {},
       "]]>\x01\x1b[m\r\xc3\xa9\xff\xc0\x80\xed\xa0\x80\xef\xbf\xbf\xf0\x9f\x98\x80\xc3",
       "",
       0ms}};
  const std::string text = junit_text(results, "kemu");
  EXPECT_THAT(text, HasSubstr("classname=\"a&amp;&lt;&quot;&gt;&#10;.t\""));
#define BAD "\xef\xbf\xbd"
  EXPECT_THAT(text, HasSubstr("]]&gt;" BAD BAD "[m&#13;\xc3\xa9" BAD BAD BAD BAD BAD BAD BAD
                              "\xf0\x9f\x98\x80" BAD "\n</failure>"));
#undef BAD
  EXPECT_THAT(text, Not(HasSubstr("\x01")));
}

}  // namespace
}  // namespace kemu::cram
