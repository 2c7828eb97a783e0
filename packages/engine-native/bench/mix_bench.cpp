// How fast the mixer is, as ratios within one run: all cases take turns in short slices, and the tenth
// percentile of each case's slices is what a quiet moment of this machine gives.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernels.h"
#include "mix_board.h"
#include "mixer.h"

namespace foldback::bench {
namespace {

constexpr double kRateHz = 48'000;
constexpr int kSlices = 200;
constexpr double kSliceSeconds = 0.0005;

/// N inputs, M stereo mixes, F frames.
struct Shape {
  int inputs;
  int mixes;
  int frames;
};

constexpr Shape kShapes[] = {{8, 4, 64},      {32, 16, 64},  {32, 64, 64},   {64, 128, 64}, {128, 256, 64},
                             {256, 1024, 64}, {64, 128, 32}, {64, 128, 128}, {64, 128, 256}};

float noise() {
  static uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return static_cast<float>(static_cast<int32_t>(state)) / 2147483648.0f;
}

struct Case {
  std::string name;
  std::function<void()> run;
  std::vector<double> seconds;  // per run, one value per slice

  double p10() {
    std::sort(seconds.begin(), seconds.end());
    return seconds[seconds.size() / 10];
  }
};

/// The loops anybody would write first, as the compiler makes them.
class PlainLoops {
 public:
  explicit PlainLoops(const Shape& shape)
      : shape_(shape),
        gains_(2 * shape.mixes * shape.inputs),
        in_(shape.inputs * shape.frames),
        out_(2 * shape.mixes * shape.frames) {
    std::generate(gains_.begin(), gains_.end(), noise);
    std::generate(in_.begin(), in_.end(), noise);
  }

  void run() {
    std::fill(out_.begin(), out_.end(), 0.0f);
    for (int row = 0; row < 2 * shape_.mixes; ++row) {
      float* out = &out_[static_cast<size_t>(row) * shape_.frames];
      for (int channel = 0; channel < shape_.inputs; ++channel) {
        const float gain = gains_[static_cast<size_t>(row) * shape_.inputs + channel];
        const float* in = &in_[static_cast<size_t>(channel) * shape_.frames];
        for (int frame = 0; frame < shape_.frames; ++frame) out[frame] += gain * in[frame];
      }
    }
  }

 private:
  const Shape shape_;
  std::vector<float> gains_, in_, out_;
};

enum class Gains { kStill, kAllMoving, kTenthMoving, kThreeQuartersMuted };

/// The tiles alone: what a matrix library would do, ramps included.
class Tiles {
 public:
  Tiles(const Shape& shape, Gains gains)
      : shape_(shape),
        mixer_{shape.inputs, 2, (shape.mixes + kTileLanes - 1) / kTileLanes * kTileLanes, kRateHz},
        plan_(mixer_),
        tiles_(mixer_.tiles(), GainTile(shape.inputs)),
        storage_(static_cast<size_t>(2 * shape.inputs + kTileRows) * kRowStride + 16) {
    inputs_ = storage_.data() + (16 - reinterpret_cast<uintptr_t>(storage_.data()) / sizeof(float) % 16) % 16;
    ramped_ = inputs_ + static_cast<size_t>(shape.inputs) * kRowStride;
    rows_ = ramped_ + static_cast<size_t>(shape.inputs) * kRowStride;
    for (int i = 0; i < shape.inputs * kRowStride; ++i) inputs_[i] = noise();
    for (int lane = 0; lane < shape.mixes; ++lane) {
      for (int channel = 0; channel < shape.inputs; ++channel) {
        const bool muted = gains == Gains::kThreeQuartersMuted && noise() > -0.5f;
        for (int side = 0; side < 2; ++side) {
          plan_.setGain(lane, channel, side, muted ? 0.0f : 0.1f + 0.1f * noise(), 0, 0);
        }
      }
    }
    adopt();
    for (int lane = 0; lane < shape.mixes; ++lane) {
      for (int channel = 0; channel < shape.inputs; ++channel) {
        const bool moves = gains == Gains::kAllMoving ||
                           (gains == Gains::kTenthMoving && lane % 10 == 0 && channel == lane % shape.inputs);
        for (int side = 0; moves && side < 2; ++side) {
          plan_.setGain(lane, channel, side, 0.3f, kForEver, plan_.master().sequence);
        }
      }
    }
    adopt();
  }

  void run() {
    for (int first = 0; first < shape_.frames; first += kChunkFrames) {
      const int frames = std::min(kChunkFrames, shape_.frames - first);
      std::fill(rampedReady_.begin(), rampedReady_.end(), 0);
      rampedReady_.resize(shape_.inputs);
      for (GainTile& tile : tiles_) {
        for (int entry = 0; entry < tile.movingCount(); ++entry) {
          const uint32_t channel = tile.movingChannel(entry);
          if (std::exchange(rampedReady_[channel], 1) != 0) continue;
          kernels_.rampInput(inputs_ + channel * kRowStride, ramped_ + channel * kRowStride);
        }
        tile.render(kernels_, inputs_, ramped_, frames, rows_);
      }
    }
  }

 private:
  static constexpr uint32_t kForEver = 1u << 23;

  void adopt() {
    plan_.publish();
    const GainPlan* plan = plan_.mailbox().takeNewest();
    for (int tile = 0; tile < mixer_.tiles(); ++tile) tiles_[tile].adopt(*plan, tile, plan->sequence - 1);
  }

  const Shape shape_;
  const MixerShape mixer_;
  const Kernels& kernels_ = chooseKernelsFromEnvironment();
  PlanWriter plan_;
  std::vector<GainTile> tiles_;
  std::vector<float> storage_;
  std::vector<uint8_t> rampedReady_;
  float* inputs_;
  float* ramped_;
  float* rows_;
};

/// The whole callback: inputs scanned and measured, mixes mixed, limited, measured and routed.
class Callback {
 public:
  Callback(const Shape& shape, float level)
      : shape_(shape),
        mixerShape_{shape.inputs, 2 * std::min(shape.mixes, 16),
                    (shape.mixes + kTileLanes - 1) / kTileLanes * kTileLanes, kRateHz},
        plan_(mixerShape_),
        mixer_(mixerShape_, chooseKernelsFromEnvironment(), plan_.mailbox()),
        board_(mixerShape_, plan_, mixer_),
        in_(static_cast<size_t>(shape.inputs) * shape.frames),
        out_(static_cast<size_t>(mixerShape_.outputs) * shape.frames) {
    for (float& sample : in_) sample = level * noise();
    for (int channel = 0; channel < shape.inputs; ++channel) inputs_.push_back(&in_[channel * shape.frames]);
    for (int channel = 0; channel < mixerShape_.outputs; ++channel)
      outputs_.push_back(&out_[channel * shape.frames]);
    gains_.resize(2 * shape.inputs);
    std::vector<int64_t> routes;
    for (int mix = 0; mix < shape.mixes; ++mix) {
      for (float& gain : gains_) gain = noise() / static_cast<float>(shape.inputs);
      set(mix);
      if (mix < mixerShape_.pairs()) routes.push_back(mix);
    }
    board_.setRoutes(routes);
    for (int i = 0; i < 200; ++i) run();
  }

  void run() {
    mixer_.render({inputs_.data(), shape_.inputs, shape_.frames},
                  {outputs_.data(), mixerShape_.outputs, shape_.frames}, {});
  }

  /// One fader of one mix, planned and published.
  void moveOneFader() {
    const int channel = moves_++ % shape_.inputs;
    gains_[2 * channel] = noise();
    gains_[2 * channel + 1] = noise();
    set(0);
  }

 private:
  void set(int mix) {
    const float rampMs = 10;
    const MixTarget target{static_cast<uint32_t>(mix), true, gains_, {&rampMs, 1}};
    board_.setMixes({&target, 1});
  }

  const Shape shape_;
  const MixerShape mixerShape_;
  PlanWriter plan_;
  Mixer mixer_;
  MixBoard board_;
  std::vector<float> in_, out_, gains_;
  std::vector<const float*> inputs_;
  std::vector<float*> outputs_;
  int moves_ = 0;
};

void measure(std::vector<Case>& cases) {
  using Clock = std::chrono::steady_clock;
  std::vector<int> runs;
  for (Case& one : cases) {
    const auto begin = Clock::now();
    one.run();
    const double once = std::chrono::duration<double>(Clock::now() - begin).count();
    runs.push_back(std::max(1, static_cast<int>(kSliceSeconds / std::max(once, 1e-7))));
  }
  for (int slice = 0; slice < kSlices; ++slice) {
    for (size_t i = 0; i < cases.size(); ++i) {
      const auto begin = Clock::now();
      for (int run = 0; run < runs[i]; ++run) cases[i].run();
      cases[i].seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count() / runs[i]);
    }
  }
}

std::string machineLoad() {
  std::ifstream file("/proc/loadavg");
  std::string load;
  file >> load;
  return load.empty() ? "unknown" : load;
}

void benchShape(const Shape& shape) {
  PlainLoops plain(shape);
  Tiles still(shape, Gains::kStill);
  Tiles moving(shape, Gains::kAllMoving);
  Tiles tenth(shape, Gains::kTenthMoving);
  Tiles muted(shape, Gains::kThreeQuartersMuted);
  Callback quiet(shape, 0.5f);
  Callback loud(shape, 50.0f);
  std::vector<Case> cases;
  const auto add = [&](const char* name, std::function<void()> run) {
    cases.push_back({name, std::move(run), {}});
  };
  add("mix", [&] { still.run(); });
  add("plain loops", [&] { plain.run(); });
  add("all moving", [&] { moving.run(); });
  add("10 % move", [&] { tenth.run(); });
  add("75 % muted", [&] { muted.run(); });
  add("callback", [&] { quiet.run(); });
  add("limiting", [&] { loud.run(); });
  add("one move", [&] { quiet.moveOneFader(); });
  measure(cases);

  const double mix = cases[0].p10();
  const double block = shape.frames / kRateHz;
  const double flops = 4.0 * shape.inputs * shape.mixes * shape.frames;
  std::printf("(%d,%d,%d)  %.2f µs  %.1f GFLOP/s", shape.inputs, shape.mixes, shape.frames, 1e6 * mix,
              flops / mix / 1e9);
  for (size_t i = 1; i + 1 < cases.size(); ++i) {
    std::printf("  | %s %.2fx", cases[i].name.c_str(), cases[i].p10() / mix);
  }
  std::printf("  | callback %.2f %% of the block  | one move %.2f µs\n", 100 * cases[5].p10() / block,
              1e6 * cases.back().p10());
}

}  // namespace
}  // namespace foldback::bench

int main() {
  std::printf("kernel %s, load before %s; p10 of interleaved slices, ratios to \"mix\"\n",
              foldback::chooseKernelsFromEnvironment().name, foldback::bench::machineLoad().c_str());
  for (const foldback::bench::Shape& shape : foldback::bench::kShapes) foldback::bench::benchShape(shape);
  std::printf("load after %s\n", foldback::bench::machineLoad().c_str());
  return 0;
}
