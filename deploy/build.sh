#!/bin/sh
# Configures and builds one preset: deploy/build.sh PRESET [TARGET...]. Uses as many compilers as
# the memory allows: a file that includes LibTorch takes 1.1 GB.
set -eu
cd "$(dirname "$0")/.."

preset=$1
shift

case "$(uname -s)" in
  Darwin)
    cores=$(sysctl -n hw.ncpu)
    memory_gib=$(($(sysctl -n hw.memsize) / 1073741824))
    ;;
  *)
    cores=$(nproc)
    memory_gib=$(($(awk '/MemAvailable/ {print $2}' /proc/meminfo) / 1048576))
    ;;
esac
jobs=$((memory_gib * 2 / 3))
[ "$jobs" -gt "$cores" ] && jobs=$cores
[ "$jobs" -lt 1 ] && jobs=1

export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
cmake --preset "$preset"
cmake --build "build/$preset" --parallel "$jobs" ${1:+--target "$@"}
