#include "worker/signal/recycled_memory.h"

#include <array>
#include <new>

namespace pecg {
namespace {

constexpr std::size_t kSmallestKept = 64UL * 1024;
constexpr std::size_t kMostKept = 16;

struct Block {
  void* memory = nullptr;
  std::size_t bytes = 0;
};

/// One thread's blocks; the oldest makes room.
class Shelf {
 public:
  Shelf() = default;
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;
  ~Shelf() {
    for (const Block& block : blocks_) ::operator delete(block.memory);
  }

  void* Find(std::size_t bytes) {
    for (Block& block : blocks_) {
      if (block.memory == nullptr || block.bytes != bytes) continue;
      void* const memory = block.memory;
      block = {};
      return memory;
    }
    return nullptr;
  }

  void Keep(Block block) {
    for (Block& place : blocks_) {
      if (place.memory != nullptr) continue;
      place = block;
      return;
    }
    ::operator delete(blocks_.at(oldest_).memory);
    blocks_.at(oldest_) = block;
    oldest_ = (oldest_ + 1) % kMostKept;
  }

 private:
  std::array<Block, kMostKept> blocks_{};
  std::size_t oldest_ = 0;
};

Shelf& OwnShelf() {
  thread_local Shelf shelf;
  return shelf;
}

}  // namespace

void* TakeMemory(std::size_t bytes) {
  if (bytes >= kSmallestKept) {
    void* const kept = OwnShelf().Find(bytes);
    if (kept != nullptr) return kept;
  }
  return ::operator new(bytes);
}

void GiveMemoryBack(void* memory, std::size_t bytes) noexcept {
  if (bytes < kSmallestKept) {
    ::operator delete(memory);
  } else {
    OwnShelf().Keep({memory, bytes});
  }
}

}  // namespace pecg
