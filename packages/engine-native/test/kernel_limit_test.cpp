// The limiters of every instruction set against the scalar ones.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "kernels.h"
#include "stage.h"

namespace foldback::test {
namespace {

/// Fused multiply-add rounds once where the specification rounds twice, and sums come in another order.
constexpr float kFmaTolerance = 4e-6f;

class LimitLanesTest : public testing::TestWithParam<const Kernels*> {};

INSTANTIATE_TEST_SUITE_P(Available, LimitLanesTest,
                         testing::ValuesIn(availableKernels().begin(), availableKernels().end()),
                         [](const auto& info) { return std::string(info.param->name); });

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

TEST_P(LimitLanesTest, MeasuresAMixBelowTheCeilingAsTheScalarOneDoesAndLeavesItAlone) {
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

TEST_P(LimitLanesTest, FindsOneSampleThatIsNotFiniteAnywhereInAMix) {
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

TEST_P(LimitLanesTest, LimitsAMixAsTheScalarOneDoes) {
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

TEST_P(LimitLanesTest, LooksAheadAsTheScalarOneDoes) {
  const LimiterSettings settings{0.9f, 2.6e-4f};
  const Source sources[] = {
      [](int c, int64_t f) { return 0.8f * unlike(c, f); },
      [](int c, int64_t f) { return f < 64 ? 0.8f : 20.0f * unlike(c, f); },
      [](int c, int64_t f) { return f == 64 + 3 * c ? 3.0f : 0.1f; },
      [](int c, int64_t f) { return f == 65 + 2 * c ? std::nanf("")
                                    : f == 70       ? 2.0f
                                                    : 0.1f * unlike(c, f); },
      [](int c, int64_t f) { return f == 64 && c == 1 ? -INFINITY : 0.5f; },
  };
  for (const Source& source : sources) {
    for (const int ahead : {1, 3, 4, 5, 8, 15, 16, 17, 31, 33, 63, 64}) {
      for (const float gain : {1.0f, 0.5f}) {
        Sides expected(source, kChunkFrames + ahead);
        Sides got = expected;
        const auto limit = [&](Sides& sides, const Kernels& kernels) {
          LimitJob job{sides.left.data(), sides.right.data(), gain, {}};
          job.framesAhead = ahead;
          job.leftAhead = job.left + kChunkFrames;
          job.rightAhead = job.right + kChunkFrames;
          kernels.limitLanes(&job, 1, kChunkFrames, settings);
          return job.chunk;
        };
        const LimitedChunk expectedChunk = limit(expected, scalarKernels());
        const LimitedChunk gotChunk = limit(got, *GetParam());
        EXPECT_NEAR(gotChunk.lastGain, expectedChunk.lastGain, kFmaTolerance) << ahead;
        EXPECT_NEAR(gotChunk.lowestGain, expectedChunk.lowestGain, kFmaTolerance) << ahead;
        EXPECT_NEAR(gotChunk.scan.peakLeft, expectedChunk.scan.peakLeft, kFmaTolerance);
        for (int frame = 0; frame < kChunkFrames; ++frame) {
          ASSERT_NEAR(got.left[frame], expected.left[frame], kFmaTolerance) << frame << " before " << ahead;
          ASSERT_NEAR(got.right[frame], expected.right[frame], kFmaTolerance) << frame << " before " << ahead;
        }
        for (size_t frame = kChunkFrames; frame < got.left.size();
             ++frame) {  // as it was, or zero: its turn comes
          EXPECT_EQ(std::pair(got.left[frame], got.right[frame]),
                    std::pair(expected.left[frame], expected.right[frame]));
        }
      }
    }
  }
}

TEST_P(LimitLanesTest, LimitingSeveralMixesTogetherIsLimitingEachAlone) {
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

TEST_P(LimitLanesTest, LimitingAtUnityBelowTheCeilingKeepsEveryBit) {
  for (const int frames : {1, 13, 64}) {
    const Sides before([](int c, int64_t f) { return 0.89f * unlike(c, f); }, frames);
    Sides after = before;
    EXPECT_EQ(after.limit(*GetParam(), 1.0f, {0.9f, 2.6e-4f}).lastGain, 1.0f);
    EXPECT_EQ(after.left, before.left);
    EXPECT_EQ(after.right, before.right);
  }
}

}  // namespace
}  // namespace foldback::test
