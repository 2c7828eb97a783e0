// Plans: complete in every copy, cheap to change, and safe to miss.
#include "gain_plan.h"

#include <gtest/gtest.h>

#include <thread>

#include "kernels.h"
#include "stage.h"

namespace foldback::test {
namespace {

constexpr MixerShape kShape{4, 4, 6, kRateHz};

size_t at(int lane, int channel, int side) {
  return (static_cast<size_t>(lane / kTileLanes) * kShape.inputs + channel) * kTileRows +
         2 * (lane % kTileLanes) + side;
}

TEST(GainPlan, EveryPublishedPlanIsComplete) {
  PlanWriter writer(kShape);
  for (int change = 0; change < 200; ++change) {
    writer.setGain(change % 6, change % 4, change % 2, static_cast<float>(change), 480, 0);
    writer.setRoute(change % 2, change % 6);
    writer.publish();
    if (change % 7 != 0) continue;
    const GainPlan* plan = writer.mailbox().takeNewest();
    ASSERT_NE(plan, nullptr);
    EXPECT_EQ(plan->sequence, static_cast<uint64_t>(change + 1));
    EXPECT_EQ(plan->targets, writer.master().targets);
    EXPECT_EQ(plan->rampFrames, writer.master().rampFrames);
    EXPECT_EQ(plan->changedAt, writer.master().changedAt);
    EXPECT_EQ(plan->tileChangedAt, writer.master().tileChangedAt);
    EXPECT_EQ(plan->routes, writer.master().routes);
  }
}

TEST(GainPlan, AnUnchangedTargetIsNoChange) {
  PlanWriter writer(kShape);
  writer.setGain(0, 0, 0, 0.5f, 480, 0);
  writer.publish();
  writer.setGain(0, 0, 0, 0.5f, 16, 1);
  EXPECT_EQ(writer.master().rampFrames[at(0, 0, 0)], 480u);
  EXPECT_EQ(writer.master().tileChangedAt[0], 1u);
}

TEST(GainPlan, ARiseTheAudioThreadHasNotSeenKeepsItsSlowerRamp) {
  PlanWriter writer(kShape);
  writer.setGain(0, 1, 0, 1.0f, 14'400, 0);
  writer.publish();
  writer.setGain(0, 1, 0, 1.1f, 480, 0);  // plan 1 not taken yet
  EXPECT_EQ(writer.master().rampFrames[at(0, 1, 0)], 14'400u);
}

TEST(GainPlan, ARiseTheAudioThreadHasSeenIsItsOwnBusiness) {
  PlanWriter writer(kShape);
  writer.setGain(0, 1, 0, 1.0f, 14'400, 0);
  writer.publish();
  writer.setGain(0, 1, 0, 1.1f, 480, 1);
  EXPECT_EQ(writer.master().rampFrames[at(0, 1, 0)], 480u);
}

TEST(GainPlan, AFallAfterAnUnseenRiseIsQuick) {
  PlanWriter writer(kShape);
  writer.setGain(0, 1, 0, 0.5f, 480, 0);
  writer.publish();
  writer.setGain(0, 1, 0, 1.0f, 14'400, 1);
  writer.publish();
  writer.setGain(0, 1, 0, 0.25f, 480, 1);
  EXPECT_EQ(writer.master().rampFrames[at(0, 1, 0)], 480u);
}

TEST(GainPlan, ChangesAreFoundAlthoughTheCounterWraps) {
  EXPECT_TRUE(changedSince(5, 0xfffffffeull));
  EXPECT_FALSE(changedSince(0xfffffffeu, 5 + (1ull << 32)));
  EXPECT_TRUE(changedSince(1, 0));
  EXPECT_FALSE(changedSince(1, 1));
}

TEST(GainPlan, ARacingReaderOnlyEverSeesPlansThatWerePublished) {
  const MixerShape shape{8, 2, 30, kRateHz};
  PlanWriter writer(shape);
  constexpr int kPlans = 20'000;
  std::thread control([&] {
    for (int plan = 1; plan <= kPlans; ++plan) {
      for (int lane = 0; lane < shape.lanes; ++lane) {
        writer.setGain(lane, plan % 8, 0, static_cast<float>(plan), 0, 0);
      }
      writer.publish();
    }
  });
  uint64_t last = 0;
  while (last < kPlans) {
    const GainPlan* plan = writer.mailbox().takeNewest();
    if (plan == nullptr) continue;
    ASSERT_GT(plan->sequence, last);
    last = plan->sequence;
    for (int lane = 0; lane < shape.lanes; ++lane) {
      const size_t row = (static_cast<size_t>(lane / kTileLanes) * shape.inputs + last % 8) * kTileRows;
      ASSERT_EQ(plan->targets[row + 2 * (lane % kTileLanes)], static_cast<float>(last));
    }
  }
  control.join();
}

}  // namespace
}  // namespace foldback::test
