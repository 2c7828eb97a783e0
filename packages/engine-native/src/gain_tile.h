// The gains of three mixes as the audio thread holds them: those that stand still and those on a ramp.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "gain_plan.h"
#include "kernels.h"

namespace foldback {

/// Only channels that are heard, or still on their way to silence, have an entry; the rest cost nothing.
class GainTile {
 public:
  /// What the kernel reads, one entry per input and kEntriesAhead channels more, inside the vectors of the
  /// GainTiles that holds the tile: they outlive it, and never grow.
  struct Entries {
    uint32_t* offsets;  ///< [entry] where the channel begins; those that move come first.
    float* gains;       ///< [entry][kTileRows]; of one that moves, when the clock was at 0.
    float* steps;       ///< [moving entry][kTileRows], per frame.
  };

  /// [control-thread] All other memory is taken here.
  GainTile(int inputs, const Entries& entries);
  GainTile(GainTile&&) noexcept = default;  // into its place when GainTiles is made; there are no copies

  /// [audio-thread] Takes the tile's part of a plan at the first frame of a chunk. `adopted` is the number
  /// of the plan taken before. Each changed gain ramps from where it is now.
  void adopt(const Kernels& kernels, const GainPlan& plan, int tile, uint64_t adopted) noexcept;

  /// [audio-thread] Mixes one chunk into the first `lanes` lanes of rows [kTileRows][kRowStride] and moves
  /// the ramps on.
  void render(const Kernels& kernels, const float* inputs, int lanes, int frames, float* rows) noexcept {
    job_.inputs = inputs;
    job_.rowCount = 2 * lanes;
    job_.rows = rows;
    if (job_.movingCount > 0) return renderMoving(kernels, frames);
    kernels.mixTile(job_, 0, frames);
  }

  /// [audio-thread] True when no channel is heard or moving in the lane.
  bool laneSilent(int laneInTile) const noexcept;

  /// [audio-thread] True when all rows would be zeros.
  bool empty() const noexcept { return job_.count == 0; }

 private:
  static constexpr int32_t kAbsent = -1;

  int32_t& placeOf(int entry) noexcept { return place_[entries_.offsets[entry] / kRowStride]; }
  bool moving(int entry) const noexcept { return entry < job_.movingCount; }
  void renderMoving(const Kernels& kernels, int frames) noexcept;
  void startClockAgain() noexcept;
  const float* targetsOf(uint32_t channel) const noexcept;
  int makeMoving(uint32_t channel) noexcept;
  void finishRampsAt(int32_t clock) noexcept;
  void finishEntryAt(int entry, int32_t clock) noexcept;
  void lookAtRamps(int entry) noexcept;
  void dropStill() noexcept;
  void dropMoving(int entry) noexcept;
  void findNextEndAndRows() noexcept;
  void swapEntries(int a, int b) noexcept;

  std::vector<int32_t> place_;  // [channel] its entry, or kAbsent

  /// What the kernel reads, kept as it is from chunk to chunk: a job built anew for each would go through
  /// vector registers, behind the multiply-adds of the tile before. Its counts and its clock are the tile's
  /// own.
  TileJob job_;

  Entries entries_;
  std::vector<float> movingTargets_;    // [moving entry][kTileRows]
  std::vector<float> movingRemaining_;  // the same; frames from 0 on the clock; 0: this gain stands still
  std::vector<int32_t> entryEnds_;      // [moving entry] the clock at the nearest end of its ramps, or kNoEnd
  std::vector<uint8_t> entryRows_;      // [moving entry] bit by bit which rows are on a ramp

  // The clock of the ramps, job_.movingFrom, starts when one begins, and again when another does; between,
  // ramps need no work.
  int32_t nextEnd_ = 0;  // the clock at the nearest end of a ramp, or kNoEnd
};

/// All tiles of a mixer. What every block reads lies in the order in which it is read.
class GainTiles {
 public:
  /// [control-thread] All memory is taken here.
  GainTiles(int tiles, int inputs);
  GainTiles(const GainTiles&) = delete;  // the tiles point into the vectors
  GainTiles& operator=(const GainTiles&) = delete;

  GainTile& operator[](int tile) { return tiles_[tile]; }

 private:
  std::vector<uint32_t> offsets_;  // [tile][entry]
  std::vector<float> gains_;       // [tile][entry][kTileRows]
  std::vector<float> steps_;       // [tile][entry][kTileRows]
  std::vector<GainTile> tiles_;
};

}  // namespace foldback
