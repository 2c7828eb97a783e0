// Loads, late callbacks and xruns are counted right.
#include "callback_stats.h"

#include <gtest/gtest.h>

namespace foldback::test {
namespace {

TEST(CallbackStats, NothingHasHappenedAtFirst) {
  const CallbackReading reading = CallbackStats().read();
  EXPECT_EQ(reading.callbacks, 0u);
  EXPECT_EQ(reading.loadMean, 0.0);
  EXPECT_TRUE(reading.loads.empty());
}

TEST(CallbackStats, LoadIsTimeInTheCallbackOverTheTimeOfItsBlock) {
  CallbackStats stats;
  for (int i = 0; i < 98; ++i) stats.add(480, 0.001, 48'000, {});  // 10 ms blocks, 1 ms of work
  stats.add(480, 0.005, 48'000, {});
  stats.add(480, 0.020, 48'000, {});
  const CallbackReading reading = stats.read();
  EXPECT_EQ(reading.callbacks, 100u);
  EXPECT_EQ(reading.frames, 48'000u);
  EXPECT_NEAR(reading.loadMean, (98 * 0.1 + 0.5 + 2.0) / 100, 1e-9);
  EXPECT_NEAR(reading.loadMax, 2.0, 1e-9);
  ASSERT_EQ(reading.loads.size(), 512u) << "twice a block's time and more is counted together";
  EXPECT_EQ(reading.loads[25], 98u);
  EXPECT_EQ(reading.loads[128], 1u);
  EXPECT_EQ(reading.loads[511], 1u);
  EXPECT_EQ(reading.lateCallbacks, 1u);
  EXPECT_EQ(reading.lastBlockFrames, 480);
}

TEST(CallbackStats, XrunsAreCountedByKindAndALossThatIsToldTwiceIsOne) {
  CallbackStats stats;
  stats.add(64, 0, 48'000, {.inputUnderflow = true});
  stats.add(64, 0, 48'000, {.inputOverflow = true, .outputUnderflow = true});
  stats.add(64, 0, 48'000, {.outputOverflow = true});
  stats.add(64, 0, 48'000, {.outputUnderflow = true});
  const CallbackReading reading = stats.read();
  EXPECT_EQ(reading.xruns, 4u);
  EXPECT_EQ(reading.inputUnderflows, 1u);
  EXPECT_EQ(reading.inputOverflows, 1u);
  EXPECT_EQ(reading.outputUnderflows, 2u);
  EXPECT_EQ(reading.outputOverflows, 1u);
}

TEST(CallbackStats, AnEmptyBlockCountsForNothing) {
  CallbackStats stats;
  stats.add(0, 1, 48'000, {});
  EXPECT_EQ(stats.read().callbacks, 0u);
}

}  // namespace
}  // namespace foldback::test
