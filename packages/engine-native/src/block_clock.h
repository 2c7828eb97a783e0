// When the next block of a device without hardware is due.
#pragma once

#include <chrono>
#include <cstdint>

namespace foldback {

/// Absolute deadlines, so that rounding and late wake-ups never add up to drift.
class BlockClock {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// After a stall of more than this (the machine slept), the time is skipped instead of played in a burst.
  static constexpr std::chrono::milliseconds kLongestCatchUp{200};

  BlockClock(double sampleRateHz, int blockFrames, Time start)
      : sampleRateHz_(sampleRateHz), blockFrames_(blockFrames), start_(start) {}

  /// When the next block shall be rendered.
  Time due() const {
    const double seconds = static_cast<double>(blocks_) * blockFrames_ / sampleRateHz_;
    return start_ + std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(seconds));
  }

  /// Counts the due block as rendered. Returns true when time was skipped: the listener heard a gap.
  bool rendered(Time now) {
    ++blocks_;
    if (now - due() <= kLongestCatchUp) return false;
    start_ = now;
    blocks_ = 0;
    return true;
  }

 private:
  const double sampleRateHz_;
  const int blockFrames_;
  Time start_;
  uint64_t blocks_ = 0;
};

}  // namespace foldback
