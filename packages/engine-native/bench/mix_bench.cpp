// How fast the mixer is, as ratios within one run: all cases take turns in short slices, and the tenth
// percentile of each case's slices is what a quiet moment of this machine gives. README.md explains the
// columns.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "kernels.h"
#include "limiter.h"
#include "meter_bank.h"
#include "mix_board.h"
#include "mixer.h"
#include "peers.h"

namespace foldback::bench {
namespace {

constexpr double kRateHz = 48'000;
constexpr int kSlices = 300;
constexpr double kSliceSeconds = 0.0003;
constexpr int kMovesPerSecond = 10'000;

constexpr Shape kShapes[] = {{8, 4, 64},     {32, 16, 64},    {32, 64, 64},  {64, 128, 64},  {64, 512, 64},
                             {128, 256, 64}, {256, 1024, 64}, {64, 128, 32}, {64, 128, 128}, {64, 128, 256}};

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// kTenthMoving: one fader of every tenth mix, the first included.
enum class Gains { kStill, kAllMoving, kTenthMoving, kThreeQuartersMuted };

/// What happens to a mix after its sum.
enum class Finish { kNothing, kMeters, kLimiterIdle, kLimiterHard };

/// Whole tiles, in pairs.
int lanesFor(int mixes) {
  constexpr int kPair = 2 * kTileLanes;
  return (mixes + kPair - 1) / kPair * kPair;
}

/// The lanes that so many mixes get.
std::vector<int> firstLanes(int mixes) {
  std::vector<int> lanes(lanesFor(mixes));
  std::iota(lanes.begin(), lanes.end(), 0);
  std::sort(lanes.begin(), lanes.end(), [](int a, int b) { return rankOf(a) < rankOf(b); });
  lanes.resize(mixes);
  return lanes;
}

/// The tiles alone, which is what a matrix library would do, and one stage of what follows at a time.
class Tiles {
 public:
  Tiles(const Shape& shape, Gains gains, Finish finish = Finish::kNothing)
      : shape_(shape),
        gains_(gains),
        finish_(finish),
        mixer_{shape.inputs, 2, lanesFor(shape.mixes), kRateHz},
        lanes_(firstLanes(shape.mixes)),
        tilesInUse_(*std::max_element(lanes_.begin(), lanes_.end()) / kTileLanes + 1),
        lanesIn_(tilesInUse_),
        plan_(mixer_),
        tiles_(mixer_.tiles(), shape.inputs),
        limiters_(mixer_.lanes),
        meters_(shape.inputs, mixer_.lanes),
        settings_(limiterSettings(kRateHz, finish == Finish::kLimiterHard ? 1e-3f : 1.0f)),
        storage_(static_cast<size_t>(shape.inputs + 2 * kTileRows) * kRowStride + 16) {
    inputs_ = storage_.data() + (16 - reinterpret_cast<uintptr_t>(storage_.data()) / sizeof(float) % 16) % 16;
    rows_ = inputs_ + static_cast<size_t>(shape.inputs) * kRowStride;
    for (int i = 0; i < shape.inputs * kRowStride; ++i) inputs_[i] = noise();
    const float level = 0.5f / static_cast<float>(shape.inputs);  // no sum above the idle limiter's ceiling
    const std::vector<uint8_t> heard = drawHeard();
    for (int mix = 0; mix < shape.mixes; ++mix) {
      ++lanesIn_[lanes_[mix] / kTileLanes];
      for (int channel = 0; channel < shape.inputs; ++channel) {
        if (heard[mix * shape.inputs + channel] == 0) continue;
        for (int side = 0; side < 2; ++side) {
          plan_.setGain(lanes_[mix], channel, side, level * (1.5f + 0.5f * noise()), 0, 0);
        }
      }
    }
    adopt();
    startRamps();
  }

  void run() {
    if ((rampedFrames_ += shape_.frames) > kRampFrames / 2) startRamps();
    for (int first = 0; first < shape_.frames; first += kChunkFrames) {
      const int frames = std::min(kChunkFrames, shape_.frames - first);
      if (finish_ == Finish::kMeters) measureInputs(frames);
      for (int tile = 0; tile < tilesInUse_; ++tile) {
        tiles_[tile].render(kernels_, inputs_, lanesIn_[tile], frames, rowsOf(tile));
        if (finish_ != Finish::kNothing && tile > 0) finish(tile - 1, frames);
      }
      if (finish_ != Finish::kNothing) finish(tilesInUse_ - 1, frames);
    }
  }

 private:
  static constexpr uint32_t kRampFrames = 1u << 22;

  /// [mix][input] 1 or 0; when three quarters are muted, exactly so many, drawn at random.
  std::vector<uint8_t> drawHeard() const {
    std::vector<uint8_t> heard(static_cast<size_t>(shape_.mixes) * shape_.inputs, 1);
    if (gains_ != Gains::kThreeQuartersMuted) return heard;
    std::vector<float> draws(heard.size());
    std::generate(draws.begin(), draws.end(), noise);
    std::vector<float> sorted = draws;
    const auto quarter = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 4);
    std::nth_element(sorted.begin(), quarter, sorted.end());
    for (size_t cell = 0; cell < heard.size(); ++cell) heard[cell] = draws[cell] < *quarter ? 1 : 0;
    return heard;
  }

  /// Long ramps, begun again before they end.
  void startRamps() {
    rampedFrames_ = 0;
    target_ = 0.5f - target_;
    for (int mix = 0; mix < shape_.mixes; ++mix) {
      for (int channel = 0; channel < shape_.inputs; ++channel) {
        const bool moves = gains_ == Gains::kAllMoving ||
                           (gains_ == Gains::kTenthMoving && mix % 10 == 0 && channel == mix % shape_.inputs);
        for (int side = 0; moves && side < 2; ++side) {
          plan_.setGain(lanes_[mix], channel, side, target_, kRampFrames, plan_.master().sequence);
        }
      }
    }
    adopt();
  }

  void adopt() {
    plan_.publish();
    const GainPlan* plan = plan_.mailbox().takeNewest();
    for (int tile = 0; tile < mixer_.tiles(); ++tile)
      tiles_[tile].adopt(kernels_, *plan, tile, plan->sequence - 1);
  }

  void measureInputs(int frames) {
    for (int channel = 0; channel < shape_.inputs; ++channel) {
      const ChannelScan scan =
          kernels_.scanChannel(inputs_ + static_cast<size_t>(channel) * kRowStride, frames);
      meters_.addInput(channel, scan.peak, scan.sumSquares);
    }
  }

  /// As in the mixer, a tile's rows are limited and measured when the next one is on its way.
  float* rowsOf(int tile) const { return rows_ + (tile % 2) * kTileRows * kRowStride; }

  void finish(int tile, int frames) {
    const int firstLane = tile * kTileLanes;
    const int lanes = lanesIn_[tile];
    std::array<LimitJob, kTileLanes> jobs;
    for (int i = 0; i < lanes; ++i) {
      float* left = rowsOf(tile) + 2 * i * kRowStride;
      jobs[i] = limiters_[firstLane + i].job(left, left + kRowStride);
    }
    kernels_.limitLanes(jobs.data(), lanes, frames, settings_);
    for (int i = 0; i < lanes; ++i) {
      const LimitedChunk& chunk = jobs[i].chunk;
      limiters_[firstLane + i].keep(chunk);
      if (limiters_[firstLane + i].idle() != (finish_ != Finish::kLimiterHard)) std::abort();
      if (finish_ != Finish::kMeters) continue;
      meters_.addLane(firstLane + i, chunk.scan.peakLeft, chunk.scan.peakRight, chunk.scan.sumSquaresLeft,
                      chunk.scan.sumSquaresRight, chunk.lowestGain);
    }
  }

  const Shape shape_;
  const Gains gains_;
  const Finish finish_;
  const MixerShape mixer_;
  const std::vector<int> lanes_;  // [mix]
  const int tilesInUse_;
  std::vector<int> lanesIn_;  // [tile]
  const Kernels& kernels_ = chooseKernelsFromEnvironment();
  PlanWriter plan_;
  GainTiles tiles_;
  std::vector<Limiter> limiters_;
  MeterBank meters_;
  const LimiterSettings settings_;
  std::vector<float> storage_;
  float* inputs_;
  float* rows_;
  uint32_t rampedFrames_ = 0;
  float target_ = 0.2f;
};

/// The whole callback: inputs scanned and measured, mixes mixed, limited, measured and routed.
class Callback {
 public:
  Callback(const Shape& shape, float level)
      : shape_(shape),
        mixerShape_{shape.inputs, 2 * std::min(shape.mixes, 16), lanesFor(shape.mixes), kRateHz},
        plan_(mixerShape_),
        mixer_(mixerShape_, chooseKernelsFromEnvironment(), plan_.mailbox()),
        board_(mixerShape_, plan_, mixer_),
        in_(static_cast<size_t>(shape.inputs) * shape.frames),
        out_(static_cast<size_t>(mixerShape_.outputs) * shape.frames),
        gains_(shape.mixes) {
    for (float& sample : in_) sample = level * noise();
    for (int channel = 0; channel < shape.inputs; ++channel) inputs_.push_back(&in_[channel * shape.frames]);
    for (int channel = 0; channel < mixerShape_.outputs; ++channel) {
      outputs_.push_back(&out_[channel * shape.frames]);
    }
    std::vector<int64_t> routes;
    for (int mix = 0; mix < shape.mixes; ++mix) {
      for (int i = 0; i < 2 * shape.inputs; ++i) gains_[mix].push_back(newGain());
      set(mix);
      if (mix < mixerShape_.pairs()) routes.push_back(mix);
    }
    board_.setRoutes(routes);
    for (int i = 0; i < 200; ++i) run();
  }

  void run() {
    mixer_.render({inputs_.data(), shape_.inputs, shape_.frames},
                  {outputs_.data(), mixerShape_.outputs, shape_.frames});
  }

  /// One fader of the next mix, planned and published.
  void moveOneFader() {
    const int mix = moves_ % shape_.mixes;
    const int channel = moves_ / 7 % shape_.inputs;
    ++moves_;
    gains_[mix][2 * channel] = newGain();
    gains_[mix][2 * channel + 1] = newGain();
    set(mix);
  }

  /// Everything of everybody goes somewhere else in one plan; `rampMs` one for all, or one per input.
  void recall(std::span<const float> rampMs) {
    std::vector<MixTarget> targets;
    for (int mix = 0; mix < shape_.mixes; ++mix) {
      for (float& gain : gains_[mix]) gain = newGain();
      targets.push_back({static_cast<uint32_t>(mix), true, gains_[mix], rampMs});
    }
    board_.setMixes(targets);
  }

  /// As many moves as fall into one block.
  void moveForOneBlock() {
    movesDue_ += kMovesPerSecond * shape_.frames / kRateHz;
    for (; movesDue_ >= 1; movesDue_ -= 1) moveOneFader();
  }

 private:
  float newGain() const { return noise() / static_cast<float>(shape_.inputs); }

  void set(int mix) {
    const float rampMs = 10;
    const MixTarget target{static_cast<uint32_t>(mix), true, gains_[mix], {&rampMs, 1}};
    board_.setMixes({&target, 1});
  }

  const Shape shape_;
  const MixerShape mixerShape_;
  PlanWriter plan_;
  Mixer mixer_;
  MixBoard board_;
  std::vector<float> in_, out_;
  std::vector<std::vector<float>> gains_;  // [mix]
  std::vector<const float*> inputs_;
  std::vector<float*> outputs_;
  int moves_ = 0;
  double movesDue_ = 0;
};

/// All that is measured at one shape.
class Cases {
 public:
  /// `before` runs before each run and is not timed.
  void add(const std::string& name, std::function<void()> run, std::function<void()> before = {}) {
    cases_.push_back({name, std::move(run), std::move(before), 1, {}});
  }

  void measure() {
    for (Case& one : cases_) {
      one.slice();
      const double once = one.seconds.back();
      one.runs = std::max(1, static_cast<int>(kSliceSeconds / std::max(once, 1e-8)));
      one.seconds.clear();
    }
    for (int slice = 0; slice < kSlices; ++slice) {
      for (Case& one : cases_) one.slice();
    }
    for (Case& one : cases_) {
      std::sort(one.seconds.begin(), one.seconds.end());
      p10_[one.name] = one.seconds[one.seconds.size() / 10];
    }
  }

  /// Seconds per run; not a number when there is no such case.
  double operator[](const std::string& name) const {
    const auto found = p10_.find(name);
    return found == p10_.end() ? std::nan("") : found->second;
  }

 private:
  struct Case {
    std::string name;
    std::function<void()> run;
    std::function<void()> before;
    int runs;
    std::vector<double> seconds;  // per run, one value per slice

    void slice() {
      double took = 0;
      if (before) before();
      run();  // whatever the case before has put into the caches is gone
      if (before) {
        for (int i = 0; i < runs; ++i) {
          before();
          const auto begin = Clock::now();
          run();
          took += secondsSince(begin);
        }
      } else {
        const auto begin = Clock::now();
        for (int i = 0; i < runs; ++i) run();
        took = secondsSince(begin);
      }
      seconds.push_back(took / runs);
    }
  };

  std::vector<Case> cases_;
  std::map<std::string, double> p10_;
};

/// What the blocks after a recall take, in seconds.
struct RecallCost {
  double still;   ///< A block in which nothing happens.
  double recall;  ///< The block that takes the plan.
  double worst;   ///< The dearest until all ramps have ended.
};

/// Every block after a recall on its own, each at its tenth percentile of many recalls.
RecallCost measureRecall(const Shape& shape, std::span<const float> rampMs) {
  constexpr int kRecalls = 30;
  constexpr int kStillBlocks = 8;
  Callback callback(shape, 0.5f);
  const double longestMs = *std::max_element(rampMs.begin(), rampMs.end());
  const int moving =
      static_cast<int>(rampFramesOf(longestMs, kRateHz) + adoptFramesOf(shape.frames)) / shape.frames + 2;
  std::vector<std::vector<double>> blocks(moving + kStillBlocks);
  for (int recall = 0; recall < kRecalls; ++recall) {
    callback.recall(rampMs);
    for (std::vector<double>& block : blocks) {
      const auto begin = Clock::now();
      callback.run();
      block.push_back(secondsSince(begin));
    }
  }
  std::vector<double> quiet;
  for (std::vector<double>& block : blocks) {
    std::sort(block.begin(), block.end());
    quiet.push_back(block[block.size() / 10]);
  }
  return {*std::min_element(quiet.end() - kStillBlocks, quiet.end()), quiet.front(),
          *std::max_element(quiet.begin(), quiet.begin() + moving)};
}

/// As hearing comes first (M10), each channel's rise takes as long as it is high.
std::vector<float> gradedRamps(int inputs) {
  std::vector<float> rampMs(inputs);
  std::generate(rampMs.begin(), rampMs.end(), [] { return 155.0f + 145.0f * noise(); });
  return rampMs;
}

std::string machineLoad() {
  std::ifstream file("/proc/loadavg");
  std::string load;
  file >> load;
  return load.empty() ? "unknown" : load;
}

/// A peer that computes something else proves nothing.
void check(const Peer& peer, const Product& got, const Product& expected) {
  for (size_t i = 0; i < got.out.size(); ++i) {
    if (std::fabs(got.out[i] - expected.out[i]) < 1e-3f) continue;
    std::fprintf(stderr, "%s computes something else\n", peer.name.c_str());
    std::exit(1);
  }
}

std::string nameOf(const Shape& shape) {
  return "(" + std::to_string(shape.inputs) + "," + std::to_string(shape.mixes) + "," +
         std::to_string(shape.frames) + ")";
}

struct Measured {
  Shape shape;
  std::string load;
  Cases cases;
  RecallCost recall;  ///< All gains in 10 ms.
  RecallCost graded;  ///< Each channel in another time.
};

Measured benchShape(const Shape& shape) {
  Measured measured{shape, machineLoad(), {}, {}, {}};
  Cases& cases = measured.cases;
  Tiles still(shape, Gains::kStill);
  Tiles moving(shape, Gains::kAllMoving);
  Tiles tenth(shape, Gains::kTenthMoving);
  const double mostMoving = std::ceil(shape.mixes / 10.0);
  double movingDue = 0;
  Tiles muted(shape, Gains::kThreeQuartersMuted);
  Tiles metered(shape, Gains::kStill, Finish::kMeters);
  Tiles limiterIdle(shape, Gains::kStill, Finish::kLimiterIdle);
  Tiles limiterHard(shape, Gains::kStill, Finish::kLimiterHard);
  Callback quiet(shape, 0.5f);
  Callback loud(shape, 50.0f);
  Callback moved(shape, 0.5f);
  Callback planned(shape, 0.5f);

  cases.add("mix", [&] { still.run(); });
  cases.add("FMA peak", runFmaPeak);
  const Product expected = [&] {
    Product product(shape);
    peers().back().prepare(product)();
    return product;
  }();
  std::vector<std::unique_ptr<Product>> products;
  for (const Peer& peer : peers()) {
    products.push_back(std::make_unique<Product>(expected));
    const std::function<void()> run = peer.prepare(*products.back());
    if (!run) continue;
    run();
    check(peer, *products.back(), expected);
    cases.add(peer.name, run);
  }
  cases.add("all moving", [&] { moving.run(); });
  // Of four mixes one is a quarter: it moves in so many of the blocks that a tenth of all mixes does.
  cases.add("10 % move", [&] {
    movingDue += shape.mixes / 10.0 / mostMoving;
    const bool moves = movingDue >= 1;
    if (moves) movingDue -= 1;
    (moves ? tenth : still).run();
  });
  cases.add("75 % muted", [&] { muted.run(); });
  cases.add("meters", [&] { metered.run(); });
  cases.add("limiter idle", [&] { limiterIdle.run(); });
  cases.add("limiter hard", [&] { limiterHard.run(); });
  cases.add("callback", [&] { quiet.run(); });
  cases.add("callback hard", [&] { loud.run(); });
  cases.add("callback, moves", [&] { moved.run(); }, [&] { moved.moveForOneBlock(); });
  cases.add("one move", [&] { planned.moveOneFader(); });
  cases.measure();
  const float rampMs = 10;
  measured.recall = measureRecall(shape, {&rampMs, 1});
  measured.graded = measureRecall(shape, gradedRamps(shape.inputs));
  return measured;
}

/// Times as long as the mixer takes, or a dash.
void printRatio(double seconds, double mix) {
  if (std::isnan(seconds)) {
    std::printf(" %10s", "-");
  } else {
    std::printf(" %9.2fx", seconds / mix);
  }
}

void printTables(const std::vector<Measured>& all) {
  std::printf("\n%-14s %9s %9s %8s", "shape", "mix µs", "GFLOP/s", "of peak");
  for (const Peer& peer : peers()) std::printf(" %10s", peer.name.c_str());
  std::printf(" %6s\n", "load");
  for (const Measured& one : all) {
    const double mix = one.cases["mix"];
    const double speed = one.shape.flops() / mix;
    std::printf("%-14s %8.2f %9.1f %6.1f %%", nameOf(one.shape).c_str(), 1e6 * mix, speed / 1e9,
                100 * speed / (fmaPeakFlops() / one.cases["FMA peak"]));
    for (const Peer& peer : peers()) printRatio(one.cases[peer.name], mix);
    std::printf(" %6s\n", one.load.c_str());
  }

  const char* const ratios[] = {"all moving", "10 % move",    "75 % muted",
                                "meters",     "limiter idle", "limiter hard"};
  std::printf("\n%-14s", "shape");
  for (const char* ratio : ratios) std::printf(" %12s", ratio);
  std::printf(" %9s %9s %9s %9s\n", "callback", "hard", "moves", "move µs");
  for (const Measured& one : all) {
    const double mix = one.cases["mix"];
    const double block = one.shape.frames / kRateHz;
    std::printf("%-14s", nameOf(one.shape).c_str());
    for (const char* ratio : ratios) std::printf(" %11.2fx", one.cases[ratio] / mix);
    for (const char* callback : {"callback", "callback hard", "callback, moves"}) {
      std::printf(" %7.2f %%", 100 * one.cases[callback] / block);
    }
    std::printf(" %8.2f\n", 1e6 * one.cases["one move"]);
  }

  std::printf("\n%-14s %9s %9s %11s %13s %9s\n", "shape", "still µs", "recall", "worst block", "graded worst",
              "of block");
  for (const Measured& one : all) {
    const double still = one.recall.still;
    const double worst = std::max(one.recall.worst, one.graded.worst);
    std::printf("%-14s %8.2f %8.2fx %10.2fx %12.2fx %7.2f %%\n", nameOf(one.shape).c_str(), 1e6 * still,
                one.recall.recall / still, one.recall.worst / still, one.graded.worst / still,
                100 * worst / (one.shape.frames / kRateHz));
  }
}

}  // namespace
}  // namespace foldback::bench

/// Shapes whose name contains the first argument; all without one.
int main(int argc, char** argv) {
  using namespace foldback;
  using namespace foldback::bench;
  std::printf("kernel %s, load before %s\n", chooseKernelsFromEnvironment().name, machineLoad().c_str());
  std::vector<Measured> all;
  for (const Shape& shape : kShapes) {
    if (argc < 2 || nameOf(shape).find(argv[1]) != std::string::npos) all.push_back(benchShape(shape));
  }
  printTables(all);
  std::printf("\nload after %s\n", machineLoad().c_str());
  return 0;
}
