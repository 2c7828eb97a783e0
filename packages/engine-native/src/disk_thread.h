// A thread that looks every few milliseconds whether there is something to move between a ring and a disk:
// the audio thread can wake nobody without a system call.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace foldback {

/// Calls `look` again and again, until it says that it is done or is told to stop.
class DiskThread {
 public:
  /// [control-thread] @param look false: done
  DiskThread(std::chrono::milliseconds every, std::function<bool()> look)
      : every_(every), look_(std::move(look)), thread_([this] { run(); }) {}

  /// [control-thread] Waits for the look that goes on.
  ~DiskThread() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  DiskThread(const DiskThread&) = delete;
  DiskThread& operator=(const DiskThread&) = delete;

 private:
  void run() {
    while (look_()) {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, every_, [this] { return stopping_; })) return;
    }
  }

  const std::chrono::milliseconds every_;
  const std::function<bool()> look_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // under mutex_
  std::thread thread_;     // the last member: it uses the others
};

}  // namespace foldback
