// The ceiling: never exceeded, never adding, transparent below.
#include "limiter.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>

#include "kernels.h"
#include "stage.h"

namespace foldback::test {
namespace {

const Kernels& kKernels = chooseKernels("");
const LimiterSettings kSettings = limiterSettings(kRateHz, kDefaultCeiling);

struct Chunk {
  std::vector<float> left;
  std::vector<float> right;
};

Chunk chunkOf(const Source& source, int64_t position, int frames) {
  Chunk chunk{std::vector<float>(frames), std::vector<float>(frames)};
  for (int frame = 0; frame < frames; ++frame) {
    chunk.left[frame] = source(0, position + frame);
    chunk.right[frame] = source(1, position + frame);
  }
  return chunk;
}

/// One chunk through one limiter.
LimitedChunk process(Limiter& limiter, const Kernels& kernels, float* left, float* right, int frames,
                     const LimiterSettings& settings) {
  LimitJob job = limiter.job(left, right);
  kernels.limitLanes(&job, 1, frames, settings);
  limiter.keep(job.chunk);
  return job.chunk;
}

float sineAt(int64_t frame, double hz) {
  return static_cast<float>(std::sin(2 * M_PI * hz * static_cast<double>(frame) / kRateHz));
}

const std::pair<const char*, Source> kHostile[] = {
    {"noise ten times too loud", [](int c, int64_t f) { return 10.0f * unlike(c, f); }},
    {"noise fifty times too loud", [](int c, int64_t f) { return 50.0f * unlike(c, f); }},
    {"square wave", [](int, int64_t f) { return f % 100 < 50 ? 2.0f : -2.0f; }},
    {"single peaks", [](int c, int64_t f) { return f % 97 == 13 * c ? 30.0f : 0.1f; }},
    {"alternating signs", [](int, int64_t f) { return f % 2 == 0 ? 1.7f : -1.7f; }},
    {"the biggest numbers there are",
     [](int c, int64_t f) { return unlike(c, f) * std::numeric_limits<float>::max(); }},
    {"growing", [](int, int64_t f) { return 1e-4f * static_cast<float>(f % 20'000); }},
    {"just above", [](int, int64_t) { return std::nextafter(kDefaultCeiling, 2.0f); }},
};

class LimiterOnEveryKernel : public testing::TestWithParam<const Kernels*> {};

INSTANTIATE_TEST_SUITE_P(Available, LimiterOnEveryKernel,
                         testing::ValuesIn(availableKernels().begin(), availableKernels().end()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST_P(LimiterOnEveryKernel, NothingAboveTheCeilingLeavesAndNothingGetsLouder) {
  for (const auto& [name, source] : kHostile) {
    for (const int frames : {1, 3, 16, 31, 64}) {
      Limiter limiter;
      for (int64_t position = 0; position < 20'000; position += frames) {
        const Chunk in = chunkOf(source, position, frames);
        Chunk out = in;
        const float gain =
            process(limiter, *GetParam(), out.left.data(), out.right.data(), frames, kSettings).lowestGain;
        ASSERT_GE(gain, 0.0f);
        ASSERT_LE(gain, 1.0f);
        for (int frame = 0; frame < frames; ++frame) {
          for (const auto& [before, after] :
               {std::pair{in.left[frame], out.left[frame]}, std::pair{in.right[frame], out.right[frame]}}) {
            ASSERT_LE(std::fabs(after), kDefaultCeiling) << name << ", frame " << position + frame;
            ASSERT_LE(std::fabs(after), std::fabs(before)) << name;
            ASSERT_TRUE(after == 0.0f || std::signbit(after) == std::signbit(before)) << name;
          }
        }
      }
    }
  }
}

/// Random samples through every kernel: 10^7 each, or as many as the environment says (10^9: test-long).
int64_t randomFrames() {
  const char* samples = std::getenv("FOLDBACK_LIMITER_SAMPLES");
  return (samples == nullptr ? 10'000'000 : std::atoll(samples)) / 2;
}

TEST_P(LimiterOnEveryKernel, NoneOfManyRandomSamplesExceedsTheCeiling) {
  std::mt19937 random(20);
  // From silence to 50 times full scale (gain 10 x master 5), in bursts of random length and level.
  std::array<float, kChunkFrames> left, right;
  Limiter limiter;
  float level = 1;
  const int64_t frames = randomFrames();
  for (int64_t done = 0; done < frames; done += kChunkFrames) {
    if (random() % 16 == 0) level = 50.0f * std::exp2(-static_cast<float>(random() % 1024) / 64.0f);
    const float scale = level / 2147483648.0f;
    for (int frame = 0; frame < kChunkFrames; ++frame) {
      const auto bits = static_cast<uint32_t>(random());
      left[frame] = scale * static_cast<float>(static_cast<int32_t>(bits));
      right[frame] = scale * static_cast<float>(static_cast<int32_t>(bits * 2654435761u));
    }
    const LimitedChunk chunk =
        process(limiter, *GetParam(), left.data(), right.data(), kChunkFrames, kSettings);
    float peak = 0;
    for (int frame = 0; frame < kChunkFrames; ++frame) {
      peak = std::max({peak, std::fabs(left[frame]), std::fabs(right[frame])});
    }
    ASSERT_LE(peak, kDefaultCeiling) << "frame " << done;
    ASSERT_EQ(peak, std::max(chunk.scan.peakLeft, chunk.scan.peakRight)) << "and the meter says so";
  }
}

TEST(Limiter, WithoutItTheSameSamplesExceedTheCeiling) {  // negative control
  const Chunk chunk = chunkOf(kHostile[0].second, 0, 64);
  EXPECT_GT(largest(chunk.left), kDefaultCeiling);
}

TEST(Limiter, BelowTheCeilingEveryBitStays) {
  Limiter limiter;
  for (int64_t position = 0; position < 10'000; position += 64) {
    const Chunk in = chunkOf([](int c, int64_t f) { return 0.89f * unlike(c, f); }, position, 64);
    Chunk out = in;
    EXPECT_EQ(process(limiter, kKernels, out.left.data(), out.right.data(), 64, kSettings).lowestGain, 1.0f);
    ASSERT_EQ(out.left, in.left);
    ASSERT_EQ(out.right, in.right);
    ASSERT_TRUE(limiter.idle());
  }
}

TEST(Limiter, BothSidesShareTheGainSoThatTheImageStays) {
  Limiter limiter;
  for (int64_t position = 0; position < 10'000; position += 64) {
    const Chunk in =
        chunkOf([](int c, int64_t f) { return c == 0 ? 4.0f * sineAt(f, 100) : 0.5f * sineAt(f, 100); },
                position, 64);
    Chunk out = in;
    process(limiter, kKernels, out.left.data(), out.right.data(), 64, kSettings);
    for (int frame = 0; frame < 64; ++frame) {
      ASSERT_NEAR(out.left[frame] * 0.5f, out.right[frame] * 4.0f, 2e-6f);
    }
  }
}

TEST(Limiter, WhatIsNotANumberBecomesSilenceAndTheRestGoesOn) {
  for (const float poison : {std::nanf(""), INFINITY, -INFINITY}) {
    Limiter limiter;
    Chunk chunk = chunkOf([](int, int64_t) { return 0.5f; }, 0, 64);
    chunk.left[10] = poison;
    chunk.right[63] = poison;
    process(limiter, kKernels, chunk.left.data(), chunk.right.data(), 64, kSettings);
    EXPECT_EQ(chunk.left[10], 0.0f);
    EXPECT_EQ(chunk.right[63], 0.0f);
    EXPECT_EQ(chunk.left[11], 0.5f);
    EXPECT_EQ(chunk.right[10], 0.5f);
  }
}

TEST(Limiter, AnAttackInsideAChunkIsALineNotAStep) {
  Limiter limiter;
  Chunk chunk = chunkOf([](int, int64_t f) { return f < 40 ? 0.8f : 1.6f; }, 0, 64);
  process(limiter, kKernels, chunk.left.data(), chunk.right.data(), 64, kSettings);
  const float line = (1.0f - kDefaultCeiling / 1.6f) / 41;  // gain per frame down to the first peak
  for (int frame = 1; frame < 40; ++frame) {
    ASSERT_NEAR(chunk.left[frame - 1] - chunk.left[frame], 0.8f * line, 1e-6f) << frame;
  }
}

TEST_P(LimiterOnEveryKernel, TheGainFallsNoQuickerThanItMayWhereverThePeakIs) {
  const auto steepest = [&](int frames, int64_t peakAt) {
    Limiter limiter;
    const Source source = [=](int c, int64_t f) { return c == 1 ? 0.1f : f < peakAt ? 0.5f : 2.0f; };
    float before = 1;
    float fall = 0;
    for (int64_t position = 0; position < 256; position += frames) {
      Chunk chunk = chunkOf(source, position, frames);
      process(limiter, *GetParam(), chunk.left.data(), chunk.right.data(), frames, kSettings);
      EXPECT_LE(largest(chunk.left), kDefaultCeiling);
      for (const float sample : chunk.right) {
        fall = std::max(fall, before - sample / 0.1f);
        before = sample / 0.1f;
      }
    }
    EXPECT_NEAR(before, kDefaultCeiling / 2.0f, 1e-5f) << "and gets there";
    return fall;
  };
  for (const int frames : {1, 16, 64}) {
    for (int64_t peakAt = 128; peakAt < 192; peakAt += 5) {
      EXPECT_LE(steepest(frames, peakAt), kSteepestFall + 1e-6f) << frames << ", peak at " << peakAt;
    }
  }
}

/// The highest value between samples as well, in dB of full scale: eight times as many by a windowed sinc.
double truePeakDb(const std::vector<float>& samples) {
  constexpr int kTimes = 8;
  constexpr int kReach = 32;
  double peak = 0;
  for (size_t at = kReach; at + kReach < samples.size(); ++at) {
    for (int step = 0; step < kTimes; ++step) {
      const double shift = static_cast<double>(step) / kTimes;
      double sum = 0;
      for (int tap = 1 - kReach; tap <= kReach; ++tap) {
        const double x = M_PI * (tap - shift);
        const double window = 0.5 + 0.5 * std::cos(x / kReach);
        sum += samples[at + tap] * window * (x == 0 ? 1.0 : std::sin(x) / x);
      }
      peak = std::max(peak, std::fabs(sum));
    }
  }
  return 20 * std::log10(peak);
}

TEST(Limiter, BetweenSamplesItIsAsHighAsTheDocumentsSay) {
  struct Case {
    const char* name;
    Source source;
    double mostDb;
  };
  const auto sine = [](double hz, double phase, float level) {
    return [=](int, int64_t f) {
      return level * static_cast<float>(std::sin(2 * M_PI * hz * static_cast<double>(f) / kRateHz + phase));
    };
  };
  const Case cases[] = {
      {"sine of 1 kHz, 20 dB too loud", sine(1'000, 0, 10), -0.9},
      {"sine of 7.9 kHz, 20 dB too loud", sine(7'900, 0, 10), -0.8},
      {"sine of a quarter of the rate between its samples", sine(kRateHz / 4, M_PI / 4, 10), 2.02},
      {"white noise, 20 dB too loud", [](int c, int64_t f) { return 10.0f * unlike(c, f); }, 4.2},
  };
  for (const Case& one : cases) {
    Limiter limiter;
    std::vector<float> heard;
    for (int64_t position = 0; position < 19'200; position += 64) {
      Chunk chunk = chunkOf(one.source, position, 64);
      process(limiter, kKernels, chunk.left.data(), chunk.right.data(), 64, kSettings);
      if (position >= 4'800) heard.insert(heard.end(), chunk.left.begin(), chunk.left.end());
    }
    const double peakDb = truePeakDb(heard);
    std::printf("%-52s %+.2f dBTP\n", one.name, peakDb);
    EXPECT_LE(peakDb, one.mostDb) << one.name;
    EXPECT_LE(largest(heard), kDefaultCeiling);
  }
}

TEST(Limiter, TheReleaseIsSmoothAndEndsAtUnity) {
  Limiter limiter;
  Chunk loud = chunkOf([](int, int64_t) { return 3.0f; }, 0, 64);
  process(limiter, kKernels, loud.left.data(), loud.right.data(), 64, kSettings);
  float before = loud.left[63] / 3.0f;
  int64_t frames = 0;
  while (!limiter.idle()) {
    Chunk quiet = chunkOf([](int, int64_t) { return 0.25f; }, 0, 64);
    process(limiter, kKernels, quiet.left.data(), quiet.right.data(), 64, kSettings);
    for (const float sample : quiet.left) {
      const float gain = sample / 0.25f;
      ASSERT_GE(gain, before - 1e-6f);
      ASSERT_LE(gain - before, kSettings.releasePerFrame) << "no step on the way back";
      before = gain;
    }
    frames += 64;
    ASSERT_LT(frames, static_cast<int64_t>(2 * kRateHz)) << "the gain must come back";
  }
  EXPECT_GT(frames, static_cast<int64_t>(0.3 * kRateHz)) << "and not in a hurry";
}

TEST(Limiter, ResetForgets) {
  Limiter limiter;
  Chunk loud = chunkOf([](int, int64_t) { return 3.0f; }, 0, 64);
  process(limiter, kKernels, loud.left.data(), loud.right.data(), 64, kSettings);
  ASSERT_FALSE(limiter.idle());
  limiter.reset();
  EXPECT_TRUE(limiter.idle());
}

TEST(Limiter, APeakBehindTheFirstFramesOfABlockIsSeenComingAndNotCutOff) {
  for (const int peakAt : {32, 63, 64, 65, 100, 127, 128, 191, 192, 250}) {
    Stage stage({2, 2});
    stage.set(0, {1, 0, 0, 1}, 0, true);
    stage.route({0});
    stage.play([](int, int64_t) { return 0.1f; }, 4096, 256);
    const Channels out = stage.play(
        [=](int channel, int64_t frame) { return channel == 0 && frame % 256 == peakAt ? 8.0f : 0.1f; }, 256,
        256);
    EXPECT_NEAR(out[0][peakAt], kDefaultCeiling, 1e-6f) << peakAt;
    EXPECT_NEAR(out[1][peakAt], kDefaultCeiling / 8.0f * 0.1f, 1e-6f) << peakAt << ": both sides by one gain";
    for (int frame = 1; frame < 256; ++frame) {
      EXPECT_LE(out[1][frame - 1] - out[1][frame], 0.1f * kSteepestFall + 1e-6f) << peakAt;
    }
  }
}

}  // namespace
}  // namespace foldback::test
