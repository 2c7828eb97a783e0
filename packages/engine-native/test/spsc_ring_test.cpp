// The queue: everything arrives, once, in order.
#include "spsc_ring.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <thread>

namespace foldback::test {
namespace {

struct Parcel {
  std::array<uint64_t, 16> words;  // two cache lines
};

TEST(SpscRing, ItemsComeOutInTheOrderTheyWentIn) {
  SpscRing<int> ring(4);
  const std::array<int, 3> in{1, 2, 3};
  ASSERT_TRUE(ring.write(in));
  std::array<int, 3> out{};
  EXPECT_EQ(ring.read(out), 3u);
  EXPECT_EQ(out, in);
  EXPECT_EQ(ring.available(), 0u);
}

TEST(SpscRing, WhatDoesNotFitWholeIsRefusedWhole) {
  SpscRing<int> ring(4);
  const std::array<int, 3> three{1, 2, 3};
  ASSERT_TRUE(ring.write(three));
  EXPECT_FALSE(ring.write(three));
  EXPECT_EQ(ring.available(), 3u);
  EXPECT_EQ(ring.free(), 1u);
}

TEST(SpscRing, WrapsAroundManyTimes) {
  SpscRing<int> ring(5);
  int next = 0;
  int expected = 0;
  for (int round = 0; round < 100; ++round) {
    std::array<int, 3> in{next, next + 1, next + 2};
    ASSERT_TRUE(ring.write(in));
    next += 3;
    std::array<int, 3> out{};
    ASSERT_EQ(ring.front(), expected);
    ASSERT_EQ(ring.read(out), 3u);
    for (const int item : out) ASSERT_EQ(item, expected++);
  }
  EXPECT_EQ(ring.written(), 300u);
  EXPECT_EQ(ring.read(), 300u);
}

TEST(SpscRing, RacingThreadsLoseNothingAndTearNothing) {
  SpscRing<Parcel> ring(32);
  constexpr uint64_t kParcels = 100'000;
  std::thread producer([&] {
    for (uint64_t i = 0; i < kParcels;) {
      Parcel parcel;
      parcel.words.fill(i);
      if (ring.write({&parcel, 1})) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  std::array<Parcel, 7> out;
  for (uint64_t expected = 0; expected < kParcels;) {
    const size_t count = ring.read(out);
    if (count == 0) std::this_thread::yield();
    for (size_t i = 0; i < count; ++i, ++expected) {
      for (const uint64_t word : out[i].words) ASSERT_EQ(word, expected);
    }
  }
  producer.join();
}

}  // namespace
}  // namespace foldback::test
