// A tap: consecutive frames with their position, gaps told.
#include "tap.h"

#include <gtest/gtest.h>

#include <thread>

#include "stage.h"

namespace foldback::test {
namespace {

/// Writes frames whose samples tell their own position.
void write(Tap& tap, uint64_t position, int frames) {
  std::vector<float> left(frames), right(frames);
  for (int i = 0; i < frames; ++i) {
    left[i] = static_cast<float>(position + i);
    right[i] = -left[i];
  }
  tap.write(position, left.data(), right.data(), frames);
}

void expectRun(const TapBlock& block, uint64_t position, size_t frames) {
  EXPECT_EQ(block.position, position);
  ASSERT_EQ(block.frames.size(), 2 * frames);
  for (size_t i = 0; i < frames; ++i) {
    ASSERT_EQ(block.frames[2 * i], static_cast<float>(position + i));
    ASSERT_EQ(block.frames[2 * i + 1], -static_cast<float>(position + i));
  }
}

TEST(Tap, GivesConsecutiveFramesWithTheirPosition) {
  Tap tap(1000);
  write(tap, 500, 64);
  write(tap, 564, 10);
  expectRun(tap.read(), 500, 74);
  write(tap, 574, 3);
  expectRun(tap.read(), 574, 3);
  expectRun(tap.read(), 577, 0);
}

TEST(Tap, FramesNobodyReadAreDroppedAndLeaveAGapNotAGlitch) {
  Tap tap(100);
  write(tap, 0, 64);
  write(tap, 64, 64);   // does not fit
  write(tap, 128, 30);  // fits, after a gap
  const TapBlock first = tap.read();
  expectRun(first, 0, 64);
  EXPECT_EQ(first.dropped, 64u);
  const TapBlock second = tap.read();
  expectRun(second, 128, 30);
  EXPECT_EQ(second.dropped, 0u);
}

TEST(Tap, TheEndIsToldWithTheLastRunNotBefore) {
  Tap tap(1000);
  write(tap, 0, 64);
  write(tap, 128, 30);  // after a gap
  tap.end();
  write(tap, 158, 10);  // a tap without a fade ends with a chunk of silence
  write(tap, 168, 10);  // nothing comes any more
  const TapBlock first = tap.read();
  expectRun(first, 0, 64);
  EXPECT_FALSE(first.ended);
  const TapBlock last = tap.read();
  EXPECT_EQ(last.position, 128u);
  EXPECT_EQ(last.frames.size(), 2u * 40);
  EXPECT_EQ(last.frames.back(), 0.0f);
  EXPECT_TRUE(last.ended);
}

TEST(Tap, ATapThatNobodyReadsEndsAllTheSame) {
  Tap tap(100, 64);
  write(tap, 0, 64);
  tap.end();
  write(tap, 64, 64);  // does not fit, and is the whole fade
  write(tap, 128, 10);
  write(tap, 138, 99);
  EXPECT_FALSE(tap.forgotten());
  write(tap, 237, 1);
  EXPECT_TRUE(tap.forgotten()) << "as many frames ago as it holds";
  EXPECT_EQ(tap.read().dropped, 64u);
  EXPECT_TRUE(tap.read().ended);
}

TEST(Tap, WithoutAMixThereIsSilence) {
  Tap tap(100);
  tap.write(0, nullptr, nullptr, 5);
  EXPECT_EQ(tap.read().frames, std::vector<float>(10, 0.0f));
}

TEST(Tap, ManyGapsCanWait) {
  Tap tap(10'000);
  for (uint64_t i = 0; i < 100; ++i) write(tap, 20 * i, 10);  // every chunk begins with a jump
  uint64_t frames = 0;
  uint64_t dropped = 0;
  for (TapBlock block = tap.read(); !block.frames.empty(); block = tap.read()) {
    EXPECT_EQ(block.position % 20, 0u);
    EXPECT_EQ(block.frames[0], static_cast<float>(block.position));
    frames += block.frames.size() / 2;
    dropped += block.dropped;
  }
  EXPECT_EQ(frames + dropped, 1000u);
}

TEST(Tap, RacingThreadsAlwaysAgreeOnPositions) {
  Tap tap(400);
  constexpr uint64_t kFrames = 300'000;
  std::atomic<bool> done = false;
  std::thread audio([&] {
    for (uint64_t position = 0; position < kFrames; position += 48) write(tap, position, 48);
    done = true;
  });
  uint64_t seen = 0;
  uint64_t dropped = 0;
  const auto readOnce = [&] {
    const TapBlock block = tap.read();
    for (size_t i = 0; i < block.frames.size() / 2; ++i) {
      ASSERT_EQ(block.frames[2 * i], static_cast<float>(block.position + i));
    }
    seen += block.frames.size() / 2;
    dropped += block.dropped;
  };
  while (!done) readOnce();
  for (int i = 0; i < 100; ++i) readOnce();
  audio.join();
  EXPECT_EQ(seen + dropped, kFrames);
}

}  // namespace
}  // namespace foldback::test
