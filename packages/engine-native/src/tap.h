// One mix as a stream of frames for somebody outside the audio thread: a browser that listens, or a test.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spsc_ring.h"

namespace foldback {

/// What was read: consecutive stereo frames.
struct TapBlock {
  uint64_t position = 0;      ///< Of the first frame, in frames since the engine was opened.
  std::vector<float> frames;  ///< L, R, L, R, …
  uint64_t dropped = 0;       ///< Frames lost since the last read because nobody read in time.
  bool ended = false;         ///< No frames come any more.
};

/// Frames that do not fit are dropped and leave a gap in the positions, never a glitch in between.
class Tap {
 public:
  /// [control-thread] The sound fades in, and out at the end(): whoever listens hears no click.
  explicit Tap(int capacityFrames, int fadeFrames = 0);

  /// [audio-thread] Adds a chunk; `left` and `right` may be null for silence. `fade` has a gain for each
  /// frame, or is null.
  void write(uint64_t position, const float* left, const float* right, int frames,
             const float* fade = nullptr) noexcept;

  /// [control-thread] From the next chunk on the sound fades out, and then no frames come any more.
  void end() noexcept { ending_.store(true, std::memory_order_relaxed); }

  /// [control-thread] The sound ended as long ago as the tap holds: nobody will read on.
  bool forgotten() const noexcept { return forgotten_.load(std::memory_order_relaxed); }

  /// [control-thread] The oldest run of consecutive frames, possibly empty.
  TapBlock read();

 private:
  struct Frame {
    float left;
    float right;
  };
  /// From the ring's `at`-th frame on, positions count from `position`.
  struct Mark {
    uint64_t at;
    uint64_t position;
  };

  void add(uint64_t position, std::span<const Frame> chunk) noexcept;
  float moveFade(std::span<Frame> chunk, bool out) noexcept;

  SpscRing<Frame> frames_;
  SpscRing<Mark> marks_;
  std::atomic<uint64_t> dropped_ = 0;
  std::atomic<bool> ending_ = false;     // stored by the control side
  std::atomic<bool> ended_ = false;      // stored by the audio side, behind the last frame
  std::atomic<bool> forgotten_ = false;  // stored by the audio side
  const int fadeFrames_;
  int faded_ = 0;                       // audio side: 0 … fadeFrames_, how far the sound is in
  uint64_t sinceEnd_ = 0;               // audio side: frames
  uint64_t nextPosition_ = UINT64_MAX;  // audio side: where the next chunk must begin to need no mark
  uint64_t readPosition_ = 0;           // control side
  uint64_t droppedBefore_ = 0;          // control side
};

}  // namespace foldback
