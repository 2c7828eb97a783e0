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

/// Of an entry's ramps, by what remains of each; 0: it stands still.
float nearestEnd(const float* remaining) {
  const auto endOf = [](float frames) { return frames == 0.0f ? kNever : frames; };
  float nearest = kNever;
  for (int row = 0; row < kTileRows; ++row) nearest = std::min(nearest, endOf(remaining[row]));
  return nearest;
}

}  // namespace

GainTile::GainTile(int inputs, const Entries& entries)
    : place_(inputs, kAbsent),
      entries_(entries),
      movingTargets_(static_cast<size_t>(inputs) * kTileRows),
      movingRemaining_(movingTargets_.size()),
      entryEnds_(inputs, kNever),
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
    if (std::equal(targets, targets + kTileRows, targetsOf(channel))) continue;
    if (!changed) startClockAgain();
    retarget(channel, targets, &plan.rampFrames[(first + channel) * kTileRows]);
    changed = true;
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
  float* const __restrict gains = entries_.gains;
  const float* const __restrict steps = entries_.steps;
  const float* const __restrict targets = movingTargets_.data();
  float* const __restrict remaining = movingRemaining_.data();
  for (int at = 0; at < job_.movingCount * kTileRows; ++at) {
    remaining[at] = std::max(remaining[at] - job_.movingFrom, 0.0f);
    gains[at] = targets[at] - steps[at] * remaining[at];
  }
  job_.movingFrom = 0.0f;
}

/// Without branches, for the compiler makes vectors of the rows: a recalled mix moves everything at once.
void GainTile::retarget(uint32_t channel, const float* __restrict wanted,
                        const uint32_t* __restrict rampFrames) noexcept {
  const int at = makeMoving(channel) * kTileRows;
  float* const __restrict gains = entries_.gains + at;
  float* const __restrict steps = entries_.steps + at;
  float* const __restrict targets = movingTargets_.data() + at;
  float* const __restrict remaining = movingRemaining_.data() + at;
  for (int row = 0; row < kTileRows; ++row) {
    const float now = gains[row];
    const float size = std::fabs(now);
    const float asked = static_cast<float>(static_cast<int32_t>(rampFrames[row]));
    // Hearing first (M10): a rise that is under way is not cut short by a quicker one.
    const bool rising = (remaining[row] > 0.0f) & (std::fabs(targets[row]) > size);
    const bool risesOn = rising & (std::fabs(wanted[row]) > size);
    const float length = std::max(asked, risesOn ? remaining[row] : 0.0f);
    const bool jumps = (length == 0.0f) | (wanted[row] == now);
    const float step = (wanted[row] - now) / (jumps ? 1.0f : length);
    const bool changed = targets[row] != wanted[row];
    gains[row] = changed & jumps ? wanted[row] : now;
    steps[row] = changed ? (jumps ? 0.0f : step) : steps[row];
    remaining[row] = changed ? (jumps ? 0.0f : length) : remaining[row];
    targets[row] = wanted[row];
  }
}

/// Looks at one number per entry: where every channel has a ramp of its own, one or another ends all the
/// time.
void GainTile::finishRampsAt(float clock) noexcept {
  nextEnd_ = kNever;
  for (int entry = job_.movingCount - 1; entry >= 0; --entry) {
    if (entryEnds_[entry] <= clock) finishEntryAt(entry, clock);
    if (entryEnds_[entry] == kNever) {
      dropMoving(entry);
    } else {
      nextEnd_ = std::min(nextEnd_, entryEnds_[entry]);
    }
  }
  findMovingRows();
}

void GainTile::finishEntryAt(int entry, float clock) noexcept {
  const int first = entry * kTileRows;
  for (int row = 0; row < kTileRows; ++row) {
    const int at = first + row;
    if (movingRemaining_[at] == 0.0f || movingRemaining_[at] > clock) continue;
    entries_.gains[at] = movingTargets_[at];
    entries_.steps[at] = 0.0f;
    movingRemaining_[at] = 0.0f;
    --movingInRow_[row];
  }
  entryEnds_[entry] = nearestEnd(&movingRemaining_[first]);
}

/// Moving entries in which nothing moves become fixed ones, or vanish when they are silent; of the others
/// the nearest end is found, and the rows that move.
void GainTile::settle() noexcept {
  nextEnd_ = kNever;
  movingInRow_.fill(0);
  for (int entry = job_.movingCount - 1; entry >= 0; --entry) {
    const float* remaining = &movingRemaining_[entry * kTileRows];
    entryEnds_[entry] = nearestEnd(remaining);
    if (entryEnds_[entry] == kNever) {
      dropMoving(entry);
      continue;
    }
    nextEnd_ = std::min(nextEnd_, entryEnds_[entry]);
    for (int row = 0; row < kTileRows; ++row) movingInRow_[row] += remaining[row] != 0.0f ? 1 : 0;
  }
  findMovingRows();
}

void GainTile::findMovingRows() noexcept {
  int first = 0;
  int end = kTileRows;
  while (first < end && movingInRow_[first] + movingInRow_[first + 1] == 0) first += 2;
  while (end > first && movingInRow_[end - 1] + movingInRow_[end - 2] == 0) end -= 2;
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
  }
  const float* gains = &entries_.gains[last * kTileRows];
  if (std::any_of(gains, gains + kTileRows, [](float gain) { return gain != 0.0f; })) return;
  swapEntries(last, job_.count - 1);
  placeOf(--job_.count) = kAbsent;
}

}  // namespace foldback
