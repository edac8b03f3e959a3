#include "storage/attempt_store.h"

#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

class AttemptStoreTest : public StoreTest {
 protected:
  AttemptStoreTest() : run_(AddRun("r")), key_(Lease(run_)) {}

  absl::StatusOr<SpoolAdvance> Advance(int64_t first, int64_t last) {
    return Write([&](Transaction& t) { return AdvanceSpool(t, key_, first, last); });
  }
  void End(AttemptState state) {
    AttemptEnd end;
    end.state = state;
    ASSERT_THAT(Write([&](Transaction& t) { return EndAttempt(t, key_, end); }),
                HoldsValue(Transition::kApplied));
  }
  static auto Answers(Transition transition, int64_t committed_before) {
    return HoldsValue(AllOf(Field(&SpoolAdvance::transition, transition),
                            Field(&SpoolAdvance::committed_sequence, committed_before)));
  }

  int64_t run_;
  AttemptKey key_;
};

TEST_F(AttemptStoreTest, SpoolMovesOnWithEachBatch) {
  EXPECT_THAT(Advance(1, 3), Answers(Transition::kApplied, 0));
  EXPECT_THAT(Advance(4, 4), Answers(Transition::kApplied, 3));
}

TEST_F(AttemptStoreTest, ReplayedEventsChangeNothing) {
  ASSERT_THAT(Advance(1, 3), IsOk());
  EXPECT_THAT(Advance(1, 3), Answers(Transition::kAlreadyThere, 3));
  EXPECT_THAT(Advance(2, 2), Answers(Transition::kAlreadyThere, 3));
}

TEST_F(AttemptStoreTest, AReplayThatGoesOnCommitsWhatIsNew) {
  ASSERT_THAT(Advance(1, 3), IsOk());
  EXPECT_THAT(Advance(2, 5), Answers(Transition::kApplied, 3));
  EXPECT_THAT(Advance(1, 5), Answers(Transition::kAlreadyThere, 5));
}

TEST_F(AttemptStoreTest, AGapIsRefused) {
  EXPECT_THAT(Advance(2, 3), Answers(Transition::kInvalid, 0));
  EXPECT_THAT(Advance(1, 1), Answers(Transition::kApplied, 0));
}

TEST_F(AttemptStoreTest, PositionIsUndoneWithTheTransaction) {
  EXPECT_THAT(Write([&](Transaction& t) -> absl::Status {
                EXPECT_THAT(AdvanceSpool(t, key_, 1, 3), IsOk());
                return absl::AbortedError("no");
              }),
              HasCode(absl::StatusCode::kAborted));
  EXPECT_THAT(Advance(1, 3), Answers(Transition::kApplied, 0));
}

TEST_F(AttemptStoreTest, AnEndedAttemptsReplayIsAcknowledged) {
  ASSERT_THAT(Advance(1, 3), IsOk());
  End(AttemptState::kSucceeded);
  EXPECT_THAT(Advance(1, 3), Answers(Transition::kAlreadyThere, 3));
  EXPECT_THAT(Advance(1, 4), Answers(Transition::kOwnerLost, 3));
}

TEST_F(AttemptStoreTest, ALostAttemptsEventsAreRefused) {
  ASSERT_THAT(Advance(1, 3), IsOk());
  End(AttemptState::kLost);
  EXPECT_THAT(Advance(1, 3), Answers(Transition::kOwnerLost, 3));
}

TEST_F(AttemptStoreTest, AnotherFencesEventsAreRefused) {
  key_.fence += 1;
  EXPECT_THAT(Advance(1, 1), Answers(Transition::kOwnerLost, 0));
}

TEST_F(AttemptStoreTest, TellsTheOwnerFromOthers) {
  const auto check = [&] { return Read([&](Snapshot& s) { return CheckOwner(s, key_); }); };
  EXPECT_THAT(check(), HoldsValue(Transition::kApplied));
  End(AttemptState::kFailed);
  EXPECT_THAT(check(), HoldsValue(Transition::kAlreadyThere));
  key_.fence += 1;
  EXPECT_THAT(check(), HoldsValue(Transition::kOwnerLost));
}

TEST_F(AttemptStoreTest, ListsAttemptsAndThoseThatAreLive) {
  LoseAndRequeue(key_);
  const AttemptKey second = Lease(run_, 7);
  EXPECT_THAT(Read([&](Snapshot& s) { return ListAttempts(s, run_); }),
              HoldsValue(ElementsAre(Field(&Attempt::key, key_), Field(&Attempt::key, second))));
  EXPECT_THAT(
      Read([&](Snapshot& s) { return ListLiveAttempts(s); }),
      HoldsValue(ElementsAre(AllOf(Field(&Attempt::key, second), Field(&Attempt::worker, "mac-1"),
                                   Field(&Attempt::device, "cpu"),
                                   Field(&Attempt::resume_step, testing::Optional(7))))));
  EXPECT_THAT(Read([&](Snapshot& s) { return GetLastAttempt(s, run_); }),
              HoldsValue(Field(&Attempt::key, second)));
}

TEST_F(AttemptStoreTest, CountsWhatFailedAndNotWhatWasPreempted) {
  const auto failed = [&] {
    return Read([&](Snapshot& s) { return CountFailedAttempts(s, run_); });
  };
  EXPECT_THAT(failed(), HoldsValue(0));
  LoseAndRequeue(key_);
  EXPECT_THAT(failed(), HoldsValue(1));
  key_ = Lease(run_);
  End(AttemptState::kPreempted);
  EXPECT_THAT(failed(), HoldsValue(1));
}

TEST_F(AttemptStoreTest, SaysThatAnAttemptIsNotThere) {
  EXPECT_THAT(Read([&](Snapshot& s) { return GetAttempt(s, run_, 2); }),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(Read([&](Snapshot& s) { return GetLastAttempt(s, 99); }),
              HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace pecg
