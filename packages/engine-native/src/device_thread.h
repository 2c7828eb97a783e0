// Where device calls run, since any of them may take long or never come back.
#pragma once

#include <chrono>
#include <functional>

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

}  // namespace foldback
