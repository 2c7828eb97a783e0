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
