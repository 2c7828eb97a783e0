#include "opus_stream.h"

#include <stdexcept>
#include <string>

namespace foldback {
namespace {

/// @throws std::range_error naming what was asked for
int checked(int result, const std::string& what) {
  if (result < 0) throw std::range_error(what + ": " + opus_strerror(result));
  return result;
}

}  // namespace

OpusStream::OpusStream(int sampleRateHz, int bitsPerSecond) {
  int result = OPUS_OK;
  encoder_.reset(opus_encoder_create(sampleRateHz, 2, OPUS_APPLICATION_RESTRICTED_LOWDELAY, &result));
  checked(result, "sampleRateHz: Opus knows 8000, 12000, 16000, 24000 and 48000, got " +
                      std::to_string(sampleRateHz));
  if (bitsPerSecond < 6000 || bitsPerSecond > 510'000) {
    throw std::range_error("bitsPerSecond: expected 6000 to 510000, got " + std::to_string(bitsPerSecond));
  }
  checked(opus_encoder_ctl(encoder_.get(), OPUS_SET_BITRATE(bitsPerSecond)), "bitsPerSecond");
}

std::span<const uint8_t> OpusStream::encode(std::span<const float> frames) {
  if (frames.size() % 2 != 0) {
    throw std::range_error("frames: expected a left and a right sample each, got " +
                           std::to_string(frames.size()) + " samples");
  }
  static constexpr float kNothing = 0;  // Opus refuses no frames by itself, but wants a pointer even then
  const int count = static_cast<int>(frames.size() / 2);
  const int bytes = checked(
      opus_encode_float(encoder_.get(), frames.empty() ? &kNothing : frames.data(), count, packet_.data(),
                        static_cast<opus_int32>(packet_.size())),
      "frames: Opus takes 2.5, 5, 10, 20, 40 or 60 ms at a time, got " + std::to_string(count) + " frames");
  return {packet_.data(), static_cast<size_t>(bytes)};
}

}  // namespace foldback
