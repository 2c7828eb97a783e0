// The control side's book of mixes: which there are, which sound, in which lane, on which output pair.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "gain_plan.h"
#include "mixer.h"
#include "tap.h"

namespace foldback {

/// A new mix fades in over this (M7: at least 20 ms).
inline constexpr double kFadeInMs = 30.0;

/// What a mix shall be.
struct MixTarget {
  uint32_t mix = 0;
  bool active = false;            ///< Rendered even when no output pair and no tap wants it.
  std::span<const float> gains;   ///< L0, R0, L1, R1, …: linear, 2 per input.
  std::span<const float> rampMs;  ///< One for all, or one per input.
};

/// Nothing is changed when this is thrown.
class BoardError : public std::runtime_error {
 public:
  BoardError(std::string code, const std::string& text) : std::runtime_error(text), code_(std::move(code)) {}
  const std::string& code() const { return code_; }

 private:
  std::string code_;
};

/// All functions are [control-thread]. Each that changes something but the ceiling publishes one plan.
///
/// A mix that is routed, tapped or kept active gets a *lane* on the audio side. When it no longer is, its
/// lane ramps to zero and is given to another mix only after the audio thread has reported silence.
class MixBoard {
 public:
  /// `mixer` reads from `plan`; both outlive the board.
  MixBoard(const MixerShape& shape, PlanWriter& plan, Mixer& mixer);

  /// Sets several mixes in one plan. @throws std::range_error when a size or a number is wrong.
  void setMixes(std::span<const MixTarget> targets);

  /// Forgets a mix; it ramps to zero if it sounds. Routes and taps that name it wait for its return.
  void removeMix(uint32_t mix);

  /// `routes[pair]` is a mix, or negative for none. @throws std::range_error when the size is wrong.
  void setRoutes(std::span<const int64_t> routes);

  /// @throws std::range_error unless 0 < linear <= 1.
  void setCeiling(float linear);

  /// Starts listening to a mix; returns the tap's number. @throws BoardError TAPS_FULL
  int tap(uint32_t mix);
  /// A block that is the last is `ended`; with it the number is unknown. @throws BoardError UNKNOWN_TAP
  TapBlock readTap(int tap);
  /// The sound of the tap fades out; who does not read on loses the rest, after half a second or when
  /// somebody else needs the place. @throws BoardError UNKNOWN_TAP
  void untap(int tap);

  /// Takes back lanes that have become silent and gives them to mixes that wait. Every other function does
  /// this too; call it now and then when nothing else happens.
  void service();

  /// The lane that plays the mix now, or kNoLane.
  int laneOf(uint32_t mix) const;

  int activeMixes() const { return static_cast<int>(activeMixes_); }
  int waitingMixes() const { return static_cast<int>(waiting_.size()); }

 private:
  struct Mix {
    std::vector<float> gains;  // 2 per input; empty: never set, or removed
    bool keptActive = false;
    int wantedBy = 0;  // output pairs and taps
    int lane = kNoLane;

    bool wanted() const { return !gains.empty() && (keptActive || wantedBy > 0); }
  };
  struct Lane {
    uint32_t mix = 0;
    uint64_t leftAt = 0;  // number of the plan in which it left; 0: it has not
  };
  struct ByRank {
    bool operator()(int a, int b) const { return rankOf(a) < rankOf(b); }
  };
  struct TapSlot {
    std::unique_ptr<Tap> tap;
    uint32_t mix = 0;
    int number = 0;  // its place, and kMaxTaps more with each tap that had it: nobody reads another's
    bool ending = false;
  };
  struct RetiredTap {
    std::unique_ptr<Tap> tap;
    uint64_t unusedFrom = 0;  // number of the first plan without it
  };

  void check(const MixTarget& target) const;
  void apply(const MixTarget& target);
  uint32_t rampFrames(const MixTarget& target, int channel) const;
  void want(uint32_t mix, int by);
  void update(uint32_t mix);
  void giveLane(uint32_t number, Mix& mix);
  void comeBack(Mix& mix);
  void leave(Mix& mix);
  bool reclaim();
  bool serveWaiting();
  void forgetIfUnused(uint32_t mix);
  void pointRoutesAndTaps();
  void publish();
  TapSlot& tapAt(int tap);
  TapSlot* placeForTap();
  void retire(TapSlot& slot);

  const MixerShape shape_;
  PlanWriter& plan_;
  Mixer& mixer_;
  const uint32_t fadeInFrames_;
  const uint32_t fadeOutFrames_;

  std::unordered_map<uint32_t, Mix> mixes_;
  std::vector<Lane> lanes_;
  std::set<int, ByRank> freeLanes_;  // the first keeps the tiles dense
  std::set<int> leavingLanes_;
  std::set<uint32_t> waiting_;  // wanted, but all lanes were taken
  std::vector<int64_t> routes_;
  std::array<TapSlot, kMaxTaps> taps_;
  std::vector<RetiredTap> retiredTaps_;
  size_t activeMixes_ = 0;
};

}  // namespace foldback
