#include "storage/artifact_store.h"

#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Eq;
using testing::Field;

class ArtifactStoreTest : public StoreTest {
 protected:
  ArtifactStoreTest() : key_(Lease(AddRun("r"))) {}

  void NextAttempt() {
    LoseAndRequeue(key_);
    key_ = Lease(key_.run);
  }
  absl::Status Put(const std::string& path, const std::string& sha256, int attempt = 0) {
    const Artifact artifact{.run = key_.run,
                            .path = path,
                            .sha256 = sha256,
                            .size_bytes = 3,
                            .type = "model",
                            .attempt = attempt == 0 ? key_.attempt : attempt,
                            .create_time = At(5)};
    return Write([&](Transaction& t) { return PutArtifact(t, artifact); });
  }
  absl::Status PutStep(int64_t step) {
    const Checkpoint checkpoint{.run = key_.run,
                                .attempt = key_.attempt,
                                .step = step,
                                .create_time = At(step),
                                .files = {{"list.json", "l" + std::to_string(step), 2},
                                          {"w.safetensors", "w" + std::to_string(step), 9}}};
    return Write([&](Transaction& t) { return PutCheckpoint(t, checkpoint); });
  }
  auto Last() {
    return Read([&](Snapshot& s) { return FindLastCheckpoint(s, key_.run); });
  }
  std::vector<int64_t> Steps() {
    const auto all = Read([&](Snapshot& s) { return ListCheckpoints(s, key_.run); });
    EXPECT_THAT(all, IsOk());
    std::vector<int64_t> steps;
    for (const Checkpoint& one : all.value_or(std::vector<Checkpoint>{})) {
      steps.push_back(one.step);
    }
    return steps;
  }
  absl::StatusOr<bool> IsReferenced(std::string_view sha256) {
    return Read([&](Snapshot& s) { return IsBlobReferenced(s, sha256); });
  }

  AttemptKey key_;
};

TEST_F(ArtifactStoreTest, ListsArtifactsByPath) {
  ASSERT_THAT(Put("model/weights", "b"), IsOk());
  ASSERT_THAT(Put("model/json", "a"), IsOk());
  EXPECT_THAT(Read([&](Snapshot& s) { return ListArtifacts(s, key_.run); }),
              HoldsValue(ElementsAre(
                  AllOf(Field(&Artifact::path, "model/json"), Field(&Artifact::sha256, "a"),
                        Field(&Artifact::size_bytes, 3), Field(&Artifact::type, "model"),
                        Field(&Artifact::attempt, 1), Field(&Artifact::create_time, At(5))),
                  Field(&Artifact::path, "model/weights"))));
}

TEST_F(ArtifactStoreTest, FindsOneByPath) {
  ASSERT_THAT(Put("a", "1"), IsOk());
  EXPECT_THAT(Read([&](Snapshot& s) { return GetArtifact(s, key_.run, "a"); }),
              HoldsValue(Field(&Artifact::sha256, "1")));
  EXPECT_THAT(Read([&](Snapshot& s) { return GetArtifact(s, key_.run, "b"); }),
              IsError(absl::StatusCode::kNotFound, "b"));
}

TEST_F(ArtifactStoreTest, ALaterAttemptReplacesAndAnEarlierDoesNot) {
  ASSERT_THAT(Put("a", "1"), IsOk());
  NextAttempt();
  ASSERT_THAT(Put("a", "2"), IsOk());
  ASSERT_THAT(Put("a", "late", 1), IsOk());
  EXPECT_THAT(Read([&](Snapshot& s) { return GetArtifact(s, key_.run, "a"); }),
              HoldsValue(Field(&Artifact::sha256, "2")));
}

TEST_F(ArtifactStoreTest, RefusesAnUnknownAttempt) {
  EXPECT_THAT(Put("a", "1", 9), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ArtifactStoreTest, KeepsTheNewestTwoCheckpoints) {
  for (const int64_t step : {10, 20, 30}) ASSERT_THAT(PutStep(step), IsOk());
  EXPECT_THAT(Steps(), ElementsAre(30, 20));
  EXPECT_THAT(IsReferenced("w10"), HoldsValue(false));
  EXPECT_THAT(IsReferenced("w20"), HoldsValue(true));
}

TEST_F(ArtifactStoreTest, ARepeatedCheckpointChangesNothing) {
  ASSERT_THAT(PutStep(10), IsOk());
  ASSERT_THAT(PutStep(10), IsOk());
  EXPECT_THAT(Steps(), ElementsAre(10));
}

TEST_F(ArtifactStoreTest, ALaterAttemptsCheckpointIsNewerWhateverItsStep) {
  ASSERT_THAT(PutStep(50), IsOk());
  NextAttempt();
  ASSERT_THAT(PutStep(20), IsOk());
  EXPECT_THAT(Steps(), ElementsAre(20, 50));
}

TEST_F(ArtifactStoreTest, TheLastCheckpointComesWithItsFiles) {
  EXPECT_THAT(Last(), HoldsValue(Eq(std::nullopt)));
  ASSERT_THAT(PutStep(10), IsOk());
  const auto last = Last();
  ASSERT_THAT(last, IsOk());
  ASSERT_TRUE(last->has_value());
  EXPECT_EQ((*last)->step, 10);
  EXPECT_EQ((*last)->create_time, At(10));
  EXPECT_THAT((*last)->files, ElementsAre(CheckpointFile{"list.json", "l10", 2},
                                          CheckpointFile{"w.safetensors", "w10", 9}));
}

TEST_F(ArtifactStoreTest, KnowsWhichBlobsAreInUse) {
  ASSERT_THAT(Put("a", "blob"), IsOk());
  EXPECT_THAT(IsReferenced("blob"), HoldsValue(true));
  EXPECT_THAT(IsReferenced("other"), HoldsValue(false));
}

}  // namespace
}  // namespace pecg
