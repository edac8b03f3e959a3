#!/bin/sh
# The slow campaigns, before a release: kills at random moments, and long fuzzing.
#   tests/campaign.sh [KILLS [FUZZ_SECONDS]]     5,000 kills of the storage; a 25th of that for the
#                                                coordinator under clients and a 100th for the agent;
#                                                600 s of fuzzing per parser
# A kill loses nothing and doubles nothing; 0 failures in N kills bound the failure rate at 3/N (95 %).
set -eu
cd "$(dirname "$0")/.."

kills=${1:-5000}
fuzz_seconds=${2:-600}
step() { printf '\n== %s\n' "$1"; }

step "build"
deploy/install.sh --tests
deploy/build.sh dev kill_test kill_campaign_test
step "storage: $kills kills"
PECG_KILL_ROUNDS=$kills build/dev/tests/storage/kill_test
step "coordinator: $((kills / 25)) kills under submitting clients"
PECG_KILL_ROUNDS=$((kills / 25)) build/dev/tests/end_to_end/kill_campaign_test \
  --gtest_filter='*ACoordinator*'
step "agent: $((kills / 100)) kills in the middle of training"
PECG_KILL_ROUNDS=$((kills / 100)) build/dev/tests/end_to_end/kill_campaign_test \
  --gtest_filter='*ATraining*'
step "fuzzing"
tests/fuzz/run.sh "$fuzz_seconds"
