// The short form of the fuzzer: a few thousand random lives, the same ones every time.
#include "board_fuzz.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <vector>

namespace foldback::test {
namespace {

TEST(BoardFuzz, AnyOrderOfCommandsKeepsTheRules) {
  std::mt19937 random(5100);
  for (int life = 0; life < 400; ++life) {
    std::vector<uint8_t> bytes(random() % 600);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    liveThrough(bytes);
  }
}

}  // namespace
}  // namespace foldback::test
