// How the callback is doing: counted on the audio thread, read by anybody.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "audio_block.h"

namespace foldback {

/// A reading. Loads are shares: 1 means the callback took as long as its block lasts.
struct CallbackReading {
  uint64_t callbacks = 0;
  uint64_t frames = 0;
  double loadMean = 0;
  double loadMax = 0;
  uint64_t lateCallbacks = 0;  ///< Took longer than their block lasts.
  uint64_t xruns = 0;          ///< With any of the flags below: JACK sets two for one loss.
  uint64_t inputUnderflows = 0;
  uint64_t inputOverflows = 0;
  uint64_t outputUnderflows = 0;
  uint64_t outputOverflows = 0;
  int lastBlockFrames = 0;
  std::vector<uint64_t> loads;  ///< Callbacks by load, in steps of 1/256; zeros at the end are left out.
};

/// Counters with one writer.
class CallbackStats {
 public:
  /// [audio-thread] One callback that took `seconds` for `frames` frames.
  void add(int frames, double seconds, double sampleRateHz, BlockFlags flags) noexcept;

  /// [any-thread]
  CallbackReading read() const;

 private:
  static constexpr int kBinsPerUnit = 256;
  static constexpr int kBins = 2 * kBinsPerUnit;  // loads from 2 on share the last bin

  std::atomic<uint64_t> callbacks_ = 0;
  std::atomic<uint64_t> frames_ = 0;
  std::atomic<double> loadSum_ = 0;
  std::atomic<double> loadMax_ = 0;
  std::atomic<uint64_t> late_ = 0;
  std::atomic<uint64_t> xruns_ = 0;
  std::atomic<uint64_t> inputUnderflows_ = 0;
  std::atomic<uint64_t> inputOverflows_ = 0;
  std::atomic<uint64_t> outputUnderflows_ = 0;
  std::atomic<uint64_t> outputOverflows_ = 0;
  std::atomic<int> lastBlockFrames_ = 0;
  std::array<std::atomic<uint64_t>, kBins> loads_{};
};

}  // namespace foldback
