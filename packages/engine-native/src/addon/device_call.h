// Work off the JavaScript thread: a device may take long or never answer, and its caller must not notice.
#pragma once

#include <napi.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "device_thread.h"

namespace foldback::addon {

class WayBack;

/// One device call on its way: made on a device thread, answered on the JavaScript thread.
struct DeviceCall {
  explicit DeviceCall(Napi::Env env) : promise(Napi::Promise::Deferred::New(env)) {}

  std::shared_ptr<WayBack> wayBack;
  Napi::Promise::Deferred promise;
  std::function<void()> work;                           // device thread; may throw
  std::function<void()> afterwards = [] {};             // device thread, when work was late
  std::function<Napi::Value(Napi::Env)> answer;         // JavaScript thread, when work was in time
  std::function<void(bool late)> failed = [](bool) {};  // JavaScript thread
  std::string waitsFor = "the audio device";            // what has not answered, when work was late
  std::string otherFailure = "DEVICE_OPEN_FAILED";      // the code of what work throws without one
  bool late = false;
  std::string failureCode;  // empty: none
  std::string failureText;
};

/// Makes the call through `post` and settles its promise, at the deadline at the latest. A thread of its own
/// waits: libuv's pool would be joined at the end of the process, hanging calls included.
Napi::Promise start(Napi::Env env, std::unique_ptr<DeviceCall> call, const Post& post,
                    std::chrono::milliseconds deadline);

}  // namespace foldback::addon
