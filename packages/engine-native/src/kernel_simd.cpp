// The inner loops with Google Highway: compiled once per instruction set, chosen once at start.
// The sums are arrays of vectors, and SVE's vectors cannot be in arrays; a machine with SVE has NEON too.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel_simd.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h must come first: it includes this file again for every instruction set.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels.h"

HWY_BEFORE_NAMESPACE();
namespace foldback {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Ints = hn::RebindToSigned<Floats>;
using V = hn::Vec<Floats>;

constexpr int kLanes = static_cast<int>(hn::MaxLanes(Floats()));
static_assert(kRowStride - kChunkFrames >= kLanes,
              "a vector that starts at the last frame must fit the slack");

/// Vectors per row held in registers: 6 x 4 sums need 32 registers, 6 x 2 do with 16.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_NEON
constexpr int kTileVectors = 4;
#else
constexpr int kTileVectors = 2;
#endif

/// With so many inputs the gains come from beyond the L2 cache: they are asked for this many floats ahead,
/// which at a tile's end are the next tile's.
constexpr int kGainsAhead = 96 * kTileRows;

/// kRows x kVectors sums of `count` entries, at least one, all in registers: gains (or steps) times the
/// inputs from `frame` on. Nothing but loads and multiply-adds: a store in the loop, or an address that came
/// through a vector register, costs what the next multiply-adds wait for. GCC keeps the sums in registers
/// only when it unrolls the loops over them early, which it must be told.
template <int kRows, int kVectors, bool kPrefetch>
struct Sums {
  V at[kRows][kVectors];

  HWY_INLINE Sums(const TileJob& job, int frame, const float* gains, int count) {
    const float* const inputs = job.inputs + frame;
    const uint32_t* offset = job.offsets;
    add<true>(inputs, offset, gains);
#pragma GCC unroll 4
    for (int entry = 1; entry < count; ++entry) {
      add<false>(inputs, offset + entry, gains + entry * kTileRows);
    }
  }

  template <bool kFirst>
  HWY_INLINE void add(const float* inputs, const uint32_t* offset, const float* gains) {
    const Floats d;
    if constexpr (kPrefetch) {
      const float* later = inputs + offset[kEntriesAhead];
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) hwy::Prefetch(later + v * kLanes);
      hwy::Prefetch(gains + kGainsAhead);
    }
    const float* input = inputs + *offset;
    V samples[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) samples[v] = hn::LoadU(d, input + v * kLanes);
#pragma GCC unroll 8
    for (int row = 0; row < kRows; ++row) {
      const V gain = hn::Set(d, gains[row]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; ++v) {
        at[row][v] = kFirst ? hn::Mul(gain, samples[v]) : hn::MulAdd(gain, samples[v], at[row][v]);
      }
    }
  }
};

/// Computes kRows x kVectors vectors that begin at `frame`, as if all gains stood still.
template <int kRows, int kVectors, bool kPrefetch>
HWY_INLINE void mixStill(const TileJob& job, int frame) {
  const Sums<kRows, kVectors, kPrefetch> sums(job, frame, job.gains, job.count);
  float* const rows = job.rows + frame;
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      hn::StoreU(sums.at[row][v], Floats(), rows + row * kRowStride + v * kLanes);
    }
  }
}

/// The same with all gains of these rows on their ramps.
template <int kRows, int kVectors>
HWY_INLINE void mixMoving(const TileJob& job, int frame) {
  const Floats d;
  const Sums<kRows, kVectors, false> still(job, frame, job.gains, job.count);
  const Sums<kRows, kVectors, false> perFrame(job, frame, job.steps, job.movingCount);
  float* const rows = job.rows + frame;
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; ++v) {
    const V time = hn::Iota(d, job.movingFrom + static_cast<float>(frame + v * kLanes));
#pragma GCC unroll 8
    for (int row = 0; row < kRows; ++row) {
      hn::StoreU(hn::MulAdd(time, perFrame.at[row][v], still.at[row][v]), d,
                 rows + row * kRowStride + v * kLanes);
    }
  }
}

/// Adds to kRows x kVectors vectors what the ramps have moved since the tile's clock was at 0.
template <int kRows, int kVectors, bool kPrefetch>
HWY_INLINE void addMoved(const TileJob& job, int frame) {
  const Floats d;
  const Sums<kRows, kVectors, kPrefetch> sums(job, frame, job.steps + job.movingRow, job.movingCount);
  float* const rows = job.rows + job.movingRow * kRowStride + frame;
#pragma GCC unroll 8
  for (int v = 0; v < kVectors; ++v) {
    const V time = hn::Iota(d, job.movingFrom + static_cast<float>(frame + v * kLanes));
#pragma GCC unroll 8
    for (int row = 0; row < kRows; ++row) {
      float* const at = rows + row * kRowStride + v * kLanes;
      hn::StoreU(hn::MulAdd(time, sums.at[row][v], hn::LoadU(d, at)), d, at);
    }
  }
}

/// Calls body(kVectors, frame) for pieces of kVectors vectors, at most kMost, from begin to end.
template <int kMost, typename Body>
HWY_INLINE void forPieces(int begin, int end, Body body) {
  int frame = begin;
  if constexpr (kMost >= 4) {
    for (; frame + 3 * kLanes < end; frame += 4 * kLanes) body(std::integral_constant<int, 4>(), frame);
    if (frame >= end) return;
  }
  for (; frame + kLanes < end; frame += 2 * kLanes) body(std::integral_constant<int, 2>(), frame);
  for (; frame < end; frame += kLanes) body(std::integral_constant<int, 1>(), frame);
}

/// Some lanes move: after the rest.
template <int kRows, bool kPrefetch>
HWY_INLINE void moveRows(const TileJob& job, int begin, int end) {
  forPieces<kTileVectors>(
      begin, end, [&](auto vectors, int frame) HWY_ATTR { addMoved<kRows, vectors, kPrefetch>(job, frame); });
}
template <bool kPrefetch>
HWY_NOINLINE void moveSomeRows(const TileJob& job, int begin, int end) {
  switch (std::min(job.movingRows, job.rowCount - job.movingRow)) {
    case 2:
      return moveRows<2, kPrefetch>(job, begin, end);
    case 4:
      return moveRows<4, kPrefetch>(job, begin, end);
    case 6:
      return moveRows<6, kPrefetch>(job, begin, end);
    default:  // nothing but free lanes
      return;
  }
}

/// All lanes move: two sums per vector, which the registers can just hold.
template <int kRows>
HWY_NOINLINE void mixMovingRows(const TileJob& job, int begin, int end) {
  constexpr int kMost = kRows == 2 ? 4 : 2;
  forPieces<kMost>(begin, end,
                   [&](auto vectors, int frame) HWY_ATTR { mixMoving<kRows, vectors>(job, frame); });
}

/// A function object, which HWY_INLINE can be said of: a small tile feels a call.
template <int kRows, bool kPrefetch>
struct MixStill {
  const TileJob& job;

  template <int kVectors>
  HWY_INLINE void operator()(std::integral_constant<int, kVectors> /*vectors*/, int frame) const {
    mixStill<kRows, kVectors, kPrefetch>(job, frame);
  }
};

template <int kRows, bool kPrefetch>
HWY_NOINLINE void mixRows(const TileJob& job, int begin, int end) {
  if constexpr (kTileVectors >= 4 && !kPrefetch) {
    if (job.movingCount > 0 && job.movingRow == 0 && job.movingRows >= kRows) {
      return mixMovingRows<kRows>(job, begin, end);
    }
  }
  forPieces<kTileVectors>(begin, end, MixStill<kRows, kPrefetch>{job});
  if (job.movingCount > 0) moveSomeRows<kPrefetch>(job, begin, end);
}

HWY_NOINLINE void silence(const TileJob& job, int begin, int end) {
  for (int row = 0; row < job.rowCount; ++row) {
    std::fill(job.rows + row * kRowStride + begin, job.rows + row * kRowStride + end, 0.0f);
  }
}

void mixTile(const TileJob& job, int begin, int end) noexcept {
  static_assert(kTileRows == 6, "one case per number of lanes");
  if (job.count == 0) return silence(job, begin, end);
  if (job.rowCount == 2) {
    mixRows<2, false>(job, begin, end);
  } else if (job.rowCount == 4) {
    mixRows<4, false>(job, begin, end);
  } else if (job.prefetch) {
    mixRows<6, true>(job, begin, end);
  } else {
    mixRows<6, false>(job, begin, end);
  }
}

/// The two totals of two vectors: half the shuffles of one after the other.
struct Pair {
  float first;
  float second;
};
template <typename Op>
HWY_INLINE Pair reducePair(V first, V second, [[maybe_unused]] Op op) {
#if HWY_TARGET == HWY_SCALAR
  return {hn::GetLane(first), hn::GetLane(second)};
#else
  const Floats d;
  V both = op(hn::ConcatLowerLower(d, second, first), hn::ConcatUpperUpper(d, second, first));
  if constexpr (kLanes >= 16) both = op(both, hn::SwapAdjacentBlocks(both));
  if constexpr (kLanes >= 8) both = op(both, hn::Shuffle1032(both));
  both = op(both, hn::Shuffle2301(both));
  return {hn::GetLane(both), hn::GetLane(hn::UpperHalf(hn::Half<Floats>(), both))};
#endif
}
struct Sum {
  HWY_INLINE V operator()(V a, V b) const { return hn::Add(a, b); }
};
struct Lowest {
  HWY_INLINE V operator()(V a, V b) const { return hn::Min(a, b); }
};
/// Of magnitudes, compared as integers: for floats without sign that is the same order, and it puts
/// infinities and NaNs on top.
struct Highest {
  HWY_INLINE V operator()(V a, V b) const {
    return hn::BitCast(Floats(), hn::Max(hn::BitCast(Ints(), a), hn::BitCast(Ints(), b)));
  }
};

/// `samples`, none of them NaN, with a magnitude of at most `most`.
HWY_INLINE V within(V samples, V most) {
#if HWY_TARGET == HWY_AVX3
  return V{_mm512_range_ps(samples.raw, most.raw, 0b0010)};  // the smaller magnitude, the sign of the first
#else
  return hn::Max(hn::Min(samples, most), hn::Neg(most));
#endif
}

/// The larger magnitude, when none is NaN.
HWY_INLINE V largerMagnitude(V a, V b) {
#if HWY_TARGET == HWY_AVX3
  return V{_mm512_range_ps(a.raw, b.raw, 0b1011)};
#else
  return hn::Max(hn::Abs(a), hn::Abs(b));
#endif
}

/// Running peak and energy of one channel.
struct Running {
  V highest;
  V energy;

  // Written out: GCC gives an implicit constructor the instruction set of the file's end.
  HWY_INLINE Running() : highest(hn::Zero(Floats())), energy(hn::Zero(Floats())) {}

  HWY_INLINE void add(V samples) {
    highest = Highest()(highest, hn::Abs(samples));
    energy = hn::MulAdd(samples, samples, energy);
  }
  /// The same, when none is infinite or NaN.
  HWY_INLINE void addFinite(V samples) {
    highest = largerMagnitude(highest, samples);
    energy = hn::MulAdd(samples, samples, energy);
  }
};

HWY_INLINE bool isFinite(float magnitude) { return std::bit_cast<uint32_t>(magnitude) < 0x7f800000u; }

/// Up to one vector of a channel, filled up with zeros.
HWY_INLINE V loadUpTo(const float* samples, int count) {
  const Floats d;
  if (count >= kLanes) return hn::LoadU(d, samples);
  HWY_ALIGN float tail[kLanes] = {};
  std::copy_n(samples, count, tail);
  return hn::Load(d, tail);
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

ChannelScan scanChannel(const float* samples, int frames) noexcept {
  const Floats d;
  Running even;
  Running odd;  // two chains hide the latency of the sums
  int frame = 0;
  for (; frame + 2 * kLanes <= frames; frame += 2 * kLanes) {
    const V first = hn::LoadU(d, samples + frame);
    const V second = hn::LoadU(d, samples + frame + kLanes);
    even.add(first);
    odd.add(second);
  }
  for (; frame < frames; frame += kLanes) {
    const V rest = loadUpTo(samples + frame, frames - frame);
    even.add(rest);
  }
  const auto [peakEven, peakOdd] = reducePair(even.highest, odd.highest, Highest());
  const auto [sumEven, sumOdd] = reducePair(even.energy, odd.energy, Sum());
  const bool finite = isFinite(peakEven) && isFinite(peakOdd);
  return {denormalAsZero(std::max(peakEven, peakOdd)), sumEven + sumOdd, finite};
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

template <int kFrames>
HWY_INLINE GainLine lineFor(const LimitJob& job, int frames, const LimiterSettings& settings) {
  if constexpr (kFrames != 0) frames = kFrames;
  const Floats d;
  const V before = hn::Set(d, job.gain);
  const V ceiling = hn::Set(d, settings.ceiling);
  V slopes = hn::Set(d, (1.0f - job.gain) * settings.releasePerFrame);
  V allowedMost = before;
  V highest = hn::Zero(d);
#pragma GCC unroll 4
  for (int frame = 0; frame < frames; frame += kLanes) {
    const V peak = Highest()(hn::Abs(loadUpTo(job.left + frame, frames - frame)),
                             hn::Abs(loadUpTo(job.right + frame, frames - frame)));
    highest = Highest()(highest, peak);
    // The zeros after the last frame allow unity: a line to there is never the steepest.
    const V allowed = hn::Div(ceiling, hn::Max(peak, ceiling));
    slopes = hn::Min(slopes, hn::Mul(hn::Sub(allowed, before), hn::LoadU(d, &kFrameShares[frame])));
    allowedMost = hn::Min(allowedMost, allowed);
  }
  const bool finite = hn::AllTrue(d, hn::Le(highest, hn::Set(d, std::numeric_limits<float>::max())));
  const auto [slope, lowest] = reducePair(slopes, allowedMost, Lowest());
  return {job.gain, slope, lowest, finite};
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
      const V limited = within(samples, ceiling);  // rounding may exceed the ceiling by a bit
      running.addFinite(limited);
      storeUpTo(limited, side + frame, frames - frame);
    };
    limit(job.left, first);
    limit(job.right, second);
  }
  const float last = gainLine.at(frames - 1);
  job.chunk = {stereoScanOf(first, second), std::min(gainLine.at(0), last), last};
}

/// Measures the mixes whose limiters are idle; returns how many there are that must be limited, and which.
template <int kFrames>
HWY_INLINE int scanIdle(LimitJob* jobs, int count, int frames, float ceiling, LimitJob** busy) {
  int busyCount = 0;
  for (LimitJob* job = jobs; job != jobs + count; ++job) {
    if (job->gain == 1.0f) {
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
      lines[i] = lineFor<kFrames>(*busy[i], frames, settings);
    }
    applyLine<kFrames>(*busy[i], lines[i], frames, settings.ceiling);
  }
}

void limitLanes(LimitJob* jobs, int count, int frames, const LimiterSettings& settings) noexcept {
  if (frames == kChunkFrames) return limitAllLanes<kChunkFrames>(jobs, count, frames, settings);
  limitAllLanes<0>(jobs, count, frames, settings);
}

const Kernels& kernelsNamed(const char* name) {
  static const Kernels kKernels{name, mixTile, scanChannel, limitLanes};
  return kKernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace foldback
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <cstdlib>
#include <vector>

namespace foldback {
namespace {

/// One instruction set this file was compiled for; `make` is null where the compiler cannot.
struct Compiled {
  int64_t target;
  const char* name;  ///< The word FOLDBACK_KERNEL takes.
  const Kernels& (*make)(const char* name);
};

std::vector<const Kernels*> findKernels() {
  const Compiled compiled[] = {
      {HWY_AVX3, "avx512", HWY_CHOOSE_AVX3(kernelsNamed)},
      {HWY_AVX2, "avx2", HWY_CHOOSE_AVX2(kernelsNamed)},
      {HWY_SSE4, "sse4", HWY_CHOOSE_SSE4(kernelsNamed)},
      {HWY_SSSE3, "ssse3", HWY_CHOOSE_SSSE3(kernelsNamed)},
      {HWY_NEON, "neon", HWY_CHOOSE_NEON(kernelsNamed)},
  };
  std::vector<const Kernels*> found;
  for (const Compiled& set : compiled) {
    const bool runs = (hwy::SupportedTargets() & set.target) != 0;
    if (runs && set.make != nullptr) found.push_back(&set.make(set.name));
  }
  found.push_back(&scalarKernels());
  return found;
}

}  // namespace

std::span<const Kernels* const> availableKernels() {
  static const std::vector<const Kernels*> kFound = findKernels();
  return kFound;
}

const Kernels& chooseKernels(const std::string& name) {
  std::string known;
  for (const Kernels* kernels : availableKernels()) {
    if (name.empty() || name == kernels->name) return *kernels;
    known += known.empty() ? kernels->name : std::string(", ") + kernels->name;
  }
  throw KernelError("FOLDBACK_KERNEL=" + name + " is not available on this machine; it has: " + known);
}

const Kernels& chooseKernelsFromEnvironment() {
  const char* name = std::getenv("FOLDBACK_KERNEL");
  return chooseKernels(name == nullptr ? "" : name);
}

}  // namespace foldback

#endif  // HWY_ONCE
