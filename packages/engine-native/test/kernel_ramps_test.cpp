// New targets for gains: every instruction set against the scalar specification, to the bit.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <string>
#include <vector>

#include "kernels.h"

namespace foldback::test {
namespace {

/// The gains of one channel in a tile, as bits, so that even the sign of a zero counts.
struct Ramps {
  std::array<float, kTileRows> gains{}, steps{}, targets{}, remaining{};

  RampsLeft retarget(const Kernels& kernels, bool still, const std::array<float, kTileRows>& wanted,
                     const std::array<uint32_t, kTileRows>& frames) {
    return kernels.retarget({still, gains.data(), steps.data(), targets.data(), remaining.data()},
                            wanted.data(), frames.data());
  }
  std::vector<uint32_t> bits() const {
    std::vector<uint32_t> all;
    for (const auto* values : {&gains, &steps, &targets, &remaining}) {
      for (const float value : *values) all.push_back(std::bit_cast<uint32_t>(value));
    }
    return all;
  }
};

class RampsTest : public testing::TestWithParam<const Kernels*> {};

INSTANTIATE_TEST_SUITE_P(Available, RampsTest,
                         testing::ValuesIn(availableKernels().begin(), availableKernels().end()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST_P(RampsTest, NewTargetsAreThoseOfTheSpecificationToTheBit) {
  uint32_t random = 3;
  const auto draw = [&](uint32_t below) {
    random = random * 1664525u + 1013904223u;
    return (random >> 12) % below;
  };
  const auto drawGain = [&] { return draw(4) == 0 ? 0.0f : 0.25f * static_cast<float>(draw(9)) - 1.0f; };
  for (int round = 0; round < 20'000; ++round) {
    Ramps expected;
    std::array<float, kTileRows> wanted;
    std::array<uint32_t, kTileRows> frames;
    const bool still = draw(3) == 0;
    for (int row = 0; row < kTileRows; ++row) {
      expected.gains[row] = drawGain();
      const bool moves = draw(2) == 0;
      expected.targets[row] = moves || still ? drawGain() : expected.gains[row];  // not read when still
      expected.remaining[row] = moves || still ? static_cast<float>(1 + draw(2000)) : 0.0f;
      expected.steps[row] = (expected.targets[row] - expected.gains[row]) / 1000;
      wanted[row] = draw(3) == 0 ? expected.targets[row] : drawGain();
      frames[row] = draw(3) == 0 ? 0 : draw(2000);
    }
    Ramps got = expected;
    const RampsLeft left = expected.retarget(scalarKernels(), still, wanted, frames);
    const RampsLeft gotLeft = got.retarget(*GetParam(), still, wanted, frames);
    ASSERT_EQ(got.bits(), expected.bits()) << "round " << round;
    ASSERT_EQ(gotLeft.nearestEnd, left.nearestEnd) << "round " << round;
    ASSERT_EQ(gotLeft.rows, left.rows) << "round " << round;
  }
}

}  // namespace
}  // namespace foldback::test
