#include "wav_player.h"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace foldback {
namespace {

/// What a disk may take to wake up, or a busy machine to read.
constexpr double kAheadSeconds = 2.0;
constexpr size_t kChunkFrames = 4096;
constexpr std::chrono::milliseconds kLookEvery{20};

/// Also of a device so slow that it needs no more in that time: room for its longest block and for what is
/// read at once.
size_t framesAhead(double sampleRateHz) {
  return std::max(static_cast<size_t>(kAheadSeconds * sampleRateHz),
                  static_cast<size_t>(WavPlayer::kLongestBlock) + kChunkFrames);
}

}  // namespace

WavPlayer::WavPlayer(const WavTracksRequest& request, double sampleRateHz)
    : tracks_(request, sampleRateHz),
      ring_(tracks_.channels(), framesAhead(sampleRateHz)),
      chunk_(tracks_.channels(), kChunkFrames),
      block_(tracks_.channels(), kLongestBlock) {
  readAhead();
  thread_.emplace(kLookEvery, [this] { return readAhead(); });
}

bool WavPlayer::readAhead() {
  while (ring_.free() >= kChunkFrames) {
    tracks_.read(chunk_.pointers(), kChunkFrames);
    ring_.write(chunk_.pointers(), kChunkFrames);
  }
  return true;
}

ConstBlock WavPlayer::next(int frames, BlockFlags& flags) noexcept {
  const auto wanted = static_cast<size_t>(frames);
  const size_t there = std::min(wanted, ring_.available());
  ring_.read(block_.pointers(), there);
  if (there < wanted) {
    flags.inputUnderflow = true;
    for (int channel = 0; channel < channels(); ++channel) {
      std::fill(block_[channel] + there, block_[channel] + wanted, 0.0f);
    }
  }
  return {block_.pointers(), channels(), frames};
}

void WavPlayer::await(int frames) const {
  if (frames > kLongestBlock) {
    throw std::range_error("frames: up to " + std::to_string(kLongestBlock) + " with WAV tracks, got " +
                           std::to_string(frames));
  }
  while (ring_.available() < static_cast<size_t>(frames))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace foldback
