#include "storage/run_transition.h"

#include <map>
#include <random>

#include "storage/metric_store.h"
#include "tests/storage/store_fixture.h"

namespace pecg {
namespace {

using testing::Field;
using StoredRun = Run;  // testing::Test has a Run of its own.

AttemptEnd EndAs(AttemptState state) {
  return {.state = state,
          .reason = EndReason::kJobError,
          .message = "m",
          .exit_code = 3,
          .signal = {},
          .now = At(9)};
}

class RunTransitionTest : public StoreTest {
 protected:
  /// Makes a run that is in `state`, on a legal path.
  int64_t RunIn(RunState state) {
    static int count = 0;
    const int64_t run = AddRun("uid-" + std::to_string(++count), state == RunState::kHeld);
    if (state == RunState::kHeld || state == RunState::kPending) return run;
    key_ = Lease(run);
    if (state == RunState::kRunning) return run;
    if (state == RunState::kCancelling || state == RunState::kCancelled) {
      EXPECT_THAT(Cancel(run), IsOk());
    }
    if (state == RunState::kCancelling) return run;
    EXPECT_THAT(EndAttemptAs(AttemptState::kFailed), IsOk());
    EXPECT_THAT(End(run, state), IsOk());
    return run;
  }

  absl::StatusOr<Transition> Cancel(int64_t run) {
    return Write([&](Transaction& t) { return CancelRun(t, run, "why", At(5)); });
  }
  absl::StatusOr<Transition> End(int64_t run, RunState state) {
    return Write([&](Transaction& t) {
      return EndRun(t, run, {.state = state, .reason = EndReason::kCompleted, .now = At(6)});
    });
  }
  absl::StatusOr<Transition> Requeue(int64_t run) {
    return Write(
        [&](Transaction& t) { return RequeueRun(t, run, At(77), PendingReason::kRetryBackoff); });
  }
  absl::StatusOr<Transition> Release(int64_t run) {
    return Write([&](Transaction& t) { return ReleaseRun(t, run); });
  }
  Transition TryLease(int64_t run) {
    const auto answer = Write([&](Transaction& t) { return LeaseRun(t, {.run = run}); });
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? answer->transition : Transition::kOwnerLost;
  }
  absl::StatusOr<Transition> EndAttemptAs(AttemptState state) {
    return Write([&](Transaction& t) { return EndAttempt(t, key_, EndAs(state)); });
  }
  absl::StatusOr<Transition> Advance(AttemptState state, absl::Time now = At(5)) {
    return Write([&](Transaction& t) { return AdvanceAttempt(t, key_, state, now); });
  }
  absl::StatusOr<Transition> Adopt() {
    return Write([&](Transaction& t) { return AdoptAttempt(t, key_, At(100)); });
  }
  RunState StateOf(int64_t run) {
    const auto stored = Read([&](Snapshot& s) { return GetRun(s, run); });
    EXPECT_THAT(stored, IsOk());
    return stored.ok() ? stored->state : RunState::kHeld;
  }
  Attempt Stored() {
    const auto stored = Read([&](Snapshot& s) { return GetAttempt(s, key_.run, key_.attempt); });
    EXPECT_THAT(stored, IsOk());
    return stored.value_or(Attempt{});
  }

  AttemptKey key_;
};

constexpr RunState kAllRunStates[] = {
    RunState::kHeld,      RunState::kPending, RunState::kRunning,  RunState::kCancelling,
    RunState::kSucceeded, RunState::kFailed,  RunState::kCancelled};

/// What each request answers in each state; the run's attempt, where it has one, is live.
struct Expectation {
  Transition release, cancel, lease, requeue, succeed, fail, cancelled;
};
constexpr Transition kYes = Transition::kApplied;
constexpr Transition kThere = Transition::kAlreadyThere;
constexpr Transition kNo = Transition::kInvalid;
const std::map<RunState, Expectation> kExpected = {
    {RunState::kHeld, {kYes, kYes, kNo, kNo, kNo, kYes, kYes}},
    {RunState::kPending, {kThere, kYes, kYes, kThere, kNo, kYes, kYes}},
    {RunState::kRunning, {kThere, kYes, kNo, kNo, kNo, kNo, kNo}},
    {RunState::kCancelling, {kNo, kThere, kNo, kNo, kNo, kNo, kNo}},
    {RunState::kSucceeded, {kNo, kNo, kNo, kNo, kThere, kNo, kNo}},
    {RunState::kFailed, {kNo, kNo, kNo, kNo, kNo, kThere, kNo}},
    {RunState::kCancelled, {kNo, kThere, kNo, kNo, kNo, kNo, kThere}},
};

class EveryRunStateTest : public RunTransitionTest, public testing::WithParamInterface<RunState> {};

TEST_P(EveryRunStateTest, AnswersEveryRequestAsTheDiagramSays) {
  const RunState state = GetParam();
  const Expectation& expected = kExpected.at(state);
  EXPECT_THAT(Release(RunIn(state)), HoldsValue(expected.release));
  EXPECT_THAT(Cancel(RunIn(state)), HoldsValue(expected.cancel));
  EXPECT_EQ(TryLease(RunIn(state)), expected.lease);
  EXPECT_THAT(Requeue(RunIn(state)), HoldsValue(expected.requeue));
  EXPECT_THAT(End(RunIn(state), RunState::kSucceeded), HoldsValue(expected.succeed));
  EXPECT_THAT(End(RunIn(state), RunState::kFailed), HoldsValue(expected.fail));
  EXPECT_THAT(End(RunIn(state), RunState::kCancelled), HoldsValue(expected.cancelled));
}

TEST_P(EveryRunStateTest, StaysWhereItIsWhenTheAnswerIsNotApplied) {
  const int64_t run = RunIn(GetParam());
  const Expectation& expected = kExpected.at(GetParam());
  if (expected.requeue != kYes) {
    EXPECT_THAT(Requeue(run), IsOk());
  }
  if (expected.succeed != kYes) {
    EXPECT_THAT(End(run, RunState::kSucceeded), IsOk());
  }
  if (expected.fail != kYes) {
    EXPECT_THAT(End(run, RunState::kFailed), IsOk());
  }
  if (expected.cancelled != kYes) {
    EXPECT_THAT(End(run, RunState::kCancelled), IsOk());
  }
  EXPECT_EQ(StateOf(run), GetParam());
}

INSTANTIATE_TEST_SUITE_P(States, EveryRunStateTest, testing::ValuesIn(kAllRunStates),
                         [](const auto& state) { return std::string(NameOf(state.param)); });

TEST_F(RunTransitionTest, OfAnUnknownRunIsInvalid) {
  EXPECT_THAT(Release(99), HoldsValue(kNo));
  EXPECT_THAT(Cancel(99), HoldsValue(kNo));
  EXPECT_EQ(TryLease(99), kNo);
  EXPECT_THAT(End(99, RunState::kFailed), HoldsValue(kNo));
}

TEST_F(RunTransitionTest, EndsARunWhoseAttemptHasEnded) {
  for (const RunState end : {RunState::kSucceeded, RunState::kFailed}) {
    const int64_t run = RunIn(RunState::kRunning);
    ASSERT_THAT(EndAttemptAs(AttemptState::kFailed), HoldsValue(kYes));
    EXPECT_THAT(End(run, RunState::kCancelled), HoldsValue(kNo));
    EXPECT_THAT(End(run, end), HoldsValue(kYes));
    EXPECT_THAT(End(run, end), HoldsValue(kThere));
  }
}

TEST_F(RunTransitionTest, ACancelledRunEndsCancelledWhateverItsAttemptDid) {
  const int64_t run = RunIn(RunState::kCancelling);
  ASSERT_THAT(EndAttemptAs(AttemptState::kSucceeded), HoldsValue(kYes));
  EXPECT_THAT(End(run, RunState::kSucceeded), HoldsValue(kNo));
  EXPECT_THAT(Requeue(run), HoldsValue(kNo));
  EXPECT_THAT(End(run, RunState::kCancelled), HoldsValue(kYes));
}

TEST_F(RunTransitionTest, ARequeuedRunWaitsUntilItsTimeAndGetsANewAttempt) {
  const int64_t run = RunIn(RunState::kRunning);
  const AttemptKey first = key_;
  ASSERT_THAT(EndAttemptAs(AttemptState::kPreempted), HoldsValue(kYes));
  ASSERT_THAT(Requeue(run), HoldsValue(kYes));
  const auto pending = Read([](Snapshot& s) { return ListPendingRuns(s); });
  ASSERT_THAT(pending, IsOk());
  ASSERT_EQ(pending->size(), 1U);
  EXPECT_THAT(pending->front().not_before, testing::Optional(At(77)));
  const AttemptKey second = Lease(run);
  EXPECT_EQ(second.attempt, first.attempt + 1);
  EXPECT_GT(second.fence, first.fence);
}

TEST_F(RunTransitionTest, FencesGrowOverAllRunsAndRestarts) {
  const int64_t first = Lease(AddRun("a")).fence;
  const int64_t second = Lease(AddRun("b")).fence;
  Restart();
  const int64_t third = Lease(AddRun("c")).fence;
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
}

TEST_F(RunTransitionTest, AnAttemptOnlyMovesForward) {
  const int64_t run = RunIn(RunState::kRunning);
  EXPECT_THAT(Advance(AttemptState::kStarting), HoldsValue(kYes));
  EXPECT_THAT(Advance(AttemptState::kStarting), HoldsValue(kThere));
  EXPECT_THAT(Advance(AttemptState::kRunning, At(42)), HoldsValue(kYes));
  EXPECT_THAT(Advance(AttemptState::kStarting), HoldsValue(kThere));
  EXPECT_THAT(Advance(AttemptState::kStopping), HoldsValue(kYes));
  EXPECT_THAT(Advance(AttemptState::kRunning, At(50)), HoldsValue(kThere));
  EXPECT_EQ(Stored().state, AttemptState::kStopping);
  EXPECT_THAT(Stored().start_time, testing::Optional(At(42)));
  EXPECT_THAT(Read([&](Snapshot& s) { return GetRun(s, run); }),
              HoldsValue(Field(&StoredRun::start_time, testing::Optional(At(42)))));
}

TEST_F(RunTransitionTest, AnAttemptMaySkipSteps) {
  RunIn(RunState::kRunning);
  EXPECT_THAT(Advance(AttemptState::kRunning), HoldsValue(kYes));
  RunIn(RunState::kRunning);
  EXPECT_THAT(Advance(AttemptState::kStopping), HoldsValue(kYes));
}

TEST_F(RunTransitionTest, ATerminalStateIsNoStepForward) {
  RunIn(RunState::kRunning);
  EXPECT_THAT(Advance(AttemptState::kFailed), HoldsValue(kNo));
  EXPECT_THAT(EndAttemptAs(AttemptState::kRunning), HoldsValue(kNo));
}

TEST_F(RunTransitionTest, TheRunKeepsTheStartOfItsFirstAttempt) {
  const int64_t run = RunIn(RunState::kRunning);
  ASSERT_THAT(Advance(AttemptState::kRunning, At(42)), IsOk());
  LoseAndRequeue(key_);
  key_ = Lease(run);
  ASSERT_THAT(Advance(AttemptState::kRunning, At(90)), HoldsValue(kYes));
  EXPECT_THAT(Read([&](Snapshot& s) { return GetRun(s, run); }),
              HoldsValue(Field(&StoredRun::start_time, testing::Optional(At(42)))));
}

TEST_F(RunTransitionTest, AnotherFenceCanChangeNothing) {
  RunIn(RunState::kRunning);
  const AttemptKey owner = key_;
  key_.fence += 1;
  EXPECT_THAT(Advance(AttemptState::kRunning), HoldsValue(Transition::kOwnerLost));
  EXPECT_THAT(EndAttemptAs(AttemptState::kFailed), HoldsValue(Transition::kOwnerLost));
  EXPECT_THAT(Adopt(), HoldsValue(Transition::kOwnerLost));
  EXPECT_THAT(Write([&](Transaction& t) { return RenewLease(t, key_, At(1000)); }),
              HoldsValue(Transition::kOwnerLost));
  key_ = owner;
  EXPECT_EQ(Stored().state, AttemptState::kLeased);
  EXPECT_EQ(Stored().lease_expire_time, At(3));
}

TEST_F(RunTransitionTest, ALostAttemptCanChangeNothing) {
  RunIn(RunState::kRunning);
  ASSERT_THAT(EndAttemptAs(AttemptState::kLost), HoldsValue(kYes));
  EXPECT_THAT(Advance(AttemptState::kRunning), HoldsValue(Transition::kOwnerLost));
  EXPECT_THAT(EndAttemptAs(AttemptState::kSucceeded), HoldsValue(Transition::kOwnerLost));
  EXPECT_EQ(Stored().state, AttemptState::kLost);
}

TEST_F(RunTransitionTest, AnEndIsStoredOnceWithAllThatIsKnown) {
  RunIn(RunState::kRunning);
  ASSERT_THAT(EndAttemptAs(AttemptState::kFailed), HoldsValue(kYes));
  EXPECT_THAT(EndAttemptAs(AttemptState::kFailed), HoldsValue(kThere));
  EXPECT_THAT(EndAttemptAs(AttemptState::kSucceeded), HoldsValue(kNo));
  const Attempt attempt = Stored();
  EXPECT_EQ(attempt.state, AttemptState::kFailed);
  EXPECT_EQ(attempt.end_reason, EndReason::kJobError);
  EXPECT_EQ(attempt.message, "m");
  EXPECT_THAT(attempt.exit_code, testing::Optional(3));
  EXPECT_EQ(attempt.signal, std::nullopt);
  EXPECT_THAT(attempt.end_time, testing::Optional(At(9)));
}

TEST_F(RunTransitionTest, ARenewedLeaseEndsLater) {
  RunIn(RunState::kRunning);
  EXPECT_THAT(Write([&](Transaction& t) { return RenewLease(t, key_, At(1000)); }),
              HoldsValue(kYes));
  EXPECT_EQ(Stored().lease_expire_time, At(1000));
}

TEST_F(RunTransitionTest, ALostAttemptIsAdoptedBeforeItsSuccessor) {
  const int64_t run = RunIn(RunState::kRunning);
  LoseAndRequeue(key_);
  EXPECT_THAT(Adopt(), HoldsValue(kYes));
  EXPECT_EQ(StateOf(run), RunState::kRunning);
  EXPECT_EQ(Stored().state, AttemptState::kRunning);
  EXPECT_EQ(Stored().end_reason, EndReason::kNone);
  EXPECT_EQ(Stored().end_time, std::nullopt);
  EXPECT_EQ(Stored().lease_expire_time, At(100));
  EXPECT_THAT(Adopt(), HoldsValue(kThere));
}

TEST_F(RunTransitionTest, ALostAttemptIsNotAdoptedAfterItsSuccessorOrTheRunsEnd) {
  const int64_t run = RunIn(RunState::kRunning);
  LoseAndRequeue(key_);
  Lease(run);
  EXPECT_THAT(Adopt(), HoldsValue(Transition::kOwnerLost));

  const int64_t other = RunIn(RunState::kRunning);
  LoseAndRequeue(key_);
  ASSERT_THAT(Cancel(other), HoldsValue(kYes));
  EXPECT_THAT(Adopt(), HoldsValue(Transition::kOwnerLost));
}

TEST_F(RunTransitionTest, AFailedAttemptIsNotAdopted) {
  const int64_t run = RunIn(RunState::kRunning);
  ASSERT_THAT(EndAttemptAs(AttemptState::kFailed), HoldsValue(kYes));
  ASSERT_THAT(Requeue(run), HoldsValue(kYes));
  EXPECT_THAT(Adopt(), HoldsValue(Transition::kOwnerLost));
}

TEST_F(RunTransitionTest, ALeaseHidesThePointsThatWillBeWrittenAgain) {
  const int64_t run = RunIn(RunState::kRunning);
  ASSERT_THAT(Write([&](Transaction& t) {
                const NewPoint points[] = {{"k", 1, 1.0, At(1)}, {"k", 2, 2.0, At(1)}};
                return AppendPoints(t, run, key_.attempt, points);
              }),
              HoldsValue(2));
  LoseAndRequeue(key_);
  Lease(run, 1);
  EXPECT_THAT(Read([&](Snapshot& s) { return GetSeries(s, run, "k"); }),
              HoldsValue(Field(&Series::point_count, 1)));
}

/// Random requests by owners old and new, against the rules that must hold whatever happens.
class RandomWalkTest : public RunTransitionTest {
 protected:
  struct View {
    RunState run;
    std::vector<Attempt> attempts;
  };

  View Look() {
    auto attempts = Read([&](Snapshot& s) { return ListAttempts(s, run_); });
    EXPECT_THAT(attempts, IsOk());
    return {StateOf(run_), attempts.value_or(std::vector<Attempt>{})};
  }

  /// One random request; returns its answer.
  absl::StatusOr<Transition> Step() {
    const std::vector<Attempt> attempts = Look().attempts;
    key_ = {.run = run_, .attempt = 1, .fence = 1};
    if (!attempts.empty()) key_ = attempts[Pick(static_cast<int>(attempts.size()))].key;
    if (Pick(5) == 0) key_.fence += Pick(3) - 1;
    switch (Pick(8)) {
      case 0:
        return Release(run_);
      case 1:
        return Pick(4) == 0 ? Cancel(run_) : TryLease(run_);
      case 2:
        return TryLease(run_);
      case 3:
        return Advance(static_cast<AttemptState>(1 + Pick(4)));
      case 4:
        return EndAttemptAs(Pick(2) == 0 ? AttemptState::kLost
                                         : static_cast<AttemptState>(5 + Pick(5)));
      case 5:
        return Adopt();
      case 6:
        return Requeue(run_);
      default:
        return Pick(4) == 0 ? End(run_, static_cast<RunState>(5 + Pick(3))) : Requeue(run_);
    }
  }

  void CheckStep(const View& before, const View& after, Transition answer) {
    bool changed = before.run != after.run || before.attempts.size() != after.attempts.size();
    if (before.run != after.run) {
      EXPECT_TRUE(IsLegal(before.run, after.run)) << NameOf(before.run) << NameOf(after.run);
    }
    for (size_t i = 0; i < before.attempts.size(); ++i) {
      const AttemptState from = before.attempts[i].state;
      const AttemptState to = after.attempts[i].state;
      changed = changed || from != to;
      if (from != to) {
        EXPECT_TRUE(IsLegal(from, to)) << NameOf(from) << NameOf(to);
      }
    }
    EXPECT_EQ(changed, answer == Transition::kApplied) << NameOf(answer);
  }

  static void CheckView(const View& view) {
    int live_count = 0;
    int64_t last_fence = 0;
    for (const Attempt& attempt : view.attempts) {
      if (!IsTerminal(attempt.state)) ++live_count;
      EXPECT_EQ(IsTerminal(attempt.state), attempt.end_time.has_value());
      EXPECT_GT(attempt.key.fence, last_fence);
      last_fence = attempt.key.fence;
    }
    EXPECT_LE(live_count, 1);
    if (live_count == 1) {
      EXPECT_TRUE(view.run == RunState::kRunning || view.run == RunState::kCancelling);
      EXPECT_FALSE(IsTerminal(view.attempts.back().state)) << "an older attempt is live";
    }
  }

  int Pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }

  int64_t run_ = 0;
  std::mt19937 random_{20261122};  // Fixed: a failure can be repeated.
};

TEST_F(RandomWalkTest, KeepsEveryRuleOfTheDiagram) {
  for (int walk = 0; walk < 40; ++walk) {
    run_ = AddRun("walk-" + std::to_string(walk), Pick(2) == 0);
    View before = Look();
    for (int step = 0; step < 40 && !IsTerminal(before.run); ++step) {
      const absl::StatusOr<Transition> answer = Step();
      ASSERT_THAT(answer, IsOk());
      const View after = Look();
      CheckStep(before, after, *answer);
      CheckView(after);
      ASSERT_FALSE(HasFailure()) << "walk " << walk << ", step " << step;
      before = after;
    }
  }
}

}  // namespace
}  // namespace pecg
