// The book of mixes: lanes are lent, given back, and never tell tales of their last tenant.
#include "mix_board.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <thread>

#include "stage.h"

namespace foldback::test {
namespace {

TEST(MixBoard, AMixSoundsWhenItIsRoutedTappedOrKeptActive) {
  Stage stage({1, 2, 6});
  stage.setAll(1, 0.5f);
  EXPECT_EQ(stage.board.laneOf(1), kNoLane);
  EXPECT_EQ(stage.board.activeMixes(), 0);
  stage.route({1});
  EXPECT_NE(stage.board.laneOf(1), kNoLane);
  stage.setAll(2, 0.5f, 10, true);
  EXPECT_NE(stage.board.laneOf(2), kNoLane);
  stage.setAll(3, 0.5f);
  const int tap = stage.board.tap(3);
  EXPECT_NE(stage.board.laneOf(3), kNoLane);
  EXPECT_EQ(stage.board.activeMixes(), 3);
  stage.board.untap(tap);
  stage.setAll(2, 0.5f, 10, false);
  stage.route({-1});
  EXPECT_EQ(stage.board.activeMixes(), 0);
}

TEST(MixBoard, TwoTilesGetTwoMixesEachBeforeEitherGetsAThird) {
  Stage stage({1, 2, 12});
  const std::array inEachTile = {std::array{1, 0, 0, 0}, std::array{2, 0, 0, 0}, std::array{2, 1, 0, 0},
                                 std::array{2, 2, 0, 0}, std::array{3, 2, 0, 0}, std::array{3, 3, 0, 0},
                                 std::array{3, 3, 1, 0}};
  std::array<int, 4> mixes{};
  for (uint32_t mix = 0; mix < inEachTile.size(); ++mix) {
    stage.setAll(mix, 0.5f, 10, true);
    ++mixes[stage.board.laneOf(mix) / kTileLanes];
    EXPECT_EQ(mixes, inEachTile[mix]) << "with mix " << mix;
  }
}

TEST(MixBoard, EveryLaneIsGivenAlsoWhereThereIsAnOddNumberOfTiles) {
  Stage stage({1, 2, 9});
  std::set<int> lanes;
  for (uint32_t mix = 0; mix < 9; ++mix) {
    stage.setAll(mix, 0.5f, 10, true);
    lanes.insert(stage.board.laneOf(mix));
  }
  EXPECT_EQ(lanes, (std::set{0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(MixBoard, AMixMayBeRoutedBeforeItIsKnown) {
  Stage stage({1, 2});
  stage.route({9});
  stage.settle();
  stage.setAll(9, 0.5f);
  stage.settle();
  EXPECT_EQ(stage.play(ones, 1)[0][0], 0.5f);
}

TEST(MixBoard, ThousandsOfMixesCanWaitForTheirMusicians) {
  Stage stage({4, 2});
  for (uint32_t mix = 0; mix < 20'000; ++mix) stage.setAll(mix * 3, 0.004f * static_cast<float>(mix % 50));
  stage.route({3 * 12'345});
  stage.settle();
  EXPECT_FLOAT_EQ(stage.play(ones, 1)[0][0], 4 * 0.004f * (12'345 % 50));
}

TEST(MixBoard, ALaneIsGivenToAnotherMixOnlyWhenItIsSilent) {
  Stage stage({1, 2, 3});
  for (const uint32_t mix : {1u, 2u, 3u}) stage.setAll(mix, 0.5f, 10, true);
  const int lane = stage.board.laneOf(1);
  stage.setAll(4, 0.25f, 10, true);
  EXPECT_EQ(stage.board.waitingMixes(), 1);
  stage.settle();
  stage.board.removeMix(1);
  EXPECT_EQ(stage.board.laneOf(4), kNoLane) << "lane 1 is still fading out";
  stage.play(ones, 240);
  stage.board.service();
  EXPECT_EQ(stage.board.laneOf(4), kNoLane);
  stage.play(ones, 480);
  stage.board.service();
  EXPECT_EQ(stage.board.laneOf(4), lane);
  EXPECT_EQ(stage.board.waitingMixes(), 0);
}

TEST(MixBoard, NothingOfTheOldTenantIsHeardMeteredOrTapped) {
  Stage stage({2, 2, 3});
  stage.set(1, {5.0f, 5.0f, 0, 0});  // limited hard
  stage.route({1});
  stage.settle();
  stage.route({-1});
  stage.play(ones, 960);
  stage.setAll(7, 0, 0);
  stage.board.removeMix(1);
  stage.set(2, {0, 0, 0.5f, 0.5f}, 0, true);
  const int tap = stage.board.tap(2);
  ASSERT_EQ(stage.board.laneOf(2), 0) << "the lane of mix 1";
  // Channel 0, all that mix 1 played, is full of noise; channel 1 is silent.
  const Channels out = stage.play([](int c, int64_t f) { return c == 0 ? unlike(0, f) : 0.0f; }, 960);
  EXPECT_EQ(out[0], std::vector<float>(960, 0.0f));
  for (const float sample : stage.board.readTap(tap).frames) ASSERT_EQ(sample, 0.0f);
  const LaneReading meter = stage.mixer.meters().readLane(0);
  EXPECT_EQ(meter.left.peak, 0.0f);
  EXPECT_EQ(meter.left.rms, 0.0f);
  EXPECT_EQ(meter.reductionGain, 1.0f) << "no release of the old limiter";
}

TEST(MixBoard, ALaneIsNotLentWhileAnOutputPairStillRampsItOut) {
  Stage stage({1, 2, 3});
  for (const uint32_t mix : {1u, 2u, 3u}) stage.setAll(mix, 0, 10, mix > 1);
  stage.route({1});  // its gains are zero: the lane itself is silent at once, the pair is not done with it
  stage.settle();
  stage.route({-1});
  stage.setAll(4, 0.8f, 0, true);
  for (int block = 0; block < 30; ++block) {
    ASSERT_EQ(stage.play(ones, 64)[0], std::vector<float>(64, 0.0f)) << "mix 4 is routed nowhere";
    stage.board.service();
  }
  EXPECT_NE(stage.board.laneOf(4), kNoLane);
}

TEST(MixBoard, ALaneThatLeftTwiceBetweenTwoBlocksIsGivenBackToo) {
  Stage stage({1, 2, 3});
  stage.setAll(1, 0.5f, 10, true);
  stage.settle();
  stage.setAll(1, 0.5f, 10, false);
  stage.play(ones, 960);  // silent, and reported so
  stage.setAll(1, 0.5f, 10, true);
  stage.setAll(1, 0.5f, 10, false);
  stage.play(ones, 960);
  for (const uint32_t mix : {2u, 3u, 4u}) stage.setAll(mix, 0.5f, 10, true);
  EXPECT_EQ(stage.board.waitingMixes(), 0);
}

TEST(MixBoard, TheSecondTenantSoundsExactlyLikeAFirstOne) {
  Channels heard[2];
  for (const bool second : {false, true}) {
    Stage stage({2, 2, 3});
    if (second) {
      stage.set(1, {8.0f, 4.0f, 2.0f, 1.0f}, 10, true);
      stage.play(ones, 4800);
      stage.board.removeMix(1);
    } else {
      stage.play(ones, 4800);
    }
    stage.play(ones, 960);
    stage.board.service();
    stage.set(2, {0.5f, 0.25f, 0.125f, 0.3f});
    stage.route({2});
    heard[second ? 1 : 0] = stage.play(unlike, 4800);
  }
  EXPECT_EQ(heard[0], heard[1]);
}

TEST(MixBoard, ARouteThatMovesToAnotherPairNeverLetsTheMixGo) {
  Stage stage({1, 4, 3});
  stage.setAll(1, 0.5f);
  stage.route({1, -1});
  stage.settle();
  const int lane = stage.board.laneOf(1);
  stage.route({-1, 1});
  EXPECT_EQ(stage.board.laneOf(1), lane);
  stage.settle();
  const Channels out = stage.play(ones, 1);
  EXPECT_EQ(out[0][0], 0.0f);
  EXPECT_EQ(out[2][0], 0.5f);
}

TEST(MixBoard, SwappingTwoMixesBetweenTheirPairsDoesNotClick) {
  Stage stage({1, 4, 3});
  stage.setAll(1, 0.8f);
  stage.setAll(2, 0.4f);
  stage.route({1, 2});
  stage.settle();
  stage.route({2, 1});
  const Channels out = stage.play(ones, 1920);
  EXPECT_LE(largestStep(out[0]), 0.8f / 480 + 1e-6f);
  EXPECT_LE(largestStep(out[2]), 0.8f / 480 + 1e-6f);
  EXPECT_EQ(out[0].back(), 0.4f);
  EXPECT_EQ(out[2].back(), 0.8f);
}

TEST(MixBoard, LeavingAndComingBackAtAnyMomentDoesNotClick) {
  for (const int away : {1, 10, 100, 300, 479, 480, 481, 1000}) {
    Stage stage({1, 2, 3});
    stage.setAll(1, 0.8f);
    stage.route({1});
    stage.settle();
    std::vector<float> heard;
    const auto listen = [&](int frames) {
      const std::vector<float> part = stage.play(ones, frames, 50)[0];
      heard.insert(heard.end(), part.begin(), part.end());
    };
    listen(100);
    stage.route({-1});
    listen(away);
    stage.route({1});
    listen(4800);
    EXPECT_LE(largestStep(heard), 2 * 0.8f / 480 + 1e-6f) << away;
    EXPECT_EQ(heard.back(), 0.8f) << away;
  }
}

TEST(MixBoard, ARemovedMixFadesOutAndItsRouteWaitsForItsReturn) {
  Stage stage({1, 2, 3});
  stage.setAll(1, 0.8f);
  stage.route({1});
  stage.settle();
  stage.board.removeMix(1);
  const std::vector<float> out = stage.play(ones, 960)[0];
  EXPECT_LE(largestStep(out), 2 * 0.8f / 480 + 1e-6f);
  EXPECT_EQ(out.back(), 0.0f);
  stage.setAll(1, 0.4f);
  stage.settle();
  EXPECT_EQ(stage.play(ones, 1)[0][0], 0.4f);
}

TEST(MixBoard, ATapGoesOnWithSilenceWhenItsMixIsGone) {
  Stage stage({1, 2, 3});
  stage.setAll(1, 0.5f);
  const int tap = stage.board.tap(1);
  stage.settle();
  stage.board.readTap(tap);
  stage.board.removeMix(1);
  stage.play(ones, 1000);
  stage.board.service();
  stage.board.readTap(tap);
  const auto position = static_cast<uint64_t>(stage.position());
  stage.play(ones, 100);
  const TapBlock block = stage.board.readTap(tap);
  EXPECT_EQ(block.position, position);
  EXPECT_EQ(block.frames, std::vector<float>(200, 0.0f));
}

TEST(MixBoard, WrongSizesAndNumbersAreRefusedAndChangeNothing) {
  Stage stage({2, 4, 3});
  stage.set(1, {0.5f, 0.5f, 0.25f, 0.25f});
  stage.route({1, -1});
  stage.settle();
  EXPECT_THROW(stage.set(1, {1, 1, 1}), std::range_error);
  EXPECT_THROW(stage.set(1, {1, 1, 1, std::nanf("")}), std::range_error);
  EXPECT_THROW(stage.set(1, {1, 1, 1, INFINITY}), std::range_error);
  EXPECT_THROW(stage.set(1, {1, 1, 1, 1}, -1), std::range_error);
  EXPECT_THROW(stage.set(1, {1, 1, 1, 1}, std::nanf("")), std::range_error);
  EXPECT_THROW(stage.set(1, {1, 1, 1, 1}, 60'001), std::range_error);
  EXPECT_THROW(stage.route({1}), std::range_error);
  for (const float ceiling : {0.0f, -1.0f, 1.5f, std::nanf("")}) {
    EXPECT_THROW(stage.board.setCeiling(ceiling), std::range_error);
  }
  EXPECT_THROW(stage.board.readTap(0), BoardError);
  EXPECT_THROW(stage.board.untap(-1), BoardError);

  // One bad mix in a list: the good ones before it do not change either.
  const std::vector<float> good{0, 0, 0, 0};
  const std::vector<float> bad{0, 0, 0, INFINITY};
  const float ramp = 10;
  const MixTarget targets[] = {{1, false, good, {&ramp, 1}}, {2, false, bad, {&ramp, 1}}};
  EXPECT_THROW(stage.board.setMixes(targets), std::range_error);
  stage.settle();
  EXPECT_EQ(stage.play(ones, 1)[0][0], 0.75f);
}

TEST(MixBoard, TheErrorNamesWhatWasExpectedAndWhatCame) {
  Stage stage({2, 4, 3});
  try {
    stage.set(5, {1, 2, 3});
    FAIL();
  } catch (const std::range_error& error) {
    EXPECT_STREQ(error.what(), "mix 5 gains: expected 4, got 3");
  }
}

TEST(MixBoard, EveryChannelMayHaveItsOwnRamp) {
  Stage stage({2, 2, 3});
  stage.set(1, {0.1f, 0.1f, 0.1f, 0.1f});
  stage.route({1});
  stage.settle();
  const std::vector<float> gains{0.3f, 0.3f, 0.4f, 0.4f};
  const std::vector<float> ramps{10, 20};
  const MixTarget target{1, false, gains, ramps};
  stage.board.setMixes({&target, 1});
  const auto onlyChannel = [](int wanted) {
    return [wanted](int c, int64_t) { return c == wanted ? 1.0f : 0.0f; };
  };
  EXPECT_NEAR(stage.play(onlyChannel(0), 480)[0].back(), 0.3f, 0.001f);
  EXPECT_NEAR(stage.play(onlyChannel(1), 480)[0].front(), 0.25f, 0.001f);
  EXPECT_EQ(stage.play(onlyChannel(1), 1)[0].front(), 0.4f);
}

TEST(MixBoard, TapsRunOutWithAClearError) {
  Stage stage({1, 2, 3});
  for (int i = 0; i < kMaxTaps; ++i) EXPECT_EQ(stage.board.tap(1), i);
  try {
    stage.board.tap(1);
    FAIL();
  } catch (const BoardError& error) {
    EXPECT_EQ(error.code(), "TAPS_FULL");
  }
  stage.board.untap(5);
  EXPECT_EQ(stage.board.tap(1), kMaxTaps + 5) << "a place that fades out is given to whoever needs it";
  EXPECT_THROW(stage.board.readTap(5), BoardError) << "and nobody reads another's sound";
}

TEST(MixBoard, ATapThatNobodyReadsToItsEndIsForgotten) {
  Stage stage({1, 2, 3});
  stage.setAll(1, 0.5f);
  const int tap = stage.board.tap(1);
  stage.settle();
  stage.board.untap(tap);
  EXPECT_EQ(stage.board.activeMixes(), 0) << "nobody wants the mix any more";
  stage.play(ones, static_cast<int>(kRateHz) / 4);
  stage.board.service();
  EXPECT_EQ(stage.board.tap(1), 1) << "its sound can still be read";
  stage.play(ones, static_cast<int>(kRateHz) / 2);
  stage.board.service();
  EXPECT_THROW(stage.board.readTap(tap), BoardError);
  EXPECT_EQ(stage.board.tap(1), kMaxTaps + tap);
}

TEST(MixBoard, MixesComeAndGoWhileTheAudioThreadRuns) {
  Stage stage({2, 4, 6});
  std::atomic<bool> done = false;
  std::thread control([&] {
    uint32_t random = 3;
    const auto draw = [&](uint32_t below) {
      return ((random = random * 1664525u + 1013904223u) >> 8) % below;
    };
    std::vector<int> taps;
    for (int step = 0; step < 20'000; ++step) {
      const uint32_t mix = draw(20);
      switch (draw(6)) {
        case 0:
        case 1:
          stage.setAll(mix, 0.1f * static_cast<float>(draw(5)), static_cast<float>(draw(12)), draw(2) == 0);
          break;
        case 2:
          stage.board.removeMix(mix);
          break;
        case 3:
          stage.route({static_cast<int64_t>(draw(21)) - 1, static_cast<int64_t>(draw(21)) - 1});
          break;
        case 4:
          if (taps.size() < 8) taps.push_back(stage.board.tap(mix));
          break;
        default:
          if (taps.empty()) break;
          stage.board.readTap(taps.back());
          stage.board.untap(taps.back());
          taps.pop_back();
      }
    }
    done = true;
  });
  while (!done) {
    for (const std::vector<float>& channel : stage.play(ones, 256)) {
      ASSERT_LE(largest(channel), kDefaultCeiling);
    }
  }
  control.join();
  stage.route({-1, -1});
  for (uint32_t mix = 0; mix < 20; ++mix) stage.board.removeMix(mix);
  stage.settle();
  stage.board.service();
  EXPECT_LE(stage.board.activeMixes(), 0);
}

}  // namespace
}  // namespace foldback::test
