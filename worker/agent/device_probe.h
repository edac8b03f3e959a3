#ifndef PECG_WORKER_AGENT_DEVICE_PROBE_H_
#define PECG_WORKER_AGENT_DEVICE_PROBE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pecg/v1/worker.pb.h"

namespace pecg {

/// Finds what a job can run on: `cpu` always, `mps` on macOS with an Apple chip, `cuda:N` as
/// `nvidia-smi` lists them. Takes milliseconds without an NVIDIA driver and at most five seconds
/// with one; whatever fails leaves its device out.
std::vector<v1::WorkerDevice> ProbeDevices();

/// Number of cores a job may use, at least 1.
int CoreCount();

/// How many processes the system has killed for memory since it started; 0 where it does not tell
/// (macOS). Linux counts kills in control groups too (`oom_kill` in /proc/vmstat).
int64_t OomKillCount();

/// Turns the answer of `nvidia-smi --query-gpu=index,name,memory.total
/// --format=csv,noheader,nounits` into devices. `visible` is CUDA_VISIBLE_DEVICES, where set: CUDA
/// numbers the listed ones anew from 0; up to the first entry that names no device. Lines that do
/// not parse are left out.
std::vector<v1::WorkerDevice> ParseNvidiaSmi(std::string_view csv,
                                             const std::optional<std::string>& visible);

}  // namespace pecg

#endif  // PECG_WORKER_AGENT_DEVICE_PROBE_H_
