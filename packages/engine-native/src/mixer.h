// The audio thread's whole work: out = gains x in, limited, measured, routed.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "audio_block.h"
#include "gain_plan.h"
#include "gain_tile.h"
#include "kernels.h"
#include "limiter.h"
#include "meter_bank.h"
#include "router.h"

namespace foldback {

/// Route changes take this long out and this long in.
inline constexpr double kRouteFadeMs = 10.0;

/// A block of at least so many frames adopts a plan whole: two plans that each wait for the end of such a
/// block would keep a mute of everything waiting for longer than M9 allows.
inline constexpr int kAdoptWholeFrames = 192;

/// [any-thread] A plan reaches all tiles within so many frames, in whole chunks: a recall or a mute of
/// everything is adopted tile by tile, so that no block costs much more than another. Each tile's part is
/// adopted whole, and routes and taps when all tiles have theirs. The next plan is taken in the first block
/// after that. As long as M9 leaves, since the ramps of the first tiles have then ended when the last ones
/// begin theirs.
int adoptFramesOf(int blockFrames);

/// [any-thread] A time as frames, rounded up to whole 32-frame steps so that few chunks are split by the
/// end of a ramp. 0 stays 0.
uint32_t rampFramesOf(double ms, double sampleRateHz);

/// Renders plans. Memory is taken in the constructor; everything else is [audio-thread] unless it says so.
class Mixer final {
 public:
  /// [control-thread] `mailbox` outlives the mixer.
  Mixer(const MixerShape& shape, const Kernels& kernels, TripleBuffer<GainPlan>& mailbox);

  /// One block of any length; cannot fail.
  void render(ConstBlock in, Block out) noexcept;

  /// [control-thread] Linear. No plan has it: nothing above it leaves from the next block on.
  void setCeiling(float linear) { ceiling_.store(linear, std::memory_order_relaxed); }

  /// [control-thread] Ramps all outputs and taps to zero, from where they are; they stay there.
  void fadeOut(uint32_t frames) { fadeRequest_.store(frames, std::memory_order_relaxed); }
  /// [control-thread] True when fadeOut() has reached zero.
  bool faded() const { return faded_.load(std::memory_order_acquire); }

  /// [control-thread] Number of the last plan that all tiles have adopted.
  uint64_t adopted() const { return adoptedSequence_.load(std::memory_order_acquire); }

  /// [control-thread] Number of a plan in which the leaving lane was silent and unheard, 0 if never.
  uint64_t laneSilentAt(int lane) const { return laneSilentAt_[lane].load(std::memory_order_acquire); }

  /// [control-thread] Blocks of channels that were silenced because a sample was NaN or infinite.
  uint64_t silencedBlocks() const { return silencedBlocks_.load(std::memory_order_relaxed); }

  /// [control-thread] and [audio-thread] as its methods say.
  MeterBank& meters() { return meters_; }
  const Kernels& kernels() const { return kernels_; }

 private:
  static constexpr int kNoTap = -1;
  static constexpr uint32_t kNoFade = UINT32_MAX;

  /// A part of the block that is mixed at once, and limited and played after the next part is mixed, so that
  /// the limiters see what comes.
  struct Chunk {
    int firstFrame = 0;
    int frames = 0;
    int tiles = 0;                      ///< Of which there are rows.
    const GainPlan* arrived = nullptr;  ///< The plan that all tiles have from this chunk on, or null.
  };

  /// A tile of a chunk: rows that are not limited yet, and the lanes as they were when it was mixed.
  struct MixedTile {
    int lanes = 0;  ///< Of which there are rows.
    std::array<LaneState, kTileLanes> states;
    float* rows = nullptr;
  };

  void takeNewest(int blockFrames) noexcept;
  void renderOneChunk(ConstBlock in, Block out) noexcept;
  void renderChunks(ConstBlock in, Block out) noexcept;
  const GainPlan* adoptSome(int frames) noexcept;
  void adoptLanes(const GainPlan& plan, int tile) noexcept;
  void scanInputs(ConstBlock in) noexcept;
  Chunk beginMixing(ConstBlock in, int firstFrame, int frames) noexcept;
  void loadChunk(ConstBlock in, int firstFrame, int frames) noexcept;
  void mixTile(int tile, int frames, MixedTile& mixed) noexcept;
  void beginPlaying(const Chunk& chunk, Block out) noexcept;
  void playTile(int tile, const Chunk& chunk, const MixedTile& mixed, const MixedTile* ahead, int framesAhead,
                Block out) noexcept;
  void playLane(int lane, const LimitJob& job, const Chunk& chunk, Block out) noexcept;
  void endPlaying(const Chunk& chunk, Block out) noexcept;
  void reportSilentLanes() noexcept;
  void adoptTaps(const std::array<TapTarget, kMaxTaps>& taps) noexcept;
  void writeTaps(int lane, const float* left, const float* right, int frames) noexcept;
  void beginFade(int frames) noexcept;
  void applyFade(Block out, int firstFrame, int frames) noexcept;

  const MixerShape shape_;
  const Kernels& kernels_;
  TripleBuffer<GainPlan>& mailbox_;
  MeterBank meters_;
  Router router_;
  LimiterSettings limiterSettings_;

  // audio thread only
  GainTiles tiles_;
  std::vector<Limiter> limiters_;       // [lane]
  std::vector<uint32_t> limited_;       // [lane] whose tenancy the limiter's past is
  std::vector<LaneState> lanes_;        // as adopted
  std::vector<int> leavingLanes_;       // not yet reported; capacity is all lanes
  std::vector<uint8_t> leavingListed_;  // [lane] the same as flags
  std::array<TapTarget, kMaxTaps> taps_{};
  std::vector<int> firstTap_;            // [lane] its first tap, or kNoTap; the last: of those that hear none
  std::array<int, kMaxTaps> nextTap_{};  // of the same lane
  int tilesInUse_ = 0;
  const GainPlan* taken_ =
      nullptr;              // the plan on its way into the tiles; the mailbox keeps it until the next
  int nextTile_ = 0;        // the first that has not looked at it
  int adoptingFrames_ = 0;  // since it was taken
  int adoptFrames_ = 1;     // how long all tiles may take over it
  uint64_t adopted_ = 0;
  uint64_t position_ = 0;          // frames rendered
  std::vector<uint8_t> poisoned_;  // [channel] silent in this block, because a sample is not finite
  std::vector<float> storage_;     // aligned rows: inputs, tiles
  float* inputs_ = nullptr;        // [channel][kRowStride]
  std::vector<MixedTile> mixed_;   // [tile][2]: this chunk and the one before, each with rows of its own
  uint32_t fadeFrames_ = kNoFade;
  uint32_t fadeLeft_ = 0;
  FrameValues fadeGains_{};  // of this chunk, when there is a fade

  // both
  std::atomic<float> ceiling_ = kDefaultCeiling;
  std::atomic<uint32_t> fadeRequest_ = kNoFade;
  std::atomic<bool> faded_ = false;
  std::atomic<uint64_t> adoptedSequence_ = 0;
  std::atomic<uint64_t> silencedBlocks_ = 0;
  std::vector<std::atomic<uint64_t>> laneSilentAt_;
};

}  // namespace foldback
