// The engine as JavaScript sees it: checks, converts, calls, returns.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <string>

#include "addon/errors.h"
#include "device_thread.h"
#include "engine.h"
#include "recorder.h"

namespace foldback::addon {

/// Native half of lib/index.ts's NativeEngine. Lives on the JavaScript thread.
class NativeEngine final : public Napi::ObjectWrap<NativeEngine> {
 public:
  static Napi::Function define(Napi::Env env);

  explicit NativeEngine(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeEngine>(info) {}

  ~NativeEngine() override;

 private:
  enum class State { kNew, kOpening, kOpen, kLost, kClosed };

  static Napi::Value listDevices(const Napi::CallbackInfo& info);
  Napi::Value open(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  static Napi::Value startListing(const Napi::CallbackInfo& info);
  Napi::Value startOpening(const Napi::CallbackInfo& info);
  Napi::Value startClosing(const Napi::CallbackInfo& info);

  Napi::Value setMixes(const Napi::CallbackInfo& info);
  Napi::Value removeMix(const Napi::CallbackInfo& info);
  Napi::Value setRoutes(const Napi::CallbackInfo& info);
  Napi::Value setCeiling(const Napi::CallbackInfo& info);
  Napi::Value readMeters(const Napi::CallbackInfo& info);
  Napi::Value stats(const Napi::CallbackInfo& info);
  Napi::Value playhead(const Napi::CallbackInfo& info);
  Napi::Value favourAudioThread(const Napi::CallbackInfo& info);
  Napi::Value tap(const Napi::CallbackInfo& info);
  Napi::Value readTap(const Napi::CallbackInfo& info);
  Napi::Value untap(const Napi::CallbackInfo& info);
  Napi::Value startRecording(const Napi::CallbackInfo& info);
  Napi::Value stopRecording(const Napi::CallbackInfo& info);
  Napi::Value recording(const Napi::CallbackInfo& info);
  Napi::Value render(const Napi::CallbackInfo& info);

  /// Runs `body` with the engine, or throws what the state calls for.
  template <typename Body>
  Napi::Value onOpen(const Napi::CallbackInfo& info, const char* name, Body body) {
    return guarded(info.Env(), [&] { return body(opened(info.Env(), name)); });
  }

  /// The engine, or throws what the state calls for. To be asked again once JavaScript has run: a getter of
  /// an argument may have closed it.
  Engine& opened(Napi::Env env, const char* name) const;

  /// Runs `work` where waiting for a disk delays nobody, and answers how the recording then stands.
  /// @param undo when `work` was too late
  Napi::Value onDisk(Napi::Env env, std::function<void(Recorder&)> work, std::function<void(Recorder&)> undo);

  Napi::Error stateError(Napi::Env env, const std::string& name) const;

  State state_ = State::kNew;
  Post post_ = postToNewThread;
  std::unique_ptr<Engine> engine_;
};

}  // namespace foldback::addon
