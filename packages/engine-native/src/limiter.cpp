// The ceiling of one mix: what lasts from chunk to chunk.
#include "limiter.h"

#include <cmath>

namespace foldback {
namespace {

constexpr double kReleaseSeconds = 0.080;

/// Close enough to unity that the last step up is inaudible (-100 dB); snapping makes the limiter idle again.
constexpr float kUnityGap = 1e-5f;

}  // namespace

LimiterSettings limiterSettings(double sampleRateHz, float ceiling) {
  return {ceiling, static_cast<float>(1.0 - std::exp(-1.0 / (kReleaseSeconds * sampleRateHz)))};
}

void Limiter::keep(const LimitedChunk& chunk) noexcept {
  gain_ = 1.0f - chunk.lastGain < kUnityGap ? 1.0f : chunk.lastGain;
}

}  // namespace foldback
