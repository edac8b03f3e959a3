#!/bin/sh
# Fuzzes every target with clang's libFuzzer under the address and undefined-behaviour sanitizers.
#   tests/fuzz/run.sh SECONDS [TARGET...]     SECONDS per target; all targets unless named
# New inputs go to build/fuzz/corpus, findings to build/fuzz/findings; the corpus in the repository
# is only read. Ends with 1 after a finding.
set -eu

if [ $# -lt 1 ]; then
  echo "usage: $0 SECONDS [TARGET...]" >&2
  exit 2
fi
seconds=$1
shift
source=$(cd "$(dirname "$0")/../.." && pwd)
build="$source/build/fuzz"
targets=${*:-"fuzz_csv fuzz_folder fuzz_label_issues fuzz_measure_ecg fuzz_ptb_xl \
fuzz_safetensors fuzz_wfdb_annotation fuzz_wfdb_header fuzz_wfdb_segments fuzz_wfdb_signal fuzz_yaml fuzz_zzu_attributes"}

cmake --preset fuzz -S "$source" -B "$build" -DPECG_WITH_FUZZ=ON -DPECG_WITH_RPC=ON \
  -DPECG_WITH_BENCH=OFF -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DPECG_SANITIZE=address,undefined,fuzzer-no-link >/dev/null
# shellcheck disable=SC2086  # The list of targets is words.
cmake --build "$build" --target $targets

mkdir -p "$build/findings"
for target in $targets; do
  echo "== $target: $seconds s"
  mkdir -p "$build/corpus/$target"
  UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
    "$build/tests/fuzz/$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$build/findings/$target-" \
    "$build/corpus/$target" "$source/tests/fuzz/corpus/$target"
done
