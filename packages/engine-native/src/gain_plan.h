// What the audio thread shall reach: every coefficient's target, routes, taps; complete in every copy.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "triple_buffer.h"

namespace foldback {

class Tap;

inline constexpr int kMaxTaps = 64;
inline constexpr int kNoLane = -1;

/// Sizes that are fixed when the engine opens.
struct MixerShape {
  int inputs = 0;
  int outputs = 0;
  int lanes = 0;  ///< A multiple of kTileLanes.
  double sampleRateHz = 0;

  int tiles() const;
  int pairs() const { return outputs / 2; }
};

/// The place of a lane in the order in which lanes are given to mixes: two tiles get two mixes each before
/// either gets a third. What one mix hears is computed for every mix of its tile, and one mix alone has too
/// few sums to keep the multipliers busy.
int rankOf(int lane);

/// What a lane is to the audio thread.
struct LaneState {
  uint32_t tenancy = 0;  ///< Grows with every mix that gets the lane; a new one starts with a clean limiter.
  bool playing = false;  ///< Measured and played.
  bool leaving = false;  ///< To be reported when it has become silent and nothing reads it.
};

/// Where a tap's frames go.
struct TapTarget {
  Tap* tap = nullptr;
  int lane = kNoLane;  ///< kNoLane: silence, so that a listener's stream goes on.
};

/// One complete published plan. Coefficients lie in tiles, [tile][channel][kTileRows]: rows 2k and 2k + 1
/// are left and right of the tile's k-th lane.
struct GainPlan {
  explicit GainPlan(const MixerShape& shape);

  uint64_t sequence = 0;                ///< Counts publishes.
  int tilesInUse = 0;                   ///< Tiles from here on hold no lane.
  std::vector<float> targets;           ///< Linear gain to reach.
  std::vector<uint32_t> rampFrames;     ///< Length of the ramp to it.
  std::vector<uint32_t> changedAt;      ///< [tile][channel] sequence (low 32 bits) of the last change.
  std::vector<uint32_t> tileChangedAt;  ///< [tile] the same for the tile, lanes included.
  std::vector<LaneState> lanes;
  std::vector<int> routes;  ///< [pair] lane, or kNoLane.
  std::array<TapTarget, kMaxTaps> taps{};
};

/// True when a change marked `changedAt` is not contained in plan number `adopted`. Both are low halves of
/// counters: a false alarm after 2^31 publishes costs one comparison of values.
inline bool changedSince(uint32_t changedAt, uint64_t adopted) {
  return static_cast<int32_t>(changedAt - static_cast<uint32_t>(adopted)) > 0;
}

/// The control side's own plan and its way into the mailbox. Changes cost what they change: only tiles that
/// a slot of the mailbox has missed are copied into it.
class PlanWriter {
 public:
  /// [control-thread] All memory is taken here.
  explicit PlanWriter(const MixerShape& shape);

  /// [control-thread] Sets one coefficient; `side` is 0 for left, 1 for right. `adopted` is the number of
  /// the last plan the audio thread has taken.
  void setGain(int lane, int channel, int side, float target, uint32_t rampFrames, uint64_t adopted);

  /// [control-thread] Ramps everything the lane plays to zero.
  void silenceLane(int lane, uint32_t rampFrames, uint64_t adopted);

  void setLane(int lane, LaneState state);
  void setTilesInUse(int tiles) { master_.tilesInUse = tiles; }
  void setRoute(int pair, int lane) { master_.routes[pair] = lane; }
  void setTap(int slot, TapTarget target) { master_.taps[slot] = target; }

  const LaneState& lane(int lane) const { return master_.lanes[lane]; }
  const GainPlan& master() const { return master_; }

  /// [control-thread] Number the next publish will have.
  uint64_t nextSequence() const { return master_.sequence + 1; }

  /// [control-thread] Makes everything set so far the newest plan.
  void publish();

  /// [audio-thread] The reader's end is takeNewest().
  TripleBuffer<GainPlan>& mailbox() { return mailbox_; }

 private:
  /// What the audio thread had, or is on its way to, before changes it has not taken yet.
  struct Pending {
    float base = 0;
    uint32_t changedAt = 0;
  };

  void touchTile(int tile);

  const int inputs_;
  GainPlan master_;
  std::vector<Pending> pending_;  // [tile][channel][kTileRows]
  TripleBuffer<GainPlan> mailbox_;
  std::array<std::vector<int>, 3> missedTiles_;        // per slot of the mailbox
  std::array<std::vector<uint8_t>, 3> missedTileSet_;  // the same as flags
};

}  // namespace foldback
