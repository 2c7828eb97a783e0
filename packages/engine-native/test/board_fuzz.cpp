// A random life of a mixer: bytes become commands, and after each the rules are checked.
#include "board_fuzz.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

#include "stage.h"

namespace foldback::test {
namespace {

constexpr int kInputs = 3;
constexpr int kOutputs = 6;
constexpr int kLanes = 6;
constexpr uint32_t kMixes = 12;

[[noreturn]] void broken(const char* rule) {
  std::fprintf(stderr, "broken: %s\n", rule);
  std::abort();
}

/// Hands out the bytes; zeros when there are no more.
class Bytes {
 public:
  explicit Bytes(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool any() const { return !bytes_.empty(); }
  uint8_t next() {
    if (bytes_.empty()) return 0;
    const uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  /// Any float there is, NaN included, or a usual gain.
  float number() {
    const uint8_t kind = next();
    if (kind < 224) return static_cast<float>(kind % 51);
    uint8_t raw[4] = {next(), next(), next(), next()};
    float value;
    std::memcpy(&value, raw, sizeof value);
    return value;
  }

 private:
  std::span<const uint8_t> bytes_;
};

class Life {
 public:
  explicit Life(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  void live() {
    while (bytes_.any()) {
      try {
        act();
      } catch (const std::range_error&) {
      } catch (const BoardError&) {
      }
      checkBook();
    }
    die();
  }

 private:
  void act() {
    MixBoard& board = stage_.board;
    switch (bytes_.next() % 10) {
      case 0:
      case 1:
        return setMixes();
      case 2:
        return board.removeMix(bytes_.next() % kMixes);
      case 3:
        return setRoutes();
      case 4: {
        const float ceiling = bytes_.number();
        board.setCeiling(ceiling);
        ceiling_ = ceiling;
        return;
      }
      case 5:
        taps_.insert(board.tap(bytes_.next() % kMixes));
        return;
      case 6: {
        const int tap = someTap();
        board.untap(tap);
        taps_.erase(tap);
        ended_ = tap;
        return;
      }
      case 7:
        return listen(bytes_.next() % 4 == 0 ? ended_ : someTap());
      case 8:
        return board.service();
      default:
        return render();
    }
  }

  void setMixes() {
    const int count = bytes_.next() % 4;
    std::vector<std::vector<float>> gains(count);
    std::vector<std::vector<float>> ramps(count);
    std::vector<MixTarget> targets;
    for (int i = 0; i < count; ++i) {
      const int shape = bytes_.next();
      gains[i].resize(shape % 32 == 0 ? shape / 32 : 2 * kInputs);
      ramps[i].resize(shape % 3 == 0 ? kInputs : 1);
      for (float& gain : gains[i]) gain = bytes_.number();
      for (float& ramp : ramps[i]) ramp = bytes_.number();
      targets.push_back({bytes_.next() % kMixes, shape % 2 == 0, gains[i], ramps[i]});
    }
    stage_.board.setMixes(targets);
  }

  void setRoutes() {
    std::vector<int64_t> routes(bytes_.next() % 16 == 0 ? 2 : kOutputs / 2);
    for (int64_t& route : routes) route = bytes_.next() % (kMixes + 1) - 1;
    stage_.board.setRoutes(routes);
  }

  /// The oldest, or one that is not there.
  int someTap() { return taps_.empty() || bytes_.next() % 16 == 0 ? bytes_.next() : *taps_.begin(); }

  void listen(int tap) {
    const TapBlock block = stage_.board.readTap(tap);
    if (block.frames.size() % 2 != 0) broken("a tap holds whole frames");
    for (const float sample : block.frames) {
      if (!(std::fabs(sample) <= kDefaultCeiling || std::fabs(sample) <= 1.0f)) broken("taps are limited");
    }
  }

  void render() {
    const int frames = 1 + bytes_.next();
    const float level = bytes_.number();
    const Channels out =
        stage_.play([level](int c, int64_t f) { return level * unlike(c, f); }, frames, frames);
    for (const std::vector<float>& channel : out) {
      for (const float sample : channel) {
        if (!(std::fabs(sample) <= ceiling_)) broken("nothing above the ceiling leaves");
      }
    }
    if (stage_.mixer.adopted() == 0) return;
    for (int lane = 0; lane < kLanes; ++lane) stage_.mixer.meters().readLane(lane);
  }

  void checkBook() {
    std::set<int> lent;
    int playing = 0;
    for (uint32_t mix = 0; mix < kMixes; ++mix) {
      const int lane = stage_.board.laneOf(mix);
      if (lane == kNoLane) continue;
      ++playing;
      if (lane < 0 || lane >= kLanes) broken("lanes are those there are");
      if (!lent.insert(lane).second) broken("a lane is lent once");
    }
    if (playing != stage_.board.activeMixes()) broken("active mixes are those with a lane");
  }

  /// When all is taken away and fades have ended, nothing sounds and every lane is free again.
  void die() {
    for (const int tap : taps_) stage_.board.untap(tap);
    stage_.board.setRoutes(std::vector<int64_t>(kOutputs / 2, -1));
    for (uint32_t mix = 0; mix < kMixes; ++mix) stage_.board.removeMix(mix);
    for (int round = 0; round < 4; ++round) {
      stage_.play(unlike, 1024);
      stage_.board.service();
    }
    if (stage_.board.activeMixes() != 0 || stage_.board.waitingMixes() != 0) broken("the dead are quiet");
    for (const std::vector<float>& channel : stage_.play(unlike, 64)) {
      if (largest(channel) != 0.0f) broken("silence is silent to the bit");
    }
    stage_.setAll(1, 0.25f, 10, true);
    if (stage_.board.laneOf(1) == kNoLane) broken("lanes come back");
  }

  Bytes bytes_;
  Stage stage_{{kInputs, kOutputs, kLanes, ""}};
  float ceiling_ = kDefaultCeiling;
  std::set<int> taps_;
  int ended_ = 0;
};

}  // namespace

void liveThrough(std::span<const uint8_t> bytes) { Life(bytes).live(); }

}  // namespace foldback::test
