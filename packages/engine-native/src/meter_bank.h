// What the audio thread measures and the control side reads whenever it likes: atomics, never a message.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

namespace foldback {

/// Highest value since the last read. One writer, one reader.
class PeakHold {
 public:
  /// [audio-thread]
  void raise(float value) noexcept {
    float held = held_.load(std::memory_order_relaxed);
    if (value <= held) return;
    // When this fails the reader has just taken the old peak: the new one starts the next period.
    if (!held_.compare_exchange_strong(held, value, std::memory_order_relaxed)) {
      held_.store(value, std::memory_order_relaxed);
    }
  }

  /// [control-thread]
  float take() noexcept { return held_.exchange(0.0f, std::memory_order_relaxed); }

 private:
  std::atomic<float> held_ = 0.0f;
};

/// Sum of squares since the beginning; the reader takes differences. In double precision a day at full
/// scale still leaves a floor below -90 dB.
class Energy {
 public:
  /// [audio-thread]
  void add(float sumSquares) noexcept {
    total_.store(total_.load(std::memory_order_relaxed) + sumSquares, std::memory_order_relaxed);
  }

  /// [control-thread] RMS since the last call, `frames` frames ago.
  float take(uint64_t frames) noexcept;

 private:
  std::atomic<double> total_ = 0.0;
  double taken_ = 0.0;  // control side only
};

/// One measured signal.
struct SignalMeter {
  PeakHold peak;
  Energy energy;
};

/// One measured mix.
struct LaneMeter {
  SignalMeter left;
  SignalMeter right;
  PeakHold reduction;  ///< 1 - lowest gain of the limiter.
};

/// Readings, linear.
struct SignalReading {
  float peak = 0;
  float rms = 0;
};
struct LaneReading {
  SignalReading left;
  SignalReading right;
  float reductionGain = 1;  ///< Lowest limiter gain since the last read; 1: untouched.
};

/// All meters of an engine: inputs before, lanes after everything.
class MeterBank {
 public:
  /// [control-thread]
  MeterBank(int inputs, int lanes);

  /// [audio-thread]
  void addInput(int channel, float peak, float sumSquares) noexcept {
    inputs_[channel].peak.raise(peak);
    inputs_[channel].energy.add(std::min(sumSquares, kHighestEnergy));
  }
  /// [audio-thread]
  void addLane(int lane, float peakLeft, float peakRight, float sumSquaresLeft, float sumSquaresRight,
               float limiterGain) noexcept {
    LaneMeter& meter = lanes_[lane];
    meter.left.peak.raise(peakLeft);
    meter.right.peak.raise(peakRight);
    meter.left.energy.add(sumSquaresLeft);
    meter.right.energy.add(sumSquaresRight);
    meter.reduction.raise(1.0f - limiterGain);
  }
  /// [audio-thread] After all the adds of a block.
  void addFrames(int frames) noexcept;

  /// [control-thread] Since the last read of this channel.
  SignalReading readInput(int channel) noexcept;
  /// [control-thread] Since the last read of this lane.
  LaneReading readLane(int lane) noexcept;

 private:
  /// A finite but absurd input may have infinite energy; it must not spoil the sum for ever.
  static constexpr float kHighestEnergy = 1e12f;

  uint64_t framesSince(uint64_t& readAt) const noexcept;

  std::vector<SignalMeter> inputs_;
  std::vector<LaneMeter> lanes_;
  std::atomic<uint64_t> frames_ = 0;
  std::vector<uint64_t> inputReadAt_;  // control side only
  std::vector<uint64_t> laneReadAt_;   // control side only
};

}  // namespace foldback
