// One mix as a stream of frames: two rings, one for frames and one for the places where positions jump.
#include "tap.h"

#include <algorithm>
#include <array>

#include "kernels.h"

namespace foldback {
namespace {

/// Jumps that may wait to be read; when there are more, frames are dropped until one has been read.
constexpr size_t kMarks = 32;

}  // namespace

Tap::Tap(int capacityFrames, int fadeFrames)
    : frames_(static_cast<size_t>(capacityFrames)), marks_(kMarks), fadeFrames_(fadeFrames) {}

void Tap::write(uint64_t position, const float* left, const float* right, int frames,
                const float* fade) noexcept {
  const auto count = static_cast<size_t>(frames);
  if (ended_.load(std::memory_order_relaxed)) {
    sinceEnd_ += count;
    if (sinceEnd_ >= frames_.capacity()) forgotten_.store(true, std::memory_order_relaxed);
    return;
  }
  const bool ending = ending_.load(std::memory_order_relaxed);
  std::array<Frame, kChunkFrames> chunk{};
  if (left != nullptr) {
    for (size_t i = 0; i < count; ++i) chunk[i] = {left[i], right[i]};
  }
  const float lastGain = moveFade({chunk.data(), count}, ending);
  for (size_t i = 0; fade != nullptr && i < count; ++i) {
    chunk[i] = {chunk[i].left * fade[i], chunk[i].right * fade[i]};
  }
  add(position, {chunk.data(), count});
  if (ending && lastGain == 0.0f) ended_.store(true, std::memory_order_release);
}

void Tap::add(uint64_t position, std::span<const Frame> chunk) noexcept {
  const bool jumps = position != nextPosition_;
  if (frames_.free() < chunk.size() || (jumps && marks_.free() == 0)) {
    dropped_.store(dropped_.load(std::memory_order_relaxed) + chunk.size(), std::memory_order_relaxed);
    return;
  }
  if (jumps) {
    const Mark mark{frames_.written(), position};
    marks_.write({&mark, 1});  // before the frames: whoever sees them sees their mark
  }
  frames_.write(chunk);
  nextPosition_ = position + chunk.size();
}

/// Returns the gain of the last frame.
float Tap::moveFade(std::span<Frame> chunk, bool out) noexcept {
  if (!out && faded_ == fadeFrames_) return 1.0f;
  float gain = 0.0f;
  for (Frame& frame : chunk) {
    gain = fadeFrames_ == 0 ? 0.0f : static_cast<float>(faded_) / static_cast<float>(fadeFrames_);
    frame = {frame.left * gain, frame.right * gain};
    faded_ = std::clamp(faded_ + (out ? -1 : 1), 0, fadeFrames_);
  }
  return gain;
}

TapBlock Tap::read() {
  TapBlock block;
  const bool ended = ended_.load(std::memory_order_acquire);  // first: then all frames are here
  size_t count = frames_.available();
  if (marks_.available() > 0 && marks_.front().at == frames_.read()) {
    Mark mark{};
    marks_.read({&mark, 1});
    readPosition_ = mark.position;
  }
  if (marks_.available() > 0) {
    count = std::min(count, static_cast<size_t>(marks_.front().at - frames_.read()));
  }
  std::vector<Frame> frames(count);
  frames_.read(frames);
  block.position = readPosition_;
  block.frames.reserve(2 * count);
  for (const Frame& frame : frames) {
    block.frames.push_back(frame.left);
    block.frames.push_back(frame.right);
  }
  readPosition_ += count;
  const uint64_t dropped = dropped_.load(std::memory_order_relaxed);
  block.dropped = dropped - droppedBefore_;
  droppedBefore_ = dropped;
  block.ended = ended && frames_.available() == 0;
  return block;
}

}  // namespace foldback
