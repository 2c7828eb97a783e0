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
  for (int row = 0; row < job.rowCount; ++row) {
    float* out = job.rows + row * kRowStride;
    for (int frame = begin; frame < end; ++frame) {
      float sum = 0;
      for (int entry = 0; entry < job.fixedCount; ++entry) {
        sum += job.fixedGains[entry * kTileRows + row] *
               job.inputs[job.fixedChannels[entry] * kRowStride + frame];
      }
      float sumPerFrame = 0;
      for (int entry = 0; entry < job.movingCount; ++entry) {
        const float sample = job.inputs[job.movingChannels[entry] * kRowStride + frame];
        sum += job.movingGains[entry * kTileRows + row] * sample;
        sumPerFrame += job.movingSteps[entry * kTileRows + row] * sample;
      }
      out[frame] = sum + (job.movingFrom + static_cast<float>(frame)) * sumPerFrame;
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

StereoScan scanSides(const float* left, const float* right, int frames) {
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

void scanLanes(const float* rows, int lanes, int frames, StereoScan* scans) noexcept {
  for (int lane = 0; lane < lanes; ++lane) {
    const float* left = rows + 2 * lane * kRowStride;
    scans[lane] = scanSides(left, left + kRowStride, frames);
  }
}

float finiteOrZero(float sample) { return magnitudeBits(sample) >= kInfinityBits ? 0.0f : sample; }

LimitedChunk limitSides(float* left, float* right, int frames, float gain, const LimiterSettings& settings) {
  float slope = (1.0f - gain) * settings.releasePerFrame;
  float lowest = gain;
  for (int frame = 0; frame < frames; ++frame) {
    left[frame] = finiteOrZero(left[frame]);
    right[frame] = finiteOrZero(right[frame]);
    const float peak = std::max(std::fabs(left[frame]), std::fabs(right[frame]));
    const float allowed = peak > settings.ceiling ? settings.ceiling / peak : 1.0f;
    slope = std::min(slope, (allowed - gain) * kFrameShares[frame]);
    lowest = std::min(lowest, allowed);
  }
  const auto gainAt = [&](int frame) {
    return std::clamp(gain + slope * static_cast<float>(frame + 1), lowest, 1.0f);
  };
  for (int frame = 0; frame < frames; ++frame) {
    for (float* side : {left, right}) {
      // Rounding may exceed the ceiling by a bit.
      side[frame] = std::clamp(side[frame] * gainAt(frame), -settings.ceiling, settings.ceiling);
    }
  }
  return {scanSides(left, right, frames), std::min(gainAt(0), gainAt(frames - 1)), gainAt(frames - 1)};
}

void limitLanes(LimitJob* jobs, int count, int frames, const LimiterSettings& settings) noexcept {
  for (LimitJob* job = jobs; job != jobs + count; ++job) {
    job->chunk = limitSides(job->left, job->right, frames, job->gain, settings);
  }
}

}  // namespace

const Kernels& scalarKernels() {
  static constexpr Kernels kKernels{"scalar", mixTile, scanChannel, scanLanes, limitLanes};
  return kKernels;
}

}  // namespace foldback
