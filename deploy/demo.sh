#!/bin/sh
# The main job from nothing: installs, builds, starts a coordinator in a temporary folder and takes a
# dataset through index, audit, split, training, evaluation and report.
#   deploy/demo.sh              a made-up dataset (1,000 records)
#   deploy/demo.sh --data DIR   a real ZZU-pECG folder (the one that holds AttributesDictionary.csv)
set -eu

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0"; }
fail() {
  echo "error: $1" >&2
  [ -n "${2:-}" ] && echo "  hint: $2" >&2
  exit "${3:-1}"
}

data=""
while [ $# -gt 0 ]; do
  case $1 in
    --data)
      [ $# -ge 2 ] || fail "--data needs a folder" "deploy/demo.sh --data /data/zzu-pecg" 2
      [ -f "$2/AttributesDictionary.csv" ] ||
        fail "no AttributesDictionary.csv in $2" "give the folder of the extracted release" 3
      data=$(cd "$2" && pwd)
      shift 2
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      fail "unknown option: $1" "" 2
      ;;
  esac
done

cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$1"; }

step "packages"
deploy/install.sh
step "build"
deploy/build.sh release
bin=$PWD/build/release/bin

work=$(mktemp -d "${TMPDIR:-/tmp}/pecg-demo.XXXXXX")
export PECG_HOME="$work/home"
unset PECG_ADDRESS PECG_TOKEN_FILE  # The demo talks to its own coordinator, whatever the shell has set.
daemon=""
stop() {
  [ -z "$daemon" ] || { kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null; } || :
}
trap stop EXIT
trap 'exit 130' INT TERM

started=$(date +%s)
if [ -z "$data" ]; then
  step "a made-up dataset: $work/data"
  data=$work/data
  "$bin/pecg-ecg" synthesize --out "$data" --records 1000 --seed 1 --jobs 2
fi

step "coordinator"
mkfifo "$work/ready"
"$bin/pecgd" --home "$PECG_HOME" --port 0 >"$work/ready" 2>"$work/pecgd.err" &
daemon=$!
# The first line says where it listens; the end of the file without one, that it did not start.
read -r ready <"$work/ready" || fail "pecgd did not start: $(cat "$work/pecgd.err")"
echo "$ready"

pecg() { "$bin/pecg" "$@"; }
# `submit` prints the run's name, `runs/3`, and nothing else on its standard output.
submit() { pecg run submit --detach --yes "$@"; }
finish() { pecg run watch "${1#runs/}"; }

step "index"
pecg dataset add demo --kind zzu_pecg --dir "$data"
step "audit"
pecg dataset audit demo --html "$work/audit.html"
step "split"
split=$(pecg split create --dataset demo --seed 1 -o csv --columns name --no-headers)
split=${split#splits/}
pecg split show "$split"

step "train: the floor (age, sex, lead layout) and a ResNet-1D, fold 0 held out"
floor=$(submit -f deploy/demo-floor.yaml --set "split=$split")
finish "$floor"
model=$(submit -f deploy/demo-train.yaml --set "split=$split")
finish "$model"

step "evaluate"
cat >"$work/evaluate.yaml" <<YAML
title: demo evaluation
dataset: demo
split: $split
seed: 1
inputs:
  - {alias: predictions, run: $model}
  - {alias: floor, run: $floor}
evaluate: {bootstrap_count: 1000}
YAML
evaluation=$(submit -f "$work/evaluate.yaml")
finish "$evaluation"

step "report"
cat >"$work/report.yaml" <<YAML
title: demo report
dataset: demo
inputs:
  - {alias: evaluation, run: $evaluation}
report: {}
YAML
report=$(submit -f "$work/report.yaml")
finish "$report"
pecg run artifacts "${report#runs/}" --get report.html --out "$work/report.html"

step "results"
pecg run artifacts "${evaluation#runs/}" --get evaluation.txt --out -
echo
echo "report: $work/report.html"
echo "audit:  $work/audit.html"
echo "The main job took $(($(date +%s) - started)) s after the build."
