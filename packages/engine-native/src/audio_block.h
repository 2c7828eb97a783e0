// A block of audio: planar float samples as a device hands them over, owned by the device.
#pragma once

#include <chrono>
#include <optional>

namespace foldback {

/// Read-only planar samples: `channels[c][frame]`, `frames` samples each.
struct ConstBlock {
  const float* const* channels = nullptr;
  int channelCount = 0;
  int frames = 0;

  const float* operator[](int channel) const { return channels[channel]; }
};

/// Writable planar samples: `channels[c][frame]`, `frames` samples each.
struct Block {
  float* const* channels = nullptr;
  int channelCount = 0;
  int frames = 0;

  float* operator[](int channel) const { return channels[channel]; }
};

/// What the device knows of a block's way to the ears.
struct BlockTime {
  /// When its first frame leaves the interface; absent: no ear is there.
  std::optional<std::chrono::steady_clock::time_point> dac;
};

/// What the host API says went wrong around one block.
struct BlockFlags {
  bool inputUnderflow = false;
  bool inputOverflow = false;
  bool outputUnderflow = false;
  bool outputOverflow = false;
};

}  // namespace foldback
