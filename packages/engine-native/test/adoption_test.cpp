// A plan on its way into the tiles: few at a time, each of one plan, all of them soon enough.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <span>
#include <thread>
#include <vector>

#include "mixer.h"
#include "stage.h"

namespace foldback::test {
namespace {

/// Whole tiles of mixes, each with a pair of its own; every gain of the stage is the same.
class Tiles {
 public:
  Tiles(int tiles, int inputs)
      : mixes_(tiles * kTileLanes), inputs_(inputs), stage({inputs, 2 * mixes_, mixes_}) {
    std::vector<int64_t> routes;
    for (int mix = 0; mix < mixes_; ++mix) routes.push_back(mix);
    stage.route(routes);
  }

  void setAll(float gain, float rampMs) {
    const std::vector<float> gains(2 * static_cast<size_t>(inputs_), gain);
    std::vector<MixTarget> targets;
    for (int mix = 0; mix < mixes_; ++mix) {
      targets.push_back({static_cast<uint32_t>(mix), false, gains, {&rampMs, 1}});
    }
    stage.board.setMixes(targets);
    if (!tileOf_.empty()) return;
    for (int mix = 0; mix < mixes_; ++mix) {
      tileOf_.push_back(stage.board.laneOf(static_cast<uint32_t>(mix)) / kTileLanes);
    }
  }

  /// What each tile plays in every frame of the next block of ones; the test fails where its mixes, or the
  /// frames of a block in one chunk, differ.
  std::vector<float> playBlock(int frames) {
    const Channels out = stage.play(ones, frames, frames);
    std::vector<float> heard(static_cast<size_t>(mixes_ / kTileLanes), kNothing);
    for (int mix = 0; mix < mixes_; ++mix) {
      float& tile = heard[tileOf_[mix]];
      if (tile == kNothing) tile = out[2 * mix][0];
      for (const int channel : {2 * mix, 2 * mix + 1}) {
        EXPECT_EQ(out[channel], std::vector<float>(static_cast<size_t>(frames), tile)) << "mix " << mix;
      }
    }
    return heard;
  }

 private:
  static constexpr float kNothing = -1.0f;
  const int mixes_;
  const int inputs_;
  std::vector<int> tileOf_;  // [mix] from the first plan on; the audio side must not ask the board

 public:
  Stage stage;
};

TEST(Adoption, APlanReachesFewTilesPerChunkAndAllOfThemInTime) {
  constexpr int kTiles = 12;
  constexpr int kFrames = 32;
  Tiles tiles(kTiles, 1);
  tiles.setAll(0.25f, 0);
  tiles.stage.settle();
  tiles.setAll(0.5f, 0);
  int adopted = 0;
  for (int played = 0; adopted < kTiles; played += kFrames) {
    ASSERT_LT(played, adoptFramesOf(kFrames));
    const std::vector<float> heard = tiles.playBlock(kFrames);
    const auto now = static_cast<int>(std::count(heard.begin(), heard.end(), 0.5f));
    ASSERT_LE(now - adopted, 1) << "12 tiles x 32 frames / 832";
    ASSERT_EQ(std::count(heard.begin(), heard.end(), 0.25f), kTiles - now);
    adopted = now;
  }
}

TEST(Adoption, APlanOnItsWayIsFinishedBeforeTheNewestIsTaken) {
  Tiles tiles(12, 1);
  tiles.setAll(0.125f, 0);
  tiles.stage.settle();
  tiles.setAll(0.25f, 0);
  std::vector<std::set<float>> heard(12, {0.125f});
  for (int block = 0; block < 30; ++block) {
    const std::vector<float> now = tiles.playBlock(32);
    for (size_t tile = 0; tile < now.size(); ++tile) heard[tile].insert(now[tile]);
    if (block == 1) tiles.setAll(0.375f, 0);
    if (block == 2) tiles.setAll(0.5f, 0);
  }
  for (const std::set<float>& tile : heard) EXPECT_EQ(tile, (std::set{0.125f, 0.25f, 0.5f}));
}

TEST(Adoption, AMuteOfEverythingIsSilentInTimeAlsoBehindARecallOfEverything) {
  constexpr double kSlowestRateHz = 44'100;
  for (const int block : {1, 16, 64, 100, 128, 160, 191, 192, 256, 480, 511, 639, 1023, 1024}) {
    Tiles tiles(12, 4);
    tiles.setAll(0.0625f, 10);
    tiles.stage.settle();
    tiles.setAll(0.125f, 300);
    tiles.stage.play(ones, block, block);
    tiles.setAll(0, 10);
    // The block that was on its way has passed. A block that is long enough adopts a plan; of short ones both
    // plans take whole blocks.
    const int plans = (block >= kAdoptWholeFrames ? 1 : 2) * adoptFramesOf(block);
    const int silentAfter = plans + static_cast<int>(rampFramesOf(10, kSlowestRateHz));
    EXPECT_LE((block + silentAfter) / kSlowestRateHz, 0.050) << "M9, " << block;
    const int ramp = static_cast<int>(rampFramesOf(10, kRateHz));
    const Channels out = tiles.stage.play(ones, plans + ramp + 1000, block);
    for (const std::vector<float>& channel : out) {
      EXPECT_EQ(largest(std::span(channel).subspan(static_cast<size_t>(plans + ramp))), 0.0f) << block;
    }
  }
}

TEST(Adoption, EveryTileOfEveryBlockOfARaceEqualsExactlyOnePublishedPlan) {
  // All coefficients of a plan have the same value, so a tile mixed from two plans would show two values.
  constexpr int kInputs = 4;
  constexpr int kPlans = 4000;
  Tiles tiles(7, kInputs);
  const auto gainOf = [](int plan) { return static_cast<float>(plan + 1) / 65'536.0f; };
  tiles.setAll(gainOf(0), 0);
  tiles.stage.settle();
  std::atomic<bool> done = false;
  std::thread control([&] {
    for (int plan = 1; plan < kPlans; ++plan) {
      tiles.setAll(gainOf(plan), 0);
      if (plan % 3 == 0) std::this_thread::yield();
    }
    done = true;
  });
  std::vector<float> last(7, 0.0f);
  while (!done && !testing::Test::HasFailure()) {
    const std::vector<float> heard = tiles.playBlock(32);
    for (size_t tile = 0; tile < heard.size(); ++tile) EXPECT_GE(heard[tile], last[tile]);
    last = heard;
  }
  control.join();
  tiles.stage.play(ones, 2 * adoptFramesOf(32), 32);
  EXPECT_EQ(tiles.playBlock(32), std::vector<float>(7, kInputs * gainOf(kPlans - 1)));
}

}  // namespace
}  // namespace foldback::test
