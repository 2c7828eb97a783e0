// Where the sound is: never half of one block and half of another.
#include "playhead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace foldback::test {
namespace {

TEST(Playhead, BeforeTheFirstBlockThereIsNone) {
  const Playhead playhead;
  EXPECT_FALSE(playhead.read().has_value());
}

TEST(Playhead, TheLastBlockIsRead) {
  Playhead playhead;
  playhead.publish({64, 1'000, 5'000});
  playhead.publish({128, 2'000, 6'000});
  const PlayheadReading reading = playhead.read().value();
  EXPECT_EQ(reading.frame, 128u);
  EXPECT_EQ(reading.hostNs, 2'000);
  EXPECT_EQ(reading.dacNs, 6'000);
}

TEST(Playhead, RacingThreadsNeverReadATornBlockNorAnOlderOne) {
  Playhead playhead;
  // On a busy machine the two share a core for long: they race until both have really run at once.
  constexpr int64_t kBlocksMax = 1'000'000'000;
  constexpr int kReadingsOnTheMove = 3'000;
  std::atomic<bool> done = false;
  int64_t published = 0;
  std::thread audio([&] {
    while (!done && published < kBlocksMax) {
      ++published;
      playhead.publish({static_cast<uint64_t>(published), 3 * published, 7 * published});
    }
    done = true;
  });
  uint64_t last = 0;
  uint64_t torn = 0;
  uint64_t older = 0;
  for (int moved = 0; !done && moved < kReadingsOnTheMove;) {
    const std::optional<PlayheadReading> reading = playhead.read();
    if (!reading) continue;
    const auto frame = static_cast<int64_t>(reading->frame);
    if (reading->hostNs != 3 * frame || reading->dacNs != 7 * frame) ++torn;
    if (reading->frame < last) ++older;
    if (reading->frame > last) ++moved;
    last = reading->frame;
  }
  done = true;
  audio.join();
  EXPECT_EQ(torn, 0u);
  EXPECT_EQ(older, 0u);
  EXPECT_EQ(playhead.read()->frame, static_cast<uint64_t>(published));
}

}  // namespace
}  // namespace foldback::test
