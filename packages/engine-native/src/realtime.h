// What the operating system gives a program that must not be late: memory that stays, a thread that goes
// first.
#pragma once

#include <string>

#if defined(__linux__)
#include <pthread.h>

#include <atomic>
#endif

namespace foldback {

/// Empty when the system has granted it, else why it has not, in the system's words.
using Refusal = std::string;

/// The thread a device calls on. Known to others from its first call on.
class AudioThread {
 public:
  /// [audio-thread] It is the caller. No system call.
  void mark() noexcept {
#if defined(__linux__)
    thread_.store(pthread_self(), std::memory_order_relaxed);
#endif
  }

  /// [control-thread] Puts it before all threads of ordinary programs, and on the processors set apart for
  /// such work where there are some. On other systems than Linux their audio layers do this themselves.
  Refusal favour() const;

 private:
#if defined(__linux__)
  std::atomic<pthread_t> thread_ = 0;
#endif
};

}  // namespace foldback
