// Limiters that measure what they let through, with Google Highway: compiled once per instruction set.
#include "kernel_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel_limit.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h must come first: it includes this file again for every instruction set.
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <limits>

#include "kernel_vectors.h"

HWY_BEFORE_NAMESPACE();
namespace foldback {
namespace HWY_NAMESPACE {

struct Lowest {
  HWY_INLINE V operator()(V a, V b) const { return hn::Min(a, b); }
};

/// `samples`, none of them NaN, with a magnitude of at most `most`.
HWY_INLINE V within(V samples, V most) {
#if HWY_TARGET == HWY_AVX3
  return V{_mm512_range_ps(samples.raw, most.raw, 0b0010)};  // the smaller magnitude, the sign of the first
#else
  return hn::Max(hn::Min(samples, most), hn::Neg(most));
#endif
}

/// The same back, without the zeros.
HWY_INLINE void storeUpTo(V values, float* samples, int count) {
  const Floats d;
  if (count >= kLanes) {
    hn::StoreU(values, d, samples);
    return;
  }
  HWY_ALIGN float tail[kLanes];
  hn::Store(values, d, tail);
  std::copy_n(tail, count, samples);
}

HWY_INLINE StereoScan stereoScanOf(const Running& left, const Running& right) {
  const auto [peakLeft, peakRight] = reducePair(left.highest, right.highest, Highest());
  const auto [sumLeft, sumRight] = reducePair(left.energy, right.energy, Sum());
  return {peakLeft, peakRight, sumLeft, sumRight};
}

/// kFrames: the number of frames when it is known, which spares the loop and the tail; else 0.
template <int kFrames>
HWY_INLINE StereoScan scanSides(const float* left, const float* right, int frames) {
  if constexpr (kFrames != 0) frames = kFrames;
  Running first;
  Running second;
#pragma GCC unroll 4
  for (int frame = 0; frame < frames; frame += kLanes) {
    first.addFinite(loadUpTo(left + frame, frames - frame));
    second.addFinite(loadUpTo(right + frame, frames - frame));
  }
  return stereoScanOf(first, second);
}

HWY_INLINE void silenceNotFinite(float* side, int frames) {
  const Floats d;
  const V largest = hn::Set(d, std::numeric_limits<float>::max());
  for (int frame = 0; frame < frames; frame += kLanes) {
    const V samples = loadUpTo(side + frame, frames - frame);
    // A NaN compares as false.
    const V finite = hn::IfThenElseZero(hn::Le(hn::Abs(samples), largest), samples);
    storeUpTo(finite, side + frame, frames - frame);
  }
}

/// The gains of a chunk: from `before`, by `slope` per frame, never below `lowest` nor above 1.
struct GainLine {
  float before;
  float slope;
  float lowest;
  bool finite;  ///< False: a sample was not, and the rest means nothing.

  HWY_INLINE float at(int frame) const {
    return std::clamp(before + slope * static_cast<float>(frame + 1), lowest, 1.0f);
  }
};

/// The larger magnitudes of both sides, with zeros after the last frame.
HWY_INLINE V peaksAt(const float* left, const float* right, int frame, int frames) {
  return Highest()(hn::Abs(loadUpTo(left + frame, frames - frame)),
                   hn::Abs(loadUpTo(right + frame, frames - frame)));
}

template <int kFrames>
HWY_INLINE GainLine lineFor(const LimitJob& job, int frames, const LimiterSettings& settings) {
  if constexpr (kFrames != 0) frames = kFrames;
  const Floats d;
  const V before = hn::Set(d, job.gain);
  const V ceiling = hn::Set(d, settings.ceiling);
  V slopes = hn::Set(d, (1.0f - job.gain) * settings.releasePerFrame);
  V allowedMost = before;
  V highest = hn::Zero(d);
  const auto meet = [&](V peak, const float* shares) HWY_ATTR {
    highest = Highest()(highest, peak);
    // The zeros after the last frame allow unity: a line to there is never the steepest.
    const V allowed = hn::Div(ceiling, hn::Max(peak, ceiling));
    slopes = hn::Min(slopes, hn::Mul(hn::Sub(allowed, before), hn::LoadU(d, shares)));
    allowedMost = hn::Min(allowedMost, allowed);
  };
#pragma GCC unroll 4
  for (int frame = 0; frame < frames; frame += kLanes) {
    meet(peaksAt(job.left, job.right, frame, frames), &kFrameShares[frame]);
  }
  for (int frame = 0; frame < job.framesAhead; frame += kLanes) {
    meet(peaksAt(job.leftAhead, job.rightAhead, frame, job.framesAhead), &kFrameShares[frames + frame]);
  }
  const bool finite = hn::AllTrue(d, hn::Le(highest, hn::Set(d, std::numeric_limits<float>::max())));
  const auto [slope, lowest] = reducePair(slopes, allowedMost, Lowest());
  return {job.gain, std::max(slope, -kSteepestFall), lowest, finite};
}

template <int kFrames>
HWY_INLINE void applyLine(LimitJob& job, const GainLine& gainLine, int frames, float highest) {
  if constexpr (kFrames != 0) frames = kFrames;
  const Floats d;
  const V one = hn::Set(d, 1.0f);
  const V before = hn::Set(d, gainLine.before);
  const V slope = hn::Set(d, gainLine.slope);
  const V lowest = hn::Set(d, gainLine.lowest);
  const V ceiling = hn::Set(d, highest);
  Running first;
  Running second;
#pragma GCC unroll 4
  for (int frame = 0; frame < frames; frame += kLanes) {
    const V line = hn::MulAdd(slope, hn::LoadU(d, &kFrameNumbers[frame]), before);
    const V gains = hn::Min(hn::Max(line, lowest), one);
    const auto limit = [&](float* side, Running& running) HWY_ATTR {
      const V samples = hn::Mul(loadUpTo(side + frame, frames - frame), gains);
      const V limited = within(samples, ceiling);  // cuts an early peak, and what rounding exceeds by a bit
      running.addFinite(limited);
      storeUpTo(limited, side + frame, frames - frame);
    };
    limit(job.left, first);
    limit(job.right, second);
  }
  const float last = gainLine.at(frames - 1);
  job.chunk = {stereoScanOf(first, second), std::min(gainLine.at(0), last), last};
}

/// True when no sample ahead is above the ceiling, infinite or NaN.
HWY_INLINE bool staysBelowAhead(const LimitJob& job, float ceiling) {
  const Floats d;
  V highest = hn::Zero(d);
  for (int frame = 0; frame < job.framesAhead; frame += kLanes) {
    highest = Highest()(highest, peaksAt(job.leftAhead, job.rightAhead, frame, job.framesAhead));
  }
  return hn::AllTrue(d, hn::Le(highest, hn::Set(d, ceiling)));
}

/// Measures the mixes whose limiters are idle; returns how many there are that must be limited, and which.
template <int kFrames>
HWY_INLINE int scanIdle(LimitJob* jobs, int count, int frames, float ceiling, LimitJob** busy) {
  int busyCount = 0;
  for (LimitJob* job = jobs; job != jobs + count; ++job) {
    if (job->gain == 1.0f && staysBelowAhead(*job, ceiling)) {
      const StereoScan scan = scanSides<kFrames>(job->left, job->right, frames);
      // Infinity is above any ceiling; a NaN may miss the peak, never the sum, and compares as false.
      const bool within = scan.peakLeft <= ceiling && scan.peakRight <= ceiling;
      if (within && scan.sumSquaresLeft + scan.sumSquaresRight <= std::numeric_limits<float>::max()) {
        job->chunk = {scan};
        continue;
      }
    }
    busy[busyCount++] = job;
  }
  return busyCount;
}

template <int kFrames>
HWY_INLINE void limitAllLanes(LimitJob* jobs, int count, int frames, const LimiterSettings& settings) {
  std::array<LimitJob*, kTileLanes> busy;
  count = scanIdle<kFrames>(jobs, count, frames, settings.ceiling, busy.data());
  std::array<GainLine, kTileLanes> lines;
  for (int i = 0; i < count; ++i) lines[i] = lineFor<kFrames>(*busy[i], frames, settings);
  for (int i = 0; i < count; ++i) {
    if (!lines[i].finite) {
      silenceNotFinite(busy[i]->left, frames);
      silenceNotFinite(busy[i]->right, frames);
      silenceNotFinite(busy[i]->leftAhead, busy[i]->framesAhead);
      silenceNotFinite(busy[i]->rightAhead, busy[i]->framesAhead);
      lines[i] = lineFor<kFrames>(*busy[i], frames, settings);
    }
    applyLine<kFrames>(*busy[i], lines[i], frames, settings.ceiling);
  }
}

void limitLanes(LimitJob* jobs, int count, int frames, const LimiterSettings& settings) noexcept {
  if (frames == kChunkFrames) return limitAllLanes<kChunkFrames>(jobs, count, frames, settings);
  limitAllLanes<0>(jobs, count, frames, settings);
}

}  // namespace HWY_NAMESPACE
}  // namespace foldback
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace foldback {

PerTarget<LimitLanes> limitLanesPerTarget() {
  return {HWY_CHOOSE_AVX3(limitLanes), HWY_CHOOSE_AVX2(limitLanes), HWY_CHOOSE_SSE4(limitLanes),
          HWY_CHOOSE_SSSE3(limitLanes), HWY_CHOOSE_NEON(limitLanes)};
}

}  // namespace foldback
#endif  // HWY_ONCE
