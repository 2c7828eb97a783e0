// WAV files as channels: every format, any rate, in step, over the seam, and past what is broken.
#include "wav_tracks.h"

#include <gtest/gtest.h>

#include <numbers>

#include "audio_device.h"
#include "planar_rows.h"
#include "stage.h"
#include "wav_bytes.h"

namespace foldback::test {
namespace {

double sine(double hz, double rateHz, int64_t frame) {
  return std::sin(2 * std::numbers::pi * hz * static_cast<double>(frame) / rateHz);
}

Signal noise(double level = 1.0) {
  return [level](int channel, int64_t frame) { return level * unlike(channel, frame); };
}

/// All channels of the next frames.
Channels readAll(WavTracks& tracks, size_t frames) {
  const PlanarRows rows(tracks.channels(), frames);
  tracks.read(rows.pointers(), frames);
  Channels channels;
  for (int channel = 0; channel < tracks.channels(); ++channel) {
    channels.emplace_back(rows[channel], rows[channel] + frames);
  }
  return channels;
}

WavTracks open(const std::vector<WavTrackRequest>& files, double rateHz = kRateHz, bool loop = true) {
  return WavTracks({files, loop}, rateHz);
}

class EveryFormat : public testing::TestWithParam<WavShape> {};

TEST_P(EveryFormat, ComesOutAsItIsInTheFile) {
  const WavShape shape = GetParam();
  const Folder folder;
  const std::string path = writeWav(folder / "a.wav", shape, 5000, noise());
  WavTracks tracks = open({{path, "Ana"}});
  ASSERT_EQ(tracks.channels(), shape.channels);
  const Channels out = readAll(tracks, 5000);
  for (int channel = 0; channel < shape.channels; ++channel) {
    for (int64_t frame = 0; frame < 5000; ++frame) {
      const auto expected = static_cast<float>(asHeld(shape, unlike(channel, frame)));
      ASSERT_EQ(out[static_cast<size_t>(channel)][static_cast<size_t>(frame)], expected) << frame;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(WavTracks, EveryFormat,
                         testing::Values(WavShape{16, false, 1}, WavShape{24, false, 1},
                                         WavShape{32, false, 1}, WavShape{32, true, 1},
                                         WavShape{16, false, 2}, WavShape{24, false, 2},
                                         WavShape{32, true, 2}, WavShape{24, false, 32}));

TEST(WavTracks, ChannelsAreCalledByTheirFileAndTheirPlaceInIt) {
  const Folder folder;
  const std::string mono = writeWav(folder / "1.wav", {}, 10, noise());
  const std::string stereo = writeWav(folder / "2.wav", {16, false, 2}, 10, noise());
  const std::string many = writeWav(folder / "3.wav", {16, false, 3}, 10, noise());
  const WavTracks tracks = open({{mono, "Kick"}, {stereo, "Keys"}, {many, "Stage"}});
  EXPECT_EQ(tracks.names(),
            (std::vector<std::string>{"Kick", "Keys L", "Keys R", "Stage 1", "Stage 2", "Stage 3"}));
}

class OtherRates : public testing::TestWithParam<std::pair<int, int>> {};

TEST_P(OtherRates, ASineKeepsItsPitchAndItsLevel) {
  const auto [fileHz, deviceHz] = GetParam();
  const Folder folder;
  const double rate = fileHz;
  const std::string path =
      writeWav(folder / "a.wav", {32, true, 2, fileHz}, 2 * fileHz, [&](int channel, int64_t frame) {
        return channel == 0 ? 0.5 * sine(1000, rate, frame) : 0.25 * sine(3000, rate, frame);
      });
  WavTracks tracks = open({{path, "Sine"}}, deviceHz);
  const auto second = static_cast<size_t>(deviceHz);
  const Channels out = readAll(tracks, 2 * second);
  for (size_t frame = second / 10; frame < 2 * second - second / 10; ++frame) {
    const auto at = static_cast<int64_t>(frame);
    ASSERT_NEAR(out[0][frame], 0.5 * sine(1000, deviceHz, at), 2e-5) << frame;
    ASSERT_NEAR(out[1][frame], 0.25 * sine(3000, deviceHz, at), 2e-5) << frame;
  }
}

INSTANTIATE_TEST_SUITE_P(WavTracks, OtherRates,
                         testing::Values(std::pair{44'100, 48'000}, std::pair{96'000, 48'000},
                                         std::pair{48'000, 44'100}, std::pair{22'050, 96'000},
                                         std::pair{192'000, 48'000}));

TEST(WavTracks, WhatIsAboveTheDevicesRateDoesNotFoldBackIntoTheBand) {
  const Folder folder;
  const std::string path = writeWav(folder / "a.wav", {32, true, 1, 96'000}, 96'000,
                                    [](int, int64_t frame) { return sine(30'000, 96'000, frame); });
  WavTracks tracks = open({{path, "Bat"}});
  const Channels out = readAll(tracks, 40'000);
  EXPECT_LT(largest(std::span(out[0]).subspan(4000)), 1e-5f);
}

TEST(WavTracks, TheLoopGoesOnAtTheVeryNextSample) {
  const Folder folder;
  const std::string path = writeWav(folder / "a.wav", {32, true}, 1237, noise());
  WavTracks tracks = open({{path, "Loop"}});
  const Channels out = readAll(tracks, 5 * 1237);
  for (int64_t frame = 0; frame < 5 * 1237; ++frame) {
    ASSERT_EQ(out[0][static_cast<size_t>(frame)], unlike(0, frame % 1237)) << frame;
  }
}

TEST(WavTracks, ASineOfWholePeriodsLoopsWithoutAClickAtAnyRate) {
  const Folder folder;
  const std::string path = writeWav(folder / "a.wav", {32, true, 1, 44'100}, 4410,
                                    [](int, int64_t frame) { return 0.5 * sine(440, 44'100, frame); });
  WavTracks tracks = open({{path, "Hum"}});
  const Channels out = readAll(tracks, 48'000);
  for (size_t frame = 1000; frame < 48'000; ++frame) {
    ASSERT_NEAR(out[0][frame], 0.5 * sine(440, 48'000, static_cast<int64_t>(frame)), 2e-5) << frame;
  }
}

TEST(WavTracks, AShorterFileWaitsInSilenceForTheLongest) {
  const Folder folder;
  const std::string shorter = writeWav(folder / "a.wav", {32, true}, 300, noise());
  const std::string longer = writeWav(folder / "b.wav", {32, true}, 1000, noise());
  WavTracks tracks = open({{shorter, "a"}, {longer, "b"}});
  const Channels out = readAll(tracks, 4000);
  for (int64_t frame = 0; frame < 4000; ++frame) {
    const int64_t inTurn = frame % 1000;
    ASSERT_EQ(out[0][static_cast<size_t>(frame)], inTurn < 300 ? unlike(0, inTurn) : 0.0f) << frame;
    ASSERT_EQ(out[1][static_cast<size_t>(frame)], unlike(0, inTurn)) << frame;
  }
}

TEST(WavTracks, FilesOfDifferentRatesStayInStepOverAHundredTurns) {
  const Folder folder;
  // One click at the beginning of each; a turn lasts 10,001 frames at 48 kHz, no whole number at 44.1 kHz.
  const Signal click = [](int, int64_t frame) { return frame < 8 ? 0.5 : 0.0; };
  const std::string longest = writeWav(folder / "a.wav", {32, true}, 10'001, click);
  const std::string other = writeWav(folder / "b.wav", {32, true, 1, 44'100}, 2000, click);
  WavTracks tracks = open({{longest, "a"}, {other, "b"}});
  for (int turn = 0; turn < 100; ++turn) {
    const Channels out = readAll(tracks, 10'001);
    const auto peak = [](std::span<const float> of) {
      return std::max_element(of.begin(), of.end()) - of.begin();
    };
    EXPECT_EQ(out[0][0], 0.5f);
    EXPECT_NEAR(static_cast<double>(peak(std::span(out[1]).first(100))), 3.0, 4.0) << "turn " << turn;
  }
}

TEST(WavTracks, OnceIsOnceThenSilence) {
  const Folder folder;
  const std::string same = writeWav(folder / "a.wav", {32, true}, 1000, noise());
  const std::string other = writeWav(folder / "b.wav", {32, true, 1, 44'100}, 900, noise());
  WavTracks tracks = open({{same, "a"}, {other, "b"}}, kRateHz, false);
  const Channels out = readAll(tracks, 20'000);
  for (size_t frame = 0; frame < 1000; ++frame) {
    ASSERT_EQ(out[0][frame], unlike(0, static_cast<int64_t>(frame)));
  }
  EXPECT_EQ(largest(std::span(out[0]).subspan(1000)), 0.0f);
  EXPECT_GT(largest(std::span(out[1]).first(900)), 0.3f);
  EXPECT_EQ(largest(std::span(out[1]).subspan(2000)), 0.0f) << "the resampler has rung out";
}

TEST(WavTracks, WhatCannotBePlayedIsNamedAndTheRestPlays) {
  const Folder folder;
  const std::string good = writeWav(folder / "good.wav", {32, true}, 1000, noise());
  const std::string text = writeBytes(folder / "text.wav", "This is no WAV file, whatever it is called.");
  const std::string nothing = writeBytes(folder / "nothing.wav", "");
  const std::string empty = writeWav(folder / "empty.wav", {}, 0, noise());
  const std::string slow = writeWav(folder / "slow.wav", {16, false, 1, 4000}, 100, noise());
  const std::string wide = writeWav(folder / "wide.wav", {16, false, 65}, 100, noise());
  const WavTracks tracks = open({{text, "text"},
                                 {folder / "gone.wav", "gone"},
                                 {nothing, "nothing"},
                                 {empty, "empty"},
                                 {slow, "slow"},
                                 {wide, "wide"},
                                 {good, "good"}});
  EXPECT_EQ(tracks.names(), std::vector<std::string>{"good"});
  ASSERT_EQ(tracks.skipped().size(), 6u);
  EXPECT_EQ(tracks.skipped()[0].substr(0, 6), "text: ");
  EXPECT_EQ(tracks.skipped()[1].substr(0, 6), "gone: ");
  EXPECT_EQ(tracks.skipped()[2].substr(0, 9), "nothing: ");
  EXPECT_EQ(tracks.skipped()[3], "empty: length: 0 frames, it must hold some");
  EXPECT_EQ(tracks.skipped()[4], "slow: sample rate: 4000 Hz, it may be 8000 to 384000 Hz");
  EXPECT_EQ(tracks.skipped()[5], "wide: channels: 65, a file may have up to 64");
}

TEST(WavTracks, MoreChannelsThanAStageHasAreNamed) {
  const Folder folder;
  std::vector<WavTrackRequest> files;
  for (int i = 0; i < 5; ++i) {
    files.push_back({writeWav(folder / std::to_string(i), {16, false, 60}, 10, noise()), std::to_string(i)});
  }
  const WavTracks tracks = open(files);
  EXPECT_EQ(tracks.channels(), 240);
  EXPECT_EQ(tracks.skipped(),
            std::vector<std::string>{"4: channels: 300 with those before, up to 256 can be played"});
}

TEST(WavTracks, AFileThatEndsBeforeItsHeaderSaysPlaysWhatThereIs) {
  const Folder folder;
  const std::string whole = wavBytes({32, true}, 1000, noise());
  const std::string cut = writeBytes(folder / "cut.wav", whole.substr(0, 44 + 4 * 600));
  const std::string good = writeWav(folder / "good.wav", {32, true}, 1000, noise());
  WavTracks tracks = open({{cut, "cut"}, {good, "good"}});
  const Channels out = readAll(tracks, 1600);
  for (int64_t frame = 0; frame < 1600; ++frame) {
    const float expected = frame % 1000 < 600 ? unlike(0, frame % 1000) : 0.0f;
    ASSERT_EQ(out[0][static_cast<size_t>(frame)], expected) << frame;
  }
}

TEST(WavTracks, WithoutAnyThatPlaysThereIsAClearError) {
  const Folder folder;
  EXPECT_THROW(open({}), DeviceError);
  try {
    open({{folder / "gone.wav", "gone"}});
    FAIL();
  } catch (const DeviceError& error) {
    EXPECT_EQ(error.code(), "NO_TRACKS");
    EXPECT_NE(std::string(error.what()).find("gone: "), std::string::npos);
  }
}

}  // namespace
}  // namespace foldback::test
