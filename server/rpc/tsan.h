#ifndef PECG_SERVER_RPC_TSAN_H_
#define PECG_SERVER_RPC_TSAN_H_

/// gRPC hands a reactor from thread to thread inside a library that the thread sanitizer does not
/// see into. PECG_TSAN_RELEASE before a StartRead, StartWrite or Finish and PECG_TSAN_ACQUIRE first
/// thing in OnReadDone, OnWriteDone and OnDone tell it so. Nothing in other builds.
#if defined(__SANITIZE_THREAD__)
#define PECG_WITH_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PECG_WITH_TSAN 1
#endif
#endif

#ifdef PECG_WITH_TSAN
extern "C" void __tsan_acquire(void* address);  // NOLINT: the sanitizer's name
extern "C" void __tsan_release(void* address);  // NOLINT: the sanitizer's name
#define PECG_TSAN_ACQUIRE(address) __tsan_acquire(address)
#define PECG_TSAN_RELEASE(address) __tsan_release(address)
#else
#define PECG_TSAN_ACQUIRE(address) static_cast<void>(address)
#define PECG_TSAN_RELEASE(address) static_cast<void>(address)
#endif

#endif  // PECG_SERVER_RPC_TSAN_H_
