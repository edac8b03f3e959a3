#ifndef PECG_WORKER_SIGNAL_RECYCLED_MEMORY_H_
#define PECG_WORKER_SIGNAL_RECYCLED_MEMORY_H_

#include <cstddef>

namespace pecg {

/// Returns `bytes` of memory, a block the thread has given back before where there is one of that
/// size. Throws std::bad_alloc. Large blocks come fresh from the kernel each time otherwise, and
/// faulting in their pages costs a fifth of measuring an ECG.
void* TakeMemory(std::size_t bytes);

/// Gives memory of TakeMemory back. Each thread keeps its last 16 blocks of 64 KiB and more until
/// it ends; thread-safe, and blocks may be given back by another thread.
void GiveMemoryBack(void* memory, std::size_t bytes) noexcept;

/// An allocator over the two, for large short-lived arrays of one record.
template <typename Value>
struct RecyclingAllocator {
  using value_type = Value;

  RecyclingAllocator() = default;
  template <typename Other>
  // NOLINTNEXTLINE(google-explicit-constructor): allocators convert into each other.
  RecyclingAllocator(const RecyclingAllocator<Other>&) noexcept {}

  Value* allocate(std::size_t count) {
    return static_cast<Value*>(TakeMemory(count * sizeof(Value)));
  }
  void deallocate(Value* memory, std::size_t count) noexcept {
    GiveMemoryBack(memory, count * sizeof(Value));
  }

  friend bool operator==(const RecyclingAllocator&, const RecyclingAllocator&) { return true; }
};

}  // namespace pecg

#endif  // PECG_WORKER_SIGNAL_RECYCLED_MEMORY_H_
