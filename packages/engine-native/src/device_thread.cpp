// Where device calls run: a task queue that is never joined, and a wait that ends.
#include "device_thread.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace foldback {
namespace {

/// One thread that runs tasks in order.
class TaskQueue {
 public:
  TaskQueue() {
    std::thread([this] { run(); }).detach();
  }

  void post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    wake_.notify_one();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !tasks_.empty(); });
      const std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
};

}  // namespace

void postToPortAudio(std::function<void()> task) {
  static auto* const kQueue = new TaskQueue;  // never destroyed: its thread may hang in a driver for ever
  kQueue->post(std::move(task));
}

void postToNewThread(std::function<void()> task) { std::thread(std::move(task)).detach(); }

bool runWithDeadline(const Post& post, std::function<void()> task, std::function<void()> afterwards,
                     std::chrono::milliseconds deadline) {
  struct Progress {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    bool late = false;
  };
  const auto progress = std::make_shared<Progress>();
  post([progress, task = std::move(task), afterwards = std::move(afterwards)] {
    task();
    std::unique_lock lock(progress->mutex);
    progress->done = true;
    const bool late = progress->late;
    lock.unlock();
    progress->changed.notify_all();
    if (late) afterwards();
  });
  std::unique_lock lock(progress->mutex);
  const bool done = progress->changed.wait_for(lock, deadline, [&] { return progress->done; });
  progress->late = !done;
  return done;
}

}  // namespace foldback
