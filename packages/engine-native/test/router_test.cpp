// Output pairs: every change is a ramp out and a ramp in.
#include "router.h"

#include <gtest/gtest.h>

#include "kernels.h"
#include "stage.h"

namespace foldback::test {
namespace {

constexpr int kFade = 480;

/// A router with four lanes, of which lane n plays the constant n + 1 on the left, minus that on the right.
class Patch {
 public:
  explicit Patch(int outputs) : router_(outputs / 2, 4, kFade), outputs_(outputs) {}

  Channels play(const std::vector<int>& routes, int frames) {
    router_.adopt(routes);
    Channels out(outputs_, std::vector<float>(frames, Stage::kStale));
    std::vector<float*> pointers;
    for (std::vector<float>& channel : out) pointers.push_back(channel.data());
    const Block block{pointers.data(), outputs_, frames};
    for (int first = 0; first < frames; first += kChunkFrames) {
      const int count = std::min(kChunkFrames, frames - first);
      router_.beginChunk(block, first, count);
      for (int lane = 0; lane < 4; ++lane) {
        const std::vector<float> left(count, static_cast<float>(lane + 1));
        const std::vector<float> right(count, -static_cast<float>(lane + 1));
        router_.play(lane, left.data(), right.data(), block, first, count);
      }
      router_.endChunk(count);
    }
    return out;
  }

  const Router& router() const { return router_; }

 private:
  Router router_;
  int outputs_;
};

TEST(Router, AnUnroutedOutputIsSilentToTheBit) {
  Patch patch(5);
  for (const std::vector<float>& channel : patch.play({-1, -1}, 200)) {
    EXPECT_EQ(channel, std::vector<float>(200, 0.0f));
  }
}

TEST(Router, ANewRouteRampsInAndThenPlaysEveryBit) {
  Patch patch(4);
  const Channels out = patch.play({2, -1}, 600);
  for (int frame = 0; frame < 600; ++frame) {
    const float expected = 3.0f * std::min(1.0f, static_cast<float>(frame) / kFade);
    ASSERT_NEAR(out[0][frame], expected, 1e-6f);
    ASSERT_NEAR(out[1][frame], -expected, 1e-6f);
    ASSERT_EQ(out[2][frame], 0.0f);
  }
  EXPECT_EQ(out[0][599], 3.0f);
}

TEST(Router, AChangedRouteRampsTheOldMixOutBeforeTheNewOneComesIn) {
  Patch patch(2);
  patch.play({0}, 640);
  const std::vector<float> left = patch.play({3}, 1280)[0];
  EXPECT_LE(largestStep(left), 4.0f / kFade + 1e-6f);
  EXPECT_EQ(left.front(), 1.0f);
  EXPECT_EQ(left.back(), 4.0f);
  EXPECT_NE(std::find(left.begin(), left.end(), 0.0f), left.end());
}

TEST(Router, ChangesInMidRampDoNotClickEither) {
  Patch patch(2);
  std::vector<float> heard;
  const std::vector<int> wishes{0, 1, 0, -1, 2, 2, -1, 3, 0};
  for (const int wish : wishes) {
    const std::vector<float> part = patch.play({wish}, 192)[0];
    heard.insert(heard.end(), part.begin(), part.end());
  }
  EXPECT_LE(largestStep(heard), 4.0f / kFade + 1e-6f);
}

TEST(Router, OneMixMayPlayOnSeveralPairs) {
  Patch patch(6);
  const Channels out = patch.play({1, 0, 1}, 640);
  EXPECT_EQ(out[0].back(), 2.0f);
  EXPECT_EQ(out[2].back(), 1.0f);
  EXPECT_EQ(out[4].back(), 2.0f);
}

TEST(Router, ALaneIsPlayedUntilItsRampOutHasEnded) {
  Patch patch(2);
  patch.play({1}, 640);
  EXPECT_TRUE(patch.router().plays(1));
  patch.play({-1}, 64);
  EXPECT_TRUE(patch.router().plays(1));
  patch.play({-1}, 640);
  EXPECT_FALSE(patch.router().plays(1));
}

}  // namespace
}  // namespace foldback::test
