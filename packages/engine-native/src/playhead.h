// Where the sound is in time: one writer in the callback, any number of readers anywhere.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace foldback {

/// A block of the engine in time, in nanoseconds of std::chrono::steady_clock.
struct PlayheadReading {
  uint64_t frame = 0;  ///< First frame of the block, counted since the engine was opened as taps count.
  int64_t hostNs = 0;  ///< When the device asked for it.
  int64_t dacNs = 0;   ///< When it leaves the interface, as the device says.
};

/// A sequence lock: the count is odd while the writer writes, and a reader that saw it odd or saw it change
/// reads again. The writer waits for nobody.
class Playhead {
 public:
  /// [audio-thread]
  void publish(const PlayheadReading& now) noexcept {
    const uint64_t count = count_.load(std::memory_order_relaxed);
    count_.store(count + 1, std::memory_order_relaxed);
    // Releases: whoever sees a new value here sees above that the count is odd.
    frame_.store(now.frame, std::memory_order_release);
    hostNs_.store(now.hostNs, std::memory_order_release);
    dacNs_.store(now.dacNs, std::memory_order_release);
    count_.store(count + 2, std::memory_order_release);
  }

  /// [any-thread but the audio thread] Nothing before the first block.
  std::optional<PlayheadReading> read() const noexcept {
    for (;;) {
      const uint64_t before = count_.load(std::memory_order_acquire);
      if (before == 0) return std::nullopt;
      PlayheadReading reading;
      reading.frame = frame_.load(std::memory_order_acquire);
      reading.hostNs = hostNs_.load(std::memory_order_acquire);
      reading.dacNs = dacNs_.load(std::memory_order_acquire);
      const bool whole = before % 2 == 0 && count_.load(std::memory_order_relaxed) == before;
      if (whole) return reading;
    }
  }

 private:
  std::atomic<uint64_t> count_ = 0;
  std::atomic<uint64_t> frame_ = 0;
  std::atomic<int64_t> hostNs_ = 0;
  std::atomic<int64_t> dacNs_ = 0;
  static_assert(std::atomic<uint64_t>::is_always_lock_free);
};

}  // namespace foldback
