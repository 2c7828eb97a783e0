// The inner loops in plain C++: slow, obvious, and the specification of all the others.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "kernels.h"

namespace foldback {
namespace {

constexpr uint32_t kMagnitudeMask = 0x7fffffff;
constexpr uint32_t kInfinityBits = 0x7f800000;
constexpr uint32_t kSmallestNormalBits = 0x00800000;

uint32_t magnitudeBits(float sample) { return std::bit_cast<uint32_t>(sample) & kMagnitudeMask; }

void mixTile(const TileJob& job, int begin, int end) noexcept {
  for (int row = 0; row < kTileRows; ++row) {
    float* out = job.rows + row * kRowStride;
    for (int frame = begin; frame < end; ++frame) {
      float sum = 0;
      for (int entry = 0; entry < job.fixedCount; ++entry) {
        const float sample = job.inputs[job.fixedChannels[entry] * kRowStride + frame];
        sum += job.fixedGains[entry * kTileRows + row] * sample;
      }
      for (int entry = 0; entry < job.movingCount; ++entry) {
        const uint32_t at = job.movingChannels[entry] * kRowStride + frame;
        sum += job.movingGains[entry * kTileRows + row] * job.inputs[at];
        sum += job.movingSteps[entry * kTileRows + row] * job.rampedInputs[at];
      }
      out[frame] = sum;
    }
  }
}

ChannelScan scanChannel(const float* samples, int frames) noexcept {
  ChannelScan scan;
  for (int frame = 0; frame < frames; ++frame) {
    const uint32_t bits = magnitudeBits(samples[frame]);  // bits, because DAZ makes a denormal equal to zero
    if (bits >= kInfinityBits || (bits != 0 && bits < kSmallestNormalBits)) scan.clean = false;
    scan.peak = std::max(scan.peak, std::fabs(samples[frame]));
    scan.sumSquares += samples[frame] * samples[frame];
  }
  return scan;
}

StereoScan scanStereo(const float* left, const float* right, int frames) noexcept {
  StereoScan scan;
  for (int frame = 0; frame < frames; ++frame) {
    if (magnitudeBits(left[frame]) >= kInfinityBits || magnitudeBits(right[frame]) >= kInfinityBits) {
      scan.finite = false;
    }
    scan.peakLeft = std::max(scan.peakLeft, std::fabs(left[frame]));
    scan.peakRight = std::max(scan.peakRight, std::fabs(right[frame]));
    scan.sumSquaresLeft += left[frame] * left[frame];
    scan.sumSquaresRight += right[frame] * right[frame];
  }
  return scan;
}

void rampInput(const float* input, float* ramped) noexcept {
  for (int frame = 0; frame < kRowStride; ++frame) ramped[frame] = static_cast<float>(frame) * input[frame];
}

void advanceRamps(int count, float frames, const float* targets, const float* steps, float* remaining,
                  float* gains) noexcept {
  for (int i = 0; i < count; ++i) {
    remaining[i] = std::max(remaining[i] - frames, 0.0f);
    gains[i] = targets[i] - steps[i] * remaining[i];
  }
}

}  // namespace

const Kernels& scalarKernels() {
  static constexpr Kernels kKernels{"scalar", mixTile, scanChannel, scanStereo, rampInput, advanceRamps};
  return kKernels;
}

}  // namespace foldback
