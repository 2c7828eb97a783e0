// Which mix each output pair plays, changed without a click: the old one ramps out, then the new one in.
#pragma once

#include <cstdint>
#include <vector>

#include "audio_block.h"

namespace foldback {

/// Output pair p is the hardware outputs 2p and 2p + 1.
class Router {
 public:
  /// [control-thread] All memory is taken here.
  Router(int pairs, int lanes, int fadeFrames);

  /// [audio-thread] Takes the routes of a plan at the beginning of a block.
  void adopt(const std::vector<int>& routes) noexcept;

  /// [audio-thread] Before the lanes of a chunk: silences what will not be played.
  void beginChunk(Block out, int firstFrame, int frames) noexcept;

  /// [audio-thread] Plays one chunk of a lane on every pair that plays it.
  void play(int lane, const float* left, const float* right, Block out, int firstFrame, int frames) noexcept;

  /// [audio-thread] After the lanes of a chunk: moves the ramps on.
  void endChunk(int frames) noexcept;

  /// [audio-thread] True when some pair still plays the lane, however quietly.
  bool plays(int lane) const noexcept { return firstPair_[lane] != kNone; }

 private:
  static constexpr int kNone = -1;

  struct Pair {
    int lane = kNone;    // heard now
    int wanted = kNone;  // to be heard
    int faded = 0;       // 0 … fadeFrames_: how far the lane is in
    int next = kNone;    // next pair that plays the same lane
  };

  void tune(int pair, int lane) noexcept;

  const int fadeFrames_;
  std::vector<Pair> pairs_;
  std::vector<int> firstPair_;  // [lane]
};

}  // namespace foldback
