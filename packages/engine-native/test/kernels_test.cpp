// Every instruction set against the scalar specification.
#include "kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>

#include "stage.h"

namespace foldback {

/// GoogleTest names parameters with it.
void PrintTo(const Kernels* kernels, std::ostream* out) { *out << kernels->name; }

}  // namespace foldback

namespace foldback::test {
namespace {

/// Fused multiply-add rounds once where the specification rounds twice, and sums come in another order.
constexpr float kFmaTolerance = 4e-6f;

class KernelsTest : public testing::TestWithParam<const Kernels*> {};

INSTANTIATE_TEST_SUITE_P(Available, KernelsTest,
                         testing::ValuesIn(availableKernels().begin(), availableKernels().end()),
                         [](const auto& info) { return std::string(info.param->name); });

/// One tile's worth of random work.
struct Work {
  Work(int channels, int fixed, int moving, uint32_t seed)
      : inputs(channels * kRowStride), ramped(inputs.size()) {
    for (int channel = 0; channel < channels; ++channel) {
      for (int frame = 0; frame < kChunkFrames; ++frame) {
        inputs[channel * kRowStride + frame] = unlike(channel, frame + seed);
        ramped[channel * kRowStride + frame] =
            static_cast<float>(frame) * inputs[channel * kRowStride + frame];
      }
    }
    for (int entry = 0; entry < fixed; ++entry) {
      fixedChannels.push_back(static_cast<uint32_t>((entry * 7 + 3) % channels));
      for (int row = 0; row < kTileRows; ++row) fixedGains.push_back(unlike(row + 1000, entry + seed));
    }
    for (int entry = 0; entry < moving; ++entry) {
      movingChannels.push_back(static_cast<uint32_t>((entry * 5 + 1) % channels));
      for (int row = 0; row < kTileRows; ++row) {
        movingGains.push_back(unlike(row + 2000, entry + seed));
        movingSteps.push_back(unlike(row + 3000, entry + seed) / 480.0f);
      }
    }
  }

  std::vector<float> run(const Kernels& kernels, int begin, int end) const {
    std::vector<float> rows(kTileRows * kRowStride, 0.0f);
    TileJob job;
    job.inputs = inputs.data();
    job.rampedInputs = ramped.data();
    job.fixedCount = static_cast<int>(fixedChannels.size());
    job.fixedChannels = fixedChannels.data();
    job.fixedGains = fixedGains.data();
    job.movingCount = static_cast<int>(movingChannels.size());
    job.movingChannels = movingChannels.data();
    job.movingGains = movingGains.data();
    job.movingSteps = movingSteps.data();
    job.rows = rows.data();
    kernels.mixTile(job, begin, end);
    return rows;
  }

  std::vector<float> inputs, ramped, fixedGains, movingGains, movingSteps;
  std::vector<uint32_t> fixedChannels, movingChannels;
};

TEST_P(KernelsTest, MixesATileAsTheScalarOneDoes) {
  for (const int channels : {1, 3, 64}) {
    for (const int frames : {1, 3, 4, 31, 64}) {
      for (const int begin : {0, 1, 16}) {
        if (begin >= frames) continue;
        for (const auto [fixed, moving] :
             {std::pair{channels, 0}, {0, channels}, {channels, channels}, {0, 0}}) {
          const Work work(channels, fixed, moving, static_cast<uint32_t>(frames));
          const std::vector<float> expected = work.run(scalarKernels(), begin, frames);
          const std::vector<float> got = work.run(*GetParam(), begin, frames);
          const float tolerance = kFmaTolerance * static_cast<float>(1 + fixed + 2 * moving);
          for (int row = 0; row < kTileRows; ++row) {
            for (int frame = begin; frame < frames; ++frame) {
              ASSERT_NEAR(got[row * kRowStride + frame], expected[row * kRowStride + frame], tolerance)
                  << channels << " channels, row " << row << ", frame " << frame << " of " << begin << ".."
                  << frames;
            }
          }
        }
      }
    }
  }
}

TEST_P(KernelsTest, LeavesFramesBeforeTheFirstAlone) {
  const Work work(3, 3, 1, 5);
  for (const int begin : {1, 5, 16, 33}) {
    const std::vector<float> rows = work.run(*GetParam(), begin, 64);
    for (int row = 0; row < kTileRows; ++row) {
      for (int frame = 0; frame < begin; ++frame) ASSERT_EQ(rows[row * kRowStride + frame], 0.0f);
    }
  }
}

TEST_P(KernelsTest, ScansAChannelAsTheScalarOneDoes) {
  for (const int frames : {1, 3, 4, 31, 64, 129, 1000}) {
    std::vector<float> samples(frames);
    for (int frame = 0; frame < frames; ++frame) samples[frame] = unlike(frames, frame);
    const ChannelScan expected = scalarKernels().scanChannel(samples.data(), frames);
    const ChannelScan got = GetParam()->scanChannel(samples.data(), frames);
    EXPECT_EQ(got.peak, expected.peak) << frames;
    EXPECT_NEAR(got.sumSquares, expected.sumSquares, kFmaTolerance * static_cast<float>(frames)) << frames;
    EXPECT_TRUE(got.clean) << frames;
  }
}

TEST_P(KernelsTest, ScanFindsOnePoisonousSampleAnywhere) {
  const float poisons[] = {std::numeric_limits<float>::quiet_NaN(),
                           -std::numeric_limits<float>::quiet_NaN(),
                           std::numeric_limits<float>::infinity(),
                           -std::numeric_limits<float>::infinity(),
                           std::numeric_limits<float>::denorm_min(),
                           -1e-39f,
                           1.17e-38f};
  for (const int frames : {1, 5, 64, 77}) {
    for (const float poison : poisons) {
      for (int at = 0; at < frames; ++at) {
        std::vector<float> samples(frames, 0.0f);
        samples[at] = poison;
        ASSERT_FALSE(GetParam()->scanChannel(samples.data(), frames).clean) << poison << " at " << at;
        samples[at] = 0.5f;
        ASSERT_TRUE(GetParam()->scanChannel(samples.data(), frames).clean);
      }
    }
  }
}

TEST_P(KernelsTest, ZerosAndTheSmallestNormalAreClean) {
  std::vector<float> samples(70, 0.0f);
  samples[3] = -0.0f;
  samples[66] = std::numeric_limits<float>::min();
  EXPECT_TRUE(GetParam()->scanChannel(samples.data(), 70).clean);
}

TEST_P(KernelsTest, ScansAMixAsTheScalarOneDoes) {
  for (const int frames : {1, 3, 4, 31, 64, 129}) {
    std::vector<float> left(frames), right(frames);
    for (int frame = 0; frame < frames; ++frame) {
      left[frame] = 3.0f * unlike(1, frame);
      right[frame] = unlike(2, frame);
    }
    const StereoScan expected = scalarKernels().scanStereo(left.data(), right.data(), frames);
    const StereoScan got = GetParam()->scanStereo(left.data(), right.data(), frames);
    EXPECT_EQ(got.peakLeft, expected.peakLeft);
    EXPECT_EQ(got.peakRight, expected.peakRight);
    EXPECT_NEAR(got.sumSquaresLeft, expected.sumSquaresLeft, 9 * kFmaTolerance * static_cast<float>(frames));
    EXPECT_NEAR(got.sumSquaresRight, expected.sumSquaresRight, kFmaTolerance * static_cast<float>(frames));
    EXPECT_TRUE(got.finite);
    for (std::vector<float>* side : {&left, &right}) {
      for (const float poison : {std::nanf(""), INFINITY, -INFINITY}) {
        const float before = std::exchange(side->back(), poison);
        EXPECT_FALSE(GetParam()->scanStereo(left.data(), right.data(), frames).finite);
        side->back() = before;
      }
    }
  }
}

TEST_P(KernelsTest, RampsAnInputAsTheScalarOneDoes) {
  std::vector<float> input(kRowStride), expected(kRowStride), got(kRowStride);
  for (int frame = 0; frame < kRowStride; ++frame) input[frame] = unlike(4, frame);
  scalarKernels().rampInput(input.data(), expected.data());
  GetParam()->rampInput(input.data(), got.data());
  EXPECT_EQ(got, expected);
}

TEST_P(KernelsTest, AdvancesRampsAsTheScalarOneDoes) {
  for (const int count : {1, 6, 7, 16, 66}) {
    std::vector<float> targets(count), steps(count), remaining(count);
    for (int i = 0; i < count; ++i) {
      targets[i] = unlike(1, i);
      steps[i] = unlike(2, i) / 100.0f;
      remaining[i] = static_cast<float>((i * 37) % 200);
    }
    std::vector<float> expectedRemaining = remaining, gotRemaining = remaining, expected(count), got(count);
    scalarKernels().advanceRamps(count, 48, targets.data(), steps.data(), expectedRemaining.data(),
                                 expected.data());
    GetParam()->advanceRamps(count, 48, targets.data(), steps.data(), gotRemaining.data(), got.data());
    EXPECT_EQ(gotRemaining, expectedRemaining);
    for (int i = 0; i < count; ++i) {
      ASSERT_NEAR(got[i], expected[i], kFmaTolerance);
      if (expectedRemaining[i] == 0) ASSERT_EQ(got[i], targets[i]) << "a ramp ends exactly on its target";
    }
  }
}

TEST(KernelChoice, TheScalarOneIsAlwaysThereAndComesLast) {
  EXPECT_STREQ(availableKernels().back()->name, "scalar");
  EXPECT_EQ(&chooseKernels(""), availableKernels().front());
  EXPECT_EQ(&chooseKernels("scalar"), &scalarKernels());
}

TEST(KernelChoice, AnUnknownNameIsRefusedWithTheListOfKnownOnes) {
  try {
    chooseKernels("mmx");
    FAIL() << "expected a KernelError";
  } catch (const KernelError& error) {
    EXPECT_NE(std::string(error.what()).find("FOLDBACK_KERNEL=mmx"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("scalar"), std::string::npos);
  }
}

}  // namespace
}  // namespace foldback::test
