// The inner loops with Google Highway: compiled once per instruction set, chosen once at start.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel_simd.cpp"
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

using Floats = hn::ScalableTag<float>;
using Ints = hn::RebindToSigned<Floats>;
using Unsigneds = hn::RebindToUnsigned<Floats>;
using V = hn::Vec<Floats>;

constexpr int kLanes = static_cast<int>(hn::MaxLanes(Floats()));
static_assert(kRowStride - kChunkFrames >= kLanes,
              "a vector that starts at the last frame must fit the slack");

/// Vectors per row held in registers: 6 x 4 sums need 32 registers, 6 x 2 do with 16.
#if HWY_TARGET == HWY_AVX3 || HWY_ARCH_ARM_A64
constexpr int kTileVectors = 4;
#else
constexpr int kTileVectors = 2;
#endif

/// Computes kTileRows x kVectors vectors that begin at `frame`, all sums in registers.
template <int kVectors>
HWY_INLINE void mixColumns(const TileJob& job, int frame) {
  const Floats d;
  V sums[kTileRows][kVectors];
  for (int row = 0; row < kTileRows; ++row) {
    for (int v = 0; v < kVectors; ++v) sums[row][v] = hn::Zero(d);
  }
  const float* gains = job.fixedGains;
  for (int entry = 0; entry < job.fixedCount; ++entry, gains += kTileRows) {
    const float* input = job.inputs + job.fixedChannels[entry] * kRowStride + frame;
    V samples[kVectors];
    for (int v = 0; v < kVectors; ++v) samples[v] = hn::LoadU(d, input + v * kLanes);
    for (int row = 0; row < kTileRows; ++row) {
      const V gain = hn::Set(d, gains[row]);
      for (int v = 0; v < kVectors; ++v) sums[row][v] = hn::MulAdd(gain, samples[v], sums[row][v]);
    }
  }
  gains = job.movingGains;
  const float* steps = job.movingSteps;
  for (int entry = 0; entry < job.movingCount; ++entry, gains += kTileRows, steps += kTileRows) {
    const uint32_t at = job.movingChannels[entry] * kRowStride + static_cast<uint32_t>(frame);
    V samples[kVectors];
    for (int v = 0; v < kVectors; ++v) samples[v] = hn::LoadU(d, job.inputs + at + v * kLanes);
    for (int row = 0; row < kTileRows; ++row) {
      const V gain = hn::Set(d, gains[row]);
      for (int v = 0; v < kVectors; ++v) sums[row][v] = hn::MulAdd(gain, samples[v], sums[row][v]);
    }
    for (int v = 0; v < kVectors; ++v) samples[v] = hn::LoadU(d, job.rampedInputs + at + v * kLanes);
    for (int row = 0; row < kTileRows; ++row) {
      const V step = hn::Set(d, steps[row]);
      for (int v = 0; v < kVectors; ++v) sums[row][v] = hn::MulAdd(step, samples[v], sums[row][v]);
    }
  }
  for (int row = 0; row < kTileRows; ++row) {
    float* out = job.rows + row * kRowStride + frame;
    for (int v = 0; v < kVectors; ++v) hn::StoreU(sums[row][v], d, out + v * kLanes);
  }
}

void mixTile(const TileJob& job, int begin, int end) noexcept {
  int frame = begin;
  if constexpr (kTileVectors >= 4) {
    for (; frame + 3 * kLanes < end; frame += 4 * kLanes) mixColumns<4>(job, frame);
  }
  for (; frame + kLanes < end; frame += 2 * kLanes) mixColumns<2>(job, frame);
  for (; frame < end; frame += kLanes) mixColumns<1>(job, frame);
}

/// Running peak and energy of one channel. Magnitudes are compared as integers: for floats without sign that
/// is the same order, it puts infinities and NaNs on top, and it sees denormals although DAZ is set.
struct Running {
  hn::Vec<Ints> highest;
  hn::Vec<Unsigneds> lowest;  // of magnitude - 1, so that 0 is out of the way
  V energy;

  // Written out: GCC gives an implicit constructor the instruction set of the file's end.
  HWY_INLINE Running()
      : highest(hn::Zero(Ints())), lowest(hn::Set(Unsigneds(), 0xffffffffu)), energy(hn::Zero(Floats())) {}

  HWY_INLINE void add(V samples) {
    const Ints di;
    const Unsigneds du;
    const auto magnitude = hn::BitCast(di, hn::Abs(samples));
    highest = hn::Max(highest, magnitude);
    lowest = hn::Min(lowest, hn::Sub(hn::BitCast(du, magnitude), hn::Set(du, 1u)));
    energy = hn::MulAdd(samples, samples, energy);
  }

  HWY_INLINE bool finite() const { return hn::GetLane(hn::MaxOfLanes(Ints(), highest)) < 0x7f800000; }
  HWY_INLINE bool hasDenormal() const {
    return hn::GetLane(hn::MinOfLanes(Unsigneds(), lowest)) < 0x007fffffu;
  }
  HWY_INLINE float peak() const {
    return hn::GetLane(hn::MaxOfLanes(Floats(), hn::BitCast(Floats(), highest)));
  }
  HWY_INLINE float sumSquares() const { return hn::GetLane(hn::SumOfLanes(Floats(), energy)); }
};

/// The last, partial vector of a channel, filled up with zeros.
HWY_INLINE V loadTail(const float* samples, int count) {
  HWY_ALIGN float tail[kLanes] = {};
  std::copy_n(samples, count, tail);
  return hn::Load(Floats(), tail);
}

ChannelScan scanChannel(const float* samples, int frames) noexcept {
  const Floats d;
  Running even;
  Running odd;  // two chains hide the latency of the sums
  int frame = 0;
  for (; frame + 2 * kLanes <= frames; frame += 2 * kLanes) {
    even.add(hn::LoadU(d, samples + frame));
    odd.add(hn::LoadU(d, samples + frame + kLanes));
  }
  if (frame + kLanes <= frames) {
    even.add(hn::LoadU(d, samples + frame));
    frame += kLanes;
  }
  if (frame < frames) odd.add(loadTail(samples + frame, frames - frame));
  even.highest = hn::Max(even.highest, odd.highest);
  even.lowest = hn::Min(even.lowest, odd.lowest);
  even.energy = hn::Add(even.energy, odd.energy);
  return {even.peak(), even.sumSquares(), even.finite() && !even.hasDenormal()};
}

StereoScan scanStereo(const float* left, const float* right, int frames) noexcept {
  const Floats d;
  Running first;
  Running second;
  int frame = 0;
  for (; frame + kLanes <= frames; frame += kLanes) {
    first.add(hn::LoadU(d, left + frame));
    second.add(hn::LoadU(d, right + frame));
  }
  if (frame < frames) {
    first.add(loadTail(left + frame, frames - frame));
    second.add(loadTail(right + frame, frames - frame));
  }
  return {first.peak(), second.peak(), first.sumSquares(), second.sumSquares(),
          first.finite() && second.finite()};
}

void rampInput(const float* input, float* ramped) noexcept {
  const Floats d;
  V index = hn::Iota(d, 0.0f);
  const V step = hn::Set(d, static_cast<float>(kLanes));
  for (int frame = 0; frame < kRowStride; frame += kLanes) {
    hn::StoreU(hn::Mul(index, hn::LoadU(d, input + frame)), d, ramped + frame);
    index = hn::Add(index, step);
  }
}

void advanceRamps(int count, float frames, const float* targets, const float* steps, float* remaining,
                  float* gains) noexcept {
  const Floats d;
  const V passed = hn::Set(d, frames);
  int i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const V left = hn::Max(hn::Sub(hn::LoadU(d, remaining + i), passed), hn::Zero(d));
    hn::StoreU(left, d, remaining + i);
    hn::StoreU(hn::NegMulAdd(hn::LoadU(d, steps + i), left, hn::LoadU(d, targets + i)), d, gains + i);
  }
  for (; i < count; ++i) {
    remaining[i] = std::max(remaining[i] - frames, 0.0f);
    gains[i] = targets[i] - steps[i] * remaining[i];
  }
}

const Kernels& kernelsNamed(const char* name) {
  static const Kernels kKernels{name, mixTile, scanChannel, scanStereo, rampInput, advanceRamps};
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
