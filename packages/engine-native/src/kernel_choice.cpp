// Which of the inner loops run: chosen once at start, by what the machine can or by FOLDBACK_KERNEL.
#include "kernel_targets.h"
// HWY_DISABLED_TARGETS must come first.
#include <hwy/targets.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

namespace foldback {
namespace {

/// One instruction set; its name is the word FOLDBACK_KERNEL takes.
struct Compiled {
  int64_t target;
  Kernels kernels;
};

std::vector<const Kernels*> findKernels() {
  static const auto kMix = mixTilePerTarget();
  static const auto kRamps = retargetPerTarget();
  static const auto kScan = scanChannelPerTarget();
  static const auto kLimit = limitLanesPerTarget();
  static const Compiled kCompiled[] = {
      {HWY_AVX3, {"avx512", kMix.avx512, kRamps.avx512, kScan.avx512, kLimit.avx512}},
      {HWY_AVX2, {"avx2", kMix.avx2, kRamps.avx2, kScan.avx2, kLimit.avx2}},
      {HWY_SSE4, {"sse4", kMix.sse4, kRamps.sse4, kScan.sse4, kLimit.sse4}},
      {HWY_SSSE3, {"ssse3", kMix.ssse3, kRamps.ssse3, kScan.ssse3, kLimit.ssse3}},
      {HWY_NEON, {"neon", kMix.neon, kRamps.neon, kScan.neon, kLimit.neon}},
  };
  std::vector<const Kernels*> found;
  for (const Compiled& set : kCompiled) {
    const bool runs = (hwy::SupportedTargets() & set.target) != 0;
    if (runs && set.kernels.mixTile != nullptr) found.push_back(&set.kernels);
  }
  found.push_back(&scalarKernels());
  return found;
}

}  // namespace

std::span<const Kernels* const> availableKernels() {
  static const std::vector<const Kernels*> kFound = findKernels();
  return kFound;
}

const Kernels& chooseKernels(const std::string& name) {
  std::string known;
  for (const Kernels* kernels : availableKernels()) {
    if (name.empty() || name == kernels->name) return *kernels;
    known += known.empty() ? kernels->name : std::string(", ") + kernels->name;
  }
  throw KernelError("FOLDBACK_KERNEL=" + name + " is not available on this machine; it has: " + known);
}

const Kernels& chooseKernelsFromEnvironment() {
  const char* name = std::getenv("FOLDBACK_KERNEL");
  return chooseKernels(name == nullptr ? "" : name);
}

}  // namespace foldback
