// Catches what a callback must not do: allocate, lock, sleep, write.
#pragma once

#include <cstdint>
#include <string>

namespace foldback::test {

/// Counts forbidden calls made by this thread while it is armed. The calls are intercepted by definitions in
/// realtime_guard.cpp that come before the C library's.
class RealtimeGuard {
 public:
  RealtimeGuard();
  ~RealtimeGuard();
  RealtimeGuard(const RealtimeGuard&) = delete;
  RealtimeGuard& operator=(const RealtimeGuard&) = delete;

  /// How often a guard was armed, and how many forbidden calls were made, since the process began.
  static uint64_t sections();
  static uint64_t violations();
  /// Name of the last forbidden function.
  static std::string lastViolation();
};

}  // namespace foldback::test
