// The control side's book of mixes: lanes are lent, ramped out, reported silent, and lent again.
#include "mix_board.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

namespace foldback {
namespace {

constexpr float kLongestRampMs = 60'000.0f;
constexpr double kTapSeconds = 0.5;

std::string counted(const char* what, size_t expected, size_t got) {
  return std::string(what) + ": expected " + std::to_string(expected) + ", got " + std::to_string(got);
}

}  // namespace

MixBoard::MixBoard(const MixerShape& shape, PlanWriter& plan, Mixer& mixer)
    : shape_(shape),
      plan_(plan),
      mixer_(mixer),
      fadeInFrames_(rampFramesOf(kFadeInMs, shape.sampleRateHz)),
      fadeOutFrames_(rampFramesOf(kRouteFadeMs, shape.sampleRateHz)),
      lanes_(shape.lanes),
      routes_(shape.pairs(), kNoLane) {
  for (int lane = 0; lane < shape.lanes; ++lane) freeLanes_.insert(lane);
  for (int place = 0; place < kMaxTaps; ++place) taps_[place].number = place;
}

void MixBoard::setMixes(std::span<const MixTarget> targets) {
  for (const MixTarget& target : targets) check(target);
  for (const MixTarget& target : targets) apply(target);
  publish();
}

void MixBoard::check(const MixTarget& target) const {
  const auto inputs = static_cast<size_t>(shape_.inputs);
  const std::string name = "mix " + std::to_string(target.mix);
  if (target.gains.size() != 2 * inputs) {
    throw std::range_error(counted((name + " gains").c_str(), 2 * inputs, target.gains.size()));
  }
  if (target.rampMs.size() != 1 && target.rampMs.size() != inputs) {
    throw std::range_error(counted((name + " rampMs").c_str(), inputs, target.rampMs.size()));
  }
  for (size_t i = 0; i < target.gains.size(); ++i) {
    if (std::isfinite(target.gains[i])) continue;
    throw std::range_error(name + " gains[" + std::to_string(i) + "]: expected a finite number");
  }
  for (size_t i = 0; i < target.rampMs.size(); ++i) {
    if (target.rampMs[i] >= 0.0f && target.rampMs[i] <= kLongestRampMs) continue;
    throw std::range_error(name + " rampMs[" + std::to_string(i) + "]: expected 0 to 60000 ms");
  }
}

uint32_t MixBoard::rampFrames(const MixTarget& target, int channel) const {
  const float ms = target.rampMs.size() == 1 ? target.rampMs[0] : target.rampMs[channel];
  return rampFramesOf(ms, shape_.sampleRateHz);
}

void MixBoard::apply(const MixTarget& target) {
  Mix& mix = mixes_[target.mix];
  const bool sounds = mix.lane != kNoLane && mix.wanted();
  mix.keptActive = target.active;
  if (sounds && mix.wanted()) {
    const uint64_t adopted = mixer_.adopted();
    for (int channel = 0; channel < shape_.inputs; ++channel) {
      for (int side = 0; side < 2; ++side) {
        const float gain = target.gains[2 * channel + side];
        if (gain == mix.gains[2 * channel + side]) continue;
        plan_.setGain(mix.lane, channel, side, gain, rampFrames(target, channel), adopted);
      }
    }
  }
  mix.gains.assign(target.gains.begin(), target.gains.end());
  update(target.mix);
}

void MixBoard::removeMix(uint32_t number) {
  const auto found = mixes_.find(number);
  if (found == mixes_.end()) return;
  found->second.gains.clear();
  found->second.keptActive = false;
  update(number);
  forgetIfUnused(number);
  publish();
}

void MixBoard::setRoutes(std::span<const int64_t> routes) {
  if (routes.size() != routes_.size()) {
    throw std::range_error(counted("routes", routes_.size(), routes.size()));
  }
  const std::vector<int64_t> before = routes_;
  routes_.assign(routes.begin(), routes.end());
  for (const int64_t mix : routes_) {
    if (mix >= 0) want(static_cast<uint32_t>(mix), 1);  // first, so that a mix that only moves never leaves
  }
  for (const int64_t mix : before) {
    if (mix >= 0) want(static_cast<uint32_t>(mix), -1);
  }
  publish();
}

void MixBoard::setCeiling(float linear) {
  if (!(linear > 0.0f && linear <= 1.0f)) throw std::range_error("ceiling: expected more than 0, at most 1");
  mixer_.setCeiling(linear);
}

int MixBoard::tap(uint32_t mix) {
  TapSlot* slot = placeForTap();
  if (slot == nullptr) {
    throw BoardError("TAPS_FULL", "tap: all " + std::to_string(kMaxTaps) + " taps are in use");
  }
  slot->tap = std::make_unique<Tap>(static_cast<int>(kTapSeconds * shape_.sampleRateHz),
                                    static_cast<int>(fadeOutFrames_));
  slot->mix = mix;
  want(mix, 1);
  publish();
  return slot->number;
}

/// A free place, or else one whose sound is fading out.
MixBoard::TapSlot* MixBoard::placeForTap() {
  for (TapSlot& slot : taps_) {
    if (slot.tap == nullptr) return &slot;
  }
  for (TapSlot& slot : taps_) {
    if (!slot.ending) continue;
    retire(slot);
    return &slot;
  }
  return nullptr;
}

/// To be followed by a plan without it.
void MixBoard::retire(TapSlot& slot) {
  retiredTaps_.push_back({std::move(slot.tap), plan_.nextSequence()});
  slot.ending = false;
  slot.number = slot.number > INT32_MAX - kMaxTaps ? slot.number % kMaxTaps : slot.number + kMaxTaps;
}

MixBoard::TapSlot& MixBoard::tapAt(int tap) {
  TapSlot* slot = tap < 0 ? nullptr : &taps_[tap % kMaxTaps];
  if (slot == nullptr || slot->tap == nullptr || slot->number != tap) {
    throw BoardError("UNKNOWN_TAP", "there is no tap " + std::to_string(tap));
  }
  return *slot;
}

TapBlock MixBoard::readTap(int tap) {
  TapSlot& slot = tapAt(tap);
  TapBlock block = slot.tap->read();
  if (block.ended) {
    retire(slot);
    publish();
  }
  return block;
}

void MixBoard::untap(int tap) {
  TapSlot& slot = tapAt(tap);
  if (slot.ending) throw BoardError("UNKNOWN_TAP", "tap " + std::to_string(tap) + " is ended already");
  slot.ending = true;
  slot.tap->end();
  want(slot.mix, -1);
  publish();
}

void MixBoard::service() {
  const bool reclaimed = reclaim();
  const bool served = serveWaiting();
  if (!reclaimed && !served) return;
  pointRoutesAndTaps();
  plan_.publish();
}

int MixBoard::laneOf(uint32_t mix) const {
  const auto found = mixes_.find(mix);
  return found == mixes_.end() || !found->second.wanted() ? kNoLane : found->second.lane;
}

void MixBoard::want(uint32_t mix, int by) {
  mixes_[mix].wantedBy += by;
  update(mix);
  forgetIfUnused(mix);
}

/// Brings the mix's lane in line with what is wanted of it.
void MixBoard::update(uint32_t number) {
  Mix& mix = mixes_[number];
  const bool leaving = mix.lane != kNoLane && lanes_[mix.lane].leftAt != 0;
  if (mix.wanted()) {
    if (mix.lane == kNoLane) giveLane(number, mix);
    if (leaving) comeBack(mix);
    return;
  }
  waiting_.erase(number);
  if (mix.lane != kNoLane && !leaving) leave(mix);
}

void MixBoard::giveLane(uint32_t number, Mix& mix) {
  reclaim();
  if (freeLanes_.empty()) {
    waiting_.insert(number);
    return;
  }
  waiting_.erase(number);
  mix.lane = *freeLanes_.begin();
  freeLanes_.erase(freeLanes_.begin());
  lanes_[mix.lane] = {number, 0};
  ++activeMixes_;
  mixer_.meters().forgetLane(mix.lane);  // what the tenant before has left unread
  LaneState state = plan_.lane(mix.lane);
  ++state.tenancy;
  state.playing = true;
  state.leaving = false;
  plan_.setLane(mix.lane, state);
  comeBack(mix);
}

/// Fades a lane in, from silence or from wherever its fade-out has got to.
void MixBoard::comeBack(Mix& mix) {
  lanes_[mix.lane].leftAt = 0;
  if (leavingLanes_.erase(mix.lane) > 0) ++activeMixes_;
  LaneState state = plan_.lane(mix.lane);
  state.leaving = false;
  plan_.setLane(mix.lane, state);
  const uint64_t adopted = mixer_.adopted();
  for (int channel = 0; channel < shape_.inputs; ++channel) {
    for (int side = 0; side < 2; ++side) {
      plan_.setGain(mix.lane, channel, side, mix.gains[2 * channel + side], fadeInFrames_, adopted);
    }
  }
}

void MixBoard::leave(Mix& mix) {
  lanes_[mix.lane].leftAt = plan_.nextSequence();
  leavingLanes_.insert(mix.lane);
  --activeMixes_;
  LaneState state = plan_.lane(mix.lane);
  state.leaving = true;
  plan_.setLane(mix.lane, state);
  plan_.silenceLane(mix.lane, fadeOutFrames_, mixer_.adopted());
}

bool MixBoard::reclaim() {
  bool any = false;
  for (auto it = leavingLanes_.begin(); it != leavingLanes_.end();) {
    const int lane = *it;
    if (mixer_.laneSilentAt(lane) < lanes_[lane].leftAt) {
      ++it;
      continue;
    }
    it = leavingLanes_.erase(it);
    const uint32_t mix = lanes_[lane].mix;
    mixes_[mix].lane = kNoLane;
    forgetIfUnused(mix);
    LaneState state = plan_.lane(lane);
    state.playing = false;
    state.leaving = false;
    plan_.setLane(lane, state);
    freeLanes_.insert(lane);
    any = true;
  }
  for (TapSlot& slot : taps_) {
    if (!slot.ending || !slot.tap->forgotten()) continue;
    retire(slot);
    any = true;
  }
  std::erase_if(retiredTaps_, [this](const RetiredTap& tap) { return mixer_.adopted() >= tap.unusedFrom; });
  return any;
}

bool MixBoard::serveWaiting() {
  bool any = false;
  while (!waiting_.empty() && !freeLanes_.empty()) {
    const uint32_t number = *waiting_.begin();
    giveLane(number, mixes_[number]);
    any = true;
  }
  return any;
}

void MixBoard::forgetIfUnused(uint32_t number) {
  const auto found = mixes_.find(number);
  if (found == mixes_.end()) return;
  const Mix& mix = found->second;
  if (mix.gains.empty() && mix.wantedBy == 0 && mix.lane == kNoLane) mixes_.erase(found);
}

void MixBoard::pointRoutesAndTaps() {
  for (size_t pair = 0; pair < routes_.size(); ++pair) {
    const int64_t mix = routes_[pair];
    plan_.setRoute(static_cast<int>(pair), mix < 0 ? kNoLane : laneOf(static_cast<uint32_t>(mix)));
  }
  for (int slot = 0; slot < kMaxTaps; ++slot) {
    const TapSlot& tap = taps_[slot];
    // Unlike a route, a tap hears a removed mix until its fade-out has ended.
    const auto mix = tap.tap == nullptr ? mixes_.end() : mixes_.find(tap.mix);
    plan_.setTap(slot, {tap.tap.get(), mix == mixes_.end() ? kNoLane : mix->second.lane});
  }
  const int highest = static_cast<int>(freeLanes_.size()) == shape_.lanes ? -1 : [this] {
    for (int lane = shape_.lanes - 1; lane >= 0; --lane) {
      if (plan_.lane(lane).playing) return lane;
    }
    return -1;
  }();
  plan_.setTilesInUse(highest / kTileLanes + (highest >= 0 ? 1 : 0));
}

void MixBoard::publish() {
  reclaim();
  serveWaiting();
  pointRoutesAndTaps();
  plan_.publish();
}

}  // namespace foldback
