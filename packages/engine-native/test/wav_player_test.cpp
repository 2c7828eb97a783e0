// WAV tracks on a stepped device: what the mixer hears is what is in the files.
#include "wav_player.h"

#include <gtest/gtest.h>

#include "engine.h"
#include "manual_device.h"
#include "stage.h"
#include "wav_bytes.h"

namespace foldback::test {
namespace {

Signal noise() {
  return [](int channel, int64_t frame) { return unlike(channel, frame); };
}

TEST(WavPlayer, BlocksOfAnyLengthAreTheFileFrameByFrame) {
  const Folder folder;
  WavPlayer player({{{writeWav(folder / "a.wav", {32, true, 2}, 250'000, noise()), "a"}}}, kRateHz);
  int64_t at = 0;
  for (int block = 0; at < 1'000'000; ++block) {
    const int frames = 1 + block * 37 % 4000;
    player.await(frames);
    BlockFlags flags;
    const ConstBlock in = player.next(frames, flags);
    ASSERT_FALSE(flags.inputUnderflow);
    for (int frame = 0; frame < frames; ++frame) {
      ASSERT_EQ(in[0][frame], unlike(0, (at + frame) % 250'000));
      ASSERT_EQ(in[1][frame], unlike(1, (at + frame) % 250'000));
    }
    at += frames;
  }
}

TEST(WavPlayer, WhatTheDiskHasNotBroughtIsSilenceAndCounted) {
  const Folder folder;
  WavPlayer player({{{writeWav(folder / "a.wav", {32, true}, 1000, noise()), "a"}}}, kRateHz);
  BlockFlags flags;
  float last = 1;
  for (int block = 0; block < 100'000 && !flags.inputUnderflow; ++block) {
    last = player.next(WavPlayer::kLongestBlock, flags)[0][WavPlayer::kLongestBlock - 1];
  }
  EXPECT_TRUE(flags.inputUnderflow);
  EXPECT_EQ(last, 0.0f);
}

TEST(WavPlayer, ASlowDeviceFindsBlocksOfAnyLengthToo) {
  const Folder folder;
  const std::string file = writeWav(folder / "a.wav", {32, true}, 100'000, noise());
  for (const double rateHz : {1000.0, 8000.0}) {
    WavPlayer player({{{file, "a"}}}, rateHz);
    BlockFlags flags;
    player.next(WavPlayer::kLongestBlock, flags);
    EXPECT_FALSE(flags.inputUnderflow) << rateHz;
    player.next(1, flags);
    ASSERT_FALSE(flags.inputUnderflow) << rateHz;
    player.await(WavPlayer::kLongestBlock);
  }
}

TEST(WavPlayer, ABlockThatIsTooLongIsNamed) {
  const Folder folder;
  const WavPlayer player({{{writeWav(folder / "a.wav", {}, 1000, noise()), "a"}}}, kRateHz);
  EXPECT_THROW(player.await(WavPlayer::kLongestBlock + 1), std::range_error);
}

TEST(WavPlayer, AnEngineMixesTheTracksInThePlaceOfItsInputs) {
  const Folder folder;
  OpenRequest request;
  request.stream.device = ManualRequest{1, 2};
  request.tracks = WavTracksRequest{
      {{writeWav(folder / "a.wav", {32, true}, 48'000, [](int, int64_t) { return 0.5; }), "Kick"},
       {folder / "gone.wav", "Snare"},
       {writeWav(folder / "b.wav", {32, true}, 48'000, [](int, int64_t) { return 0.25; }), "Hat"}}};
  request.lanes = 8;
  Engine engine(makeDevice(request.stream), request);
  EXPECT_EQ(engine.info().inputs, 2);
  EXPECT_EQ(engine.info().inputNames, (std::vector<std::string>{"Kick", "Hat"}));
  ASSERT_EQ(engine.skippedTracks().size(), 1u);
  const std::vector<float> gains{0.5f, 0, 0, 0.5f};
  const float ramp = 0;
  const MixTarget target{3, false, gains, {&ramp, 1}};
  engine.board().setMixes({&target, 1});
  const int64_t routes[] = {3};
  engine.board().setRoutes(routes);
  const std::vector<float> input(1 * 100, 1.0f);
  std::vector<float> output(2 * 100);
  for (int block = 0; block < 100; ++block) {
    engine.awaitDisks(100);
    engine.manual()->render(input, output, 100);
  }
  EXPECT_EQ(output[99], 0.25f);
  EXPECT_EQ(output[199], 0.125f);
  EXPECT_EQ(engine.read().callback.inputUnderflows, 0u);
}

TEST(WavPlayer, ADeviceThatAsksForMoreAtOnceHearsTheTracksInPieces) {
  constexpr int kFrames = 2 * WavPlayer::kLongestBlock + 7;
  const Folder folder;
  OpenRequest request;
  request.stream.device = ManualRequest{0, 2};
  request.tracks = WavTracksRequest{{{writeWav(folder / "a.wav", {32, true}, 100'000, noise()), "a"}}};
  request.lanes = 8;
  Engine engine(makeDevice(request.stream), request);
  const std::vector<float> gains{0.5f, 0.25f};
  const float ramp = 0;
  const MixTarget target{3, false, gains, {&ramp, 1}};
  engine.board().setMixes({&target, 1});
  const int64_t routes[] = {3};
  engine.board().setRoutes(routes);
  std::vector<float> output(2 * kFrames);
  engine.manual()->render({}, output, kFrames);
  for (int frame = 4800; frame < kFrames; ++frame) {  // a mix that begins fades in
    ASSERT_EQ(output[frame], 0.5f * unlike(0, frame)) << frame;
    ASSERT_EQ(output[kFrames + frame], 0.25f * unlike(0, frame)) << frame;
  }
  const CallbackReading reading = engine.read().callback;
  EXPECT_EQ(reading.callbacks, 1u);
  EXPECT_EQ(reading.lastBlockFrames, kFrames);
  EXPECT_EQ(reading.inputUnderflows, 0u);
}

}  // namespace
}  // namespace foldback::test
