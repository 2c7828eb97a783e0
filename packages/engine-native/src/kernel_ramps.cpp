// New targets for a channel's gains with Google Highway: compiled once per instruction set.
#include "kernel_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel_ramps.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h must come first: it includes this file again for every instruction set.
#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#include "kernels.h"

HWY_BEFORE_NAMESPACE();
namespace foldback {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Four rows: a tile is the first four and the last four, of which two are done twice, on every processor;
/// half a vector of eight that is masked costs some of them more than two of four.
using Rows = hn::CappedTag<float, 4>;
using Frames = hn::RebindToSigned<Rows>;
using V = hn::Vec<Rows>;
using Mask = hn::Mask<Rows>;

#if HWY_TARGET != HWY_SCALAR
constexpr int kLast = kTileRows - 4;
static_assert(kLast >= 0 && kLast <= 4);

struct Ramps {
  V gains, steps, targets, remaining;

  HWY_INLINE explicit Ramps(const RampRows& rows, int first)
      : gains(load(rows.gains + first)), steps(hn::Zero(Rows())), targets(gains), remaining(steps) {
    if (rows.still) return;
    steps = load(rows.steps + first);
    targets = load(rows.targets + first);
    remaining = load(rows.remaining + first);
  }

  HWY_INLINE void retarget(V wanted, V asked) {
    const Rows d;
    const V zero = hn::Zero(d);
    const V size = hn::Abs(gains);
    const Mask rising = hn::And(hn::Gt(remaining, zero), hn::Gt(hn::Abs(targets), size));
    const Mask risesOn = hn::And(rising, hn::Gt(hn::Abs(wanted), size));
    const V length = hn::Max(asked, hn::IfThenElseZero(risesOn, remaining));
    const Mask jumps = hn::Or(hn::Eq(length, zero), hn::Eq(wanted, gains));
    const V step = hn::Div(hn::Sub(wanted, gains), hn::IfThenElse(jumps, hn::Set(d, 1.0f), length));
    const Mask changed = hn::Ne(targets, wanted);
    steps = hn::IfThenElse(changed, hn::IfThenZeroElse(jumps, step), steps);
    remaining = hn::IfThenElse(changed, hn::IfThenZeroElse(jumps, length), remaining);
    gains = hn::IfThenElse(hn::And(changed, jumps), wanted, gains);
    targets = wanted;
  }

  HWY_INLINE void store(const RampRows& rows, int first) const {
    const Rows d;
    hn::StoreU(gains, d, rows.gains + first);
    hn::StoreU(steps, d, rows.steps + first);
    hn::StoreU(targets, d, rows.targets + first);
    hn::StoreU(remaining, d, rows.remaining + first);
  }

  HWY_INLINE RampsLeft left(int first) const {
    const Rows d;
    const Frames frames;
    const auto moves = hn::Ne(remaining, hn::Zero(d));
    const auto ends = hn::IfThenElse(hn::RebindMask(frames, moves), hn::ConvertTo(frames, remaining),
                                     hn::Set(frames, kNoEnd));
    uint8_t bits[8] = {};
    hn::StoreMaskBits(d, moves, bits);
    return {hn::GetLane(hn::MinOfLanes(frames, ends)), static_cast<uint8_t>(bits[0] << first)};
  }

  static HWY_INLINE V load(const float* from) { return hn::LoadU(Rows(), from); }
  static HWY_INLINE V loadFrames(const uint32_t* from) {
    return hn::ConvertTo(Rows(), hn::LoadU(Frames(), reinterpret_cast<const int32_t*>(from)));
  }
};

RampsLeft retarget(const RampRows& rows, const float* wanted, const uint32_t* rampFrames) noexcept {
  Ramps low(rows, 0);
  Ramps high(rows, kLast);
  low.retarget(Ramps::load(wanted), Ramps::loadFrames(rampFrames));
  high.retarget(Ramps::load(wanted + kLast), Ramps::loadFrames(rampFrames + kLast));
  low.store(rows, 0);
  high.store(rows, kLast);
  const RampsLeft first = low.left(0);
  const RampsLeft last = high.left(kLast);
  return {std::min(first.nearestEnd, last.nearestEnd), static_cast<uint8_t>(first.rows | last.rows)};
}
#endif

}  // namespace HWY_NAMESPACE
}  // namespace foldback
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace foldback {

PerTarget<Retarget> retargetPerTarget() {
  return {HWY_CHOOSE_AVX3(retarget), HWY_CHOOSE_AVX2(retarget), HWY_CHOOSE_SSE4(retarget),
          HWY_CHOOSE_SSSE3(retarget), HWY_CHOOSE_NEON(retarget)};
}

}  // namespace foldback
#endif  // HWY_ONCE
