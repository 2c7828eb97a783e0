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
  /// One entry per input of what the kernel reads, which others own, and kEntriesAhead channels more.
  struct Entries {
    uint32_t* fixedChannels;   ///< [entry]
    float* fixedGains;         ///< [entry][kTileRows]
    uint32_t* movingChannels;  ///< [entry]
    float* movingGains;        ///< [entry][kTileRows], when the clock was at 0.
    float* movingSteps;        ///< [entry][kTileRows], per frame.
  };

  /// [control-thread] All other memory is taken here.
  GainTile(int inputs, const Entries& entries);
  GainTile(GainTile&&) noexcept = default;  // not to be copied: the job points into the tile

  /// [audio-thread] Takes the tile's part of a plan at the first frame of a chunk. `adopted` is the number
  /// of the plan taken before. Each changed gain ramps from where it is now.
  void adopt(const GainPlan& plan, int tile, uint64_t adopted) noexcept;

  /// [audio-thread] Mixes one chunk into the first `lanes` lanes of rows [kTileRows][kRowStride] and moves
  /// the ramps on.
  void render(const Kernels& kernels, const float* inputs, int lanes, int frames, float* rows) noexcept;

  /// [audio-thread] True when no channel is heard or moving in the lane.
  bool laneSilent(int laneInTile) const noexcept;

  /// [audio-thread] True when all rows would be zeros.
  bool empty() const noexcept { return job_.fixedCount == 0 && job_.movingCount == 0; }

 private:
  static constexpr int32_t kAbsent = -1;

  void startClockAgain() noexcept;
  void retarget(uint32_t channel, int row, float target, uint32_t rampFrames) noexcept;
  float targetOf(uint32_t channel, int row) const noexcept;
  int makeMoving(uint32_t channel) noexcept;
  void finishRampsAt(float clock) noexcept;
  void settle() noexcept;
  void dropMoving(int entry) noexcept;
  void findNextEnd() noexcept;

  /// Where a channel's gains are: kAbsent, a fixed entry e as 2e, or a moving entry e as 2e + 1.
  std::vector<int32_t> place_;

  /// What the kernel reads, kept as it is from chunk to chunk: a job built anew for each would go through
  /// vector registers, behind the multiply-adds of the tile before. Its counts and its clock are the tile's
  /// own.
  TileJob job_;

  Entries entries_;
  std::vector<float> movingTargets_;    // [entry][kTileRows]
  std::vector<float> movingRemaining_;  // the same; frames from 0 on the clock; 0: this gain stands still

  // The clock of the ramps, job_.movingFrom, starts when one begins, and again when another does; between,
  // ramps need no work.
  float nextEnd_ = 0;  // the clock at the nearest end of a ramp; infinity: none
};

/// All tiles of a mixer. What every block reads lies in the order in which it is read.
class GainTiles {
 public:
  /// [control-thread] All memory is taken here.
  GainTiles(int tiles, int inputs);

  GainTile& operator[](int tile) { return tiles_[tile]; }

 private:
  std::vector<uint32_t> fixedChannels_;   // [tile][entry]
  std::vector<float> fixedGains_;         // [tile][entry][kTileRows]
  std::vector<uint32_t> movingChannels_;  // [tile][entry]
  std::vector<float> movingGains_;        // [tile][entry][kTileRows]
  std::vector<float> movingSteps_;        // [tile][entry][kTileRows]
  std::vector<GainTile> tiles_;
};

}  // namespace foldback
