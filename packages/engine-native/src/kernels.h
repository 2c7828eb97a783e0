// The inner loops of the engine, one set per instruction set; the scalar set is the specification.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

namespace foldback {

/// Blocks of any length are mixed in chunks of at most this many frames: 64 channels of a chunk then fit
/// the L1 cache (FACTS, "Mixing kernel": a kernel over 256 frames at once is weak).
inline constexpr int kChunkFrames = 64;

/// Floats from one row to the next. A kernel may read and write whole vectors beyond the last frame, up to
/// 16 floats, from any first frame; the slack holds zeros in inputs and nonsense in outputs.
inline constexpr int kRowStride = kChunkFrames + 16;

/// A tile is the rows that one pass over the inputs computes in registers: three stereo lanes.
/// Six rows by four vectors fill the 32 registers of AVX-512, six by two the 16 of AVX2.
inline constexpr int kTileLanes = 3;
inline constexpr int kTileRows = 2 * kTileLanes;

/// One tile's share of one chunk: rows = G0 . inputs + dG . (frame index o inputs).
struct TileJob {
  const float* inputs = nullptr;        ///< [channel][kRowStride], zeros after the last frame.
  const float* rampedInputs = nullptr;  ///< [channel][kRowStride], input times its frame index in the chunk.

  int fixedCount = 0;                        ///< Entries whose gains stand still in this chunk.
  const uint32_t* fixedChannels = nullptr;   ///< [entry]
  const float* fixedGains = nullptr;         ///< [entry][kTileRows]
  int movingCount = 0;                       ///< Entries with at least one gain on a ramp.
  const uint32_t* movingChannels = nullptr;  ///< [entry]
  const float* movingGains = nullptr;        ///< [entry][kTileRows], gain at the chunk's first frame.
  const float* movingSteps = nullptr;        ///< [entry][kTileRows], gain added per frame.

  float* rows = nullptr;  ///< [kTileRows][kRowStride]
};

/// What one look at an input channel tells.
struct ChannelScan {
  float peak = 0;        ///< Highest absolute sample; meaningless when not clean.
  float sumSquares = 0;  ///< Meaningless when not clean.
  bool clean = true;     ///< No NaN, no infinity, no denormal.
};

/// What one look at a stereo mix tells.
struct StereoScan {
  float peakLeft = 0;
  float peakRight = 0;
  float sumSquaresLeft = 0;
  float sumSquaresRight = 0;
  bool finite = true;  ///< No NaN, no infinity; else the other fields mean nothing.
};

/// The functions of one instruction set. All are [audio-thread]: no allocation, no lock, no failure.
struct Kernels {
  const char* name;

  /// Computes the frames [begin, end) of a tile.
  void (*mixTile)(const TileJob& job, int begin, int end) noexcept;

  /// Looks at a channel of any length; `samples` need not be aligned.
  ChannelScan (*scanChannel)(const float* samples, int frames) noexcept;

  /// Looks at a mix of any length; the pointers need not be aligned.
  StereoScan (*scanStereo)(const float* left, const float* right, int frames) noexcept;

  /// ramped[f] = f * input[f] for a whole row, slack included.
  void (*rampInput)(const float* input, float* ramped) noexcept;

  /// Moves `count` gains on by `frames`: what remains of each ramp shrinks (never below 0) and the gain is
  /// taken back from the target, gain = target - step * remaining, so that no rounding error adds up.
  void (*advanceRamps)(int count, float frames, const float* targets, const float* steps, float* remaining,
                       float* gains) noexcept;
};

/// Thrown when the environment asks for an instruction set that is unknown or not on this machine.
class KernelError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// [any-thread] The specification.
const Kernels& scalarKernels();

/// [any-thread] Every set this machine can run, the best first, the scalar one last.
std::span<const Kernels* const> availableKernels();

/// [any-thread] The set called `name`, or the best one when `name` is empty. @throws KernelError
const Kernels& chooseKernels(const std::string& name);

/// [any-thread] The set that FOLDBACK_KERNEL names, or the best one. @throws KernelError
const Kernels& chooseKernelsFromEnvironment();

}  // namespace foldback
