// A queue of audio between a thread that must never wait and one that reads or writes a disk.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace foldback {

/// One producer, one consumer, wait-free, fixed size; whole frames of all channels.
class PlanarRing {
 public:
  /// [control-thread] All memory is taken here.
  PlanarRing(int channels, size_t framesMin)
      : capacity_(std::bit_ceil(framesMin)), rows_(static_cast<size_t>(channels)) {
    for (std::vector<float>& row : rows_) row.resize(capacity_);
  }

  size_t capacity() const { return capacity_; }

  /// [producer] How many frames fit now.
  size_t free() const noexcept {
    return capacity_ - static_cast<size_t>(written_.load(std::memory_order_relaxed) -
                                           read_.load(std::memory_order_acquire));
  }

  /// [producer] How many frames were ever written.
  uint64_t written() const noexcept { return written_.load(std::memory_order_relaxed); }

  /// [producer] Writes `frames` frames, which must fit.
  void write(const float* const* channels, size_t frames) noexcept {
    const uint64_t at = written_.load(std::memory_order_relaxed);
    const size_t start = at & (capacity_ - 1);
    const size_t first = std::min(frames, capacity_ - start);
    for (size_t channel = 0; channel < rows_.size(); ++channel) {
      float* row = rows_[channel].data();
      std::copy_n(channels[channel], first, row + start);
      std::copy_n(channels[channel] + first, frames - first, row);
    }
    written_.store(at + frames, std::memory_order_release);
  }

  /// [consumer] How many frames can be read now.
  size_t available() const noexcept {
    return static_cast<size_t>(written_.load(std::memory_order_acquire) -
                               read_.load(std::memory_order_relaxed));
  }

  /// [consumer] How many frames were ever read.
  uint64_t read() const noexcept { return read_.load(std::memory_order_relaxed); }

  /// [consumer] Reads `frames` frames, which must be there.
  void read(float* const* channels, size_t frames) noexcept {
    const uint64_t at = read_.load(std::memory_order_relaxed);
    const size_t start = at & (capacity_ - 1);
    const size_t first = std::min(frames, capacity_ - start);
    for (size_t channel = 0; channel < rows_.size(); ++channel) {
      const float* row = rows_[channel].data();
      std::copy_n(row + start, first, channels[channel]);
      std::copy_n(row, frames - first, channels[channel] + first);
    }
    read_.store(at + frames, std::memory_order_release);
  }

 private:
  static constexpr size_t kCacheLine = 64;

  const size_t capacity_;  // a power of two
  std::vector<std::vector<float>> rows_;
  alignas(kCacheLine) std::atomic<uint64_t> written_ = 0;  // stored by the producer
  alignas(kCacheLine) std::atomic<uint64_t> read_ = 0;     // stored by the consumer
  static_assert(std::atomic<uint64_t>::is_always_lock_free);
};

}  // namespace foldback
