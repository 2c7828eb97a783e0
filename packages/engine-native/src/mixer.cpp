// The audio thread's whole work, chunk by chunk and tile by tile, so that everything stays in the L1 cache.
#include "mixer.h"

#include <algorithm>
#include <cmath>

#include "denormal_guard.h"
#include "tap.h"

namespace foldback {
namespace {

constexpr uint32_t kRampStepFrames = 16;
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
      dirty_(shape.inputs, 0),
      storage_(static_cast<size_t>(shape.inputs + kTileRows) * kRowStride + kAlignFloats, 0.0f),
      laneSilentAt_(shape.lanes) {
  leavingLanes_.reserve(shape.lanes);
  inputs_ = aligned(storage_.data());
  rows_ = inputs_ + static_cast<size_t>(shape.inputs) * kRowStride;
}

void Mixer::render(ConstBlock in, Block out, BlockFlags /*flags*/) noexcept {
  const DenormalGuard guard;
  adoptNewest();
  scanInputs(in);
  for (int first = 0; first < out.frames; first += kChunkFrames) {
    renderChunk(in, out, first, std::min(kChunkFrames, out.frames - first));
  }
  reportSilentLanes();
  meters_.addFrames(out.frames);
}

void Mixer::adoptNewest() noexcept {
  const GainPlan* plan = mailbox_.takeNewest();
  if (plan == nullptr) return;
  const int tiles = std::max(tilesInUse_, plan->tilesInUse);
  for (int tile = 0; tile < tiles; ++tile) {
    if (!changedSince(plan->tileChangedAt[tile], adopted_)) continue;
    tiles_[tile].adopt(*plan, tile, adopted_);
    adoptLanes(*plan, tile);
  }
  router_.adopt(plan->routes);
  taps_ = plan->taps;
  tapped_ = std::any_of(taps_.begin(), taps_.end(), [](const TapTarget& tap) { return tap.tap != nullptr; });
  tilesInUse_ = plan->tilesInUse;
  limiterSettings_.ceiling = plan->ceiling;
  adopted_ = plan->sequence;
  adoptedSequence_.store(adopted_, std::memory_order_release);
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
    dirty_[channel] = scan.clean ? 0 : 1;
    if (scan.clean) {
      meters_.addInput(channel, scan.peak, scan.sumSquares);
    } else {
      silencedBlocks_.store(silencedBlocks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
  }
}

void Mixer::renderChunk(ConstBlock in, Block out, int firstFrame, int frames) noexcept {
  loadChunk(in, firstFrame, frames);
  router_.beginChunk(out, firstFrame, frames);
  if (tapped_) {
    for (const TapTarget& tap : taps_) {
      if (tap.tap != nullptr && tap.lane == kNoLane) tap.tap->write(position_, nullptr, nullptr, frames);
    }
  }
  for (int tile = 0; tile < tilesInUse_; ++tile) {
    const int firstLane = tile * kTileLanes;
    int lanes = kTileLanes;
    while (lanes > 0 && !lanes_[firstLane + lanes - 1].playing) --lanes;
    if (lanes == 0) continue;
    tiles_[tile].render(kernels_, inputs_, lanes, frames, rows_);
    std::array<LimitedChunk, kTileLanes> chunks;
    limitTile(firstLane, lanes, frames, chunks);
    for (int i = 0; i < lanes; ++i) {
      if (lanes_[firstLane + i].playing) playLane(firstLane + i, i, chunks[i], out, firstFrame, frames);
    }
  }
  router_.endChunk(frames);
  applyFade(out, firstFrame, frames);
  position_ += static_cast<uint64_t>(frames);
}

void Mixer::loadChunk(ConstBlock in, int firstFrame, int frames) noexcept {
  for (int channel = 0; channel < shape_.inputs; ++channel) {
    float* row = inputs_ + static_cast<size_t>(channel) * kRowStride;
    const int used = dirty_[channel] != 0 ? 0 : frames;
    std::copy_n(in[channel] + firstFrame, used, row);
    std::fill(row + used, row + kRowStride, 0.0f);
  }
}

/// Lanes whose limiter is idle are looked at first, and left alone below the ceiling.
void Mixer::limitTile(int firstLane, int lanes, int frames,
                      std::array<LimitedChunk, kTileLanes>& chunks) noexcept {
  const auto* limiters = &limiters_[firstLane];
  std::array<StereoScan, kTileLanes> scans;
  if (std::any_of(limiters, limiters + lanes, [](const Limiter& limiter) { return limiter.idle(); })) {
    kernels_.scanLanes(rows_, lanes, frames, scans.data());
  }
  std::array<LimitJob, kTileLanes> jobs;
  std::array<int, kTileLanes> limited;
  int count = 0;
  for (int i = 0; i < lanes; ++i) {
    const StereoScan& scan = scans[i];
    chunks[i].scan = scan;
    const bool below = scan.finite && std::max(scan.peakLeft, scan.peakRight) <= limiterSettings_.ceiling;
    if (!lanes_[firstLane + i].playing || (below && limiters[i].idle())) continue;
    float* left = rows_ + 2 * i * kRowStride;
    jobs[count] = limiters[i].job(left, left + kRowStride);
    limited[count++] = i;
  }
  if (count == 0) return;
  kernels_.limitLanes(jobs.data(), count, frames, limiterSettings_);
  for (int job = 0; job < count; ++job) {
    chunks[limited[job]] = jobs[job].chunk;
    limiters_[firstLane + limited[job]].keep(jobs[job].chunk);
  }
}

void Mixer::playLane(int lane, int laneInTile, const LimitedChunk& chunk, Block out, int firstFrame,
                     int frames) noexcept {
  const float* left = rows_ + 2 * laneInTile * kRowStride;
  const float* right = left + kRowStride;
  meters_.addLane(lane, chunk.scan.peakLeft, chunk.scan.peakRight, chunk.scan.sumSquaresLeft,
                  chunk.scan.sumSquaresRight, chunk.lowestGain);
  router_.play(lane, left, right, out, firstFrame, frames);
  if (!tapped_) return;
  for (const TapTarget& tap : taps_) {
    if (tap.tap != nullptr && tap.lane == lane) tap.tap->write(position_, left, right, frames);
  }
}

void Mixer::reportSilentLanes() noexcept {
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

void Mixer::applyFade(Block out, int firstFrame, int frames) noexcept {
  if (fadeFrames_ == kNoFade) {
    fadeFrames_ = fadeRequest_.load(std::memory_order_relaxed);
    if (fadeFrames_ == kNoFade) return;
    fadeLeft_ = fadeFrames_;
  }
  for (int frame = 0; frame < frames; ++frame) {
    const float gain =
        fadeLeft_ == 0 ? 0.0f : static_cast<float>(fadeLeft_) / static_cast<float>(fadeFrames_);
    for (int channel = 0; channel < out.channelCount; ++channel) out[channel][firstFrame + frame] *= gain;
    if (fadeLeft_ > 0) --fadeLeft_;
  }
  if (fadeLeft_ == 0) faded_.store(true, std::memory_order_release);
}

}  // namespace foldback
