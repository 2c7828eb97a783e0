// What the audio thread measures and the control side reads: sums as differences, peaks by exchange.
#include "meter_bank.h"

#include <algorithm>
#include <cmath>

namespace foldback {

float Energy::take(uint64_t frames) noexcept {
  const double total = total_.load(std::memory_order_relaxed);
  const double since = std::max(0.0, total - taken_);
  taken_ = total;
  return frames == 0 ? 0.0f : static_cast<float>(std::sqrt(since / static_cast<double>(frames)));
}

MeterBank::MeterBank(int inputs, int lanes)
    : inputs_(inputs), lanes_(lanes), inputReadAt_(inputs, 0), laneReadAt_(lanes, 0) {}

void MeterBank::addFrames(int frames) noexcept {
  frames_.store(frames_.load(std::memory_order_relaxed) + static_cast<uint64_t>(frames),
                std::memory_order_relaxed);
}

uint64_t MeterBank::framesSince(uint64_t& readAt) const noexcept {
  const uint64_t now = frames_.load(std::memory_order_relaxed);
  const uint64_t since = now - readAt;
  readAt = now;
  return since;
}

SignalReading MeterBank::readInput(int channel) noexcept {
  const uint64_t frames = framesSince(inputReadAt_[channel]);
  SignalMeter& meter = inputs_[channel];
  return {meter.peak.take(), meter.energy.take(frames)};
}

LaneReading MeterBank::readLane(int lane) noexcept {
  const uint64_t frames = framesSince(laneReadAt_[lane]);
  LaneMeter& meter = lanes_[lane];
  LaneReading reading;
  reading.left = {meter.left.peak.take(), meter.left.energy.take(frames)};
  reading.right = {meter.right.peak.take(), meter.right.energy.take(frames)};
  reading.reductionGain = 1.0f - meter.reduction.take();
  return reading;
}

}  // namespace foldback
