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

uint32_t magnitudeBits(float sample) { return std::bit_cast<uint32_t>(sample) & kMagnitudeMask; }

void mixTile(const TileJob& job, int begin, int end) noexcept {
  for (int row = 0; row < job.rowCount; ++row) {
    float* out = job.rows + row * kRowStride;
    for (int frame = begin; frame < end; ++frame) {
      const auto input = [&](int entry) { return job.inputs[job.offsets[entry] + frame]; };
      float sum = 0;
      for (int entry = 0; entry < job.count; ++entry) {
        sum += job.gains[entry * kTileRows + row] * input(entry);
      }
      float sumPerFrame = 0;
      for (int entry = 0; entry < job.movingCount; ++entry) {
        sumPerFrame += job.steps[entry * kTileRows + row] * input(entry);
      }
      out[frame] = sum + (job.movingFrom + static_cast<float>(frame)) * sumPerFrame;
    }
  }
}

RampsLeft retarget(const RampRows& rows, const float* wanted, const uint32_t* rampFrames) noexcept {
  if (rows.still) {
    std::fill_n(rows.steps, kTileRows, 0.0f);
    std::copy_n(rows.gains, kTileRows, rows.targets);
    std::fill_n(rows.remaining, kTileRows, 0.0f);
  }
  RampsLeft left;
  for (int row = 0; row < kTileRows; ++row) {
    float& gain = rows.gains[row];
    float& remaining = rows.remaining[row];
    if (rows.targets[row] != wanted[row]) {
      const bool rising = remaining > 0.0f && std::fabs(rows.targets[row]) > std::fabs(gain);
      const bool risesOn = rising && std::fabs(wanted[row]) > std::fabs(gain);
      const auto asked = static_cast<float>(rampFrames[row]);
      const float length = risesOn ? std::max(asked, remaining) : asked;
      const bool jumps = length == 0.0f || wanted[row] == gain;
      rows.steps[row] = jumps ? 0.0f : (wanted[row] - gain) / length;
      remaining = jumps ? 0.0f : length;
      if (jumps) gain = wanted[row];
      rows.targets[row] = wanted[row];
    }
    if (remaining == 0.0f) continue;
    left.nearestEnd = std::min(left.nearestEnd, static_cast<int32_t>(remaining));
    left.rows = static_cast<uint8_t>(left.rows | 1u << row);
  }
  return left;
}

ChannelScan scanChannel(const float* samples, int frames) noexcept {
  ChannelScan scan;
  for (int frame = 0; frame < frames; ++frame) {
    const float sample = denormalAsZero(samples[frame]);
    if (magnitudeBits(sample) >= kInfinityBits) scan.finite = false;
    scan.peak = std::max(scan.peak, std::fabs(sample));
    scan.sumSquares += sample * sample;
  }
  return scan;
}

StereoScan scanSides(const float* left, const float* right, int frames) {
  StereoScan scan;
  for (int frame = 0; frame < frames; ++frame) {
    scan.peakLeft = std::max(scan.peakLeft, std::fabs(left[frame]));
    scan.peakRight = std::max(scan.peakRight, std::fabs(right[frame]));
    scan.sumSquaresLeft += left[frame] * left[frame];
    scan.sumSquaresRight += right[frame] * right[frame];
  }
  return scan;
}

/// A NaN is not below anything.
bool staysBelow(const float* side, int frames, float ceiling) {
  return std::all_of(side, side + frames, [=](float sample) { return std::fabs(sample) <= ceiling; });
}

float finiteOrZero(float sample) { return magnitudeBits(sample) >= kInfinityBits ? 0.0f : sample; }

LimitedChunk limitSides(const LimitJob& job, int frames, const LimiterSettings& settings) {
  float* const left = job.left;
  float* const right = job.right;
  const float gain = job.gain;
  float slope = (1.0f - gain) * settings.releasePerFrame;
  float lowest = gain;
  const auto lookAt = [&](float& sampleLeft, float& sampleRight, int frame) {
    sampleLeft = finiteOrZero(sampleLeft);
    sampleRight = finiteOrZero(sampleRight);
    const float peak = std::max(std::fabs(sampleLeft), std::fabs(sampleRight));
    const float allowed = peak > settings.ceiling ? settings.ceiling / peak : 1.0f;
    slope = std::min(slope, (allowed - gain) * kFrameShares[frame]);
    lowest = std::min(lowest, allowed);
  };
  for (int frame = 0; frame < frames; ++frame) lookAt(left[frame], right[frame], frame);
  for (int frame = 0; frame < job.framesAhead; ++frame) {
    lookAt(job.leftAhead[frame], job.rightAhead[frame], frames + frame);
  }
  slope = std::max(slope, -kSteepestFall);
  const auto gainAt = [&](int frame) {
    return std::clamp(gain + slope * static_cast<float>(frame + 1), lowest, 1.0f);
  };
  for (int frame = 0; frame < frames; ++frame) {
    for (float* side : {left, right}) {
      // Rounding may exceed the ceiling by a bit, and an early peak the steepest line by more.
      side[frame] = std::clamp(side[frame] * gainAt(frame), -settings.ceiling, settings.ceiling);
    }
  }
  return {scanSides(left, right, frames), std::min(gainAt(0), gainAt(frames - 1)), gainAt(frames - 1)};
}

void limitLanes(LimitJob* jobs, int count, int frames, const LimiterSettings& settings) noexcept {
  for (LimitJob* job = jobs; job != jobs + count; ++job) {
    const bool idle = job->gain == 1.0f && staysBelow(job->left, frames, settings.ceiling) &&
                      staysBelow(job->right, frames, settings.ceiling) &&
                      staysBelow(job->leftAhead, job->framesAhead, settings.ceiling) &&
                      staysBelow(job->rightAhead, job->framesAhead, settings.ceiling);
    job->chunk =
        idle ? LimitedChunk{scanSides(job->left, job->right, frames)} : limitSides(*job, frames, settings);
  }
}

}  // namespace

const Kernels& scalarKernels() {
  static constexpr Kernels kKernels{"scalar", mixTile, retarget, scanChannel, limitLanes};
  return kKernels;
}

}  // namespace foldback
