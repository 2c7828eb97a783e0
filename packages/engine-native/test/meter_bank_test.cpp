// Meters: the highest peak and the mean since the last read.
#include "meter_bank.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

namespace foldback::test {
namespace {

TEST(MeterBank, APeakIsTheHighestSinceTheLastRead) {
  MeterBank meters(2, 1);
  for (const float peak : {0.25f, 0.75f, 0.5f}) meters.addInput(1, peak, 0);
  EXPECT_EQ(meters.readInput(1).peak, 0.75f);
  EXPECT_EQ(meters.readInput(1).peak, 0.0f);
  EXPECT_EQ(meters.readInput(0).peak, 0.0f);
}

TEST(MeterBank, RmsIsOverTheFramesSinceTheLastRead) {
  MeterBank meters(1, 1);
  meters.addInput(0, 0.5f, 64 * 0.25f);
  meters.addFrames(64);
  meters.addInput(0, 0.5f, 64 * 0.25f);
  meters.addFrames(64);
  EXPECT_FLOAT_EQ(meters.readInput(0).rms, 0.5f);
  meters.addFrames(64);
  EXPECT_EQ(meters.readInput(0).rms, 0.0f) << "silence since the last read is silence, to the bit";
  EXPECT_EQ(meters.readInput(0).rms, 0.0f) << "no frames, no level";
}

TEST(MeterBank, ALaneTellsBothSidesAndTheDeepestReduction) {
  MeterBank meters(0, 2);
  meters.addLane(1, 0.5f, 0.25f, 64 * 0.25f, 64 * 0.0625f, 0.5f);
  meters.addLane(1, 0.4f, 0.30f, 64 * 0.25f, 64 * 0.0625f, 0.75f);
  meters.addFrames(128);
  const LaneReading reading = meters.readLane(1);
  EXPECT_EQ(reading.left.peak, 0.5f);
  EXPECT_EQ(reading.right.peak, 0.30f);
  EXPECT_FLOAT_EQ(reading.left.rms, 0.5f);
  EXPECT_FLOAT_EQ(reading.right.rms, 0.25f);
  EXPECT_EQ(reading.reductionGain, 0.5f);
  EXPECT_EQ(meters.readLane(1).reductionGain, 1.0f);
}

TEST(MeterBank, NoReaderTakesWhatAnotherHasNotReadYet) {
  MeterBank meters(1, 1);
  meters.addInput(0, 0.75f, 64 * 0.25f);
  meters.addLane(0, 0.5f, 0.25f, 64 * 0.25f, 64 * 0.0625f, 0.5f);
  meters.addFrames(64);
  meters.readInput(0, 1);
  meters.readLane(0, 1);
  meters.addInput(0, 0.5f, 0);
  meters.addLane(0, 0.125f, 0.375f, 0, 0, 0.75f);
  meters.addFrames(64);
  const SignalReading second = meters.readInput(0, 1);
  EXPECT_EQ(second.peak, 0.5f) << "of what it has read already, nothing is told again";
  EXPECT_EQ(second.rms, 0.0f);
  const SignalReading whole = meters.readInput(0, 7);
  EXPECT_EQ(whole.peak, 0.75f);
  EXPECT_FLOAT_EQ(whole.rms, std::sqrt(0.125f)) << "over both blocks";
  const LaneReading lane = meters.readLane(0, 7);
  EXPECT_EQ(lane.left.peak, 0.5f);
  EXPECT_EQ(lane.right.peak, 0.375f);
  EXPECT_FLOAT_EQ(lane.left.rms, std::sqrt(0.125f));
  EXPECT_EQ(lane.reductionGain, 0.5f);
  EXPECT_EQ(meters.readLane(0, 1).reductionGain, 0.75f);
}

TEST(MeterBank, AForgottenLaneTellsNobodyWhatItPlayed) {
  MeterBank meters(0, 1);
  meters.addLane(0, 0.5f, 0.5f, 16, 16, 0.5f);
  meters.addFrames(64);
  meters.readLane(0, 2);  // hands the peak on to all
  meters.forgetLane(0);
  for (int reader = 0; reader < kMeterReaders; ++reader) {
    const LaneReading reading = meters.readLane(0, reader);
    EXPECT_EQ(reading.left.peak, 0.0f) << reader;
    EXPECT_EQ(reading.right.rms, 0.0f) << reader;
    EXPECT_EQ(reading.reductionGain, 1.0f) << reader;
  }
}

TEST(MeterBank, AnInfiniteEnergyDoesNotSpoilTheMeterForEver) {
  MeterBank meters(1, 1);
  meters.addInput(0, 1e30f, std::numeric_limits<float>::infinity());
  meters.addFrames(64);
  EXPECT_TRUE(std::isfinite(meters.readInput(0).rms));
  meters.addInput(0, 0.5f, 64 * 0.25f);
  meters.addFrames(64);
  EXPECT_NEAR(meters.readInput(0).rms, 0.5f, 1e-3f);
}

TEST(PeakHold, NoPeakIsLostBetweenRacingThreads) {
  PeakHold hold;
  constexpr int kPeaks = 100'000;
  std::thread audio([&] {
    for (int i = 1; i <= kPeaks; ++i) hold.raise(static_cast<float>(i));
  });
  float highest = 0;
  while (highest < kPeaks) highest = std::max(highest, hold.take());
  audio.join();
  EXPECT_EQ(highest, static_cast<float>(kPeaks));
}

}  // namespace
}  // namespace foldback::test
