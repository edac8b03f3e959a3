#include "client/cli/run_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/client/cli/fake_coordinator.h"

namespace pecg {
namespace {

using testing::HasSubstr;
using testing::Not;

class RunViewTest : public testing::Test {
 protected:
  static Style Terminal() {
    Style style;
    style.is_terminal = true;
    style.width = 60;
    return style;
  }

  std::ostringstream out_;
};

TEST_F(RunViewTest, WritesPlainLinesIntoAFile) {
  RunView view("runs/7", Style(), &out_);
  v1::RunEvent event;
  event.mutable_run_changed()->set_state(v1::RUN_STATE_PENDING);
  event.mutable_run_changed()->set_pending_reason(v1::PENDING_REASON_NO_WORKER);
  view.Show(event);
  event.mutable_attempt_changed()->set_name("runs/7/attempts/1");
  event.mutable_attempt_changed()->set_state(v1::ATTEMPT_STATE_RUNNING);
  event.mutable_attempt_changed()->set_worker("workers/mac-1");
  view.Show(event);
  EXPECT_THAT(out_.str(), HasSubstr("run 7  waits: no worker with the device is connected"));
  EXPECT_THAT(out_.str(), HasSubstr("run 7  attempt 1 running on mac-1\n"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(out_.str(), Not(HasSubstr("\r")));
}

TEST_F(RunViewTest, WritesProgressSeldomIntoAFile) {
  RunView view("runs/7", Style(), &out_);
  for (int64_t second = 1; second <= 11; ++second) view.Show(ProgressEvent(second));
  const std::string text = out_.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;  // Seconds 1, 6 and 11.
}

TEST_F(RunViewTest, DrawsABarOverOneLineOfATerminal) {
  RunView view("runs/7", Terminal(), &out_);
  view.Show(ProgressEvent(25));
  view.Show(ProgressEvent(50));
  const std::string text = out_.str();
  EXPECT_THAT(text, HasSubstr("\r\x1b[K"));
  EXPECT_THAT(text, HasSubstr("[###########-----------]"));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  const size_t last = text.rfind("\x1b[K");
  EXPECT_LT(DisplayWidth(text.substr(last + 3)), 60U);
}

TEST_F(RunViewTest, ShowsTheMetricsOverAllTargetsOnly) {
  RunView view("runs/7", Style(), &out_);
  v1::RunEvent event;
  for (const char* key : {"validate.chd.auroc", "validate.mean.auroc", "train.all.loss"}) {
    auto* point = event.mutable_metrics()->add_points();
    point->set_key(key);
    point->set_step(120);
    point->set_value(0.5);
  }
  view.Show(event);
  EXPECT_THAT(out_.str(), HasSubstr("step 120  validate.mean.auroc 0.5  train.all.loss 0.5\n"));
}

TEST_F(RunViewTest, TellsWhyARunFailed) {
  RunView view("runs/7", Style(), &out_);
  v1::Run run = EndedRun(v1::RUN_STATE_FAILED);
  run.set_end_reason(v1::END_REASON_DATA_MISSING);
  run.set_message("no file\x1b[31m");
  run.mutable_start_time()->set_seconds(100);
  run.mutable_end_time()->set_seconds(142);
  view.ShowEnd(run);
  EXPECT_EQ(out_.str(), "!! run 7 failed after 42 s (data_missing): no file?[31m\n");
}

}  // namespace
}  // namespace pecg
