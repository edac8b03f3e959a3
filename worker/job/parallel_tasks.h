#ifndef PECG_WORKER_JOB_PARALLEL_TASKS_H_
#define PECG_WORKER_JOB_PARALLEL_TASKS_H_

#include <cstddef>
#include <functional>

namespace pecg {

/// Calls `task` with 0, 1, ... `count - 1`, each once, on up to `threads` threads, and returns when
/// all calls have. After a call that throws no new one is begun, and the first exception is thrown
/// again here. `task` must be safe to call from several threads at a time.
void RunTasks(std::size_t count, int threads, const std::function<void(std::size_t)>& task);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_PARALLEL_TASKS_H_
