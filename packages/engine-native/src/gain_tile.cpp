// The gains of three mixes as the audio thread holds them, and their ramps to the frame.
#include "gain_tile.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <array>
#include <utility>

namespace foldback {
namespace {

/// Ends are looked through in groups of so many, most of which have nothing to finish.
constexpr int kGroup = 16;

/// More rows than this do not stay in an L1 cache of 32 KiB beside a tile's gains and the sums of two.
constexpr size_t kInputsInL1 = 84;

/// Asks for what is to be read a chunk's multiplications later.
template <typename T>
void prefetchAll(const T* values, int count) {
  constexpr int kPerLine = static_cast<int>(64 / sizeof(T));
  for (int at = 0; at < count; at += kPerLine) hwy::Prefetch(values + at);
}

/// Without branches, for the compiler makes vectors of it.
bool anyUpTo(const int32_t* ends, int count, int32_t clock) {
  int reached = 0;
  for (int i = 0; i < count; ++i) reached |= ends[i] <= clock ? 1 : 0;
  return reached != 0;
}

}  // namespace

GainTile::GainTile(int inputs, const Entries& entries)
    : place_(inputs, kAbsent),
      entries_(entries),
      movingTargets_(static_cast<size_t>(inputs) * kTileRows),
      movingRemaining_(movingTargets_.size()),
      entryEnds_(inputs, kNoEnd),
      entryRows_(inputs, 0),
      nextEnd_(kNoEnd) {
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

void GainTile::adopt(const Kernels& kernels, const GainPlan& plan, int tile, uint64_t adopted) noexcept {
  const size_t channels = place_.size();
  const size_t first = static_cast<size_t>(tile) * channels;
  const uint32_t* changedAt = plan.changedAt.data() + first;
  bool changed = false;
  for (uint32_t channel = 0; channel < channels; ++channel) {
    if (!changedSince(changedAt[channel], adopted)) continue;
    const float* targets = &plan.targets[(first + channel) * kTileRows];
    if (std::equal(targets, targets + kTileRows, targetsOf(channel))) continue;
    if (!changed) startClockAgain();
    const bool still = place_[channel] == kAbsent || !moving(place_[channel]);
    const int entry = makeMoving(channel);
    const int at = entry * kTileRows;
    const RampsLeft left = kernels.retarget(
        {still, &entries_.gains[at], &entries_.steps[at], &movingTargets_[at], &movingRemaining_[at]},
        targets, &plan.rampFrames[(first + channel) * kTileRows]);
    entryEnds_[entry] = left.nearestEnd;
    entryRows_[entry] = left.rows;
    changed = true;
  }
  if (!changed) return;
  dropStill();
  findNextEndAndRows();
}

void GainTile::renderMoving(const Kernels& kernels, int frames) noexcept {
  const auto clock = static_cast<int32_t>(job_.movingFrom);
  const int32_t chunkEnd = clock + frames;
  if (nextEnd_ <= chunkEnd) {
    prefetchAll(entryEnds_.data(), job_.movingCount);
    prefetchAll(entryRows_.data(), job_.movingCount);
  }
  int begin = 0;
  while (begin < frames) {
    const int32_t upTo = std::min(nextEnd_, chunkEnd);
    const int end = upTo - clock;
    kernels.mixTile(job_, begin, end);
    begin = end;
    if (nextEnd_ == upTo) finishRampsAt(upTo);
  }
  job_.movingFrom = job_.movingCount == 0 ? 0.0f : static_cast<float>(chunkEnd);
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

const float* GainTile::targetsOf(uint32_t channel) const noexcept {
  static constexpr std::array<float, kTileRows> kSilence{};
  const int32_t entry = place_[channel];
  if (entry == kAbsent) return kSilence.data();
  return moving(entry) ? &movingTargets_[entry * kTileRows] : &entries_.gains[entry * kTileRows];
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
  float* const __restrict gains = entries_.gains;
  const float* const __restrict steps = entries_.steps;
  const float* const __restrict targets = movingTargets_.data();
  float* const __restrict remaining = movingRemaining_.data();
  for (int at = 0; at < job_.movingCount * kTileRows; ++at) {
    remaining[at] = std::max(remaining[at] - job_.movingFrom, 0.0f);
    gains[at] = targets[at] - steps[at] * remaining[at];
  }
  const auto clock = static_cast<int32_t>(job_.movingFrom);
  for (int entry = 0; entry < job_.movingCount; ++entry) entryEnds_[entry] -= clock;
  job_.movingFrom = 0.0f;
}

/// Finds the entry's nearest end and the rows that move.
void GainTile::lookAtRamps(int entry) noexcept {
  const float* const remaining = &movingRemaining_[entry * kTileRows];
  int32_t nearest = kNoEnd;
  int rows = 0;
  for (int row = 0; row < kTileRows; ++row) {
    const bool moves = remaining[row] != 0.0f;
    nearest = std::min(nearest, moves ? static_cast<int32_t>(remaining[row]) : kNoEnd);
    rows |= moves ? 1 << row : 0;
  }
  entryEnds_[entry] = nearest;
  entryRows_[entry] = static_cast<uint8_t>(rows);
}

/// Looks at one number per entry: where every channel has a ramp of its own, one or another ends all the
/// time.
void GainTile::finishRampsAt(int32_t clock) noexcept {
  for (int end = job_.movingCount; end > 0; end -= kGroup) {
    const int first = std::max(end - kGroup, 0);
    if (!anyUpTo(&entryEnds_[first], end - first, clock)) continue;
    for (int entry = end - 1; entry >= first; --entry) {
      if (entryEnds_[entry] <= clock) finishEntryAt(entry, clock);
    }
  }
  findNextEndAndRows();
}

void GainTile::finishEntryAt(int entry, int32_t clock) noexcept {
  const int first = entry * kTileRows;
  for (int row = 0; row < kTileRows; ++row) {
    const int at = first + row;
    if (movingRemaining_[at] == 0.0f || static_cast<int32_t>(movingRemaining_[at]) > clock) continue;
    entries_.gains[at] = movingTargets_[at];
    entries_.steps[at] = 0.0f;
    movingRemaining_[at] = 0.0f;
  }
  lookAtRamps(entry);
  if (entryRows_[entry] == 0) dropMoving(entry);
}

/// Of the entries that were set to a new target, those that are there already.
void GainTile::dropStill() noexcept {
  for (int entry = job_.movingCount - 1; entry >= 0; --entry) {
    if (entryRows_[entry] == 0) dropMoving(entry);
  }
}

void GainTile::findNextEndAndRows() noexcept {
  const int count = job_.movingCount;
  const int32_t* const __restrict ends = entryEnds_.data();
  const uint8_t* const __restrict entryRows = entryRows_.data();
  int32_t nearest = kNoEnd;
  for (int entry = 0; entry < count; ++entry) nearest = std::min(nearest, ends[entry]);
  nextEnd_ = nearest;
  uint8_t rows = 0;
  for (int entry = 0; entry < count; ++entry) rows |= entryRows[entry];
  int first = 0;
  int end = kTileRows;
  while (first < end && (rows >> first & 3) == 0) first += 2;
  while (end > first && (rows >> (end - 2) & 3) == 0) end -= 2;
  job_.movingRow = first;
  job_.movingRows = end - first;
}

/// The entry, whose gains have reached their targets, stands still from now on.
void GainTile::dropMoving(int entry) noexcept {
  const int last = --job_.movingCount;
  if (entry != last) {
    swapEntries(entry, last);
    for (float* values : {entries_.steps, movingTargets_.data(), movingRemaining_.data()}) {
      std::copy_n(&values[last * kTileRows], kTileRows, &values[entry * kTileRows]);
    }
    entryEnds_[entry] = entryEnds_[last];
    entryRows_[entry] = entryRows_[last];
  }
  const float* gains = &entries_.gains[last * kTileRows];
  if (std::any_of(gains, gains + kTileRows, [](float gain) { return gain != 0.0f; })) return;
  swapEntries(last, job_.count - 1);
  placeOf(--job_.count) = kAbsent;
}

}  // namespace foldback
