// The audio thread's whole work, chunk by chunk and tile by tile, so that everything stays in the L1 cache.
#include "mixer.h"

#include <algorithm>
#include <cmath>

#include "denormal_guard.h"
#include "tap.h"

namespace foldback {
namespace {

constexpr uint32_t kRampStepFrames = 32;
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

Mixer::Mixer(const MixerShape& shape, const Kernels& kernels, TripleBuffer<GainPlan>& mailbox)
    : shape_(shape),
      kernels_(kernels),
      mailbox_(mailbox),
      meters_(shape.inputs, shape.lanes),
      router_(shape.pairs(), shape.lanes, static_cast<int>(rampFramesOf(kRouteFadeMs, shape.sampleRateHz))),
      limiterSettings_(limiterSettings(shape.sampleRateHz, kDefaultCeiling)),
      tiles_(shape.tiles(), shape.inputs),
      limiters_(shape.lanes),
      lanes_(shape.lanes),
      leavingListed_(shape.lanes, 0),
      firstTap_(shape.lanes + 1, kNoTap),
      poisoned_(shape.inputs, 0),
      storage_(static_cast<size_t>(shape.inputs + 2 * kTileRows) * kRowStride + kAlignFloats, 0.0f),
      laneSilentAt_(shape.lanes) {
  leavingLanes_.reserve(shape.lanes);
  inputs_ = aligned(storage_.data());
  rows_ = inputs_ + static_cast<size_t>(shape.inputs) * kRowStride;
}

void Mixer::render(ConstBlock in, Block out) noexcept {
  const DenormalGuard guard;
  limiterSettings_.ceiling = ceiling_.load(std::memory_order_relaxed);
  takeNewest(out.frames);
  scanInputs(in);
  for (int first = 0; first < out.frames; first += kChunkFrames) {
    renderChunk(in, out, first, std::min(kChunkFrames, out.frames - first));
  }
  reportSilentLanes();
  meters_.addFrames(out.frames);
}

void Mixer::takeNewest(int blockFrames) noexcept {
  if (taken_ != nullptr) return;
  taken_ = mailbox_.takeNewest();
  if (taken_ == nullptr) return;
  nextTile_ = 0;
  adoptFrames_ = blockFrames < kAdoptWholeFrames ? kAdoptFrames : std::min(kAdoptFrames, blockFrames);
  tilesInUse_ = std::max(tilesInUse_, taken_->tilesInUse);
}

/// At the first frame of a chunk.
void Mixer::adoptSome(int frames) noexcept {
  if (taken_ == nullptr) return;
  int most = (tilesInUse_ * frames + adoptFrames_ - 1) / adoptFrames_;
  for (; nextTile_ < tilesInUse_; ++nextTile_) {
    if (!changedSince(taken_->tileChangedAt[nextTile_], adopted_)) continue;
    if (most-- == 0) return;
    tiles_[nextTile_].adopt(kernels_, *taken_, nextTile_, adopted_);
    adoptLanes(*taken_, nextTile_);
  }
  router_.adopt(taken_->routes);
  adoptTaps(taken_->taps);
  tilesInUse_ = taken_->tilesInUse;
  adopted_ = taken_->sequence;
  adoptedSequence_.store(adopted_, std::memory_order_release);
  taken_ = nullptr;
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
    if (wanted.tenancy != state.tenancy) limiters_[lane].reset();
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

void Mixer::renderChunk(ConstBlock in, Block out, int firstFrame, int frames) noexcept {
  adoptSome(frames);
  loadChunk(in, firstFrame, frames);
  router_.beginChunk(out, firstFrame, frames);
  beginFade(frames);
  writeTaps(shape_.lanes, nullptr, nullptr, frames);
  MixedTile before;
  for (int tile = 0; tile < tilesInUse_; ++tile) {
    const MixedTile mixed = mixTile(tile, frames);
    finishTile(before, out, firstFrame, frames);
    before = mixed;
  }
  finishTile(before, out, firstFrame, frames);
  router_.endChunk(frames);
  applyFade(out, firstFrame, frames);
  position_ += static_cast<uint64_t>(frames);
}

void Mixer::loadChunk(ConstBlock in, int firstFrame, int frames) noexcept {
  for (int channel = 0; channel < shape_.inputs; ++channel) {
    float* row = inputs_ + static_cast<size_t>(channel) * kRowStride;
    const int used = poisoned_[channel] != 0 ? 0 : frames;
    std::copy_n(in[channel] + firstFrame, used, row);
    std::fill(row + used, row + kRowStride, 0.0f);
  }
}

Mixer::MixedTile Mixer::mixTile(int tile, int frames) noexcept {
  MixedTile mixed;
  mixed.firstLane = tile * kTileLanes;
  mixed.rows = rows_ + (tile % 2) * kTileRows * kRowStride;
  mixed.lanes = kTileLanes;
  while (mixed.lanes > 0 && !lanes_[mixed.firstLane + mixed.lanes - 1].playing) --mixed.lanes;
  if (mixed.lanes > 0) tiles_[tile].render(kernels_, inputs_, mixed.lanes, frames, mixed.rows);
  return mixed;
}

void Mixer::finishTile(const MixedTile& mixed, Block out, int firstFrame, int frames) noexcept {
  std::array<LimitJob, kTileLanes> jobs;
  std::array<int, kTileLanes> lanes;
  int count = 0;
  for (int i = 0; i < mixed.lanes; ++i) {
    const int lane = mixed.firstLane + i;
    if (!lanes_[lane].playing) continue;
    float* left = mixed.rows + 2 * i * kRowStride;
    lanes[count] = lane;
    jobs[count++] = limiters_[lane].job(left, left + kRowStride);
  }
  kernels_.limitLanes(jobs.data(), count, frames, limiterSettings_);
  for (int i = 0; i < count; ++i) {
    limiters_[lanes[i]].keep(jobs[i].chunk);
    playLane(lanes[i], jobs[i], out, firstFrame, frames);
  }
}

void Mixer::playLane(int lane, const LimitJob& job, Block out, int firstFrame, int frames) noexcept {
  const StereoScan& scan = job.chunk.scan;
  meters_.addLane(lane, scan.peakLeft, scan.peakRight, scan.sumSquaresLeft, scan.sumSquaresRight,
                  job.chunk.lowestGain);
  router_.play(lane, job.left, job.right, out, firstFrame, frames);
  writeTaps(lane, job.left, job.right, frames);
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
