// The gains of three mixes as the audio thread holds them: those that stand still and those on a ramp.
#pragma once

#include <cstdint>
#include <vector>

#include "gain_plan.h"
#include "kernels.h"

namespace foldback {

/// Only channels that are heard, or still on their way to silence, have an entry; the rest cost nothing.
class GainTile {
 public:
  /// [control-thread] All memory is taken here.
  explicit GainTile(int inputs);

  /// [audio-thread] Takes the tile's part of a plan at the first frame of a chunk. `adopted` is the number
  /// of the plan taken before. Each changed gain ramps from where it is now.
  void adopt(const GainPlan& plan, int tile, uint64_t adopted) noexcept;

  /// [audio-thread] Mixes one chunk into rows [kTileRows][kRowStride] and moves the ramps on.
  void render(const Kernels& kernels, const float* inputs, const float* rampedInputs, int frames,
              float* rows) noexcept;

  /// [audio-thread] True when no channel is heard or moving in the lane.
  bool laneSilent(int laneInTile) const noexcept;

  /// [audio-thread] True when all rows would be zeros.
  bool empty() const noexcept { return fixedCount_ == 0 && movingCount_ == 0; }

  /// [audio-thread] Channels on a ramp, whose rampedInputs render() needs.
  int movingCount() const noexcept { return movingCount_; }
  uint32_t movingChannel(int entry) const noexcept { return movingChannels_[entry]; }

 private:
  static constexpr int32_t kAbsent = -1;

  void retarget(uint32_t channel, int row, float target, uint32_t rampFrames) noexcept;
  float targetOf(uint32_t channel, int row) const noexcept;
  int makeMoving(uint32_t channel) noexcept;
  void finishRampsAt(float frame) noexcept;
  void settle() noexcept;
  void dropMoving(int entry) noexcept;
  void findNextEnd() noexcept;

  /// Where a channel's gains are: kAbsent, a fixed entry e as 2e, or a moving entry e as 2e + 1.
  std::vector<int32_t> place_;

  int fixedCount_ = 0;
  std::vector<uint32_t> fixedChannels_;
  std::vector<float> fixedGains_;

  int movingCount_ = 0;
  std::vector<uint32_t> movingChannels_;
  std::vector<float> movingGains_;  // at the chunk's first frame
  std::vector<float> movingSteps_;  // per frame
  std::vector<float> movingTargets_;
  std::vector<float> movingRemaining_;  // frames from the chunk's first; 0: this gain stands still

  float nextEnd_ = 0;  // frames from the chunk's first to the nearest end of a ramp; infinity: none
};

}  // namespace foldback
