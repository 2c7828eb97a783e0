// A stereo mix as Opus packets, for those who listen on a phone. Not for the audio callback: a packet takes a
// hundred microseconds or more, and libopus takes memory as it likes.
#pragma once

#include <opus/opus.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace foldback {

/// One listener's stream: packets depend on those before, so each stream has an encoder of its own.
/// [one thread at a time, never the callback]
class OpusStream {
 public:
  /// RFC 6716 allows 1275 bytes for a frame; a packet of 60 ms holds three.
  static constexpr size_t kLongestPacket = 3 * 1275 + 7;

  /// @param sampleRateHz 8000, 12000, 16000, 24000 or 48000
  /// @param bitsPerSecond 6000 to 510,000
  /// @throws std::range_error
  OpusStream(int sampleRateHz, int bitsPerSecond);

  /// @param frames L, R, L, R, … of 2.5, 5, 10, 20, 40 or 60 ms
  /// @return the packet; valid until the next call
  /// @throws std::range_error and the stream goes on as if nothing had been asked
  std::span<const uint8_t> encode(std::span<const float> frames);

 private:
  struct Destroy {
    void operator()(OpusEncoder* encoder) const noexcept { opus_encoder_destroy(encoder); }
  };

  std::unique_ptr<OpusEncoder, Destroy> encoder_;
  std::array<uint8_t, kLongestPacket> packet_{};
};

}  // namespace foldback
