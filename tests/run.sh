#!/bin/sh
# Installs, builds and runs every test:
#   dev    everything, with LibTorch
#   asan   address and undefined-behaviour sanitizers, without LibTorch
#   tsan   thread sanitizer, the rooms with threads and without gRPC
# tests/run.sh [dev|asan|tsan]...   only these; all without arguments.
set -eu
cd "$(dirname "$0")/.."

started=$(date +%s)
step() { printf '\n== %s (%s s so far)\n' "$1" "$(($(date +%s) - started))"; }

[ $# -gt 0 ] || set -- dev asan tsan

step "packages"
deploy/install.sh --tests

for preset in "$@"; do
  case $preset in
    dev | asan | tsan) ;;
    *)
      echo "error: unknown stage: $preset" >&2
      echo "  hint: dev, asan or tsan" >&2
      exit 2
      ;;
  esac
  step "$preset: build"
  if [ "$preset" = tsan ]; then
    deploy/build.sh tsan thread_tests
  else
    deploy/build.sh "$preset"
  fi
  step "$preset: test"
  ctest --preset "$preset" --parallel 2
done

step "done: every test passed"
