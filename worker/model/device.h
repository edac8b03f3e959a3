#ifndef PECG_WORKER_MODEL_DEVICE_H_
#define PECG_WORKER_MODEL_DEVICE_H_

#include <cstdint>
#include <functional>
#include <string>

namespace pecg {

/// Checks that this process can compute on `device`: `cpu`, `mps`, `cuda` or `cuda:N`.
/// Throws Error::kBadInput for another name, Error::kDevice for a device that is not there.
void CheckDevice(const std::string& device);

/// The best device of this machine: `cuda:0`, else `mps`, else `cpu`.
std::string BestDevice();

/// Prepares LibTorch for one job: `threads` CPU threads (at least 1) and deterministic algorithms.
/// On the CPU the same seed, data and thread count then give the same bits; on MPS and CUDA an
/// operation without a deterministic form only warns. Process-wide; call it before any computation.
void ConfigureCompute(int threads, const std::string& device);

/// `cpu`, `mps`, `cuda:0` with the device's model name where it is known.
std::string DescribeDevice(const std::string& device);

/// For example `libtorch 1.13.1`.
std::string DescribeLibTorch();

/// Runs `body`; an exception of LibTorch becomes an Error: kOutOfMemory when memory ran out,
/// kDevice otherwise. Errors of our own pass unchanged.
void TranslateTorchErrors(const std::function<void()>& body);

}  // namespace pecg

#endif  // PECG_WORKER_MODEL_DEVICE_H_
