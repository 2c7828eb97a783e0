// What the audio thread measures and the control side reads: sums as differences, peaks handed on to every
// reader.
#include "meter_bank.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace foldback {

MeterBank::MeterBank(int inputs, int lanes)
    : inputs_(inputs), lanes_(lanes), inputPlaces_(inputs), lanePlaces_(lanes) {}

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

float MeterBank::readPeak(PeakHold& hold, Peaks& peaks, int reader) noexcept {
  const float taken = hold.take();
  for (float& peak : peaks) peak = std::max(peak, taken);
  return std::exchange(peaks[reader], 0.0f);
}

SignalReading MeterBank::readSignal(SignalMeter& meter, SignalPlaces& places, uint64_t frames,
                                    int reader) noexcept {
  SignalReading reading;
  reading.peak = readPeak(meter.peak, places.peaks, reader);
  const double total = meter.energy.total();
  const double since = std::max(0.0, total - std::exchange(places.energies[reader], total));
  if (frames > 0) reading.rms = static_cast<float>(std::sqrt(since / static_cast<double>(frames)));
  return reading;
}

SignalReading MeterBank::readInput(int channel, int reader) noexcept {
  InputPlaces& places = inputPlaces_[channel];
  const uint64_t frames = framesSince(places.frames[reader]);
  return readSignal(inputs_[channel], places.signal, frames, reader);
}

LaneReading MeterBank::readLane(int lane, int reader) noexcept {
  LanePlaces& places = lanePlaces_[lane];
  const uint64_t frames = framesSince(places.frames[reader]);
  LaneMeter& meter = lanes_[lane];
  LaneReading reading;
  reading.left = readSignal(meter.left, places.left, frames, reader);
  reading.right = readSignal(meter.right, places.right, frames, reader);
  reading.reductionGain = 1.0f - readPeak(meter.reduction, places.reductions, reader);
  return reading;
}

void MeterBank::forgetLane(int lane) noexcept {
  for (int reader = 0; reader < kMeterReaders; ++reader) readLane(lane, reader);
}

}  // namespace foldback
