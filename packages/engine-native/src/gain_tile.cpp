// The gains of three mixes as the audio thread holds them, and their ramps to the frame.
#include "gain_tile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace foldback {
namespace {

constexpr float kNever = std::numeric_limits<float>::infinity();

/// More rows than this do not stay in an L1 cache of 32 KiB beside a tile's gains and sums.
constexpr size_t kInputsInL1 = 88;

}  // namespace

GainTile::GainTile(int inputs, const Entries& entries)
    : place_(inputs, kAbsent),
      entries_(entries),
      movingTargets_(static_cast<size_t>(inputs) * kTileRows),
      movingRemaining_(movingTargets_.size()),
      nextEnd_(kNever) {
  job_.prefetch = place_.size() > kInputsInL1;
  job_.fixedChannels = entries_.fixedChannels;
  job_.fixedGains = entries_.fixedGains;
  job_.movingChannels = entries_.movingChannels;
  job_.movingGains = entries_.movingGains;
  job_.movingSteps = entries_.movingSteps;
}

GainTiles::GainTiles(int tiles, int inputs)
    : fixedChannels_(static_cast<size_t>(tiles) * inputs + kEntriesAhead),
      fixedGains_(static_cast<size_t>(tiles) * inputs * kTileRows),
      movingChannels_(fixedChannels_.size()),
      movingGains_(fixedGains_.size()),
      movingSteps_(fixedGains_.size()) {
  tiles_.reserve(tiles);
  for (int tile = 0; tile < tiles; ++tile) {
    const size_t first = static_cast<size_t>(tile) * inputs;
    const size_t firstGain = first * kTileRows;
    tiles_.emplace_back(inputs,
                        GainTile::Entries{fixedChannels_.data() + first, fixedGains_.data() + firstGain,
                                          movingChannels_.data() + first, movingGains_.data() + firstGain,
                                          movingSteps_.data() + firstGain});
  }
}

void GainTile::adopt(const GainPlan& plan, int tile, uint64_t adopted) noexcept {
  const size_t channels = place_.size();
  const size_t first = static_cast<size_t>(tile) * channels;
  const uint32_t* changedAt = plan.changedAt.data() + first;
  bool changed = false;
  for (uint32_t channel = 0; channel < channels; ++channel) {
    if (!changedSince(changedAt[channel], adopted)) continue;
    const float* targets = &plan.targets[(first + channel) * kTileRows];
    const uint32_t* rampFrames = &plan.rampFrames[(first + channel) * kTileRows];
    for (int row = 0; row < kTileRows; ++row) {
      if (targets[row] == targetOf(channel, row)) continue;
      if (!changed) startClockAgain();
      retarget(channel, row, targets[row], rampFrames[row]);
      changed = true;
    }
  }
  if (changed) settle();
}

void GainTile::render(const Kernels& kernels, const float* inputs, int lanes, int frames,
                      float* rows) noexcept {
  job_.inputs = inputs;
  job_.rowCount = 2 * lanes;
  job_.rows = rows;
  if (job_.movingCount == 0) {
    kernels.mixTile(job_, 0, frames);
    return;
  }
  const float clock = job_.movingFrom;
  const float chunkEnd = clock + static_cast<float>(frames);
  int begin = 0;
  while (begin < frames) {
    const float upTo = std::min(nextEnd_, chunkEnd);
    const int end = static_cast<int>(upTo - clock);
    kernels.mixTile(job_, begin, end);
    begin = end;
    if (nextEnd_ == upTo) finishRampsAt(upTo);
  }
  job_.movingFrom = job_.movingCount == 0 ? 0.0f : chunkEnd;
}

bool GainTile::laneSilent(int laneInTile) const noexcept {
  const int left = 2 * laneInTile;
  const int right = left + 1;
  for (int entry = 0; entry < job_.fixedCount; ++entry) {
    const float* gains = &entries_.fixedGains[entry * kTileRows];
    if (gains[left] != 0.0f || gains[right] != 0.0f) return false;
  }
  for (int entry = 0; entry < job_.movingCount; ++entry) {
    const float* targets = &movingTargets_[entry * kTileRows];
    const float* remaining = &movingRemaining_[entry * kTileRows];
    if (targets[left] != 0.0f || targets[right] != 0.0f) return false;
    if (remaining[left] > 0.0f || remaining[right] > 0.0f) return false;
  }
  return true;
}

float GainTile::targetOf(uint32_t channel, int row) const noexcept {
  const int32_t place = place_[channel];
  if (place == kAbsent) return 0.0f;
  const int at = (place >> 1) * kTileRows + row;
  return (place & 1) != 0 ? movingTargets_[at] : entries_.fixedGains[at];
}

/// Turns the channel's entry, or a new one, into a moving one; returns its index.
int GainTile::makeMoving(uint32_t channel) noexcept {
  const int32_t place = place_[channel];
  if (place != kAbsent && (place & 1) != 0) return place >> 1;

  const int entry = job_.movingCount++;
  const int at = entry * kTileRows;
  entries_.movingChannels[entry] = channel;
  std::fill_n(&entries_.movingSteps[at], kTileRows, 0.0f);
  std::fill_n(&movingRemaining_[at], kTileRows, 0.0f);
  if (place == kAbsent) {
    std::fill_n(&entries_.movingGains[at], kTileRows, 0.0f);
    std::fill_n(&movingTargets_[at], kTileRows, 0.0f);
  } else {
    const int fixed = place >> 1;
    std::copy_n(&entries_.fixedGains[fixed * kTileRows], kTileRows, &entries_.movingGains[at]);
    std::copy_n(&entries_.fixedGains[fixed * kTileRows], kTileRows, &movingTargets_[at]);
    const int last = --job_.fixedCount;
    entries_.fixedChannels[fixed] = entries_.fixedChannels[last];
    std::copy_n(&entries_.fixedGains[last * kTileRows], kTileRows, &entries_.fixedGains[fixed * kTileRows]);
    place_[entries_.fixedChannels[fixed]] = 2 * fixed;
  }
  place_[channel] = 2 * entry + 1;
  return entry;
}

/// Sets the clock to 0. Gains are taken back from their targets, so that no rounding error adds up.
void GainTile::startClockAgain() noexcept {
  if (job_.movingFrom == 0.0f) return;
  for (int at = 0; at < job_.movingCount * kTileRows; ++at) {
    movingRemaining_[at] = std::max(movingRemaining_[at] - job_.movingFrom, 0.0f);
    entries_.movingGains[at] = movingTargets_[at] - entries_.movingSteps[at] * movingRemaining_[at];
  }
  job_.movingFrom = 0.0f;
}

void GainTile::retarget(uint32_t channel, int row, float target, uint32_t rampFrames) noexcept {
  const int at = makeMoving(channel) * kTileRows + row;
  const float now = entries_.movingGains[at];
  const float remaining = movingRemaining_[at];
  auto length = static_cast<float>(rampFrames);
  // Hearing first (M10): a rise that is under way is not cut short by a quicker one.
  const bool rising = remaining > 0.0f && std::fabs(movingTargets_[at]) > std::fabs(now);
  if (rising && std::fabs(target) > std::fabs(now)) length = std::max(length, remaining);

  movingTargets_[at] = target;
  if (length == 0.0f || target == now) {
    entries_.movingGains[at] = target;
    entries_.movingSteps[at] = 0.0f;
    movingRemaining_[at] = 0.0f;
    return;
  }
  entries_.movingSteps[at] = (target - now) / length;
  movingRemaining_[at] = length;
}

void GainTile::finishRampsAt(float clock) noexcept {
  for (int at = 0; at < job_.movingCount * kTileRows; ++at) {
    if (movingRemaining_[at] > clock) continue;
    entries_.movingGains[at] = movingTargets_[at];
    entries_.movingSteps[at] = 0.0f;
    movingRemaining_[at] = 0.0f;
  }
  settle();
}

/// Moving entries in which nothing moves become fixed ones, or vanish when they are silent.
void GainTile::settle() noexcept {
  for (int entry = job_.movingCount - 1; entry >= 0; --entry) {
    const float* remaining = &movingRemaining_[entry * kTileRows];
    if (std::all_of(remaining, remaining + kTileRows, [](float frames) { return frames == 0.0f; })) {
      dropMoving(entry);
    }
  }
  findNextEnd();
}

void GainTile::dropMoving(int entry) noexcept {
  const uint32_t channel = entries_.movingChannels[entry];
  const float* targets = &movingTargets_[entry * kTileRows];
  if (std::all_of(targets, targets + kTileRows, [](float gain) { return gain == 0.0f; })) {
    place_[channel] = kAbsent;
  } else {
    const int fixed = job_.fixedCount++;
    entries_.fixedChannels[fixed] = channel;
    std::copy_n(targets, kTileRows, &entries_.fixedGains[fixed * kTileRows]);
    place_[channel] = 2 * fixed;
  }
  const int last = --job_.movingCount;
  if (entry == last) return;
  entries_.movingChannels[entry] = entries_.movingChannels[last];
  for (float* values :
       {entries_.movingGains, entries_.movingSteps, movingTargets_.data(), movingRemaining_.data()}) {
    std::copy_n(&values[last * kTileRows], kTileRows, &values[entry * kTileRows]);
  }
  place_[entries_.movingChannels[entry]] = 2 * entry + 1;
}

void GainTile::findNextEnd() noexcept {
  nextEnd_ = kNever;
  for (int at = 0; at < job_.movingCount * kTileRows; ++at) {
    if (movingRemaining_[at] > 0.0f) nextEnd_ = std::min(nextEnd_, movingRemaining_[at]);
  }
}

}  // namespace foldback
