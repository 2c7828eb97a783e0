// The inner loops of the engine, one set per instruction set; the scalar set is the specification.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
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
/// Six rows by four vectors fill the 32 registers of AVX-512 and NEON, six by two the 16 of AVX2.
inline constexpr int kTileLanes = 3;
inline constexpr int kTileRows = 2 * kTileLanes;

/// Inputs that do not fit the L1 cache are asked for this many entries ahead: every list of offsets can be
/// read that far beyond its end, where any valid one may stand.
inline constexpr int kEntriesAhead = 6;

/// One tile's share of one chunk: rows = G . inputs + (movingFrom + frame index) o (dG . inputs), where o
/// multiplies frame by frame. A ramp thus costs a second product per sample and nothing between chunks.
struct TileJob {
  const float* inputs = nullptr;  ///< [channel][kRowStride], zeros after the last frame.
  int rowCount = kTileRows;       ///< Rows to compute, even: the lanes at the tile's end may be free.
  bool prefetch = false;          ///< True when the inputs do not fit the L1 cache.

  int count = 0;                      ///< Entries: channels that are heard.
  const uint32_t* offsets = nullptr;  ///< [entry] where the channel begins in inputs.
  const float* gains = nullptr;  ///< [entry][kTileRows]; of one on a ramp, when the tile's clock was at 0.
  int movingCount = 0;           ///< The first entries: those with at least one gain on a ramp.
  const float* steps = nullptr;  ///< [moving entry][kTileRows], gain added per frame.
  int movingRow = 0;             ///< All steps are in the rows from here on, even …
  int movingRows = kTileRows;    ///< … and so many, even.
  float movingFrom = 0;          ///< The tile's clock at the chunk's first frame, in frames.

  float* rows = nullptr;  ///< [kTileRows][kRowStride]
};

/// One channel's gains in a tile that take new targets; each points to kTileRows floats, and none overlap.
struct RampRows {
  bool still = false;          ///< Nothing moves yet: of the four, only the gains are read.
  float* gains = nullptr;      ///< Where they are, with the tile's clock at 0.
  float* steps = nullptr;      ///< Per frame; 0: stands still.
  float* targets = nullptr;    ///< Where they go.
  float* remaining = nullptr;  ///< Frames until they are there; 0: stands still.
};

inline constexpr int32_t kNoEnd = std::numeric_limits<int32_t>::max();

/// What of a channel's gains is on its way.
struct RampsLeft {
  int32_t nearestEnd = kNoEnd;  ///< In frames, or kNoEnd: nothing moves.
  uint8_t rows = 0;             ///< Bit by bit the rows that move.
};

/// What one look at an input channel tells.
struct ChannelScan {
  float peak = 0;        ///< Highest absolute sample, a denormal counted as 0; meaningless when not finite.
  float sumSquares = 0;  ///< Meaningless when not finite.
  bool finite = true;    ///< No NaN, no infinity.
};

/// What one look at a stereo mix tells.
struct StereoScan {
  float peakLeft = 0;
  float peakRight = 0;
  float sumSquaresLeft = 0;
  float sumSquaresRight = 0;
};

/// A limiter's gain falls by no more in one frame. Where a peak comes too early in a chunk for that, the
/// samples above the ceiling are cut off until the gain is there: that leaves no step in what is below it.
inline constexpr float kSteepestFall = 1.0f / 32;

/// What all limiters of an engine share.
struct LimiterSettings {
  float ceiling = 1;
  float releasePerFrame = 0;  ///< Share of the missing gain that comes back in one frame.
};

/// What a chunk of a stereo mix was like.
struct LimitedChunk {
  StereoScan scan;       ///< After limiting.
  float lowestGain = 1;  ///< Lowest gain used.
  float lastGain = 1;    ///< Gain at the last frame.
};

/// One stereo mix whose next chunk is to be limited in place, and measured.
struct LimitJob {
  float* left = nullptr;   ///< Need not be aligned.
  float* right = nullptr;  ///< Need not be aligned.
  float gain = 1;          ///< At the frame before the chunk.
  LimitedChunk chunk;      ///< What came of it.

  int framesAhead = 0;  ///< Of the chunk behind it, looked at but not limited yet; kChunkFrames at most.
  float* leftAhead = nullptr;   ///< As long as that; what is not finite becomes 0 here too.
  float* rightAhead = nullptr;  ///< The same.
};

/// Computes the frames [begin, end) of a tile's first job.rowCount rows.
using MixTile = void (*)(const TileJob& job, int begin, int end) noexcept;

/// Gives kTileRows gains new targets, to be reached in so many frames from where they are; 0: at once. What
/// has its target already goes on as it does. A rise that is under way is not cut short by a quicker one:
/// hearing first (M10).
using Retarget = RampsLeft (*)(const RampRows& rows, const float* wanted,
                               const uint32_t* rampFrames) noexcept;

/// Looks at a channel of any length; `samples` need not be aligned.
using ScanChannel = ChannelScan (*)(const float* samples, int frames) noexcept;

/// Limits and measures a chunk of at most kTileLanes mixes and kChunkFrames frames: together, because
/// each alone would mostly wait for its own results. A mix whose gain is 1
/// and which stays below the ceiling is left alone. Else samples that are not finite become 0, and the gain
/// goes down in the one straight line that meets every peak in time, those ahead included, or kSteepestFall,
/// or up by releasePerFrame of what is missing, and never above 1.
using LimitLanes = void (*)(LimitJob* jobs, int count, int frames, const LimiterSettings& settings) noexcept;

/// The functions of one instruction set. All are [audio-thread]: no allocation, no lock, no failure.
struct Kernels {
  const char* name;
  MixTile mixTile;
  Retarget retarget;
  ScanChannel scanChannel;
  LimitLanes limitLanes;
};

/// Thrown when the environment asks for an instruction set that is unknown or not on this machine.
class KernelError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// [any-thread] The sample, or a zero of its sign when it is too small for a float with all its digits: no
/// sound, but slow to compute with. What DenormalGuard does to all that is computed, for what is only copied.
inline constexpr float denormalAsZero(float sample) {
  constexpr uint32_t kSignBit = 0x80000000;
  constexpr uint32_t kExponentBits = 0x7f800000;
  const auto bits = std::bit_cast<uint32_t>(sample);
  return (bits & kExponentBits) == 0 ? std::bit_cast<float>(bits & kSignBit) : sample;
}

/// One value per frame of a chunk.
using FrameValues = std::array<float, kChunkFrames>;

/// 1, 2, 3 … 64
inline constexpr FrameValues kFrameNumbers = [] {
  FrameValues numbers{};
  for (int frame = 0; frame < kChunkFrames; ++frame) numbers[frame] = static_cast<float>(frame + 1);
  return numbers;
}();

/// 1, 1/2, 1/3 … 1/128: what a limiter's line goes down per frame to be at 0 in that frame of the chunk or of
/// the one behind it, coming from 1.
inline constexpr std::array<float, 2 * kChunkFrames> kFrameShares = [] {
  std::array<float, 2 * kChunkFrames> shares{};
  for (int frame = 0; frame < 2 * kChunkFrames; ++frame) shares[frame] = 1.0f / static_cast<float>(frame + 1);
  return shares;
}();

/// [any-thread] The specification.
const Kernels& scalarKernels();

/// [any-thread] Every set this machine can run, the best first, the scalar one last. One binary holds avx512,
/// avx2, sse4 and ssse3 on x86-64 and neon on ARM64. Highway 1.0.3 has nothing below SSSE3: a processor with
/// SSE2 alone, last made in 2010, runs the scalar set, which the compiler turns into SSE2.
std::span<const Kernels* const> availableKernels();

/// [any-thread] The set called `name`, or the best one when `name` is empty. @throws KernelError
const Kernels& chooseKernels(const std::string& name);

/// [any-thread] The set that FOLDBACK_KERNEL names, or the best one. @throws KernelError
const Kernels& chooseKernelsFromEnvironment();

}  // namespace foldback
