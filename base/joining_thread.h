#ifndef PECG_BASE_JOINING_THREAD_H_
#define PECG_BASE_JOINING_THREAD_H_

#include <thread>
#include <utility>

namespace pecg {

/// A thread that is joined when it goes out of scope (std::jthread, which Apple's libc++ lacks).
/// Whoever owns one tells the thread to end before that. Declare it as the last member, so that it
/// is joined before what it uses is destroyed. Owned by one thread; not thread-safe.
class JoiningThread {
 public:
  JoiningThread() = default;
  template <typename Function>
  explicit JoiningThread(Function&& function) : thread_(std::forward<Function>(function)) {}
  JoiningThread(JoiningThread&&) noexcept = default;
  JoiningThread& operator=(JoiningThread&& other) noexcept {
    if (this != &other) {
      Join();
      thread_ = std::move(other.thread_);
    }
    return *this;
  }
  ~JoiningThread() { Join(); }

  /// Waits until the thread has ended; returns at once if there is none.
  void Join() {
    if (thread_.joinable()) thread_.join();
  }

  /// Says whether there is a thread that has not been joined.
  bool joinable() const { return thread_.joinable(); }

 private:
  std::thread thread_;
};

}  // namespace pecg

#endif  // PECG_BASE_JOINING_THREAD_H_
