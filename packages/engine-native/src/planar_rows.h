// Planar samples that are owned: what a block points into.
#pragma once

#include <vector>

namespace foldback {

/// One row per channel, all equally long, silent at first.
class PlanarRows {
 public:
  PlanarRows(int channels, size_t frames) {
    const auto count = static_cast<size_t>(channels);
    samples_.resize(count * frames);
    for (size_t channel = 0; channel < count; ++channel) {
      rows_.push_back(samples_.data() + channel * frames);
    }
  }
  PlanarRows(const PlanarRows&) = delete;
  PlanarRows& operator=(const PlanarRows&) = delete;

  int channels() const { return static_cast<int>(rows_.size()); }
  float* operator[](int channel) const { return rows_[static_cast<size_t>(channel)]; }
  float* const* pointers() const { return rows_.data(); }

 private:
  std::vector<float> samples_;
  std::vector<float*> rows_;
};

}  // namespace foldback
