// The queue of audio: every frame of every channel arrives, once, in order.
#include "planar_ring.h"

#include <gtest/gtest.h>

#include <thread>

#include "planar_rows.h"
#include "stage.h"

namespace foldback::test {
namespace {

TEST(PlanarRing, HoldsAtLeastWhatWasAskedForAndNoMoreThanItHolds) {
  PlanarRing ring(2, 1000);
  EXPECT_EQ(ring.capacity(), 1024u);
  EXPECT_EQ(ring.free(), 1024u);
  const PlanarRows rows(2, 1024);
  ring.write(rows.pointers(), 1024);
  EXPECT_EQ(ring.free(), 0u);
  EXPECT_EQ(ring.available(), 1024u);
}

TEST(PlanarRing, BlocksOfAllLengthsGoRoundWithoutMixingChannels) {
  PlanarRing ring(3, 64);
  const PlanarRows in(3, 64);
  const PlanarRows out(3, 64);
  int64_t at = 0;
  for (size_t frames = 1; frames <= 64; ++frames) {
    for (int channel = 0; channel < 3; ++channel) {
      for (size_t i = 0; i < frames; ++i) in[channel][i] = unlike(channel, at + static_cast<int64_t>(i));
    }
    ring.write(in.pointers(), frames);
    ring.read(out.pointers(), frames);
    for (int channel = 0; channel < 3; ++channel) {
      for (size_t i = 0; i < frames; ++i)
        ASSERT_EQ(out[channel][i], unlike(channel, at + static_cast<int64_t>(i)));
    }
    at += static_cast<int64_t>(frames);
  }
  EXPECT_EQ(ring.written(), static_cast<uint64_t>(at));
  EXPECT_EQ(ring.read(), static_cast<uint64_t>(at));
}

TEST(PlanarRing, RacingThreadsLoseNothingAndTearNothing) {
  constexpr int64_t kFrames = 2'000'000;
  PlanarRing ring(2, 4096);
  std::thread producer([&] {
    const PlanarRows rows(2, 311);
    for (int64_t at = 0; at < kFrames; at += 311) {
      for (int i = 0; i < 311; ++i) {
        rows[0][i] = static_cast<float>((at + i) % 1'000'000);
        rows[1][i] = -rows[0][i];
      }
      while (ring.free() < 311) std::this_thread::yield();
      ring.write(rows.pointers(), 311);
    }
  });
  const PlanarRows rows(2, 4096);
  for (int64_t at = 0; at < kFrames;) {
    const size_t count = ring.available();
    ring.read(rows.pointers(), count);
    for (size_t i = 0; i < count; ++i, ++at) {
      ASSERT_EQ(rows[0][i], static_cast<float>(at % 1'000'000));
      ASSERT_EQ(rows[1][i], -rows[0][i]);
    }
  }
  producer.join();
}

}  // namespace
}  // namespace foldback::test
