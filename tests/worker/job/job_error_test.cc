#include "worker/job/job_error.h"

#include <gtest/gtest.h>

#include <functional>
#include <new>
#include <stdexcept>
#include <string>

#include "base/error_detail.h"
#include "base/status.h"
#include "tests/worker/job/job_testing.h"
#include "worker/ecg/error.h"

namespace pecg {
namespace {

JobFailure FailureOf(const std::function<void()>& call) {
  try {
    call();
  } catch (...) {
    return FailureOfCurrentException();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

struct Row {
  Error::Kind kind;
  std::string failed_kind;
  int exit_code;
  absl::StatusCode status_code;
};

class JobErrorTableTest : public ::testing::TestWithParam<Row> {};

TEST_P(JobErrorTableTest, BecomesAFailureAnExitCodeAndAStatus) {
  const Row& row = GetParam();
  const JobFailure failure =
      FailureOf([&] { throw Error(row.kind, "it broke: 7", "file:3", "mend it"); });

  EXPECT_EQ(failure.failed.kind(), row.failed_kind);
  EXPECT_EQ(failure.failed.what(), "it broke: 7");
  EXPECT_EQ(failure.failed.where(), "file:3");
  EXPECT_EQ(failure.failed.hint(), "mend it");
  EXPECT_EQ(failure.exit_code, row.exit_code);
  EXPECT_EQ(StatusOf(failure).code(), row.status_code);
  EXPECT_EQ(DetailOf(StatusOf(failure)).where, "file:3");
}

INSTANTIATE_TEST_SUITE_P(
    EveryKind, JobErrorTableTest,
    ::testing::Values(
        Row{Error::Kind::kBadInput, "invalid_spec", 2, absl::StatusCode::kInvalidArgument},
        Row{Error::Kind::kNotFound, "data_missing", 3, absl::StatusCode::kNotFound},
        Row{Error::Kind::kCorruptData, "corrupt_data", 3, absl::StatusCode::kDataLoss},
        Row{Error::Kind::kUnsupported, "corrupt_data", 3, absl::StatusCode::kDataLoss},
        Row{Error::Kind::kDuplicate, "corrupt_data", 3, absl::StatusCode::kDataLoss},
        Row{Error::Kind::kDiskFull, "disk_full", 1, absl::StatusCode::kResourceExhausted},
        Row{Error::Kind::kIo, "internal", 1, absl::StatusCode::kInternal},
        Row{Error::Kind::kOutOfMemory, "out_of_memory", 1, absl::StatusCode::kResourceExhausted},
        Row{Error::Kind::kDiverged, "diverged", 1, absl::StatusCode::kAborted},
        Row{Error::Kind::kDevice, "device_error", 1, absl::StatusCode::kUnavailable}),
    [](const auto& row) { return std::string(NameOf(row.param.kind)); });

TEST(JobErrorTest, BadAllocIsOutOfMemory) {
  const JobFailure failure = FailureOf([] { throw std::bad_alloc(); });

  EXPECT_EQ(failure.failed.kind(), "out_of_memory");
  EXPECT_EQ(failure.exit_code, 1);
}

TEST(JobErrorTest, KeepsOnlyTheFirstLineOfAnyOtherException) {
  const JobFailure failure =
      FailureOf([] { throw std::runtime_error("shapes differ\nframe #0: backtrace"); });

  EXPECT_EQ(failure.failed.kind(), "internal");
  EXPECT_EQ(failure.failed.what(), "shapes differ");
  EXPECT_EQ(failure.exit_code, 1);
}

TEST(JobErrorTest, SurvivesWhatIsNoException) {
  EXPECT_EQ(FailureOf([] { throw 7; }).failed.kind(), "internal");
}

TEST(JobErrorTest, AStatusFromBaseBecomesAnErrorWithItsParts) {
  const auto error = testing::ErrorOf([] {
    ThrowIfError(DetailedError(absl::StatusCode::kNotFound,
                               {.what = "no such file", .where = "a.yaml", .hint = "make it"}));
  });

  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->kind(), Error::Kind::kNotFound);
  EXPECT_EQ(error->message(), "no such file");
  EXPECT_EQ(error->where(), "a.yaml");
  EXPECT_EQ(error->hint(), "make it");
}

TEST(JobErrorTest, AnOkStatusThrowsNothing) { EXPECT_NO_THROW(ThrowIfError(absl::OkStatus())); }

TEST(JobErrorTest, LeavesOutTheLinesThatSayNothing) {
  v1::JobFailed failed;
  failed.set_what("it broke");
  EXPECT_EQ(ErrorText(failed), "error: it broke\n");
  failed.set_where("a.hea:1");
  failed.set_hint("mend it");
  EXPECT_EQ(ErrorText(failed), "error: it broke\n  where: a.hea:1\n  hint: mend it\n");
}

}  // namespace
}  // namespace pecg
