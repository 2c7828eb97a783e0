// The ceiling of one mix: a line down in time for every peak, an exponential way back, and a last clamp.
#include "limiter.h"

#include <algorithm>
#include <cmath>

#include "kernels.h"

namespace foldback {
namespace {

constexpr double kReleaseSeconds = 0.080;

/// Close enough to unity that the last step up is inaudible (-100 dB); snapping makes the limiter idle again.
constexpr float kUnityGap = 1e-5f;

/// Replaces what is not a number one can play, and what overflowed.
void silenceNonFinite(float* samples, int frames) noexcept {
  for (int frame = 0; frame < frames; ++frame) {
    if (!std::isfinite(samples[frame])) samples[frame] = 0.0f;
  }
}

void applyGain(float* samples, const float* gains, int frames, float ceiling) noexcept {
  for (int frame = 0; frame < frames; ++frame) {
    samples[frame] = std::clamp(samples[frame] * gains[frame], -ceiling, ceiling);  // rounding may exceed it
  }
}

}  // namespace

LimiterSettings limiterSettings(double sampleRateHz, float ceiling) {
  return {ceiling, static_cast<float>(1.0 - std::exp(-1.0 / (kReleaseSeconds * sampleRateHz)))};
}

float Limiter::process(float* left, float* right, int frames, const LimiterSettings& settings) noexcept {
  silenceNonFinite(left, frames);
  silenceNonFinite(right, frames);

  // The steepest line from the gain before that still meets every peak, and the lowest gain it must reach.
  float slope = (1.0f - gain_) * settings.releasePerFrame;
  float lowest = gain_;
  for (int frame = 0; frame < frames; ++frame) {
    const float peak = std::max(std::fabs(left[frame]), std::fabs(right[frame]));
    const float allowed = peak > settings.ceiling ? settings.ceiling / peak : 1.0f;
    slope = std::min(slope, (allowed - gain_) / static_cast<float>(frame + 1));
    lowest = std::min(lowest, allowed);
  }

  float gains[kChunkFrames];
  for (int frame = 0; frame < frames; ++frame) {
    gains[frame] = std::clamp(gain_ + slope * static_cast<float>(frame + 1), lowest, 1.0f);
  }
  applyGain(left, gains, frames, settings.ceiling);
  applyGain(right, gains, frames, settings.ceiling);

  const float deepest = std::min(gains[0], gains[frames - 1]);
  gain_ = gains[frames - 1];
  if (1.0f - gain_ < kUnityGap) gain_ = 1.0f;
  return deepest;
}

}  // namespace foldback
