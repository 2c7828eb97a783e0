// The product of gains and inputs with Google Highway: compiled once per instruction set.
#include "kernel_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel_mix.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h must come first: it includes this file again for every instruction set.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "kernel_vectors.h"

HWY_BEFORE_NAMESPACE();
namespace foldback {
namespace HWY_NAMESPACE {

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

}  // namespace HWY_NAMESPACE
}  // namespace foldback
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace foldback {

PerTarget<MixTile> mixTilePerTarget() {
  return {HWY_CHOOSE_AVX3(mixTile), HWY_CHOOSE_AVX2(mixTile), HWY_CHOOSE_SSE4(mixTile),
          HWY_CHOOSE_SSSE3(mixTile), HWY_CHOOSE_NEON(mixTile)};
}

}  // namespace foldback
#endif  // HWY_ONCE
