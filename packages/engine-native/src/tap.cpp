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

Tap::Tap(int capacityFrames, int fadeInFrames)
    : frames_(static_cast<size_t>(capacityFrames)), marks_(kMarks), fadeInFrames_(fadeInFrames) {}

void Tap::write(uint64_t position, const float* left, const float* right, int frames,
                const float* fade) noexcept {
  const auto count = static_cast<size_t>(frames);
  const bool jumps = position != nextPosition_;
  if (frames_.free() < count || (jumps && marks_.free() == 0)) {
    dropped_.store(dropped_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    return;
  }
  if (jumps) {
    const Mark mark{frames_.written(), position};
    marks_.write({&mark, 1});  // before the frames: whoever sees them sees their mark
  }
  std::array<Frame, kChunkFrames> chunk{};
  if (left != nullptr) {
    for (size_t i = 0; i < count; ++i) chunk[i] = {left[i], right[i]};
  }
  for (size_t i = 0; i < count && fadedIn_ < fadeInFrames_; ++i, ++fadedIn_) {
    const float gain = static_cast<float>(fadedIn_) / static_cast<float>(fadeInFrames_);
    chunk[i] = {chunk[i].left * gain, chunk[i].right * gain};
  }
  for (size_t i = 0; fade != nullptr && i < count; ++i) {
    chunk[i] = {chunk[i].left * fade[i], chunk[i].right * fade[i]};
  }
  frames_.write({chunk.data(), count});
  nextPosition_ = position + count;
}

TapBlock Tap::read() {
  TapBlock block;
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
  return block;
}

}  // namespace foldback
