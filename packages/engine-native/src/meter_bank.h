// What the audio thread measures and the control side reads whenever it likes: atomics, never a message.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

namespace foldback {

/// So many readers, numbered from 0, are each told what came since their own last read.
inline constexpr int kMeterReaders = 8;

/// Highest value since it was last taken. One writer, one taker.
class PeakHold {
 public:
  /// [audio-thread]
  void raise(float value) noexcept {
    float held = held_.load(std::memory_order_relaxed);
    if (value <= held) return;
    // When this fails the other side has just taken the old peak: the new one starts the next period.
    if (!held_.compare_exchange_strong(held, value, std::memory_order_relaxed)) {
      held_.store(value, std::memory_order_relaxed);
    }
  }

  /// [control-thread]
  float take() noexcept { return held_.exchange(0.0f, std::memory_order_relaxed); }

 private:
  std::atomic<float> held_ = 0.0f;
};

/// Sum of squares since the beginning; readers take differences. In double precision a day at full
/// scale still leaves a floor below -90 dB.
class Energy {
 public:
  /// [audio-thread]
  void add(float sumSquares) noexcept {
    total_.store(total_.load(std::memory_order_relaxed) + sumSquares, std::memory_order_relaxed);
  }

  /// [control-thread]
  double total() const noexcept { return total_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> total_ = 0.0;
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

  /// [control-thread] Since this reader's last read of this channel.
  SignalReading readInput(int channel, int reader = 0) noexcept;
  /// [control-thread] Since this reader's last read of this lane.
  LaneReading readLane(int lane, int reader = 0) noexcept;
  /// [control-thread] Whatever the lane has played, no reader is told.
  void forgetLane(int lane) noexcept;

 private:
  /// [reader] The highest peak it has not been told of. Whoever reads takes the hold's peak for all.
  using Peaks = std::array<float, kMeterReaders>;
  struct SignalPlaces {
    Peaks peaks{};
    std::array<double, kMeterReaders> energies{};  ///< [reader] the sum at its last read
  };
  using Frames = std::array<uint64_t, kMeterReaders>;  ///< [reader] all frames at its last read
  struct InputPlaces {
    SignalPlaces signal;
    Frames frames{};
  };
  struct LanePlaces {
    SignalPlaces left;
    SignalPlaces right;
    Peaks reductions{};
    Frames frames{};
  };

  static float readPeak(PeakHold& hold, Peaks& peaks, int reader) noexcept;
  static SignalReading readSignal(SignalMeter& meter, SignalPlaces& places, uint64_t frames,
                                  int reader) noexcept;
  /// A finite but absurd input may have infinite energy; it must not spoil the sum for ever.
  static constexpr float kHighestEnergy = 1e12f;

  uint64_t framesSince(uint64_t& readAt) const noexcept;

  std::vector<SignalMeter> inputs_;
  std::vector<LaneMeter> lanes_;
  std::atomic<uint64_t> frames_ = 0;
  std::vector<InputPlaces> inputPlaces_;  // control side only
  std::vector<LanePlaces> lanePlaces_;    // control side only
};

}  // namespace foldback
