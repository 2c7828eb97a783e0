// A random life of a mixer, told by bytes: what the plan builder and the audio thread must survive together.
#pragma once

#include <cstdint>
#include <span>

namespace foldback::test {

/// Reads the bytes as commands to the board, with blocks rendered between. Aborts with a sentence on stderr
/// when a rule is broken; refusals of the board are part of the game.
void liveThrough(std::span<const uint8_t> bytes);

}  // namespace foldback::test
