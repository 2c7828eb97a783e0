// The mailbox: newest wins, nothing is torn.
#include "triple_buffer.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <thread>

namespace foldback::test {
namespace {

/// Bigger than a cache line, so that a torn value shows.
struct Letter {
  std::array<uint64_t, 64> words{};

  void fill(uint64_t value) { words.fill(value); }
  bool whole() const {
    for (const uint64_t word : words) {
      if (word != words[0]) return false;
    }
    return true;
  }
};

TEST(TripleBuffer, AnEmptyMailboxHoldsNothing) {
  TripleBuffer<int> box;
  EXPECT_EQ(box.takeNewest(), nullptr);
}

TEST(TripleBuffer, TheNewestValueWinsAndIsTakenOnce) {
  TripleBuffer<int> box;
  for (const int value : {1, 2, 3}) {
    box.back() = value;
    box.publish();
  }
  const int* taken = box.takeNewest();
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(*taken, 3);
  EXPECT_EQ(box.takeNewest(), nullptr);
}

TEST(TripleBuffer, TheTakenValueStaysWhileOthersArePublished) {
  TripleBuffer<int> box;
  box.back() = 1;
  box.publish();
  const int* taken = box.takeNewest();
  for (const int value : {2, 3, 4, 5}) {
    box.back() = value;
    box.publish();
    EXPECT_EQ(*taken, 1);
  }
  EXPECT_EQ(*box.takeNewest(), 5);
}

TEST(TripleBuffer, TheBackSlotIsNeverTheOneBeingRead) {
  TripleBuffer<int> box;
  std::array<int, 3> seen{};
  for (int i = 0; i < 30; ++i) {
    ++seen[box.backIndex()];
    box.back() = i;
    box.publish();
    if (i % 3 == 0) {
      const int* taken = box.takeNewest();
      EXPECT_NE(taken, &box.back());
    }
  }
  for (const int count : seen) EXPECT_GT(count, 0);
}

TEST(TripleBuffer, RacingThreadsNeverSeeATornOrAnOlderValue) {
  TripleBuffer<Letter> box;
  constexpr uint64_t kLetters = 200'000;
  std::thread writer([&] {
    for (uint64_t i = 1; i <= kLetters; ++i) {
      box.back().fill(i);
      box.publish();
    }
  });
  uint64_t last = 0;
  while (last < kLetters) {
    const Letter* letter = box.takeNewest();
    if (letter == nullptr) continue;
    ASSERT_TRUE(letter->whole());
    ASSERT_GT(letter->words[0], last);
    last = letter->words[0];
  }
  writer.join();
}

}  // namespace
}  // namespace foldback::test
