#ifndef PECG_SERVER_RPC_STRAND_H_
#define PECG_SERVER_RPC_STRAND_H_

#include <functional>
#include <memory>

#include "server/rpc/executor.h"

namespace pecg {

/// Runs tasks on an executor one after the other, in the order of the posts: what only such tasks
/// touch needs no lock. Thread-safe. A task may hold the last reference to the strand's owner.
class Strand {
 public:
  /// `executor` is not owned and outlives every task.
  explicit Strand(Executor* executor);
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  void Post(std::function<void()> task);

 private:
  struct State;
  static void Run(const std::shared_ptr<State>& state);

  Executor* const executor_;
  const std::shared_ptr<State> state_;
};

}  // namespace pecg

#endif  // PECG_SERVER_RPC_STRAND_H_
