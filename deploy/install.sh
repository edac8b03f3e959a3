#!/bin/sh
# Installs the packages pecg is built from: apt on Debian 12, Homebrew on macOS. Does nothing when
# they are there. `--tests` adds what the tests and benchmarks need.
set -eu

debian_packages="ca-certificates g++ cmake ninja-build ccache mold pkg-config git
  protobuf-compiler protobuf-compiler-grpc libprotobuf-dev libgrpc++-dev libabsl-dev libc-ares-dev
  libre2-dev zlib1g-dev libspdlog-dev libfmt-dev nlohmann-json3-dev libcli11-dev libyaml-cpp-dev
  libssl-dev libsqlite3-dev libtorch-dev libeigen3-dev"
debian_test_packages="libgtest-dev libgmock-dev libbenchmark-dev clang-14 libclang-rt-14-dev
  python3-numpy"
homebrew_packages="cmake ninja ccache pkg-config protobuf grpc abseil spdlog fmt nlohmann-json cli11
  yaml-cpp openssl@3 sqlite pytorch eigen"
homebrew_test_packages="googletest google-benchmark numpy"

with_tests=false
[ "${1:-}" = "--tests" ] && with_tests=true

install_debian() {
  packages=$debian_packages
  $with_tests && packages="$packages $debian_test_packages"
  missing=""
  for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing="$missing $package"
  done
  if [ -z "$missing" ]; then
    echo "install: every package is there"
    return
  fi
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "error: these packages are missing and need root to install:$missing" >&2
      echo "  hint: run deploy/install.sh as root, or install sudo" >&2
      exit 1
    }
    as_root=sudo
  fi
  echo "install:$missing"
  $as_root apt-get update -q
  # shellcheck disable=SC2086  # One word per package.
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

install_macos() {
  command -v brew >/dev/null || {
    echo "error: Homebrew is not installed" >&2
    echo "  hint: see https://brew.sh, then run this again" >&2
    exit 1
  }
  packages=$homebrew_packages
  $with_tests && packages="$packages $homebrew_test_packages"
  # shellcheck disable=SC2086
  brew install -q $packages
}

case "$(uname -s)" in
  Darwin) install_macos ;;
  Linux)
    command -v apt-get >/dev/null || {
      echo "error: no apt-get here; pecg is built on Debian 12 or macOS" >&2
      echo "  hint: install these by hand: $debian_packages" >&2
      exit 1
    }
    install_debian
    ;;
  *)
    echo "error: pecg is built on Debian 12 or macOS, not on $(uname -s)" >&2
    exit 1
    ;;
esac
