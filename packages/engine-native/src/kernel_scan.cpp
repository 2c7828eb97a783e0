// One look at an input channel with Google Highway: compiled once per instruction set.
#include "kernel_targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel_scan.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h must come first: it includes this file again for every instruction set.
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "kernel_vectors.h"

HWY_BEFORE_NAMESPACE();
namespace foldback {
namespace HWY_NAMESPACE {

HWY_INLINE bool isFinite(float magnitude) { return std::bit_cast<uint32_t>(magnitude) < 0x7f800000u; }

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

}  // namespace HWY_NAMESPACE
}  // namespace foldback
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace foldback {

PerTarget<ScanChannel> scanChannelPerTarget() {
  return {HWY_CHOOSE_AVX3(scanChannel), HWY_CHOOSE_AVX2(scanChannel), HWY_CHOOSE_SSE4(scanChannel),
          HWY_CHOOSE_SSSE3(scanChannel), HWY_CHOOSE_NEON(scanChannel)};
}

}  // namespace foldback
#endif  // HWY_ONCE
