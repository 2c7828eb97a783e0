// Ramps to the frame: linear, exact at the end, from where they are, and hearing first.
#include "gain_tile.h"

#include <gtest/gtest.h>

#include "stage.h"

namespace foldback::test {
namespace {

constexpr MixerShape kShape{3, 2, kTileLanes, kRateHz};

/// One tile whose inputs are all 1, so that what comes out of a row is the sum of its gains.
class Tile {
 public:
  explicit Tile(const Kernels& kernels = chooseKernels(""))
      : kernels_(kernels), plan_(kShape), tiles_(1, kShape.inputs) {}

  void set(int channel, float target, uint32_t rampFrames, int lane = 0, int side = 0) {
    plan_.setGain(lane, channel, side, target, rampFrames, adopted_);
  }
  void publish() { plan_.publish(); }
  void adopt() {
    const GainPlan* plan = plan_.mailbox().takeNewest();
    if (plan == nullptr) return;
    tiles_[0].adopt(kernels_, *plan, 0, adopted_);
    adopted_ = plan->sequence;
  }
  /// Publishes, adopts, and renders blocks; returns the first row, or another.
  std::vector<float> run(int frames, int blockFrames = kChunkFrames, int row = 0) {
    publish();
    std::vector<float> gains;
    for (int done = 0; done < frames; done += blockFrames) {
      adopt();
      const int count = std::min(blockFrames, frames - done);
      std::vector<float> inputs(kShape.inputs * kRowStride, 0.0f), rows(kTileRows * kRowStride);
      for (int channel = 0; channel < kShape.inputs; ++channel) {
        std::fill_n(&inputs[channel * kRowStride], count, 1.0f);
      }
      tiles_[0].render(kernels_, inputs.data(), kTileLanes, count, rows.data());
      gains.insert(gains.end(), &rows[row * kRowStride], &rows[row * kRowStride] + count);
    }
    return gains;
  }

  const GainTile& tile() { return tiles_[0]; }

 private:
  const Kernels& kernels_;
  PlanWriter plan_;
  GainTiles tiles_;
  uint64_t adopted_ = 0;
};

/// Within a chunk the gain is start + step * frame, rounded; from chunk to chunk nothing adds up.
constexpr float kRampTolerance = 1e-6f;

TEST(GainTile, ARampIsLinearPerSampleAndEndsExactlyOnItsTarget) {
  for (const Kernels* kernels : availableKernels()) {
    for (const int block : {1, 7, 16, 48, 64}) {
      Tile tile(*kernels);
      tile.set(0, 0.8f, 480);
      const std::vector<float> gains = tile.run(600, block);
      for (int frame = 0; frame < 600; ++frame) {
        const float expected = frame < 480 ? 0.8f * static_cast<float>(frame) / 480.0f : 0.8f;
        ASSERT_NEAR(gains[frame], expected, kRampTolerance)
            << kernels->name << " block " << block << " at " << frame;
        if (frame >= 480)
          ASSERT_EQ(gains[frame], 0.8f) << kernels->name << " block " << block << " at " << frame;
      }
    }
  }
}

TEST(GainTile, ARampMayEndInTheMiddleOfABlock) {
  Tile tile;
  tile.set(0, 0.5f, 16);
  tile.set(1, 0.25f, 48);
  const std::vector<float> gains = tile.run(64);
  for (int frame = 0; frame < 64; ++frame) {
    const float first = 0.5f * std::min(1.0f, static_cast<float>(frame) / 16.0f);
    const float second = 0.25f * std::min(1.0f, static_cast<float>(frame) / 48.0f);
    ASSERT_NEAR(gains[frame], first + second, kRampTolerance) << frame;
  }
  EXPECT_EQ(gains[48], 0.75f);
}

TEST(GainTile, AnEndedFadeOutIsSilentToTheBitAndCostsNothing) {
  Tile tile;
  tile.set(0, 0.7f, 480);
  tile.run(512);
  tile.set(0, 0.0f, 480);
  const std::vector<float> gains = tile.run(512);
  for (int frame = 480; frame < 512; ++frame) ASSERT_EQ(gains[frame], 0.0f);
  EXPECT_TRUE(tile.tile().empty());
  EXPECT_TRUE(tile.tile().laneSilent(0));
}

TEST(GainTile, ARetargetInMidRampStartsFromWhereTheGainIs) {
  Tile tile;
  tile.set(0, 0.8f, 480);
  EXPECT_NEAR(tile.run(128).back(), 0.8f * 127 / 480, kRampTolerance);
  tile.set(0, 0.0f, 240);  // a fall
  const std::vector<float> gains = tile.run(256);
  const float start = 0.8f * 128 / 480;
  for (int frame = 0; frame < 240; ++frame) {
    ASSERT_NEAR(gains[frame], start * (1.0f - static_cast<float>(frame) / 240.0f), kRampTolerance) << frame;
  }
  EXPECT_EQ(gains[240], 0.0f);
}

TEST(GainTile, AShortRampCannotCutALongRiseShort) {
  Tile tile;
  tile.set(0, 0.5f, 14'400);
  tile.run(4800);
  tile.set(0, 0.6f, 480);  // still a rise: it takes the 9,600 frames that remain
  const std::vector<float> gains = tile.run(9664);
  const float start = 0.5f / 3;
  for (int frame = 0; frame < 9600; ++frame) {
    ASSERT_NEAR(gains[frame], start + (0.6f - start) * static_cast<float>(frame) / 9600, 2 * kRampTolerance);
  }
  EXPECT_EQ(gains[9600], 0.6f);
}

TEST(GainTile, AFallFromALongRiseIsQuick) {
  Tile tile;
  tile.set(0, 0.9f, 14'400);
  tile.run(4800);  // at 0.3
  tile.set(0, 0.2f, 480);
  EXPECT_EQ(tile.run(512)[480], 0.2f);
}

TEST(GainTile, AFallIsNotARiseEvenWhenItsNewTargetIsHigher) {
  Tile tile;
  tile.set(0, 0.8f, 0);
  tile.run(64);
  tile.set(0, 0.0f, 14'400);
  tile.run(4800);
  tile.set(0, 0.8f, 480);  // the fall was slow, the rise need not be
  EXPECT_EQ(tile.run(512)[480], 0.8f);
}

TEST(GainTile, ADroppedPlanLosesNothing) {
  Tile tile;
  tile.set(0, 0.25f, 480);
  tile.publish();
  tile.set(1, 0.5f, 96);
  tile.publish();  // the plan before is never taken
  const std::vector<float> gains = tile.run(512);
  for (int frame = 0; frame < 512; ++frame) {
    const float first = 0.25f * std::min(1.0f, static_cast<float>(frame) / 480.0f);
    const float second = 0.5f * std::min(1.0f, static_cast<float>(frame) / 96.0f);
    ASSERT_NEAR(gains[frame], first + second, kRampTolerance) << frame;
  }
}

TEST(GainTile, ADroppedPlanWithASlowRiseKeepsItsRamp) {
  Tile tile;
  tile.set(0, 0.5f, 14'400);
  tile.publish();
  tile.set(0, 0.51f, 480);
  const std::vector<float> gains = tile.run(14'464);
  EXPECT_NEAR(gains[480], 0.51f * 480 / 14'400, kRampTolerance);
  EXPECT_EQ(gains[14'400], 0.51f);
}

TEST(GainTile, ThereAndBackBetweenTwoBlocksIsNoChange) {
  Tile tile;
  tile.set(0, 0.5f, 0);
  tile.run(64);
  tile.set(0, 0.9f, 480);
  tile.publish();
  tile.set(0, 0.5f, 480);
  for (const float gain : tile.run(256)) ASSERT_EQ(gain, 0.5f);
}

TEST(GainTile, AStepIsAStep) {
  Tile tile;
  tile.set(0, 0.5f, 0);
  for (const float gain : tile.run(64)) ASSERT_EQ(gain, 0.5f);
}

TEST(GainTile, EveryRowOfATileIsItsOwn) {
  Tile tile;
  for (int lane = 0; lane < kTileLanes; ++lane) {
    for (int side = 0; side < 2; ++side)
      tile.set(1, 0.1f * static_cast<float>(2 * lane + side + 1), 96, lane, side);
  }
  tile.publish();
  for (int row = 0; row < kTileRows; ++row) {
    EXPECT_EQ(tile.run(128, 64, row).back(), 0.1f * static_cast<float>(row + 1)) << row;
  }
}

TEST(GainTile, RandomMovesStayOnTheirLinesForEver) {
  // A model in double precision follows every coefficient through 3,000 random moves.
  struct Model {
    double from = 0, to = 0, length = 0, passed = 0;
    double now() const { return passed >= length ? to : from + (to - from) * passed / length; }
  };
  Tile tile;
  std::array<Model, 3> models;
  uint32_t random = 1;
  const auto draw = [&](uint32_t below) {
    return (random = random * 1664525u + 1013904223u) >> 8 & 0xffff ? (random >> 10) % below : 0;
  };
  for (int move = 0; move < 3000; ++move) {
    const int channel = static_cast<int>(draw(3));
    const float target = draw(4) == 0 ? 0.0f : 0.3f * unlike(channel, move);
    const uint32_t ramp = 16 * draw(40);
    Model& model = models[channel];
    if (target != static_cast<float>(model.to)) {
      const double now = model.now();
      const double remaining = model.passed < model.length ? model.length - model.passed : 0;
      const bool rising = remaining > 0 && std::fabs(model.to) > std::fabs(now);
      const double length =
          rising && std::fabs(target) > std::fabs(now) ? std::max<double>(ramp, remaining) : ramp;
      model = {now, target, length, 0};
    }
    tile.set(channel, target, ramp);
    const int frames = 1 + static_cast<int>(draw(150));
    const std::vector<float> gains = tile.run(frames, 1 + static_cast<int>(draw(64)));
    for (const float gain : gains) {
      double expected = 0;
      for (const Model& one : models) expected += one.now();
      ASSERT_NEAR(gain, expected, 5e-6) << "move " << move;
      for (Model& one : models) one.passed += 1;
    }
  }
}

TEST(GainTile, EveryRowOfEveryChannelMayMoveInItsOwnTime) {
  struct Model {
    double from = 0, to = 0, length = 0, passed = 0;
    double now() const { return passed >= length ? to : from + (to - from) * passed / length; }
  };
  Tile tile;
  std::array<std::array<Model, kTileRows>, 3> models;  // [channel][row]
  uint32_t random = 5;
  const auto draw = [&](uint32_t below) {
    random = random * 1664525u + 1013904223u;
    return (random >> 12) % below;
  };
  for (int move = 0; move < 3000; ++move) {
    // Now and then a whole recall; else one or two gains.
    const uint32_t moves = draw(10) == 0 ? 30 : draw(3);
    for (uint32_t i = 0; i < moves; ++i) {
      const int channel = static_cast<int>(draw(3));
      const int row = static_cast<int>(draw(kTileRows));
      Model& model = models[channel][row];
      if (model.passed < model.length) continue;  // what a ramp under way does is tested above
      const float target = draw(3) == 0 ? 0.0f : 0.3f * unlike(channel + 10 * row, move + 7 * i);
      const uint32_t ramp = 16 * (1 + draw(40));
      if (target == static_cast<float>(model.to)) continue;
      if (model.passed == 0 && model.length > 0) continue;  // set in this plan already
      model = {model.to, target, static_cast<double>(ramp), 0};
      tile.set(channel, target, ramp, row / 2, row % 2);
    }
    const int frames = 1 + static_cast<int>(draw(150));
    const int heardRow = static_cast<int>(draw(kTileRows));
    const std::vector<float> gains = tile.run(frames, 1 + static_cast<int>(draw(64)), heardRow);
    for (const float gain : gains) {
      double expected = 0;
      for (auto& channel : models) {
        expected += channel[heardRow].now();
        for (Model& one : channel) one.passed += 1;
      }
      ASSERT_NEAR(gain, expected, 5e-6) << "move " << move << ", row " << heardRow;
    }
  }
}

}  // namespace
}  // namespace foldback::test
