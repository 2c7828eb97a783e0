// Vectors of samples as scan and limiter share them; included again for every instruction set.
#if defined(FOLDBACK_KERNEL_VECTORS) == defined(HWY_TARGET_TOGGLE)
#ifdef FOLDBACK_KERNEL_VECTORS
#undef FOLDBACK_KERNEL_VECTORS
#else
#define FOLDBACK_KERNEL_VECTORS
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "kernels.h"

HWY_BEFORE_NAMESPACE();
namespace foldback {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Ints = hn::RebindToSigned<Floats>;
using V = hn::Vec<Floats>;

constexpr int kLanes = static_cast<int>(hn::MaxLanes(Floats()));

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

/// Of magnitudes, compared as integers: for floats without sign that is the same order, and it puts
/// infinities and NaNs on top.
struct Highest {
  HWY_INLINE V operator()(V a, V b) const {
    return hn::BitCast(Floats(), hn::Max(hn::BitCast(Ints(), a), hn::BitCast(Ints(), b)));
  }
};

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

/// Up to one vector of a channel, filled up with zeros.
HWY_INLINE V loadUpTo(const float* samples, int count) {
  const Floats d;
  if (count >= kLanes) return hn::LoadU(d, samples);
  HWY_ALIGN float tail[kLanes] = {};
  std::copy_n(samples, count, tail);
  return hn::Load(d, tail);
}

}  // namespace HWY_NAMESPACE
}  // namespace foldback
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
