// The gains of three mixes as the audio thread holds them, and their ramps to the frame.
#include "gain_tile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace foldback {
namespace {

constexpr float kNever = std::numeric_limits<float>::infinity();

/// More rows than this do not stay in an L1 cache of 32 KiB beside a tile's gains and the sums of two.
constexpr size_t kInputsInL1 = 84;

}  // namespace

GainTile::GainTile(int inputs, const Entries& entries)
    : place_(inputs, kAbsent),
      entries_(entries),
      movingTargets_(static_cast<size_t>(inputs) * kTileRows),
      movingRemaining_(movingTargets_.size()),
      nextEnd_(kNever) {
  job_.prefetch = place_.size() > kInputsInL1;
  job_.offsets = entries_.offsets;
  job_.gains = entries_.gains;
  job_.steps = entries_.steps;
}

GainTiles::GainTiles(int tiles, int inputs)
    : offsets_(static_cast<size_t>(tiles) * inputs + kEntriesAhead),
      gains_(static_cast<size_t>(tiles) * inputs * kTileRows),
      steps_(gains_.size()) {
  tiles_.reserve(tiles);
  for (int tile = 0; tile < tiles; ++tile) {
    const size_t first = static_cast<size_t>(tile) * inputs;
    const size_t firstGain = first * kTileRows;
    tiles_.emplace_back(inputs, GainTile::Entries{offsets_.data() + first, gains_.data() + firstGain,
                                                  steps_.data() + firstGain});
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

void GainTile::renderMoving(const Kernels& kernels, int frames) noexcept {
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
  for (int entry = 0; entry < job_.count; ++entry) {
    const float* targets =
        moving(entry) ? &movingTargets_[entry * kTileRows] : &entries_.gains[entry * kTileRows];
    if (targets[left] != 0.0f || targets[right] != 0.0f) return false;
    if (!moving(entry)) continue;
    const float* remaining = &movingRemaining_[entry * kTileRows];
    if (remaining[left] > 0.0f || remaining[right] > 0.0f) return false;
  }
  return true;
}

float GainTile::targetOf(uint32_t channel, int row) const noexcept {
  const int32_t entry = place_[channel];
  if (entry == kAbsent) return 0.0f;
  const int at = entry * kTileRows + row;
  return moving(entry) ? movingTargets_[at] : entries_.gains[at];
}

/// Turns the channel's entry, or a new one, into a moving one; returns its index.
int GainTile::makeMoving(uint32_t channel) noexcept {
  int32_t& place = place_[channel];
  if (place == kAbsent) {
    place = job_.count++;
    entries_.offsets[place] = channel * kRowStride;
    std::fill_n(&entries_.gains[place * kTileRows], kTileRows, 0.0f);
  }
  if (moving(place)) return place;
  const int entry = job_.movingCount++;
  swapEntries(place, entry);
  const int at = entry * kTileRows;
  std::fill_n(&entries_.steps[at], kTileRows, 0.0f);
  std::fill_n(&movingRemaining_[at], kTileRows, 0.0f);
  std::copy_n(&entries_.gains[at], kTileRows, &movingTargets_[at]);
  return entry;
}

/// Makes two entries change places; what only moving entries have stays where it is.
void GainTile::swapEntries(int a, int b) noexcept {
  if (a == b) return;
  std::swap(entries_.offsets[a], entries_.offsets[b]);
  std::swap_ranges(&entries_.gains[a * kTileRows], &entries_.gains[(a + 1) * kTileRows],
                   &entries_.gains[b * kTileRows]);
  placeOf(a) = a;
  placeOf(b) = b;
}

/// Sets the clock to 0. Gains are taken back from their targets, so that no rounding error adds up.
void GainTile::startClockAgain() noexcept {
  if (job_.movingFrom == 0.0f) return;
  for (int at = 0; at < job_.movingCount * kTileRows; ++at) {
    movingRemaining_[at] = std::max(movingRemaining_[at] - job_.movingFrom, 0.0f);
    entries_.gains[at] = movingTargets_[at] - entries_.steps[at] * movingRemaining_[at];
  }
  job_.movingFrom = 0.0f;
}

void GainTile::retarget(uint32_t channel, int row, float target, uint32_t rampFrames) noexcept {
  const int at = makeMoving(channel) * kTileRows + row;
  const float now = entries_.gains[at];
  const float remaining = movingRemaining_[at];
  auto length = static_cast<float>(rampFrames);
  // Hearing first (M10): a rise that is under way is not cut short by a quicker one.
  const bool rising = remaining > 0.0f && std::fabs(movingTargets_[at]) > std::fabs(now);
  if (rising && std::fabs(target) > std::fabs(now)) length = std::max(length, remaining);

  movingTargets_[at] = target;
  if (length == 0.0f || target == now) {
    entries_.gains[at] = target;
    entries_.steps[at] = 0.0f;
    movingRemaining_[at] = 0.0f;
    return;
  }
  entries_.steps[at] = (target - now) / length;
  movingRemaining_[at] = length;
}

void GainTile::finishRampsAt(float clock) noexcept {
  for (int at = 0; at < job_.movingCount * kTileRows; ++at) {
    if (movingRemaining_[at] > clock) continue;
    entries_.gains[at] = movingTargets_[at];
    entries_.steps[at] = 0.0f;
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

/// The entry, whose gains have reached their targets, stands still from now on.
void GainTile::dropMoving(int entry) noexcept {
  const int last = --job_.movingCount;
  swapEntries(entry, last);
  for (float* values : {entries_.steps, movingTargets_.data(), movingRemaining_.data()}) {
    std::copy_n(&values[last * kTileRows], kTileRows, &values[entry * kTileRows]);
  }
  const float* gains = &entries_.gains[last * kTileRows];
  if (std::any_of(gains, gains + kTileRows, [](float gain) { return gain != 0.0f; })) return;
  swapEntries(last, job_.count - 1);
  placeOf(--job_.count) = kAbsent;
}

/// Looks through the ramps for the nearest end and for the rows that move.
void GainTile::findNextEnd() noexcept {
  nextEnd_ = kNever;
  std::array<bool, kTileLanes> laneMoves{};
  for (int at = 0; at < job_.movingCount * kTileRows; ++at) {
    if (movingRemaining_[at] == 0.0f) continue;
    nextEnd_ = std::min(nextEnd_, movingRemaining_[at]);
    laneMoves[at % kTileRows / 2] = true;
  }
  const auto first = std::find(laneMoves.begin(), laneMoves.end(), true);
  const auto last = std::find(laneMoves.rbegin(), laneMoves.rend(), true).base();
  job_.movingRow = 2 * static_cast<int>(first - laneMoves.begin());
  job_.movingRows = std::max(2 * static_cast<int>(last - first), 0);
}

}  // namespace foldback
