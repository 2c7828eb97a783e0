// Every instruction set against the scalar specification.
#include "kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "stage.h"

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
      : fixedCount(fixed), movingCount(moving), inputs(channels * kRowStride) {
    for (int channel = 0; channel < channels; ++channel) {
      for (int frame = 0; frame < kChunkFrames; ++frame) {
        inputs[channel * kRowStride + frame] = unlike(channel, frame + seed);
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
    fixedChannels.resize(fixed + kEntriesAhead);
    movingChannels.resize(moving + kEntriesAhead);
  }

  std::vector<float> run(const Kernels& kernels, int begin, int end, int rowCount = kTileRows,
                         bool prefetch = false) const {
    std::vector<float> rows(kTileRows * kRowStride, 0.0f);
    TileJob job;
    job.inputs = inputs.data();
    job.rowCount = rowCount;
    job.prefetch = prefetch;
    job.movingFrom = 100;
    job.fixedCount = fixedCount;
    job.fixedChannels = fixedChannels.data();
    job.fixedGains = fixedGains.data();
    job.movingCount = movingCount;
    job.movingChannels = movingChannels.data();
    job.movingGains = movingGains.data();
    job.movingSteps = movingSteps.data();
    job.rows = rows.data();
    kernels.mixTile(job, begin, end);
    return rows;
  }

  int fixedCount, movingCount;
  std::vector<float> inputs, fixedGains, movingGains, movingSteps;
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
          const float tolerance = kFmaTolerance * static_cast<float>(1 + fixed + 2 * moving);
          for (const int rowCount : {2, 4, 6}) {
            const std::vector<float> got =
                work.run(*GetParam(), begin, frames, rowCount, channels + frames > 100);
            for (int row = 0; row < rowCount; ++row) {
              for (int frame = begin; frame < frames; ++frame) {
                ASSERT_NEAR(got[row * kRowStride + frame], expected[row * kRowStride + frame], tolerance)
                    << channels << " channels, row " << row << " of " << rowCount << ", frame " << frame
                    << " of " << begin << ".." << frames;
              }
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

TEST_P(KernelsTest, ScansTheMixesOfATileAsTheScalarOneDoes) {
  for (const int frames : {1, 3, 4, 31, 63, 64}) {
    std::vector<float> rows(kTileRows * kRowStride,
                            std::nanf(""));  // what lies beyond the frames does not count
    for (int row = 0; row < kTileRows; ++row) {
      for (int frame = 0; frame < frames; ++frame) {
        rows[row * kRowStride + frame] = static_cast<float>(1 + row) * unlike(row, frame);
      }
    }
    for (const int lanes : {1, 2, 3}) {
      StereoScan expected[kTileLanes];
      StereoScan got[kTileLanes];
      scalarKernels().scanLanes(rows.data(), lanes, frames, expected);
      GetParam()->scanLanes(rows.data(), lanes, frames, got);
      const float tolerance = 36 * kFmaTolerance * static_cast<float>(frames);
      for (int lane = 0; lane < lanes; ++lane) {
        EXPECT_EQ(got[lane].peakLeft, expected[lane].peakLeft);
        EXPECT_EQ(got[lane].peakRight, expected[lane].peakRight);
        EXPECT_NEAR(got[lane].sumSquaresLeft, expected[lane].sumSquaresLeft, tolerance);
        EXPECT_NEAR(got[lane].sumSquaresRight, expected[lane].sumSquaresRight, tolerance);
        EXPECT_TRUE(got[lane].finite);
      }
    }
    for (int row = 0; row < kTileRows; ++row) {
      for (const float poison : {std::nanf(""), INFINITY, -INFINITY}) {
        StereoScan got[kTileLanes];
        const float before = std::exchange(rows[row * kRowStride + frames - 1], poison);
        GetParam()->scanLanes(rows.data(), kTileLanes, frames, got);
        rows[row * kRowStride + frames - 1] = before;
        for (int lane = 0; lane < kTileLanes; ++lane) EXPECT_EQ(got[lane].finite, lane != row / 2);
      }
    }
  }
}

/// Two sides of a mix in memory that is not aligned and ends where the chunk does.
struct Sides {
  Sides(const Source& source, int frames) : left(frames), right(frames) {
    for (int frame = 0; frame < frames; ++frame) {
      left[frame] = source(0, frame);
      right[frame] = source(1, frame);
    }
  }
  LimitedChunk limit(const Kernels& kernels, float gain, const LimiterSettings& settings) {
    LimitJob job{left.data(), right.data(), gain, {}};
    kernels.limitLanes(&job, 1, static_cast<int>(left.size()), settings);
    return job.chunk;
  }
  std::vector<float> left, right;
};

TEST_P(KernelsTest, LimitsAMixAsTheScalarOneDoes) {
  const LimiterSettings settings{0.9f, 2.6e-4f};
  const Source sources[] = {
      [](int c, int64_t f) { return 0.8f * unlike(c, f); },
      [](int c, int64_t f) { return 1.2f * unlike(c, f); },
      [](int c, int64_t f) { return 50.0f * unlike(c, f); },
      [](int c, int64_t f) { return f == 40 + c ? 3.0f : 0.1f; },
      [](int c, int64_t f) { return f == 1 + 20 * c ? std::nanf("") : 1.1f * unlike(c, f); },
      [](int c, int64_t f) { return c == 1 && f % 7 == 0 ? -INFINITY : unlike(c, f); },
  };
  for (const Source& source : sources) {
    for (const int frames : {1, 3, 4, 5, 8, 15, 16, 17, 31, 33, 63, 64}) {
      for (const float gain : {1.0f, 0.99f, 0.5f, 0.01f}) {
        Sides expected(source, frames);
        Sides got(source, frames);
        const LimitedChunk expectedChunk = expected.limit(scalarKernels(), gain, settings);
        const LimitedChunk gotChunk = got.limit(*GetParam(), gain, settings);
        EXPECT_NEAR(gotChunk.lastGain, expectedChunk.lastGain, kFmaTolerance) << frames;
        EXPECT_NEAR(gotChunk.lowestGain, expectedChunk.lowestGain, kFmaTolerance) << frames;
        EXPECT_NEAR(gotChunk.scan.peakLeft, expectedChunk.scan.peakLeft, kFmaTolerance);
        EXPECT_NEAR(gotChunk.scan.peakRight, expectedChunk.scan.peakRight, kFmaTolerance);
        EXPECT_NEAR(gotChunk.scan.sumSquaresLeft, expectedChunk.scan.sumSquaresLeft, 64 * kFmaTolerance);
        EXPECT_NEAR(gotChunk.scan.sumSquaresRight, expectedChunk.scan.sumSquaresRight, 64 * kFmaTolerance);
        EXPECT_TRUE(gotChunk.scan.finite);
        for (int frame = 0; frame < frames; ++frame) {
          ASSERT_NEAR(got.left[frame], expected.left[frame], kFmaTolerance) << frame << " of " << frames;
          ASSERT_NEAR(got.right[frame], expected.right[frame], kFmaTolerance) << frame << " of " << frames;
          ASSERT_LE(std::fabs(got.left[frame]), settings.ceiling);
          ASSERT_LE(std::fabs(got.right[frame]), settings.ceiling);
        }
      }
    }
  }
}

TEST_P(KernelsTest, LimitingSeveralMixesTogetherIsLimitingEachAlone) {
  const LimiterSettings settings{0.9f, 2.6e-4f};
  for (const int frames : {1, 31, 64}) {
    std::vector<Sides> alone;
    for (const float level : {0.5f, 50.0f, 2.0f}) {
      alone.emplace_back([&](int c, int64_t f) { return level * unlike(c, f); }, frames);
    }
    alone[1].left.front() = std::nanf("");
    std::vector<Sides> together = alone;
    LimitJob jobs[kTileLanes];
    const float gain[] = {0.7f, 1.0f, 0.2f};
    for (int i = 0; i < kTileLanes; ++i) {
      jobs[i] = {together[i].left.data(), together[i].right.data(), gain[i], {}};
    }
    GetParam()->limitLanes(jobs, kTileLanes, frames, settings);
    for (int i = 0; i < kTileLanes; ++i) {
      const LimitedChunk chunk = alone[i].limit(*GetParam(), gain[i], settings);
      EXPECT_EQ(together[i].left, alone[i].left) << i << " of " << frames;
      EXPECT_EQ(together[i].right, alone[i].right) << i << " of " << frames;
      EXPECT_EQ(jobs[i].chunk.lastGain, chunk.lastGain);
      EXPECT_EQ(jobs[i].chunk.scan.peakLeft, chunk.scan.peakLeft);
    }
  }
}

TEST_P(KernelsTest, LimitingAtUnityBelowTheCeilingKeepsEveryBit) {
  for (const int frames : {1, 13, 64}) {
    const Sides before([](int c, int64_t f) { return 0.89f * unlike(c, f); }, frames);
    Sides after = before;
    EXPECT_EQ(after.limit(*GetParam(), 1.0f, {0.9f, 2.6e-4f}).lastGain, 1.0f);
    EXPECT_EQ(after.left, before.left);
    EXPECT_EQ(after.right, before.right);
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
