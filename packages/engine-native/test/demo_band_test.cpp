// The band: all there, at sensible levels, without a click where the loop begins again.
#include "demo_band.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels.h"
#include "stage.h"

namespace foldback::test {
namespace {

const DemoBand& band() {
  static const DemoBand kBand = renderDemoBand(kRateHz);
  return kBand;
}

TEST(DemoBand, HasTheChannelsPeopleExpect) {
  std::vector<std::string> names;
  for (const DemoChannel& channel : band().channels) names.push_back(channel.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Kick", "Snare", "Hi-hat", "Toms", "Overhead", "Bass", "Guitar",
                                             "Keys L", "Keys R", "Vocal", "Backing", "Click"}));
}

TEST(DemoBand, EightBarsAtAHundredBeatsAMinute) {
  EXPECT_EQ(band().frames, static_cast<size_t>(19.2 * kRateHz));
  for (const DemoChannel& channel : band().channels) EXPECT_EQ(channel.samples.size(), band().frames);
}

TEST(DemoBand, EveryChannelPeaksBetweenMinus12AndMinus3Db) {
  for (const DemoChannel& channel : band().channels) {
    const double peakDb = 20 * std::log10(largest(channel.samples));
    EXPECT_GE(peakDb, -12.01) << channel.name;
    EXPECT_LE(peakDb, -3.0) << channel.name;
  }
}

TEST(DemoBand, TheSeamIsNoSteeperThanTheRest) {
  for (const DemoChannel& channel : band().channels) {
    const float seam = std::fabs(channel.samples.front() - channel.samples.back());
    EXPECT_LE(seam, largestStep(channel.samples)) << channel.name;
  }
}

TEST(DemoBand, WhatSoundsAtTheEndSoundsOnAtTheBeginning) {
  // The last tom rings over the seam, in its own microphone and in the overhead.
  for (const int channel : {3, 4}) {
    const std::vector<float>& samples = band().channels[channel].samples;
    EXPECT_GT(largest(std::span(samples).last(480)), 0.001f) << channel;
    EXPECT_GT(largest(std::span(samples).first(480)), 0.001f) << channel;
  }
}

TEST(DemoBand, NoTwoChannelsAreTheSame) {
  for (size_t a = 0; a < band().channels.size(); ++a) {
    for (size_t b = a + 1; b < band().channels.size(); ++b) {
      EXPECT_NE(band().channels[a].samples, band().channels[b].samples);
    }
  }
}

TEST(DemoBand, TheMixerTakesNoneOfItForAFault) {
  for (const DemoChannel& channel : band().channels) {
    EXPECT_TRUE(
        scalarKernels().scanChannel(channel.samples.data(), static_cast<int>(channel.samples.size())).finite)
        << channel.name;
    double mean = 0;
    for (const float sample : channel.samples) mean += sample;
    EXPECT_LT(std::fabs(mean / static_cast<double>(band().frames)), 0.002)
        << channel.name << ": no direct current";
  }
}

TEST(DemoBand, TheSameRateGivesTheSameSamples) {
  const DemoBand again = renderDemoBand(kRateHz);
  for (size_t i = 0; i < again.channels.size(); ++i) {
    ASSERT_EQ(again.channels[i].samples, band().channels[i].samples);
  }
}

TEST(DemoBand, PlaysAtOtherRates) {
  for (const double rate : {8000.0, 44'100.0}) {
    const DemoBand other = renderDemoBand(rate);
    EXPECT_EQ(other.frames, static_cast<size_t>(std::lround(19.2 * rate)));
    for (const DemoChannel& channel : other.channels) {
      EXPECT_TRUE(scalarKernels()
                      .scanChannel(channel.samples.data(), static_cast<int>(channel.samples.size()))
                      .finite);
      EXPECT_LE(largest(channel.samples), 0.71f) << channel.name;
    }
  }
}

}  // namespace
}  // namespace foldback::test
