// Which mix each output pair plays: one lane at a time, a linear ramp out and a linear ramp in.
#include "router.h"

#include <algorithm>

namespace foldback {

Router::Router(int pairs, int lanes, int fadeFrames)
    : fadeFrames_(fadeFrames), pairs_(pairs), firstPair_(lanes, kNone) {}

void Router::tune(int pair, int lane) noexcept {
  Pair& tuned = pairs_[pair];
  if (tuned.lane != kNone) {
    int* link = &firstPair_[tuned.lane];
    while (*link != pair) link = &pairs_[*link].next;
    *link = tuned.next;
  }
  tuned.lane = lane;
  tuned.faded = 0;
  if (lane == kNone) return;
  tuned.next = firstPair_[lane];
  firstPair_[lane] = pair;
}

void Router::adopt(const std::vector<int>& routes) noexcept {
  for (int pair = 0; pair < static_cast<int>(pairs_.size()); ++pair) {
    pairs_[pair].wanted = routes[pair];
    if (pairs_[pair].lane == kNone && routes[pair] != kNone) tune(pair, routes[pair]);
  }
}

void Router::beginChunk(Block out, int firstFrame, int frames) noexcept {
  for (int pair = 0; pair < static_cast<int>(pairs_.size()); ++pair) {
    if (pairs_[pair].lane != kNone) continue;
    std::fill_n(out[2 * pair] + firstFrame, frames, 0.0f);
    std::fill_n(out[2 * pair + 1] + firstFrame, frames, 0.0f);
  }
  if (out.channelCount % 2 != 0) std::fill_n(out[out.channelCount - 1] + firstFrame, frames, 0.0f);
}

void Router::play(int lane, const float* left, const float* right, Block out, int firstFrame,
                  int frames) noexcept {
  for (int pair = firstPair_[lane]; pair != kNone; pair = pairs_[pair].next) {
    const Pair& tuned = pairs_[pair];
    float* outLeft = out[2 * pair] + firstFrame;
    float* outRight = out[2 * pair + 1] + firstFrame;
    const int direction = tuned.wanted == lane ? 1 : -1;
    if (direction > 0 && tuned.faded == fadeFrames_) {
      std::copy_n(left, frames, outLeft);
      std::copy_n(right, frames, outRight);
      continue;
    }
    for (int frame = 0; frame < frames; ++frame) {
      const int faded = std::clamp(tuned.faded + direction * frame, 0, fadeFrames_);
      const float gain = static_cast<float>(faded) / static_cast<float>(fadeFrames_);
      outLeft[frame] = left[frame] * gain;
      outRight[frame] = right[frame] * gain;
    }
  }
}

void Router::endChunk(int frames) noexcept {
  for (int pair = 0; pair < static_cast<int>(pairs_.size()); ++pair) {
    Pair& tuned = pairs_[pair];
    if (tuned.lane == tuned.wanted) {
      tuned.faded = std::min(tuned.faded + frames, fadeFrames_);
      continue;
    }
    tuned.faded -= frames;
    if (tuned.faded <= 0) tune(pair, tuned.wanted);
  }
}

}  // namespace foldback
