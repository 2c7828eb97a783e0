// A queue for things that must keep their order: one producer, one consumer, wait-free, fixed size.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace foldback {

/// Counts of everything ever written and read; their difference is what lies in the ring.
template <typename T>
class SpscRing {
 public:
  static_assert(std::is_trivially_copyable_v<T>);

  /// [control-thread] All memory is taken here.
  explicit SpscRing(size_t capacity) : slots_(capacity) {}

  size_t capacity() const { return slots_.size(); }

  /// [producer] How many items fit now.
  size_t free() const noexcept {
    return slots_.size() - static_cast<size_t>(written_.load(std::memory_order_relaxed) -
                                               read_.load(std::memory_order_acquire));
  }

  /// [producer] How many items were ever written.
  uint64_t written() const noexcept { return written_.load(std::memory_order_relaxed); }

  /// [producer] Writes all of `items` or, when they do not fit, nothing.
  bool write(std::span<const T> items) noexcept {
    if (items.size() > free()) return false;
    const uint64_t at = written_.load(std::memory_order_relaxed);
    const size_t start = at % slots_.size();
    const size_t first = std::min(items.size(), slots_.size() - start);
    std::copy_n(items.data(), first, slots_.data() + start);
    std::copy_n(items.data() + first, items.size() - first, slots_.data());
    written_.store(at + items.size(), std::memory_order_release);
    return true;
  }

  /// [consumer] How many items can be read now.
  size_t available() const noexcept {
    return static_cast<size_t>(written_.load(std::memory_order_acquire) -
                               read_.load(std::memory_order_relaxed));
  }

  /// [consumer] How many items were ever read.
  uint64_t read() const noexcept { return read_.load(std::memory_order_relaxed); }

  /// [consumer] The oldest item; only when available() > 0.
  const T& front() const noexcept { return slots_[read_.load(std::memory_order_relaxed) % slots_.size()]; }

  /// [consumer] Reads up to `items.size()` items; returns how many.
  size_t read(std::span<T> items) noexcept {
    const size_t count = std::min(items.size(), available());
    const uint64_t at = read_.load(std::memory_order_relaxed);
    const size_t start = at % slots_.size();
    const size_t first = std::min(count, slots_.size() - start);
    std::copy_n(slots_.data() + start, first, items.data());
    std::copy_n(slots_.data(), count - first, items.data() + first);
    read_.store(at + count, std::memory_order_release);
    return count;
  }

 private:
  static constexpr size_t kCacheLine = 64;

  std::vector<T> slots_;
  alignas(kCacheLine) std::atomic<uint64_t> written_ = 0;  // stored by the producer
  alignas(kCacheLine) std::atomic<uint64_t> read_ = 0;     // stored by the consumer
  static_assert(std::atomic<uint64_t>::is_always_lock_free);
};

}  // namespace foldback
