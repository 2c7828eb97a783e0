// Every instruction set against the scalar specification.
#include "kernels.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "stage.h"

namespace foldback::test {
namespace {

/// Fused multiply-add rounds once where the specification rounds twice, and sums come in another order.
constexpr float kFmaTolerance = 4e-6f;

class KernelsTest : public testing::TestWithParam<const Kernels*> {};

INSTANTIATE_TEST_SUITE_P(Available, KernelsTest,
                         testing::ValuesIn(availableKernels().begin(), availableKernels().end()),
                         [](const auto& info) { return std::string(info.param->name); });

/// One tile's worth of random work; of its entries the first `moving` are on ramps.
struct Work {
  Work(int channels, int entries, int moving, uint32_t seed)
      : count(entries), movingCount(moving), inputs(channels * kRowStride) {
    for (int channel = 0; channel < channels; ++channel) {
      for (int frame = 0; frame < kChunkFrames; ++frame) {
        inputs[channel * kRowStride + frame] = unlike(channel, frame + seed);
      }
    }
    for (int entry = 0; entry < count; ++entry) {
      offsets.push_back(static_cast<uint32_t>((entry * 7 + 3) % channels * kRowStride));
      for (int row = 0; row < kTileRows; ++row) {
        gains.push_back(unlike(row + 1000, entry + seed));
        steps.push_back(unlike(row + 3000, entry + seed) / 480.0f);
      }
    }
    offsets.resize(count + kEntriesAhead);
  }

  /// Nothing moves in the rows but `rows` of them from `first` on.
  void moveOnly(int first, int rows) {
    movingRow = first;
    movingRows = rows;
    for (size_t at = 0; at < steps.size(); ++at) {
      const int row = static_cast<int>(at) % kTileRows;
      if (row < first || row >= first + rows) steps[at] = 0;
    }
  }

  std::vector<float> run(const Kernels& kernels, int begin, int end, int rowCount = kTileRows,
                         bool prefetch = false) const {
    std::vector<float> rows(kTileRows * kRowStride, 0.0f);
    TileJob job;
    job.inputs = inputs.data();
    job.rowCount = rowCount;
    job.prefetch = prefetch;
    job.count = count;
    job.offsets = offsets.data();
    job.gains = gains.data();
    job.movingCount = movingCount;
    job.steps = steps.data();
    job.movingRow = movingRow;
    job.movingRows = movingRows;
    job.movingFrom = 100;
    job.rows = rows.data();
    kernels.mixTile(job, begin, end);
    return rows;
  }

  int count, movingCount;
  int movingRow = 0;
  int movingRows = kTileRows;
  std::vector<float> inputs, gains, steps;
  std::vector<uint32_t> offsets;
};

/// The frames [begin, end) of the first rows, as the kernel and the specification compute them.
void expectSame(const Kernels& kernels, const Work& work, int begin, int end, int rowCount, bool prefetch) {
  const std::vector<float> expected = work.run(scalarKernels(), begin, end);
  const std::vector<float> got = work.run(kernels, begin, end, rowCount, prefetch);
  const float tolerance = kFmaTolerance * static_cast<float>(1 + work.count + work.movingCount);
  for (int row = 0; row < rowCount; ++row) {
    for (int frame = begin; frame < end; ++frame) {
      ASSERT_NEAR(got[row * kRowStride + frame], expected[row * kRowStride + frame], tolerance)
          << work.count << " entries, " << work.movingCount << " moving, row " << row << " of " << rowCount
          << ", frame " << frame << " of " << begin << ".." << end;
    }
  }
}

TEST_P(KernelsTest, MixesATileAsTheScalarOneDoes) {
  for (const int channels : {1, 3, 64}) {
    for (const int frames : {1, 3, 4, 31, 64}) {
      for (const int begin : {0, 1, 16}) {
        if (begin >= frames) continue;
        for (const auto& [count, moving] : {std::pair{channels, 0},
                                            {channels, channels},
                                            {2 * channels, channels},
                                            {channels, channels / 3},
                                            {0, 0}}) {
          const Work work(channels, count, moving, static_cast<uint32_t>(frames));
          for (const int rowCount : {2, 4, 6}) {
            expectSame(*GetParam(), work, begin, frames, rowCount, false);
            expectSame(*GetParam(), work, begin, frames, rowCount, true);
          }
        }
      }
    }
  }
}

TEST_P(KernelsTest, MovesSomeRowsAsTheScalarOneDoes) {
  for (const auto& [first, rows] : {std::pair{0, 2}, {2, 2}, {4, 2}, {0, 4}, {2, 4}, {0, 6}}) {
    for (const int frames : {1, 17, 31, 64}) {
      for (const int moving : {1, 5, 9}) {
        Work work(9, 9, moving, 3);
        work.moveOnly(first, rows);
        for (const int rowCount : {2, 4, 6}) {
          expectSame(*GetParam(), work, 0, frames, rowCount, false);
          expectSame(*GetParam(), work, 0, frames, rowCount, true);
        }
      }
    }
  }
}

TEST_P(KernelsTest, SilencesATileWithoutEntries) {
  std::vector<float> rows(kTileRows * kRowStride, 5.0f);
  TileJob job;
  job.rows = rows.data();
  job.rowCount = 4;
  GetParam()->mixTile(job, 3, 64);
  for (int row = 0; row < kTileRows; ++row) {
    EXPECT_EQ(rows[row * kRowStride + 2], 5.0f);
    EXPECT_EQ(rows[row * kRowStride + 3], row < 4 ? 0.0f : 5.0f);
    EXPECT_EQ(rows[row * kRowStride + 63], row < 4 ? 0.0f : 5.0f);
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
    EXPECT_TRUE(got.finite) << frames;
  }
}

TEST_P(KernelsTest, ScanFindsOnePoisonousSampleAnywhere) {
  const float poisons[] = {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::quiet_NaN(),
                           std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
  for (const int frames : {1, 5, 64, 77}) {
    for (const float poison : poisons) {
      for (int at = 0; at < frames; ++at) {
        std::vector<float> samples(frames, 0.0f);
        samples[at] = poison;
        ASSERT_FALSE(GetParam()->scanChannel(samples.data(), frames).finite) << poison << " at " << at;
        samples[at] = 0.5f;
        ASSERT_TRUE(GetParam()->scanChannel(samples.data(), frames).finite);
      }
    }
  }
}

TEST_P(KernelsTest, ScansADenormalSampleAsZero) {
  for (const float denormal : {std::numeric_limits<float>::denorm_min(), -1e-39f, 1.17e-38f}) {
    for (int at = 0; at < 77; ++at) {
      std::vector<float> samples(77, 0.0f);
      samples[at] = denormal;
      ChannelScan scan = GetParam()->scanChannel(samples.data(), 77);
      ASSERT_TRUE(scan.finite) << denormal << " at " << at;
      ASSERT_EQ(std::bit_cast<uint32_t>(scan.peak), 0u);
      ASSERT_EQ(std::bit_cast<uint32_t>(scan.sumSquares), 0u);
      samples[76 - at] += 0.9f;
      scan = GetParam()->scanChannel(samples.data(), 77);
      ASSERT_TRUE(scan.finite);
      ASSERT_EQ(scan.peak, 0.9f);
    }
  }
}

TEST_P(KernelsTest, ZerosAndTheSmallestNormalAreScannedAsTheyAre) {
  std::vector<float> samples(70, 0.0f);
  samples[3] = -0.0f;
  samples[66] = std::numeric_limits<float>::min();
  const ChannelScan scan = GetParam()->scanChannel(samples.data(), 70);
  EXPECT_TRUE(scan.finite);
  EXPECT_EQ(scan.peak, std::numeric_limits<float>::min());
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

TEST_P(KernelsTest, MeasuresAMixBelowTheCeilingAsTheScalarOneDoesAndLeavesItAlone) {
  for (const int frames : {1, 3, 4, 31, 63, 64}) {
    const Sides before([](int c, int64_t f) { return static_cast<float>(1 + 4 * c) * unlike(c, f); }, frames);
    Sides expected = before;
    Sides got = before;
    const StereoScan expectedScan = expected.limit(scalarKernels(), 1, {5, 2.6e-4f}).scan;
    const LimitedChunk gotChunk = got.limit(*GetParam(), 1, {5, 2.6e-4f});
    const float tolerance = 36 * kFmaTolerance * static_cast<float>(frames);
    EXPECT_EQ(gotChunk.scan.peakLeft, expectedScan.peakLeft);
    EXPECT_EQ(gotChunk.scan.peakRight, expectedScan.peakRight);
    EXPECT_NEAR(gotChunk.scan.sumSquaresLeft, expectedScan.sumSquaresLeft, tolerance);
    EXPECT_NEAR(gotChunk.scan.sumSquaresRight, expectedScan.sumSquaresRight, tolerance);
    EXPECT_EQ(gotChunk.lowestGain, 1.0f);
    EXPECT_EQ(gotChunk.lastGain, 1.0f);
    EXPECT_EQ(got.left, before.left);
    EXPECT_EQ(got.right, before.right);
  }
}

TEST_P(KernelsTest, FindsOneSampleThatIsNotFiniteAnywhereInAMix) {
  for (const int frames : {1, 5, 63, 64}) {
    for (const float poison : {std::nanf(""), INFINITY, -INFINITY}) {
      for (int at = 0; at < 2 * frames; ++at) {
        Sides sides([](int, int64_t) { return 0.5f; }, frames);
        float& sample = at < frames ? sides.left[at] : sides.right[at - frames];
        sample = poison;
        const LimitedChunk chunk = sides.limit(*GetParam(), 1, {0.9f, 2.6e-4f});
        ASSERT_EQ(sample, 0.0f) << poison << " at " << at << " of " << frames;
        ASSERT_LE(chunk.scan.peakLeft, 0.5f);
        ASSERT_LE(chunk.scan.peakRight, 0.5f);
        ASSERT_EQ(chunk.lastGain, 1.0f);
      }
    }
  }
}

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
    const float gain[] = {1.0f, 1.0f, 0.2f};  // the first stays below the ceiling: idle
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

#if defined(__x86_64__) && defined(__GNUC__)
TEST(Kernels, WhatTheProcessorHasTheBuildHasToo) {
  std::set<std::string> names;
  for (const Kernels* kernels : availableKernels()) names.insert(kernels->name);
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd");
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  EXPECT_EQ(names.contains("avx512"), avx512);
  EXPECT_EQ(names.contains("avx2"), avx2);
  EXPECT_EQ(names.contains("ssse3"), __builtin_cpu_supports("ssse3") != 0);
}
#endif

}  // namespace
}  // namespace foldback::test
