// The clock of a device without hardware, on invented time.
#include "block_clock.h"

#include <gtest/gtest.h>

namespace foldback::test {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;

constexpr BlockClock::Time kStart{std::chrono::seconds(1000)};

double secondsAfterStart(BlockClock::Time time) { return duration<double>(time - kStart).count(); }

TEST(BlockClock, AnHourOfBlocksTakesAnHour) {
  BlockClock clock(44'100, 64, kStart);
  const int blocks = 3600 * 44'100 / 64;
  for (int i = 0; i < blocks; ++i) EXPECT_FALSE(clock.rendered(clock.due()));
  EXPECT_NEAR(secondsAfterStart(clock.due()), blocks * 64 / 44'100.0, 1e-6);
}

TEST(BlockClock, BeingLateOnceDelaysNothingAfterwards) {
  BlockClock clock(48'000, 480, kStart);
  EXPECT_FALSE(clock.rendered(kStart + milliseconds(150)));
  EXPECT_NEAR(secondsAfterStart(clock.due()), 0.010, 1e-9);
}

TEST(BlockClock, AfterALongStallTimeIsSkippedNotPlayedInABurst) {
  BlockClock clock(48'000, 480, kStart);
  const auto awake = kStart + std::chrono::hours(8);
  EXPECT_TRUE(clock.rendered(awake));
  EXPECT_EQ(clock.due(), awake);
  EXPECT_FALSE(clock.rendered(awake));
  EXPECT_NEAR(duration<double>(clock.due() - awake).count(), 0.010, 1e-9);
}

}  // namespace
}  // namespace foldback::test
