// The audio thread's whole work, chunk by chunk and tile by tile, so that what is read again is near.
#include "mixer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "denormal_guard.h"
#include "tap.h"

namespace foldback {
namespace {

constexpr uint32_t kRampStepFrames = 32;

/// A mute of everything takes 50 ms at most (M9), also behind a recall of everything: the block that is on
/// its way, a plan and another, and the ramp of 10 ms; counted at the slowest usual rate, 44.1 kHz.
constexpr int kMuteFrames = 2205;
constexpr int kMuteRampFrames = 448;

/// In a long block.
constexpr int kAdoptWithinFrames = 640;

constexpr size_t kAlignFloats = 16;  // one cache line, one AVX-512 vector

float* aligned(float* pointer) {
  const auto address = reinterpret_cast<uintptr_t>(pointer);
  const uintptr_t line = kAlignFloats * sizeof(float);
  return reinterpret_cast<float*>((address + line - 1) / line * line);
}

}  // namespace

uint32_t rampFramesOf(double ms, double sampleRateHz) {
  const double steps = std::ceil(ms * sampleRateHz / 1000.0 / kRampStepFrames);
  return static_cast<uint32_t>(steps) * kRampStepFrames;
}

int adoptFramesOf(int blockFrames) {
  if (blockFrames >= kAdoptWholeFrames) return std::min(kAdoptWithinFrames, blockFrames);
  const int perPlan = (kMuteFrames - kMuteRampFrames - blockFrames) / 2;
  return perPlan / blockFrames * blockFrames;
}

Mixer::Mixer(const MixerShape& shape, const Kernels& kernels, TripleBuffer<GainPlan>& mailbox)
    : shape_(shape),
      kernels_(kernels),
      mailbox_(mailbox),
      meters_(shape.inputs, shape.lanes),
      router_(shape.pairs(), shape.lanes, static_cast<int>(rampFramesOf(kRouteFadeMs, shape.sampleRateHz))),
      limiterSettings_(limiterSettings(shape.sampleRateHz, kDefaultCeiling)),
      tiles_(shape.tiles(), shape.inputs),
      limiters_(shape.lanes),
      limited_(shape.lanes, 0),
      lanes_(shape.lanes),
      leavingListed_(shape.lanes, 0),
      firstTap_(shape.lanes + 1, kNoTap),
      poisoned_(shape.inputs, 0),
      storage_(static_cast<size_t>(shape.inputs + 2 * kTileRows * shape.tiles()) * kRowStride + kAlignFloats,
               0.0f),
      mixed_(2 * static_cast<size_t>(shape.tiles())),
      laneSilentAt_(shape.lanes) {
  leavingLanes_.reserve(shape.lanes);
  inputs_ = aligned(storage_.data());
  float* rows = inputs_ + static_cast<size_t>(shape.inputs) * kRowStride;
  for (MixedTile& mixed : mixed_) {
    mixed.rows = rows;
    rows += kTileRows * kRowStride;
  }
}

void Mixer::render(ConstBlock in, Block out) noexcept {
  if (out.frames == 0) return;
  const DenormalGuard guard;
  limiterSettings_.ceiling = ceiling_.load(std::memory_order_relaxed);
  takeNewest(out.frames);
  scanInputs(in);
  if (out.frames <= kChunkFrames) {
    renderOneChunk(in, out);
  } else {
    renderChunks(in, out);
  }
  reportSilentLanes();
  meters_.addFrames(out.frames);
}

void Mixer::takeNewest(int blockFrames) noexcept {
  if (taken_ != nullptr) return;
  taken_ = mailbox_.takeNewest();
  if (taken_ == nullptr) return;
  nextTile_ = 0;
  adoptingFrames_ = 0;
  adoptFrames_ = adoptFramesOf(blockFrames);
  tilesInUse_ = std::max(tilesInUse_, taken_->tilesInUse);
}

/// Nothing is ahead, so a tile is played while the next one is mixed: the processor does both at once, and
/// the rows of two tiles stay in the L1 cache.
void Mixer::renderOneChunk(ConstBlock in, Block out) noexcept {
  const Chunk chunk = beginMixing(in, 0, out.frames);
  beginPlaying(chunk, out);
  for (int tile = 0; tile < chunk.tiles; ++tile) {
    mixTile(tile, chunk.frames, mixed_[tile % 2]);
    if (tile > 0) playTile(tile - 1, chunk, mixed_[(tile - 1) % 2], nullptr, 0, out);
  }
  if (chunk.tiles > 0) playTile(chunk.tiles - 1, chunk, mixed_[(chunk.tiles - 1) % 2], nullptr, 0, out);
  endPlaying(chunk, out);
}

/// A tile of a chunk is played when the same tile of the next chunk is mixed. More than that is not worth
/// looking at: the steepest line takes half a chunk.
void Mixer::renderChunks(ConstBlock in, Block out) noexcept {
  Chunk before;
  for (int first = 0, at = 0; first < out.frames; first += kChunkFrames, at = 1 - at) {
    const Chunk chunk = beginMixing(in, first, std::min(kChunkFrames, out.frames - first));
    if (first > 0) beginPlaying(before, out);
    for (int tile = 0; tile < std::max(chunk.tiles, before.tiles); ++tile) {
      MixedTile* const mixed = tile < chunk.tiles ? &mixed_[2 * tile + at] : nullptr;
      if (mixed != nullptr) mixTile(tile, chunk.frames, *mixed);
      if (tile < before.tiles) {
        playTile(tile, before, mixed_[2 * tile + 1 - at], mixed, chunk.frames, out);
      }
    }
    if (first > 0) endPlaying(before, out);
    before = chunk;
  }
  const int at = (out.frames - 1) / kChunkFrames % 2;
  beginPlaying(before, out);
  for (int tile = 0; tile < before.tiles; ++tile) {
    playTile(tile, before, mixed_[2 * tile + at], nullptr, 0, out);
  }
  endPlaying(before, out);
}

/// At the first frame of a chunk. Returns the plan when all tiles have it. At first it takes one and a half
/// times as many tiles as in the middle, and half as many at last, when those before them are on their ramps.
const GainPlan* Mixer::adoptSome(int frames) noexcept {
  if (taken_ == nullptr) return nullptr;
  const double share = 1.5 - static_cast<double>(adoptingFrames_) / adoptFrames_;
  int most = static_cast<int>(std::ceil(share * tilesInUse_ * frames / adoptFrames_));
  adoptingFrames_ += frames;
  for (; nextTile_ < tilesInUse_; ++nextTile_) {
    if (!changedSince(taken_->tileChangedAt[nextTile_], adopted_)) continue;
    if (most-- == 0) return nullptr;
    tiles_[nextTile_].adopt(kernels_, *taken_, nextTile_, adopted_);
    adoptLanes(*taken_, nextTile_);
  }
  tilesInUse_ = taken_->tilesInUse;
  adopted_ = taken_->sequence;
  return std::exchange(taken_, nullptr);
}

void Mixer::adoptTaps(const std::array<TapTarget, kMaxTaps>& taps) noexcept {
  const auto firstOf = [this](const TapTarget& tap) -> int& {
    return firstTap_[tap.lane == kNoLane ? shape_.lanes : tap.lane];
  };
  for (const TapTarget& tap : taps_) firstOf(tap) = kNoTap;
  taps_ = taps;
  for (int slot = 0; slot < kMaxTaps; ++slot) {
    if (taps_[slot].tap == nullptr) continue;
    nextTap_[slot] = firstOf(taps_[slot]);
    firstOf(taps_[slot]) = slot;
  }
}

void Mixer::adoptLanes(const GainPlan& plan, int tile) noexcept {
  for (int lane = tile * kTileLanes; lane < (tile + 1) * kTileLanes; ++lane) {
    const LaneState& wanted = plan.lanes[lane];
    LaneState& state = lanes_[lane];
    if (wanted.leaving && leavingListed_[lane] == 0) {
      leavingListed_[lane] = 1;
      leavingLanes_.push_back(lane);
    }
    state = wanted;
  }
}

void Mixer::scanInputs(ConstBlock in) noexcept {
  for (int channel = 0; channel < shape_.inputs; ++channel) {
    const ChannelScan scan = kernels_.scanChannel(in[channel], in.frames);
    poisoned_[channel] = scan.finite ? 0 : 1;
    if (scan.finite) {
      meters_.addInput(channel, scan.peak, scan.sumSquares);
    } else {
      silencedBlocks_.store(silencedBlocks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
  }
}

Mixer::Chunk Mixer::beginMixing(ConstBlock in, int firstFrame, int frames) noexcept {
  const GainPlan* arrived = adoptSome(frames);
  loadChunk(in, firstFrame, frames);
  return {firstFrame, frames, tilesInUse_, arrived};
}

void Mixer::loadChunk(ConstBlock in, int firstFrame, int frames) noexcept {
  for (int channel = 0; channel < shape_.inputs; ++channel) {
    float* row = inputs_ + static_cast<size_t>(channel) * kRowStride;
    const int used = poisoned_[channel] != 0 ? 0 : frames;
    std::copy_n(in[channel] + firstFrame, used, row);
    std::fill(row + used, row + kRowStride, 0.0f);
  }
}

void Mixer::mixTile(int tile, int frames, MixedTile& mixed) noexcept {
  std::copy_n(&lanes_[tile * kTileLanes], kTileLanes, mixed.states.begin());
  mixed.lanes = kTileLanes;
  while (mixed.lanes > 0 && !mixed.states[mixed.lanes - 1].playing) --mixed.lanes;
  if (mixed.lanes > 0) tiles_[tile].render(kernels_, inputs_, mixed.lanes, frames, mixed.rows);
}

void Mixer::beginPlaying(const Chunk& chunk, Block out) noexcept {
  if (chunk.arrived != nullptr) {
    router_.adopt(chunk.arrived->routes);
    adoptTaps(chunk.arrived->taps);
    adoptedSequence_.store(chunk.arrived->sequence, std::memory_order_release);
  }
  router_.beginChunk(out, chunk.firstFrame, chunk.frames);
  beginFade(chunk.frames);
  writeTaps(shape_.lanes, nullptr, nullptr, chunk.frames);
}

/// `ahead`: the tile in the next chunk, or null.
void Mixer::playTile(int tile, const Chunk& chunk, const MixedTile& mixed, const MixedTile* ahead,
                     int framesAhead, Block out) noexcept {
  std::array<LimitJob, kTileLanes> jobs;
  std::array<int, kTileLanes> lanes;
  int count = 0;
  for (int i = 0; i < mixed.lanes; ++i) {
    const LaneState& state = mixed.states[i];
    if (!state.playing) continue;
    const int lane = tile * kTileLanes + i;
    if (limited_[lane] != state.tenancy) {
      limiters_[lane].reset();
      limited_[lane] = state.tenancy;
    }
    const int row = 2 * i * kRowStride;
    LimitJob& job = jobs[count];
    job = limiters_[lane].job(mixed.rows + row, mixed.rows + row + kRowStride);
    if (ahead != nullptr && i < ahead->lanes && ahead->states[i].tenancy == state.tenancy) {
      job.framesAhead = framesAhead;
      job.leftAhead = ahead->rows + row;
      job.rightAhead = ahead->rows + row + kRowStride;
    }
    lanes[count++] = lane;
  }
  kernels_.limitLanes(jobs.data(), count, chunk.frames, limiterSettings_);
  for (int i = 0; i < count; ++i) {
    limiters_[lanes[i]].keep(jobs[i].chunk);
    playLane(lanes[i], jobs[i], chunk, out);
  }
}

void Mixer::playLane(int lane, const LimitJob& job, const Chunk& chunk, Block out) noexcept {
  const StereoScan& scan = job.chunk.scan;
  meters_.addLane(lane, scan.peakLeft, scan.peakRight, scan.sumSquaresLeft, scan.sumSquaresRight,
                  job.chunk.lowestGain);
  router_.play(lane, job.left, job.right, out, chunk.firstFrame, chunk.frames);
  writeTaps(lane, job.left, job.right, chunk.frames);
}

void Mixer::endPlaying(const Chunk& chunk, Block out) noexcept {
  router_.endChunk(chunk.frames);
  applyFade(out, chunk.firstFrame, chunk.frames);
  position_ += static_cast<uint64_t>(chunk.frames);
}

void Mixer::writeTaps(int lane, const float* left, const float* right, int frames) noexcept {
  const float* fade = fadeFrames_ == kNoFade ? nullptr : fadeGains_.data();
  for (int slot = firstTap_[lane]; slot != kNoTap; slot = nextTap_[slot]) {
    taps_[slot].tap->write(position_, left, right, frames, fade);
  }
}

void Mixer::reportSilentLanes() noexcept {
  if (taken_ != nullptr) return;  // routes and lanes may be of two plans
  for (size_t i = leavingLanes_.size(); i-- > 0;) {
    const int lane = leavingLanes_[i];
    const bool stayed = !lanes_[lane].leaving;
    if (!stayed) {
      if (router_.plays(lane) || !tiles_[lane / kTileLanes].laneSilent(lane % kTileLanes)) continue;
      laneSilentAt_[lane].store(adopted_, std::memory_order_release);
    }
    leavingListed_[lane] = 0;
    leavingLanes_[i] = leavingLanes_.back();
    leavingLanes_.pop_back();
  }
}

void Mixer::beginFade(int frames) noexcept {
  if (fadeFrames_ == kNoFade) {
    fadeFrames_ = fadeRequest_.load(std::memory_order_relaxed);
    if (fadeFrames_ == kNoFade) return;
    fadeLeft_ = fadeFrames_;
  }
  for (int frame = 0; frame < frames; ++frame) {
    fadeGains_[frame] =
        fadeLeft_ == 0 ? 0.0f : static_cast<float>(fadeLeft_) / static_cast<float>(fadeFrames_);
    if (fadeLeft_ > 0) --fadeLeft_;
  }
}

void Mixer::applyFade(Block out, int firstFrame, int frames) noexcept {
  if (fadeFrames_ == kNoFade) return;
  for (int channel = 0; channel < out.channelCount; ++channel) {
    for (int frame = 0; frame < frames; ++frame) out[channel][firstFrame + frame] *= fadeGains_[frame];
  }
  if (fadeLeft_ == 0) faded_.store(true, std::memory_order_release);
}

}  // namespace foldback
