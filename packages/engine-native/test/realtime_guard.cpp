// Catches what a callback must not do, by standing in front of the C library.
#include "realtime_guard.h"

#include <dlfcn.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>

namespace foldback::test {
namespace {

thread_local bool armed = false;
std::atomic<uint64_t> sectionCount = 0;
std::atomic<uint64_t> violationCount = 0;
std::atomic<const char*> lastName = "";

void forbid(const char* name) {
  if (!armed) return;
  violationCount.fetch_add(1);
  lastName.store(name);
}

/// The C library's own function of that name.
template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

RealtimeGuard::RealtimeGuard() {
  sectionCount.fetch_add(1);
  armed = true;
}
RealtimeGuard::~RealtimeGuard() { armed = false; }
uint64_t RealtimeGuard::sections() { return sectionCount.load(); }
uint64_t RealtimeGuard::violations() { return violationCount.load(); }
std::string RealtimeGuard::lastViolation() { return lastName.load(); }

}  // namespace foldback::test

// Visible to the libraries (operator new is one's), and found before the C library's own.
#pragma GCC visibility push(default)
extern "C" {
// glibc's allocator under its second names; dlsym itself allocates and cannot be used to find it.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* pointer, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* pointer);

void* malloc(size_t size) {
  foldback::test::forbid("malloc");
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  foldback::test::forbid("calloc");
  return __libc_calloc(count, size);
}
void* realloc(void* pointer, size_t size) {
  foldback::test::forbid("realloc");
  return __libc_realloc(pointer, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  foldback::test::forbid("aligned_alloc");
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** pointer, size_t alignment, size_t size) {
  foldback::test::forbid("posix_memalign");
  *pointer = __libc_memalign(alignment, size);
  return 0;
}
void free(void* pointer) {
  foldback::test::forbid("free");
  __libc_free(pointer);
}
int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const auto kReal = foldback::test::real<int (*)(pthread_mutex_t*)>("pthread_mutex_lock");
  foldback::test::forbid("pthread_mutex_lock");
  return kReal(mutex);
}
int pthread_cond_signal(pthread_cond_t* condition) {
  static const auto kReal = foldback::test::real<int (*)(pthread_cond_t*)>("pthread_cond_signal");
  foldback::test::forbid("pthread_cond_signal");
  return kReal(condition);
}
int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  static const auto kReal =
      foldback::test::real<int (*)(pthread_cond_t*, pthread_mutex_t*)>("pthread_cond_wait");
  foldback::test::forbid("pthread_cond_wait");
  return kReal(condition, mutex);
}
int clock_nanosleep(clockid_t clock, int flags, const timespec* request, timespec* rest) {
  static const auto kReal =
      foldback::test::real<int (*)(clockid_t, int, const timespec*, timespec*)>("clock_nanosleep");
  foldback::test::forbid("clock_nanosleep");
  return kReal(clock, flags, request, rest);
}
int nanosleep(const timespec* request, timespec* rest) {
  static const auto kReal = foldback::test::real<int (*)(const timespec*, timespec*)>("nanosleep");
  foldback::test::forbid("nanosleep");
  return kReal(request, rest);
}
ssize_t write(int file, const void* bytes, size_t count) {
  static const auto kReal = foldback::test::real<ssize_t (*)(int, const void*, size_t)>("write");
  foldback::test::forbid("write");
  return kReal(file, bytes, count);
}
ssize_t read(int file, void* bytes, size_t count) {
  static const auto kReal = foldback::test::real<ssize_t (*)(int, void*, size_t)>("read");
  foldback::test::forbid("read");
  return kReal(file, bytes, count);
}
}  // extern "C"
#pragma GCC visibility pop
