// A mixer with its control side and no device, and short words for what tests do with it.
#pragma once

#include <cmath>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "kernels.h"
#include "mix_board.h"
#include "mixer.h"

namespace foldback {

/// GoogleTest names parameters with it.
inline void PrintTo(const Kernels* kernels, std::ostream* out) { *out << kernels->name; }

}  // namespace foldback

namespace foldback::test {

inline constexpr double kRateHz = 48'000;

/// Sample of an input channel at an absolute frame.
using Source = std::function<float(int channel, int64_t frame)>;

/// [channel][frame]
using Channels = std::vector<std::vector<float>>;

/// Different on every channel and every frame, between -1 and 1.
inline float unlike(int channel, int64_t frame) {
  const auto seed =
      static_cast<uint32_t>(frame * 2654435761u + static_cast<uint32_t>(channel) * 40503u + 12345u);
  const uint32_t mixed = (seed ^ (seed >> 15)) * 2246822519u;
  return static_cast<float>(static_cast<int32_t>(mixed ^ (mixed >> 13))) / 2147483648.0f;
}

inline float ones(int, int64_t) { return 1.0f; }

struct StageShape {
  int inputs = 1;
  int outputs = 2;
  int lanes = kTileLanes;
  std::string kernel;  ///< Empty: the best.
};

class Stage {
 public:
  explicit Stage(const StageShape& shape)
      : shape_{shape.inputs, shape.outputs, (shape.lanes + kTileLanes - 1) / kTileLanes * kTileLanes,
               kRateHz},
        plan_(shape_),
        mixer(shape_, chooseKernels(shape.kernel), plan_.mailbox()),
        board(shape_, plan_, mixer) {}

  /// L0, R0, L1, R1, …
  void set(uint32_t mix, const std::vector<float>& gains, float rampMs = 10, bool active = false) {
    const MixTarget target{mix, active, gains, {&rampMs, 1}};
    board.setMixes({&target, 1});
  }

  /// The same gain left and right on every input.
  void setAll(uint32_t mix, float gain, float rampMs = 10, bool active = false) {
    set(mix, std::vector<float>(2 * static_cast<size_t>(shape_.inputs), gain), rampMs, active);
  }

  void route(const std::vector<int64_t>& routes) { board.setRoutes(routes); }

  /// Renders `frames` frames in blocks of `blockFrames`.
  Channels play(const Source& source, int frames, int blockFrames = 64) {
    Channels out(static_cast<size_t>(shape_.outputs),
                 std::vector<float>(static_cast<size_t>(frames), kStale));
    for (int first = 0; first < frames; first += blockFrames) {
      playBlock(source, out, first, std::min(blockFrames, frames - first));
    }
    return out;
  }

  /// Lets fades and ramps end.
  void settle(const Source& source = ones) { play(source, 4800); }

  int64_t position() const { return position_; }

  /// What outputs hold before they are rendered: it must never be heard.
  static constexpr float kStale = 7777.0f;

 private:
  void playBlock(const Source& source, Channels& out, int first, int frames) {
    Channels in(static_cast<size_t>(shape_.inputs), std::vector<float>(static_cast<size_t>(frames)));
    std::vector<const float*> inputs;
    std::vector<float*> outputs;
    for (int channel = 0; channel < shape_.inputs; ++channel) {
      for (int frame = 0; frame < frames; ++frame) in[channel][frame] = source(channel, position_ + frame);
      inputs.push_back(in[channel].data());
    }
    for (std::vector<float>& channel : out) outputs.push_back(channel.data() + first);
    mixer.render({inputs.data(), shape_.inputs, frames}, {outputs.data(), shape_.outputs, frames});
    position_ += frames;
  }

  MixerShape shape_;
  PlanWriter plan_;
  int64_t position_ = 0;

 public:
  Mixer mixer;
  MixBoard board;
};

/// The largest step from one sample to the next.
inline float largestStep(std::span<const float> samples) {
  float step = 0;
  for (size_t i = 1; i < samples.size(); ++i) step = std::max(step, std::fabs(samples[i] - samples[i - 1]));
  return step;
}

inline float largest(std::span<const float> samples) {
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, std::fabs(sample));
  return peak;
}

}  // namespace foldback::test
