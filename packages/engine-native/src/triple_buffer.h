// A mailbox for the newest value: one writer, one reader, wait-free on both sides, nothing freed.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>

namespace foldback {

/// Three slots: the writer fills one, the reader reads one, one is parked between them.
/// An unread older value is overwritten, never queued.
template <typename T>
class TripleBuffer {
 public:
  /// [control-thread] Each slot starts as a copy of `initial`, which also reserves its memory.
  explicit TripleBuffer(const T& initial = T()) : slots_{initial, initial, initial} {}

  /// [control-thread] The slot being written; it holds whatever it held two or three publishes ago.
  T& back() { return slots_[back_]; }

  /// [control-thread] Which of the three slots back() is, so that a writer can know how stale it is.
  int backIndex() const { return static_cast<int>(back_); }

  /// [control-thread] Hands the back slot over and takes the parked one in exchange.
  void publish() {
    const uint32_t parked = parked_.exchange(back_ | kFresh, std::memory_order_acq_rel);
    back_ = parked & kIndexMask;
  }

  /// [audio-thread] The newest value if one was published since the last call, else nullptr.
  /// It stays valid until the next call.
  const T* takeNewest() noexcept {
    if ((parked_.load(std::memory_order_relaxed) & kFresh) == 0) return nullptr;
    const uint32_t parked = parked_.exchange(front_, std::memory_order_acq_rel);
    front_ = parked & kIndexMask;
    return &slots_[front_];
  }

 private:
  static constexpr uint32_t kIndexMask = 3;
  static constexpr uint32_t kFresh = 4;
  static constexpr size_t kCacheLine = 64;

  std::array<T, 3> slots_;
  alignas(kCacheLine) uint32_t back_ = 0;                 // writer only
  alignas(kCacheLine) uint32_t front_ = 1;                // reader only
  alignas(kCacheLine) std::atomic<uint32_t> parked_ = 2;  // both
  static_assert(std::atomic<uint32_t>::is_always_lock_free);
};

}  // namespace foldback
