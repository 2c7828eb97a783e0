// What the mixer is measured against: what the core can do at most, and what others make of the same product.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace foldback::bench {

/// N inputs, M stereo mixes, F frames.
struct Shape {
  int inputs;
  int mixes;
  int frames;

  double flops() const { return 4.0 * inputs * mixes * frames; }
};

/// Reproducible, between -1 and 1.
float noise();

/// out = gains x in, all row by row: gains [2 * mixes][inputs], in [inputs][frames], out [2 * mixes][frames].
struct Product {
  explicit Product(const Shape& shape);

  Shape shape;
  std::vector<float> gains, in, out;
};

/// A library that can do it. Each is compiled for this processor and runs on one thread.
struct Peer {
  std::string name;
  std::function<std::function<void()>(Product&)> prepare;  ///< Returns what computes the product once.
};

/// Plain loops, and the libraries that were found when the benchmark was built.
std::vector<Peer> peers();

/// Floating-point operations of one call of runFmaPeak().
double fmaPeakFlops();

/// Nothing but independent fused multiply-adds in registers.
void runFmaPeak();

}  // namespace foldback::bench
