// How the callback is doing: relaxed counters and a histogram of loads.
#include "callback_stats.h"

#include <algorithm>

namespace foldback {
namespace {

void count(std::atomic<uint64_t>& counter, uint64_t by = 1) noexcept {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

void CallbackStats::add(int frames, double seconds, double sampleRateHz, BlockFlags flags) noexcept {
  if (frames <= 0) return;
  const double load = seconds * sampleRateHz / frames;
  count(frames_, static_cast<uint64_t>(frames));
  loadSum_.store(loadSum_.load(std::memory_order_relaxed) + load, std::memory_order_relaxed);
  if (load > loadMax_.load(std::memory_order_relaxed)) loadMax_.store(load, std::memory_order_relaxed);
  const int bin = static_cast<int>(std::min(load * kBinsPerUnit, static_cast<double>(kBins - 1)));
  count(loads_[std::max(bin, 0)]);
  if (load > 1.0) count(late_);
  if (flags.inputUnderflow || flags.inputOverflow || flags.outputUnderflow || flags.outputOverflow) {
    count(xruns_);
  }
  if (flags.inputUnderflow) count(inputUnderflows_);
  if (flags.inputOverflow) count(inputOverflows_);
  if (flags.outputUnderflow) count(outputUnderflows_);
  if (flags.outputOverflow) count(outputOverflows_);
  lastBlockFrames_.store(frames, std::memory_order_relaxed);
  count(callbacks_);
}

CallbackReading CallbackStats::read() const {
  CallbackReading reading;
  reading.callbacks = callbacks_.load(std::memory_order_relaxed);
  reading.frames = frames_.load(std::memory_order_relaxed);
  reading.loadMax = loadMax_.load(std::memory_order_relaxed);
  reading.lateCallbacks = late_.load(std::memory_order_relaxed);
  reading.xruns = xruns_.load(std::memory_order_relaxed);
  reading.inputUnderflows = inputUnderflows_.load(std::memory_order_relaxed);
  reading.inputOverflows = inputOverflows_.load(std::memory_order_relaxed);
  reading.outputUnderflows = outputUnderflows_.load(std::memory_order_relaxed);
  reading.outputOverflows = outputOverflows_.load(std::memory_order_relaxed);
  reading.lastBlockFrames = lastBlockFrames_.load(std::memory_order_relaxed);
  if (reading.callbacks == 0) return reading;

  const auto callbacks = static_cast<double>(reading.callbacks);
  reading.loadMean = loadSum_.load(std::memory_order_relaxed) / callbacks;
  int bins = kBins;
  while (bins > 0 && loads_[bins - 1].load(std::memory_order_relaxed) == 0) --bins;
  for (int bin = 0; bin < bins; ++bin) reading.loads.push_back(loads_[bin].load(std::memory_order_relaxed));
  return reading;
}

}  // namespace foldback
