// Which instruction sets the inner loops are compiled for, and how one loop's versions are handed over.
#pragma once

// The sums are arrays of vectors, and SVE's vectors cannot be in arrays; a machine with SVE has NEON too.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)

#include "kernels.h"

namespace foldback {

/// One inner loop for each instruction set; null where the compiler cannot.
template <typename Function>
struct PerTarget {
  Function avx512;
  Function avx2;
  Function sse4;
  Function ssse3;
  Function neon;
};

PerTarget<MixTile> mixTilePerTarget();
PerTarget<Retarget> retargetPerTarget();
PerTarget<ScanChannel> scanChannelPerTarget();
PerTarget<LimitLanes> limitLanesPerTarget();

}  // namespace foldback
