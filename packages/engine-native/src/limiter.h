// The ceiling of one mix: nothing above it leaves, nothing below it is touched.
#pragma once

#include "kernels.h"

namespace foldback {

/// -1 dBFS: 10^(-1/20).
inline constexpr float kDefaultCeiling = 0.891250938f;

/// [any-thread] A release with a time constant of 80 ms: quick enough to give a hit back before the next
/// beat, slow enough not to distort a bass note.
LimiterSettings limiterSettings(double sampleRateHz, float ceiling);

/// One stereo limiter without latency. It looks at the whole chunk before it plays it, and at the next one
/// where the block has one: the gain goes down in one straight line that meets every peak in time, and comes
/// back exponentially. Both sides share the gain. No line is steeper than kSteepestFall, which takes it from
/// unity to nothing in half a chunk: a peak in the first frames of a block, which nobody saw coming, is cut
/// off at the ceiling, for 31 frames at most, while the gain comes down. The ceiling is one of samples; what
/// a converter makes of them between two is at most 3.0 dB higher for a sine (README.md has figures).
class Limiter {
 public:
  /// [audio-thread] True when the next chunk may pass untouched if it stays below the ceiling.
  bool idle() const noexcept { return gain_ == 1.0f; }

  /// [audio-thread] The job for the next chunk, to be done by Kernels::limitLanes.
  LimitJob job(float* left, float* right) const noexcept { return {left, right, gain_, {}}; }

  /// [audio-thread] The job is done: the next chunk goes on where it ended.
  void keep(const LimitedChunk& chunk) noexcept;

  /// [audio-thread] Forgets the past: the next chunk starts at unity gain.
  void reset() noexcept { gain_ = 1.0f; }

 private:
  float gain_ = 1.0f;  // at the last frame of the chunk before
};

}  // namespace foldback
