// The coordinator's services over a real Unix socket, with a fake worker.
#include <gmock/gmock.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/delimited_message_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "base/joining_thread.h"
#include "pecg/v1/artifact.grpc.pb.h"
#include "pecg/v1/dataset.grpc.pb.h"
#include "pecg/v1/evaluation.pb.h"
#include "pecg/v1/metric.grpc.pb.h"
#include "pecg/v1/run.grpc.pb.h"
#include "pecg/v1/split.grpc.pb.h"
#include "tests/server/rpc/fake_worker.h"
#include "tests/server/rpc/running_server.h"
#include "tests/server/rpc/sample_index.h"

namespace pecg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kPatientCount = 60;

/// What a watcher was told.
struct Watched {
  std::vector<v1::RunEvent> events;
  std::optional<v1::Run> terminal;
  grpc::Status status;
};

class ServiceTest : public RunningServer {
 protected:
  v1::CreateRunRequest RunRequest(const v1::RunSpec& spec) {
    v1::CreateRunRequest request;
    *request.mutable_spec() = spec;
    request.set_request_id(NewToken());
    return request;
  }
  grpc::Status TryCreate(const v1::CreateRunRequest& request, v1::Run* run) {
    v1::CreateRunResponse response;
    const grpc::Status status =
        v1::RunService::NewStub(channel_)->CreateRun(PatientContext().get(), request, &response);
    *run = response.run();
    return status;
  }
  v1::Run CreateRun(const v1::RunSpec& spec) {
    v1::Run run;
    const grpc::Status status = TryCreate(RunRequest(spec), &run);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return run;
  }
  v1::Run GetRun(const std::string& name) {
    v1::GetRunRequest request;
    request.set_name(name);
    v1::GetRunResponse response;
    const grpc::Status status =
        v1::RunService::NewStub(channel_)->GetRun(PatientContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.run();
  }
  grpc::Status CreateDataset(const std::string& name, const std::string& kind) {
    v1::CreateDatasetRequest request;
    request.mutable_dataset()->set_name("datasets/" + name);
    request.mutable_dataset()->set_kind(kind);
    request.set_request_id(NewToken());
    v1::CreateDatasetResponse response;
    return v1::DatasetService::NewStub(channel_)->CreateDataset(PatientContext().get(), request,
                                                                &response);
  }
  v1::RunSpec IndexSpec() {
    v1::RunSpec spec;
    spec.set_dataset("demo");
    spec.mutable_index();
    return spec;
  }
  v1::RunSpec TrainSpec() {
    v1::RunSpec spec;
    spec.set_dataset("demo");
    spec.set_split(split_.name().substr(std::string("splits/").size()));
    spec.mutable_train()->set_variant("resnet1d");
    return spec;
  }

  /// Adds the dataset, lets the worker index it, and deals a split.
  void MakeSplit(FakeWorker* worker) {
    ASSERT_TRUE(CreateDataset("demo", "zzu_pecg").ok());
    const v1::Run run = CreateRun(IndexSpec());
    const v1::Lease lease = worker->NextLease();
    worker->ReportStarted(lease.attempt());
    worker->Deliver(lease.attempt(), "index.binpb", "index", index_.SerializeAsString());
    worker->ReportEnd(lease.attempt(), v1::END_REASON_COMPLETED);
    ASSERT_EQ(GetRun(run.name()).state(), v1::RUN_STATE_SUCCEEDED) << GetRun(run.name()).message();
    v1::CreateSplitRequest request;
    request.mutable_split()->set_dataset_version("datasets/demo/versions/latest");
    request.mutable_split()->set_seed(7);
    request.set_request_id(NewToken());
    v1::CreateSplitResponse response;
    const grpc::Status status = v1::SplitService::NewStub(channel_)->CreateSplit(
        PatientContext().get(), request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    split_ = response.split();
  }

  Watched Watch(const std::string& run, int64_t after = 0, bool include_log = false) {
    v1::WatchRunRequest request;
    request.set_name(run);
    request.set_after_sequence(after);
    request.set_include_log(include_log);
    const auto context = PatientContext();
    const auto stub = v1::RunService::NewStub(channel_);
    const auto reader = stub->WatchRun(context.get(), request);
    Watched watched;
    v1::WatchRunResponse response;
    while (reader->Read(&response)) {
      if (response.has_event()) watched.events.push_back(response.event());
      if (response.has_terminal()) watched.terminal = response.terminal();
    }
    watched.status = reader->Finish();
    return watched;
  }

  std::vector<v1::ManifestEntry> ReadManifest(const std::string& bytes) {
    google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
    std::vector<v1::ManifestEntry> entries;
    v1::ManifestEntry entry;
    bool is_end = false;
    while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(&entry, &stream, &is_end)) {
      entries.push_back(entry);
      entry.Clear();
    }
    EXPECT_TRUE(is_end);
    return entries;
  }

  const v1::Index index_ = MakeSampleIndex(kPatientCount);
  v1::Split split_;
};

TEST_F(ServiceTest, AnIndexRunMakesADatasetVersion) {
  FakeWorker worker(server_->address(), worker_token_);
  MakeSplit(&worker);
  v1::GetDatasetVersionRequest request;
  request.set_name("datasets/demo/versions/latest");
  v1::GetDatasetVersionResponse response;
  ASSERT_TRUE(v1::DatasetService::NewStub(channel_)
                  ->GetDatasetVersion(PatientContext().get(), request, &response)
                  .ok());
  const v1::DatasetVersion& version = response.dataset_version();
  EXPECT_EQ(version.name(), "datasets/demo/versions/" + index_.version_sha256());
  EXPECT_EQ(version.record_count(), 2 * kPatientCount);
  EXPECT_EQ(version.patient_count(), kPatientCount);
  ASSERT_THAT(version.target_counts(), SizeIs(2));
  EXPECT_EQ(version.target_counts(0).target(), "chd");
  EXPECT_EQ(version.target_counts(0).positive_count(), 2 * kPatientCount / 3);
}

TEST_F(ServiceTest, AKindOfDatasetIsANameThatTheWorkersKnow) {
  EXPECT_TRUE(CreateDataset("newer", "a_kind_of_2027").ok());
  for (const std::string kind : {"", "Zzu_pecg", "zzu-pecg", "2027", "a/b"}) {
    EXPECT_EQ(CreateDataset("other", kind).error_code(), grpc::StatusCode::INVALID_ARGUMENT)
        << kind;
  }
}

TEST_F(ServiceTest, AnIndexThatLiesAboutItsVersionFailsItsRun) {
  FakeWorker worker(server_->address(), worker_token_);
  ASSERT_TRUE(CreateDataset("demo", "zzu_pecg").ok());
  const v1::Run run = CreateRun(IndexSpec());
  const v1::Lease lease = worker.NextLease();
  v1::Index index = index_;
  index.set_version_sha256(std::string(64, '0'));
  worker.Deliver(lease.attempt(), "index.binpb", "index", index.SerializeAsString());
  worker.ReportEnd(lease.attempt(), v1::END_REASON_COMPLETED);
  EXPECT_EQ(GetRun(run.name()).state(), v1::RUN_STATE_FAILED);
  EXPECT_THAT(GetRun(run.name()).message(), HasSubstr("its records make it"));
}

TEST_F(ServiceTest, TheSameSplitIsTheSameResource) {
  FakeWorker worker(server_->address(), worker_token_);
  MakeSplit(&worker);
  v1::CreateSplitRequest request;
  request.mutable_split()->set_dataset_version("datasets/demo/versions/latest");
  request.mutable_split()->set_seed(7);
  request.set_request_id(NewToken());
  v1::CreateSplitResponse response;
  ASSERT_TRUE(v1::SplitService::NewStub(channel_)
                  ->CreateSplit(PatientContext().get(), request, &response)
                  .ok());
  EXPECT_EQ(response.split().name(), split_.name());
  ASSERT_THAT(split_.parts(), SizeIs(5));
  EXPECT_EQ(split_.parts(4).patient_count(), kPatientCount / 5);
}

TEST_F(ServiceTest, ATrainingRunGetsAManifestWithoutTheLockedTest) {
  FakeWorker worker(server_->address(), worker_token_);
  MakeSplit(&worker);
  CreateRun(TrainSpec());
  const v1::Lease lease = worker.NextLease();
  EXPECT_THAT(lease.job_spec().targets(), ElementsAre("chd", "abnormal_a1"));
  EXPECT_EQ(lease.job_spec().dataset_kind(), "zzu_pecg");
  EXPECT_EQ(lease.job_spec().device(), "cpu");
  const std::vector<v1::ManifestEntry> manifest = ReadManifest(worker.Download(lease.manifest()));
  EXPECT_THAT(manifest, SizeIs(2 * kPatientCount * 4 / 5));
  for (const v1::ManifestEntry& entry : manifest) {
    EXPECT_EQ(entry.role(), entry.fold() == 0 ? v1::RECORD_ROLE_VALIDATE : v1::RECORD_ROLE_TRAIN);
    EXPECT_EQ(entry.record_id(), index_.entries(entry.ordinal()).record_id());
    EXPECT_EQ(entry.first_exam(), index_.entries(entry.ordinal()).exam() == 1);
  }
}

TEST_F(ServiceTest, UnlockingTheTestIsWrittenIntoTheLedger) {
  FakeWorker worker(server_->address(), worker_token_);
  MakeSplit(&worker);
  v1::RunSpec spec = TrainSpec();
  spec.set_unlock_test(true);
  const v1::Run run = CreateRun(spec);
  const v1::Lease lease = worker.NextLease();
  EXPECT_EQ(lease.job_spec().test_look_count(), 1);
  EXPECT_THAT(ReadManifest(worker.Download(lease.manifest())), SizeIs(2 * kPatientCount));
  v1::ListTestLooksRequest request;
  request.set_parent(split_.name());
  v1::ListTestLooksResponse response;
  ASSERT_TRUE(v1::SplitService::NewStub(channel_)
                  ->ListTestLooks(PatientContext().get(), request, &response)
                  .ok());
  ASSERT_THAT(response.test_looks(), SizeIs(1));
  EXPECT_EQ(response.test_looks(0).run(), run.name());
}

TEST_F(ServiceTest, AWatcherIsToldEverythingOnceAndThenTheEnd) {
  FakeWorker worker(server_->address(), worker_token_);
  MakeSplit(&worker);
  const v1::Run run = CreateRun(TrainSpec());
  Watched live;
  {
    JoiningThread watcher([&] { live = Watch(run.name(), 0, /*include_log=*/true); });
    const v1::Lease lease = worker.NextLease();
    worker.ReportStarted(lease.attempt());
    worker.ReportLog(lease.attempt(), 0, "epoch 1\n");
    worker.ReportPoint(lease.attempt(), "train.all.loss", 10, 0.5);
    worker.ReportLog(lease.attempt(), 8, "epoch 2\n");
    worker.ReportEnd(lease.attempt(), v1::END_REASON_COMPLETED);
  }
  EXPECT_TRUE(live.status.ok()) << live.status.error_message();
  ASSERT_TRUE(live.terminal.has_value());
  EXPECT_EQ(live.terminal->state(), v1::RUN_STATE_SUCCEEDED);
  std::string log;
  int64_t last = 0;
  for (const v1::RunEvent& event : live.events) {
    EXPECT_GT(event.sequence(), last);
    last = event.sequence();
    log += event.log().data();
  }
  EXPECT_EQ(log, "epoch 1\nepoch 2\n");

  const Watched later = Watch(run.name(), 0, /*include_log=*/true);
  ASSERT_THAT(later.events, SizeIs(live.events.size()));
  for (size_t i = 0; i < later.events.size(); ++i) {
    EXPECT_EQ(later.events[i].SerializeAsString(), live.events[i].SerializeAsString());
  }
}

TEST_F(ServiceTest, AWatcherThatResumesAtTheEndIsToldTheEndAgain) {
  FakeWorker worker(server_->address(), worker_token_);
  MakeSplit(&worker);
  const v1::Run run = CreateRun(TrainSpec());
  const v1::Lease lease = worker.NextLease();
  worker.ReportEnd(lease.attempt(), v1::END_REASON_DIVERGED);
  const Watched first = Watch(run.name());
  const Watched again = Watch(run.name(), first.events.back().sequence());
  EXPECT_THAT(again.events, IsEmpty());
  ASSERT_TRUE(again.terminal.has_value());
  EXPECT_EQ(again.terminal->end_reason(), v1::END_REASON_DIVERGED);
}

TEST_F(ServiceTest, ARunGoesOnUnderARestartedCoordinator) {
  auto worker = std::make_unique<FakeWorker>(server_->address(), worker_token_);
  MakeSplit(worker.get());
  const v1::Run run = CreateRun(TrainSpec());
  const v1::Lease lease = worker->NextLease();
  worker->ReportStarted(lease.attempt());
  worker->ReportPoint(lease.attempt(), "train.all.loss", 1, 0.5);
  Restart();
  FakeWorker same(server_->address(), worker_token_, "process 1", {lease.attempt()});
  ASSERT_THAT(same.welcome().adopted(), SizeIs(1));
  EXPECT_EQ(same.welcome().adopted(0).sequence(), 2);
  v1::SessionRequest request;
  *request.mutable_events()->mutable_attempt() = lease.attempt();
  EXPECT_EQ(GetRun(run.name()).state(), v1::RUN_STATE_RUNNING);
  EXPECT_EQ(GetRun(run.name()).attempt_count(), 1);
}

TEST_F(ServiceTest, AnEvaluationsFiguresBecomeMetrics) {
  FakeWorker worker(server_->address(), worker_token_);
  MakeSplit(&worker);
  const v1::Run train = CreateRun(TrainSpec());
  const v1::Lease train_lease = worker.NextLease();
  worker.Deliver(train_lease.attempt(), "predictions.safetensors", "predictions", "figures");
  worker.ReportEnd(train_lease.attempt(), v1::END_REASON_COMPLETED);

  v1::RunSpec spec = TrainSpec();
  spec.mutable_evaluate();
  v1::RunInput* input = spec.add_inputs();
  input->set_alias("predictions");
  input->set_run(train.name());
  const v1::Run run = CreateRun(spec);
  const v1::Lease lease = worker.NextLease();
  ASSERT_THAT(lease.inputs(), SizeIs(1));
  EXPECT_EQ(lease.inputs(0).path(), "predictions/predictions.safetensors");
  EXPECT_EQ(worker.Download(lease.inputs(0)), "figures");

  v1::Evaluation evaluation;
  v1::TargetEvaluation* target = evaluation.add_targets();
  target->set_target("chd");
  target->set_role("validate");
  target->mutable_auroc()->set_value(0.75);
  target->mutable_auroc()->set_lower(0.7);
  target->mutable_auroc()->set_upper(std::nan(""));
  worker.Deliver(lease.attempt(), "evaluation.binpb", "evaluation", evaluation.SerializeAsString());
  worker.ReportEnd(lease.attempt(), v1::END_REASON_COMPLETED);
  ASSERT_EQ(GetRun(run.name()).state(), v1::RUN_STATE_SUCCEEDED);

  v1::ListPointsRequest request;
  request.set_parent(run.name());
  request.set_key("validate.chd.auroc");
  v1::ListPointsResponse response;
  ASSERT_TRUE(v1::MetricService::NewStub(channel_)
                  ->ListPoints(PatientContext().get(), request, &response)
                  .ok());
  ASSERT_THAT(response.points(), SizeIs(1));
  EXPECT_EQ(response.points(0).value(), 0.75);
}

TEST_F(ServiceTest, ARepeatedCreateReturnsTheFirstRun) {
  ASSERT_TRUE(CreateDataset("demo", "zzu_pecg").ok());
  const v1::CreateRunRequest request = RunRequest(IndexSpec());
  v1::Run first;
  v1::Run second;
  ASSERT_TRUE(TryCreate(request, &first).ok());
  ASSERT_TRUE(TryCreate(request, &second).ok());
  EXPECT_EQ(first.name(), second.name());
  EXPECT_EQ(first.uid(), second.uid());
}

TEST_F(ServiceTest, ARequestIdIsForOneRequestOnly) {
  ASSERT_TRUE(CreateDataset("demo", "zzu_pecg").ok());
  v1::CreateRunRequest request = RunRequest(IndexSpec());
  v1::Run run;
  ASSERT_TRUE(TryCreate(request, &run).ok());
  request.mutable_spec()->set_seed(2);
  EXPECT_EQ(TryCreate(request, &run).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ServiceTest, ValidatingStoresNothing) {
  ASSERT_TRUE(CreateDataset("demo", "zzu_pecg").ok());
  v1::CreateRunRequest request;
  *request.mutable_spec() = IndexSpec();
  request.set_validate_only(true);
  v1::Run run;
  ASSERT_TRUE(TryCreate(request, &run).ok());
  EXPECT_EQ(run.spec().max_retries(), 3);
  v1::ListRunsResponse response;
  ASSERT_TRUE(v1::RunService::NewStub(channel_)
                  ->ListRuns(PatientContext().get(), v1::ListRunsRequest(), &response)
                  .ok());
  EXPECT_THAT(response.runs(), IsEmpty());
}

TEST_F(ServiceTest, OnlyTheOwnerAndAdminsCancelARun) {
  ASSERT_TRUE(CreateDataset("demo", "zzu_pecg").ok());
  const v1::Run run = CreateRun(IndexSpec());
  v1::CancelRunRequest request;
  request.set_name(run.name());
  request.set_request_id(NewToken());
  v1::CancelRunResponse response;
  const auto other = v1::RunService::NewStub(
      ChannelTo(server_->address(), NewUserToken("bob", v1::ROLE_SUBMITTER)));
  EXPECT_EQ(other->CancelRun(PatientContext().get(), request, &response).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  ASSERT_TRUE(v1::RunService::NewStub(channel_)
                  ->CancelRun(PatientContext().get(), request, &response)
                  .ok());
  EXPECT_EQ(response.run().state(), v1::RUN_STATE_CANCELLED);
}

TEST_F(ServiceTest, ListsRunsNewestFirstPageByPage) {
  ASSERT_TRUE(CreateDataset("demo", "zzu_pecg").ok());
  for (int i = 0; i < 5; ++i) CreateRun(IndexSpec());
  std::vector<std::string> names;
  v1::ListRunsRequest request;
  request.set_page_size(2);
  do {
    v1::ListRunsResponse response;
    ASSERT_TRUE(v1::RunService::NewStub(channel_)
                    ->ListRuns(PatientContext().get(), request, &response)
                    .ok());
    for (const v1::Run& run : response.runs()) names.push_back(run.name());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("runs/5", "runs/4", "runs/3", "runs/2", "runs/1"));
}

TEST_F(ServiceTest, AnUploadWithAnotherHashIsRefused) {
  const auto stub = v1::ArtifactService::NewStub(ChannelTo(server_->address(), worker_token_));
  const auto context = PatientContext();
  v1::WriteArtifactResponse response;
  const auto writer = stub->WriteArtifact(context.get(), &response);
  v1::WriteArtifactRequest request;
  request.set_sha256(std::string(64, 'a'));
  request.set_size_bytes(3);
  request.set_data("abc");
  writer->Write(request);
  writer->WritesDone();
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::DATA_LOSS);
}

TEST_F(ServiceTest, ANewerSessionOfAWorkerEndsTheOlder) {
  FakeWorker older(server_->address(), worker_token_);
  FakeWorker newer(server_->address(), worker_token_, "process 2");
  EXPECT_EQ(older.Next().kind_case(), v1::SessionResponse::KIND_NOT_SET);
  EXPECT_EQ(older.Leave().error_code(), grpc::StatusCode::ABORTED);
}

/// A spec that cannot be, and the field its error must name.
struct BadSpec {
  const char* name;
  const char* field;
  grpc::StatusCode code;
  void (*spoil)(v1::RunSpec* spec);
};

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;
const BadSpec kBadSpecs[] = {
    BadSpec{"NoJob", "job", kInvalid, [](v1::RunSpec* spec) { spec->clear_train(); }},
    BadSpec{"NoDataset", "dataset", kInvalid, [](v1::RunSpec* spec) { spec->clear_dataset(); }},
    BadSpec{"UnknownDataset", "dataset", grpc::StatusCode::NOT_FOUND,
            [](v1::RunSpec* spec) { spec->set_dataset("dmeo"); }},
    BadSpec{"UnknownVersion", "dataset_version", grpc::StatusCode::NOT_FOUND,
            [](v1::RunSpec* spec) { spec->set_dataset_version(std::string(64, '0')); }},
    BadSpec{"NoSplit", "split", kInvalid, [](v1::RunSpec* spec) { spec->clear_split(); }},
    BadSpec{"UnknownSplit", "split", grpc::StatusCode::NOT_FOUND,
            [](v1::RunSpec* spec) { spec->set_split(std::string(64, '0')); }},
    BadSpec{"NegativeSeed", "seed", kInvalid, [](v1::RunSpec* spec) { spec->set_seed(-1); }},
    BadSpec{"NegativeRetries", "max_retries", kInvalid,
            [](v1::RunSpec* spec) { spec->set_max_retries(-1); }},
    BadSpec{"NoTimeAtAll", "time_limit", kInvalid,
            [](v1::RunSpec* spec) { spec->mutable_time_limit(); }},
    BadSpec{"UnknownVariant", "train.variant", kInvalid,
            [](v1::RunSpec* spec) { spec->mutable_train()->set_variant("resnet"); }},
    BadSpec{"UnknownTarget", "train.targets[0]", kInvalid,
            [](v1::RunSpec* spec) { spec->mutable_train()->add_targets("chf"); }},
    BadSpec{"LearningRate", "train.lr", kInvalid,
            [](v1::RunSpec* spec) { spec->mutable_train()->set_lr(-0.1); }},
    BadSpec{"NotANumber", "train.crop_seconds", kInvalid,
            [](v1::RunSpec* spec) { spec->mutable_train()->set_crop_seconds(std::nan("")); }},
    BadSpec{"EvenKernel", "train.kernel_size", kInvalid,
            [](v1::RunSpec* spec) { spec->mutable_train()->set_kernel_size(8); }},
    BadSpec{"FoldWithoutScheme", "train.fold", kInvalid,
            [](v1::RunSpec* spec) { spec->mutable_train()->set_fold(1); }},
    BadSpec{"FoldTooHigh", "train.fold", kInvalid,
            [](v1::RunSpec* spec) {
              spec->mutable_train()->set_scheme(v1::SCHEME_CROSS_VALIDATION);
              spec->mutable_train()->set_fold(4);
            }},
    BadSpec{"InputsOfATrainingRun", "inputs", kInvalid,
            [](v1::RunSpec* spec) { spec->add_inputs()->set_alias("predictions"); }},
    BadSpec{"BadAlias", "inputs[0].alias", kInvalid,
            [](v1::RunSpec* spec) {
              spec->mutable_evaluate();
              spec->add_inputs()->set_alias("../up");
            }},
    BadSpec{"UnknownInput", "inputs[0].run", grpc::StatusCode::NOT_FOUND,
            [](v1::RunSpec* spec) {
              spec->mutable_evaluate();
              v1::RunInput* input = spec->add_inputs();
              input->set_alias("predictions");
              input->set_run("runs/99");
            }},
    BadSpec{"InputOfAnotherKind", "inputs[0]", grpc::StatusCode::FAILED_PRECONDITION,
            [](v1::RunSpec* spec) {
              spec->mutable_evaluate();
              v1::RunInput* input = spec->add_inputs();
              input->set_alias("predictions");
              input->set_run("runs/1");
            }},
    BadSpec{"EvaluationOfNothing", "inputs", kInvalid,
            [](v1::RunSpec* spec) { spec->mutable_evaluate(); }},
    BadSpec{"Confidence", "evaluate.confidence", kInvalid,
            [](v1::RunSpec* spec) { spec->mutable_evaluate()->set_confidence(1.5); }},
};

TEST_F(ServiceTest, EachBadSpecIsRefusedWithItsFieldAndStoresNothing) {
  FakeWorker worker(server_->address(), worker_token_);
  MakeSplit(&worker);
  for (const BadSpec& bad : kBadSpecs) {
    SCOPED_TRACE(bad.name);
    v1::RunSpec spec = TrainSpec();
    bad.spoil(&spec);
    v1::Run run;
    const grpc::Status status = TryCreate(RunRequest(spec), &run);
    EXPECT_EQ(status.error_code(), bad.code) << status.error_message();
    EXPECT_THAT(status.error_details(), HasSubstr(fmt::format("where: {}\n", bad.field)))
        << status.error_message();
  }
  v1::ListRunsResponse response;
  ASSERT_TRUE(v1::RunService::NewStub(channel_)
                  ->ListRuns(PatientContext().get(), v1::ListRunsRequest(), &response)
                  .ok());
  EXPECT_THAT(response.runs(), SizeIs(1));  // The index run.
}

}  // namespace
}  // namespace pecg
