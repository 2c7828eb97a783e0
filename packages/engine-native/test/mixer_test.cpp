// The whole audio path: sums, steps, faults, meters, taps, and what a race may and may not do.
#include "mixer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "stage.h"

namespace foldback::test {
namespace {

/// Products of up to 64 channels, summed in another order and with fused rounding.
constexpr float kSumTolerance = 1e-5f;

float sine(int, int64_t frame) {
  return static_cast<float>(std::sin(2 * M_PI * 440 * static_cast<double>(frame) / kRateHz));
}
constexpr double kSineStep = 2 * M_PI * 440 / kRateHz;  // steepest, per frame at amplitude 1

std::vector<float> gainsOf(uint32_t mix, int inputs) {
  std::vector<float> gains;
  for (int i = 0; i < 2 * inputs; ++i)
    gains.push_back(0.5f * unlike(static_cast<int>(mix) + 50, i) / static_cast<float>(inputs));
  return gains;
}

TEST(Mixer, EveryMixIsTheSumOfItsChannelsOnEveryInstructionSet) {
  for (const Kernels* kernels : availableKernels()) {
    for (const int inputs : {1, 3, 64}) {
      for (const uint32_t mixes : {1u, 2u, 5u, 7u}) {
        for (const int block : {1, 3, 4, 31, 64, 129}) {
          Stage stage({inputs, static_cast<int>(2 * mixes), static_cast<int>(mixes), kernels->name});
          std::vector<int64_t> routes;
          for (uint32_t mix = 0; mix < mixes; ++mix) {
            stage.set(mix, gainsOf(mix, inputs));
            routes.push_back(mix);
          }
          stage.route(routes);
          stage.settle();
          const int64_t first = stage.position();
          const Channels out = stage.play(unlike, 2 * block, block);
          for (uint32_t mix = 0; mix < mixes; ++mix) {
            const std::vector<float> gains = gainsOf(mix, inputs);
            for (int frame = 0; frame < 2 * block; ++frame) {
              double left = 0, right = 0;
              for (int channel = 0; channel < inputs; ++channel) {
                left += static_cast<double>(gains[2 * channel]) * unlike(channel, first + frame);
                right += static_cast<double>(gains[2 * channel + 1]) * unlike(channel, first + frame);
              }
              ASSERT_NEAR(out[2 * mix][frame], left, kSumTolerance)
                  << kernels->name << " " << inputs << "x" << mixes;
              ASSERT_NEAR(out[2 * mix + 1][frame], right, kSumTolerance);
            }
          }
        }
      }
    }
  }
}

/// The largest sample-to-sample step while the gain on a sine goes from 0.2 to 0.8 with the given ramp.
float stepWhileTheGainMoves(float rampMs) {
  Stage stage({1, 2});
  stage.setAll(1, 0.2f);
  stage.route({1});
  stage.settle(sine);
  std::vector<float> heard = stage.play(sine, 27)[0];  // the change falls where the sine is high
  stage.setAll(1, 0.8f, rampMs);
  const std::vector<float> rest = stage.play(sine, 4800)[0];
  heard.insert(heard.end(), rest.begin(), rest.end());
  return largestStep(heard);
}

TEST(Mixer, AGainStepOnASineMakesNoJumpBeyondTheRampsOwnSlope) {
  const auto sineSlope = static_cast<float>(0.8 * kSineStep);
  const auto rampSlope = static_cast<float>(0.6 / 480);
  EXPECT_LE(stepWhileTheGainMoves(10), sineSlope + rampSlope + 1e-6f);
  // Negative control: without the ramp the same check is red.
  EXPECT_GT(stepWhileTheGainMoves(0), 2 * (sineSlope + rampSlope));
}

TEST(Mixer, AMixFadesInFromSilenceHoweverShortItsRamp) {
  Stage stage({1, 2});
  stage.setAll(1, 0.8f, 0);
  stage.route({1});
  const std::vector<float> left = stage.play(ones, 2400)[0];
  EXPECT_EQ(left[0], 0.0f);
  EXPECT_LT(left[959], 0.8f) << "20 ms at least (M7)";
  EXPECT_EQ(left[1440], 0.8f) << "30 ms in fact";
  EXPECT_LE(largestStep(left), 2 * 0.8f / 480);
}

TEST(Mixer, AMutedChannelAndAnUnroutedMixAreSilentToTheBit) {
  Stage stage({2, 4});
  stage.set(1, {0.5f, 0.5f, 0.25f, 0.25f});
  stage.route({1, -1});
  stage.settle(unlike);
  stage.set(1, {0, 0, 0, 0});
  stage.play(unlike, 960);
  Channels out = stage.play(unlike, 256);
  for (const std::vector<float>& channel : out) EXPECT_EQ(channel, std::vector<float>(256, 0.0f));

  stage.set(1, {0.5f, 0.5f, 0.25f, 0.25f});
  stage.settle(unlike);
  stage.route({-1, -1});
  stage.play(unlike, 960);
  out = stage.play(unlike, 256);
  for (const std::vector<float>& channel : out) EXPECT_EQ(channel, std::vector<float>(256, 0.0f));
}

TEST(Mixer, WithoutAPlanThereAreZerosNeverStaleSamples) {
  Stage stage({2, 3});
  for (const std::vector<float>& channel : stage.play(unlike, 200)) {
    EXPECT_EQ(channel, std::vector<float>(200, 0.0f));
  }
}

TEST(Mixer, APoisonedChannelIsSilentForItsBlockAndNobodyElseHearsIt) {
  const float poisons[] = {std::nanf(""), INFINITY, -INFINITY};
  for (const Kernels* kernels : availableKernels()) {
    for (const float poison : poisons) {
      const int64_t at = 4800 + 70;  // in the second of the blocks of 64 below
      const auto poisoned = [&](int c, int64_t f) { return c == 1 && f == at ? poison : unlike(c, f); };
      const auto gated = [&](int c, int64_t f) {
        return c == 1 && f >= 4800 + 64 && f < 4800 + 128 ? 0.0f : unlike(c, f);
      };
      Channels heard[3];
      const Source sources[3] = {poisoned, gated, unlike};
      for (int run = 0; run < 3; ++run) {
        Stage stage({3, 4, 6, kernels->name});
        stage.set(1, {0.2f, 0.1f, 0, 0, 0.3f, 0.1f});         // without channel 1
        stage.set(2, {0.1f, 0.3f, 0.2f, 0.2f, 0.1f, 0.05f});  // with it
        stage.route({1, 2});
        stage.settle(unlike);
        heard[run] = stage.play(sources[run], 640);
      }
      EXPECT_EQ(heard[0], heard[1]) << "as if the channel had been silent in that block";
      EXPECT_EQ(heard[0][0], heard[2][0]) << "the other mix, to the bit";
      EXPECT_EQ(heard[0][1], heard[2][1]);
      for (int frame = 128; frame < 640; ++frame) {
        ASSERT_EQ(heard[0][2][frame], heard[2][2][frame]) << "clean again with the next block";
      }
    }
  }
}

TEST(Mixer, ADenormalSampleIsZeroAndItsNeighboursPlay) {
  for (const Kernels* kernels : availableKernels()) {
    for (const int block : {64, 1024}) {
      for (const float denormal : {std::numeric_limits<float>::denorm_min(), 1e-40f, -1.17e-38f}) {
        Channels heard[2];
        for (int run = 0; run < 2; ++run) {
          const float odd = run == 0 ? denormal : 0.0f;
          Stage stage({1, 2, 3, kernels->name});
          stage.setAll(1, 0.9f);
          stage.route({1});
          stage.settle([](int, int64_t) { return 0.9f; });
          const int64_t at = stage.position() + 70;
          heard[run] = stage.play([=](int, int64_t f) { return f == at ? odd : 0.9f; }, 1024, block);
          EXPECT_EQ(stage.mixer.silencedBlocks(), 0u);
        }
        ASSERT_EQ(heard[0], heard[1]) << kernels->name << " " << denormal;
        EXPECT_EQ(heard[0][0][70], 0.0f);
        EXPECT_EQ(heard[0][0][71], 0.9f * 0.9f);
      }
    }
  }
}

TEST(Mixer, APoisonedBlockIsSilentWholeHoweverLongItIs) {
  Stage stage({1, 2});
  stage.setAll(1, 0.5f);
  stage.route({1});
  stage.settle();
  const int64_t first = stage.position();
  const auto source = [&](int, int64_t f) { return f == first + 299 ? std::nanf("") : 1.0f; };
  EXPECT_EQ(stage.play(source, 300, 300)[0], std::vector<float>(300, 0.0f));
  EXPECT_EQ(stage.mixer.silencedBlocks(), 1u);
  EXPECT_EQ(stage.play(ones, 300, 300)[0], std::vector<float>(300, 0.5f));
}

TEST(Mixer, NothingAboveTheCeilingLeavesWhateverHappens) {
  Stage stage({4, 4, 6});
  stage.route({1, 2});
  uint32_t random = 7;
  const auto draw = [&] { return (random = random * 1664525u + 1013904223u) >> 8; };
  const auto hostile = [&](int c, int64_t f) {
    const float loud = unlike(c, f) * (draw() % 3 == 0 ? 1e9f : 2.0f);
    return draw() % 500 == 0 ? std::numeric_limits<float>::max() : loud;
  };
  for (int recall = 0; recall < 300; ++recall) {
    for (const uint32_t mix : {1u, 2u}) {
      std::vector<float> gains;
      for (int i = 0; i < 8; ++i)
        gains.push_back(static_cast<float>(draw() % 50'001) / 1000.0f);  // up to 10 x 5
      stage.set(mix, gains, static_cast<float>(draw() % 20));
    }
    for (const std::vector<float>& channel : stage.play(hostile, 192, 1 + static_cast<int>(draw() % 100))) {
      for (const float sample : channel) {
        ASSERT_TRUE(std::isfinite(sample));
        ASSERT_LE(std::fabs(sample), kDefaultCeiling);
      }
    }
  }
}

TEST(Mixer, EveryFaderAtTheTopWithSquareWavesStaysUnderTheCeiling) {
  for (const Kernels* kernels : availableKernels()) {
    for (const int period : {2, 3, 100, 4800}) {
      Stage stage({8, 2, 3, kernels->name});
      stage.setAll(1, 50.0f, 0);  // gain 10 x master 5
      stage.route({1});
      const auto square = [period](int, int64_t f) { return f % period < period / 2 ? 1.0f : -1.0f; };
      for (const std::vector<float>& channel : stage.play(square, 9600)) {
        ASSERT_LE(largest(channel), kDefaultCeiling) << kernels->name << " period " << period;
        ASSERT_GT(largest(channel), 0.5f * kDefaultCeiling) << "limited, not silenced";
      }
    }
  }
}

TEST(Mixer, TheCeilingCanBeLoweredForEverybody) {
  Stage stage({1, 2});
  stage.setAll(1, 2.0f);
  stage.route({1});
  stage.settle(sine);
  stage.board.setCeiling(0.25f);
  EXPECT_LE(largest(stage.play(sine, 4800)[0]), 0.25f);
}

TEST(Mixer, MetersTellInputsBeforeAndMixesAfterEverything) {
  Stage stage({2, 2});
  stage.set(1, {0.5f, 0.25f, 0, 0}, 10, true);
  stage.settle(ones);
  const int lane = stage.board.laneOf(1);
  stage.mixer.meters().readLane(lane);
  stage.mixer.meters().readInput(0);
  stage.mixer.meters().readInput(1);
  stage.play([](int c, int64_t f) { return (c == 0 ? 1.0f : 0.125f) * (f % 2 == 0 ? 1.0f : -1.0f); }, 480);
  const SignalReading first = stage.mixer.meters().readInput(0);
  const SignalReading second = stage.mixer.meters().readInput(1);
  const LaneReading mix = stage.mixer.meters().readLane(lane);
  EXPECT_EQ(first.peak, 1.0f);
  EXPECT_FLOAT_EQ(first.rms, 1.0f);
  EXPECT_EQ(second.peak, 0.125f);
  EXPECT_FLOAT_EQ(second.rms, 0.125f);
  EXPECT_EQ(mix.left.peak, 0.5f);
  EXPECT_FLOAT_EQ(mix.left.rms, 0.5f);
  EXPECT_EQ(mix.right.peak, 0.25f);
  EXPECT_EQ(mix.reductionGain, 1.0f);
}

TEST(Mixer, GainReductionIsMetered) {
  Stage stage({1, 2});
  stage.setAll(1, 2.0f, 10, true);
  stage.settle(ones);
  const LaneReading mix = stage.mixer.meters().readLane(stage.board.laneOf(1));
  EXPECT_FLOAT_EQ(mix.reductionGain, kDefaultCeiling / 2);
  EXPECT_LE(mix.left.peak, kDefaultCeiling);
}

TEST(Mixer, ATapHearsTheMixAsItsOutputPairDoes) {
  Stage stage({2, 2});
  stage.set(1, {0.5f, 0.25f, 0.125f, 0.3f});
  stage.route({1});
  const int tap = stage.board.tap(1);
  stage.settle(unlike);
  stage.board.readTap(tap);
  const int64_t first = stage.position();
  const Channels out = stage.play(unlike, 640, 100);
  const TapBlock heard = stage.board.readTap(tap);
  EXPECT_EQ(heard.position, static_cast<uint64_t>(first));
  ASSERT_EQ(heard.frames.size(), 1280u);
  for (int frame = 0; frame < 640; ++frame) {
    ASSERT_EQ(heard.frames[2 * frame], out[0][frame]);
    ASSERT_EQ(heard.frames[2 * frame + 1], out[1][frame]);
  }
}

TEST(Mixer, ATapBeginsAndEndsWithoutAClick) {
  Stage stage({1, 2});
  stage.setAll(1, 0.5f);
  stage.route({1});
  stage.settle();
  const int tap = stage.board.tap(1);
  const int other = stage.board.tap(1);
  stage.play(ones, 640);
  const std::vector<float> begin = stage.board.readTap(tap).frames;
  ASSERT_EQ(begin.size(), 1280u);
  EXPECT_EQ(begin.front(), 0.0f);
  EXPECT_EQ(begin.back(), 0.5f);
  for (size_t i = 2; i < begin.size(); ++i) ASSERT_LE(begin[i] - begin[i - 2], 0.5f / 480 + 1e-6f) << i;
  stage.mixer.fadeOut(1440);
  const Channels out = stage.play(ones, 1600);
  const std::vector<float> end = stage.board.readTap(tap).frames;
  for (size_t frame = 0; frame < 1600; ++frame) ASSERT_EQ(end[2 * frame], out[0][frame]) << frame;
  EXPECT_EQ(end.back(), 0.0f);
  stage.board.untap(tap);
  stage.play(ones, 64);
  EXPECT_EQ(stage.board.readTap(other).frames.size(), 2u * (640 + 1600 + 64)) << "the other goes on";
}

TEST(Mixer, ATapThatIsTakenAwayFadesOutWhileItsMixPlaysOn) {
  Stage stage({1, 2});
  stage.setAll(1, 0.5f);
  stage.route({1});
  const int tap = stage.board.tap(1);
  stage.settle();
  stage.board.readTap(tap);
  stage.board.untap(tap);
  const uint64_t from = static_cast<uint64_t>(stage.position());
  const Channels out = stage.play(ones, 600, 100);
  const TapBlock last = stage.board.readTap(tap);
  EXPECT_EQ(last.position, from);
  ASSERT_GE(last.frames.size(), 2u * 480);
  EXPECT_EQ(last.frames.front(), 0.5f);
  EXPECT_EQ(last.frames.back(), 0.0f);
  for (size_t i = 2; i < last.frames.size(); ++i) {
    ASSERT_LE(std::fabs(last.frames[i] - last.frames[i - 2]), 0.5f / 480 + 1e-6f) << i;
  }
  EXPECT_TRUE(last.ended);
  EXPECT_THROW(stage.board.readTap(tap), BoardError);
  EXPECT_EQ(out[0], std::vector<float>(600, 0.5f));
}

TEST(Mixer, ATapThatIsTakenAwayWithItsMixFadesOut) {
  Stage stage({1, 2});
  stage.setAll(1, 0.5f);
  const int tap = stage.board.tap(1);
  stage.settle();
  stage.board.readTap(tap);
  stage.board.untap(tap);
  stage.board.removeMix(1);
  stage.play(ones, 600, 100);
  const TapBlock last = stage.board.readTap(tap);
  EXPECT_EQ(last.frames.front(), 0.5f);
  EXPECT_EQ(last.frames.back(), 0.0f);
  for (size_t i = 2; i < last.frames.size(); ++i) {
    ASSERT_LE(std::fabs(last.frames[i] - last.frames[i - 2]), 2 * 0.5f / 480 + 1e-6f) << i;
  }
  EXPECT_TRUE(last.ended);
}

TEST(Mixer, TheFadeOutRampsAllOutputsToZeroAndTheyStayThere) {
  Stage stage({1, 4, 6});
  stage.setAll(1, 0.8f);
  stage.setAll(2, 0.4f);
  stage.route({1, 2});
  stage.settle();
  stage.mixer.fadeOut(1440);
  EXPECT_FALSE(stage.mixer.faded());
  const Channels out = stage.play(ones, 1600);
  EXPECT_LE(largestStep(out[0]), 0.8f / 1440 + 1e-6f);
  EXPECT_NEAR(out[2][720], 0.2f, 1e-6f);
  EXPECT_EQ(out[0][1440], 0.0f);
  EXPECT_TRUE(stage.mixer.faded());
  for (const std::vector<float>& channel : stage.play(ones, 100)) {
    EXPECT_EQ(channel, std::vector<float>(100, 0.0f));
  }
}

TEST(Mixer, ABlockOfNoFramesIsNothing) {
  Stage stage({1, 2});
  stage.setAll(0, 0.5f, 0, true);
  stage.route({0});
  stage.settle();
  float samples[2] = {};
  const float* inputs[] = {samples};
  float* outputs[] = {samples, samples + 1};
  stage.setAll(0, 0.25f, 0, true);
  stage.mixer.render({inputs, 1, 0}, {outputs, 2, 0});
  EXPECT_EQ(stage.play(ones, 64)[0], std::vector<float>(64, 0.25f));
}

TEST(Mixer, RampLengthsAreWholeStepsOfThirtyTwoFrames) {
  EXPECT_EQ(rampFramesOf(0, 48'000), 0u);
  EXPECT_EQ(rampFramesOf(10, 48'000), 480u);
  EXPECT_EQ(rampFramesOf(10, 44'100), 448u);
  EXPECT_EQ(rampFramesOf(0.001, 48'000), 32u);
}

}  // namespace
}  // namespace foldback::test
