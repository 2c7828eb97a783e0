// Real-time scheduling and processors set apart, by the calls Linux has for them.
#include "realtime.h"

#if defined(__linux__)
#include <sched.h>

#include <cstring>
#include <fstream>
#include <sstream>
#endif

namespace foldback {

#if defined(__linux__)
namespace {

/// Below JACK's own threads and the kernel's, above everything ordinary.
constexpr int kPriority = 60;

/// The processors that the kernel gives to nobody by itself, as in "2-3,6"; empty for none.
std::string isolatedProcessors() {
  std::ifstream file("/sys/devices/system/cpu/isolated");
  std::string list;
  std::getline(file, list);
  return list;
}

void allowOn(pthread_t thread, const std::string& processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::istringstream ranges(processors);
  for (std::string range; std::getline(ranges, range, ',');) {
    int first = 0;
    int last = -1;
    char dash = 0;
    std::istringstream numbers(range);
    numbers >> first;
    last = numbers >> dash >> last ? last : first;
    for (int processor = first; processor <= last && processor < CPU_SETSIZE; ++processor) {
      CPU_SET(processor, &set);
    }
  }
  if (CPU_COUNT(&set) > 0) pthread_setaffinity_np(thread, sizeof set, &set);
}

}  // namespace

Refusal AudioThread::favour() const {
  const pthread_t thread = thread_.load(std::memory_order_relaxed);
  if (thread == 0) return "the device has not called yet";
  allowOn(thread, isolatedProcessors());
  sched_param wish{};
  wish.sched_priority = kPriority;
  const int error = pthread_setschedparam(thread, SCHED_FIFO, &wish);
  return error == 0 ? "" : std::strerror(error);
}
#else
Refusal AudioThread::favour() const { return ""; }
#endif

}  // namespace foldback
