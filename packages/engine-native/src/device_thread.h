// Where device calls run, since any of them may take long or never come back.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace foldback {

/// Hands a task to some thread that is not the caller's.
using Post = std::function<void(std::function<void()>)>;

/// [any-thread] To the one thread that makes all PortAudio calls of this process, in order. It is never
/// joined: a call that hangs must not hang the end of the process.
void postToPortAudio(std::function<void()> task);

/// [any-thread] To a new thread of its own.
void postToNewThread(std::function<void()> task);

/// [any-thread, blocking] Runs `task` through `post` and waits for it until the deadline. False: it is late;
/// the caller must forget about it, and `afterwards` runs right after it should it ever end.
bool runWithDeadline(const Post& post, std::function<void()> task, std::function<void()> afterwards,
                     std::chrono::milliseconds deadline);

/// What belongs to a device's thread, on its way between others: whoever drops it last, it is destroyed
/// there.
template <typename T>
struct OnItsThread {
  explicit OnItsThread(Post where) : post(std::move(where)) {}
  OnItsThread(const OnItsThread&) = delete;
  OnItsThread& operator=(const OnItsThread&) = delete;

  ~OnItsThread() {
    if (value == nullptr) return;
    T* raw = value.release();
    try {
      post([raw] { delete raw; });
    } catch (const std::exception&) {
      // No thread can be had any more. Left alone, it does no harm; destroyed here, it might.
    }
  }

  Post post;
  std::unique_ptr<T> value;
};

}  // namespace foldback
