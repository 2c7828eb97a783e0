// Switches the processor to "denormals are zero" for the time of one block.
#pragma once

#include <cstdint>

#if defined(__SSE__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace foldback {

/// [audio-thread] Sets flush-to-zero and denormals-are-zero, and puts the caller's setting back at the end:
/// the host's thread is not ours, and in tests it is the JavaScript thread.
class DenormalGuard {
 public:
  DenormalGuard() noexcept : before_(get()) { set(before_ | kFlushBits); }
  ~DenormalGuard() { set(before_); }
  DenormalGuard(const DenormalGuard&) = delete;
  DenormalGuard& operator=(const DenormalGuard&) = delete;

 private:
#if defined(__SSE__) || defined(_M_X64)
  static constexpr uint64_t kFlushBits =
      0x8040;  // MXCSR: FTZ is bit 15, DAZ bit 6 (Intel SDM vol. 1, 10.2.3)
  static uint64_t get() noexcept { return _mm_getcsr(); }
  static void set(uint64_t value) noexcept { _mm_setcsr(static_cast<uint32_t>(value)); }
#elif defined(__aarch64__)
  static constexpr uint64_t kFlushBits = 1ull << 24;  // FPCR.FZ (Arm ARM, C5.2.7)
  static uint64_t get() noexcept {
    uint64_t value;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void set(uint64_t value) noexcept { asm volatile("msr fpcr, %0" : : "r"(value)); }
#else
  static constexpr uint64_t kFlushBits = 0;
  static uint64_t get() noexcept { return 0; }
  static void set(uint64_t) noexcept {}
#endif

  const uint64_t before_;
};

}  // namespace foldback
