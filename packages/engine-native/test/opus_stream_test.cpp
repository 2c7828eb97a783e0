// What a phone decodes is the mix: libopus's own decoder listens.
#include "opus_stream.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace foldback::test {
namespace {

constexpr int kRateHz = 48'000;
constexpr int kFrames = kRateHz / 100;  // 10 ms

/// 440 Hz on the left, 660 Hz at half the level on the right.
std::vector<float> tones(int block) {
  std::vector<float> frames(2 * kFrames);
  for (int i = 0; i < kFrames; ++i) {
    const double seconds = static_cast<double>(block * kFrames + i) / kRateHz;
    frames[2 * i] = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 440 * seconds));
    frames[2 * i + 1] = static_cast<float>(0.25 * std::sin(2 * std::numbers::pi * 660 * seconds));
  }
  return frames;
}

double rms(const std::vector<float>& frames, int side) {
  double sum = 0;
  for (size_t i = side; i < frames.size(); i += 2) sum += frames[i] * frames[i];
  return std::sqrt(2 * sum / frames.size());
}

TEST(OpusStream, IsHeardAtItsLevelOnItsSide) {
  OpusStream stream(kRateHz, 128'000);
  int result = OPUS_OK;
  OpusDecoder* decoder = opus_decoder_create(kRateHz, 2, &result);
  ASSERT_EQ(result, OPUS_OK);
  std::vector<float> heard(2 * kFrames);
  for (int block = 0; block < 50; ++block) {
    const auto packet = stream.encode(tones(block));
    ASSERT_EQ(opus_decode_float(decoder, packet.data(), static_cast<opus_int32>(packet.size()), heard.data(),
                                kFrames, 0),
              kFrames);
  }
  opus_decoder_destroy(decoder);
  EXPECT_NEAR(rms(heard, 0), 0.5 / std::numbers::sqrt2, 0.02);
  EXPECT_NEAR(rms(heard, 1), 0.25 / std::numbers::sqrt2, 0.02);
}

TEST(OpusStream, KeepsToItsBits) {
  OpusStream stream(kRateHz, 64'000);
  size_t bytes = 0;
  for (int block = 0; block < 100; ++block) bytes += stream.encode(tones(block)).size();
  EXPECT_NEAR(static_cast<double>(8 * bytes), 64'000, 6'400);
}

TEST(OpusStream, RefusesWhatOpusDoesNotKnow) {
  EXPECT_THROW(OpusStream(44'100, 64'000), std::range_error);
  EXPECT_THROW(OpusStream(kRateHz, 5'999), std::range_error);
  EXPECT_THROW(OpusStream(kRateHz, 510'001), std::range_error);
  OpusStream stream(kRateHz, 64'000);
  EXPECT_THROW(stream.encode(std::vector<float>(2 * 64)), std::range_error);
  EXPECT_THROW(stream.encode({}), std::range_error);
  EXPECT_THROW(stream.encode(std::vector<float>(2 * kFrames + 1)), std::range_error) << "half a frame";
  EXPECT_FALSE(stream.encode(tones(0)).empty());
}

}  // namespace
}  // namespace foldback::test
