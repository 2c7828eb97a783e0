// Highway's one function that is not in its headers. Debian has it in a shared library only, which a prebuild
// cannot ask for. The conditions are those of hwy/targets.cc (1.0.3); Highway is Apache-2.0 or BSD-3-Clause.
#include <hwy/targets.h>

#if HWY_ARCH_ARM_A64
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace hwy {

int64_t SupportedTargets() {
  int64_t targets = HWY_STATIC_TARGET;
#if HWY_ARCH_X86
  // The levels of the x86-64 psABI hold what Highway asks for, and the compiler's run time also asks the
  // system whether it saves the wide registers.
  __builtin_cpu_init();
  if (__builtin_cpu_supports("ssse3")) targets |= HWY_SSSE3;
  if (__builtin_cpu_supports("x86-64-v2") && __builtin_cpu_supports("aes") &&
      __builtin_cpu_supports("pclmul")) {
    targets |= HWY_SSE4;
    if (__builtin_cpu_supports("x86-64-v3")) targets |= HWY_AVX2;
    if (__builtin_cpu_supports("x86-64-v4")) targets |= HWY_AVX3;
  }
#elif HWY_ARCH_ARM_A64
  if ((getauxval(AT_HWCAP) & HWCAP_AES) != 0) targets |= HWY_NEON;
#endif
  return targets;
}

}  // namespace hwy
