// What the audio thread shall reach, and how a change gets there without copying what did not change.
#include "gain_plan.h"

#include <algorithm>
#include <cmath>

#include "kernels.h"

namespace foldback {

int MixerShape::tiles() const { return lanes / kTileLanes; }

int rankOf(int lane) {
  constexpr std::array kRanks = {0, 1, 4, 2, 3, 5};  // [lane of two tiles]
  static_assert(kRanks.size() == 2 * kTileLanes);
  const int inPair = lane % static_cast<int>(kRanks.size());
  return lane - inPair + kRanks[inPair];
}

GainPlan::GainPlan(const MixerShape& shape)
    : targets(static_cast<size_t>(shape.tiles()) * shape.inputs * kTileRows, 0.0f),
      rampFrames(targets.size(), 0),
      changedAt(static_cast<size_t>(shape.tiles()) * shape.inputs, 0),
      tileChangedAt(shape.tiles(), 0),
      lanes(shape.lanes),
      routes(shape.pairs(), kNoLane) {}

PlanWriter::PlanWriter(const MixerShape& shape)
    : inputs_(shape.inputs), master_(shape), pending_(master_.targets.size()), mailbox_(master_) {
  for (int slot = 0; slot < 3; ++slot) {
    missedTiles_[slot].reserve(shape.tiles());
    missedTileSet_[slot].assign(shape.tiles(), 0);
  }
}

void PlanWriter::touchTile(int tile) {
  master_.tileChangedAt[tile] = static_cast<uint32_t>(nextSequence());
  for (int slot = 0; slot < 3; ++slot) {
    if (missedTileSet_[slot][tile] != 0) continue;
    missedTileSet_[slot][tile] = 1;
    missedTiles_[slot].push_back(tile);
  }
}

void PlanWriter::setGain(int lane, int channel, int side, float target, uint32_t rampFrames,
                         uint64_t adopted) {
  const int tile = lane / kTileLanes;
  const size_t row = static_cast<size_t>(tile) * inputs_ + channel;
  const size_t at = row * kTileRows + 2 * (lane % kTileLanes) + side;
  const float before = master_.targets[at];
  if (before == target) return;

  Pending& pending = pending_[at];
  const bool unseen = changedSince(pending.changedAt, adopted);
  if (!unseen) pending.base = before;
  // The audio thread may never see the target before this one. If that was a rise, and this still is one,
  // the slower of the two ramps holds, as it would have if both had been seen (M10, hearing first).
  const bool wasRise = unseen && std::fabs(before) > std::fabs(pending.base);
  if (wasRise && std::fabs(target) > std::fabs(pending.base)) {
    rampFrames = std::max(rampFrames, master_.rampFrames[at]);
  }
  const auto sequence = static_cast<uint32_t>(nextSequence());
  pending.changedAt = sequence;
  master_.targets[at] = target;
  master_.rampFrames[at] = rampFrames;
  master_.changedAt[row] = sequence;
  touchTile(tile);
}

void PlanWriter::silenceLane(int lane, uint32_t rampFrames, uint64_t adopted) {
  for (int channel = 0; channel < inputs_; ++channel) {
    setGain(lane, channel, 0, 0.0f, rampFrames, adopted);
    setGain(lane, channel, 1, 0.0f, rampFrames, adopted);
  }
}

void PlanWriter::setLane(int lane, LaneState state) {
  master_.lanes[lane] = state;
  touchTile(lane / kTileLanes);
}

void PlanWriter::publish() {
  ++master_.sequence;
  GainPlan& slot = mailbox_.back();
  const int index = mailbox_.backIndex();
  for (const int tile : missedTiles_[index]) {
    missedTileSet_[index][tile] = 0;
    const size_t first = static_cast<size_t>(tile) * inputs_;
    const size_t count = inputs_;
    std::copy_n(&master_.targets[first * kTileRows], count * kTileRows, &slot.targets[first * kTileRows]);
    std::copy_n(&master_.rampFrames[first * kTileRows], count * kTileRows,
                &slot.rampFrames[first * kTileRows]);
    std::copy_n(&master_.changedAt[first], count, &slot.changedAt[first]);
    std::copy_n(&master_.lanes[tile * kTileLanes], kTileLanes, &slot.lanes[tile * kTileLanes]);
    slot.tileChangedAt[tile] = master_.tileChangedAt[tile];
  }
  missedTiles_[index].clear();
  slot.sequence = master_.sequence;
  slot.tilesInUse = master_.tilesInUse;
  slot.routes = master_.routes;  // same size: no allocation
  slot.taps = master_.taps;
  mailbox_.publish();
}

}  // namespace foldback
