// The door to JavaScript: checks, converts, calls, returns. The only file that knows N-API.
#include <napi.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "device_thread.h"
#include "engine.h"
#include "kernels.h"
#include "opus_stream.h"
#include "portaudio_device.h"

namespace foldback {
namespace {

using std::chrono::milliseconds;

constexpr double kDefaultDeadlineMs = 5000;
constexpr double kDefaultFadeMs = 30;
constexpr int kMostChannels = 4096;
constexpr int kMostLanes = 65'536;

// ---- errors ----

/// An Error with a code; lib/index.ts turns it into an EngineError.
Napi::Error coded(Napi::Env env, const std::string& code, const std::string& text) {
  Napi::Error error = Napi::Error::New(env, text);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

/// Runs `body`; no C++ exception but Napi::Error leaves.
template <typename Body>
Napi::Value guarded(Napi::Env env, Body body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (const DeviceError& error) {
    throw coded(env, error.code(), error.what());
  } catch (const BoardError& error) {
    throw coded(env, error.code(), error.what());
  } catch (const std::range_error& error) {
    throw Napi::RangeError::New(env, error.what());
  } catch (const std::exception& error) {
    throw coded(env, "INTERNAL", error.what());
  }
}

[[noreturn]] void wrongType(Napi::Env env, const std::string& name, const std::string& expected) {
  throw Napi::TypeError::New(env, name + ": expected " + expected);
}

[[noreturn]] void wrongRange(Napi::Env env, const std::string& name, const std::string& expected) {
  throw Napi::RangeError::New(env, name + ": expected " + expected);
}

// ---- JavaScript to C++ ----

double numberOf(const Napi::Value& value, const std::string& name, double lowest, double highest) {
  if (!value.IsNumber()) wrongType(value.Env(), name, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= lowest && number <= highest)) {
    wrongRange(value.Env(), name,
               "a number from " + std::to_string(lowest) + " to " + std::to_string(highest) + ", got " +
                   std::to_string(number));
  }
  return number;
}

int64_t integerOf(const Napi::Value& value, const std::string& name, int64_t lowest, int64_t highest) {
  if (!value.IsNumber()) wrongType(value.Env(), name, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= static_cast<double>(lowest) && number <= static_cast<double>(highest)) ||
      number != std::floor(number)) {
    wrongRange(value.Env(), name,
               "an integer from " + std::to_string(lowest) + " to " + std::to_string(highest) + ", got " +
                   std::to_string(number));
  }
  return static_cast<int64_t>(number);
}

uint32_t mixOf(const Napi::Value& value) {
  return static_cast<uint32_t>(integerOf(value, "mix", 0, UINT32_MAX));
}

Napi::Object objectOf(const Napi::Value& value, const std::string& name) {
  if (!value.IsObject()) wrongType(value.Env(), name, "an object");
  return value.As<Napi::Object>();
}

/// A detached array has no elements.
template <typename Array>
Array arrayOf(const Napi::Value& value, const std::string& name, napi_typedarray_type type,
              const char* expected) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
    wrongType(value.Env(), name, expected);
  }
  return value.As<Array>();
}

Napi::Float32Array floatsOf(const Napi::Value& value, const std::string& name) {
  return arrayOf<Napi::Float32Array>(value, name, napi_float32_array, "a Float32Array");
}

std::optional<double> optionalNumber(const Napi::Object& object, const char* name, double lowest,
                                     double highest) {
  const Napi::Value value = object.Get(name);
  if (value.IsUndefined()) return std::nullopt;
  return numberOf(value, name, lowest, highest);
}

std::optional<int> optionalInteger(const Napi::Object& object, const char* name, int lowest, int highest) {
  const Napi::Value value = object.Get(name);
  if (value.IsUndefined()) return std::nullopt;
  return static_cast<int>(integerOf(value, name, lowest, highest));
}

milliseconds deadlineOf(const std::optional<double>& ms) {
  return milliseconds(static_cast<int64_t>(ms.value_or(kDefaultDeadlineMs)));
}

std::variant<VirtualRequest, ManualRequest, PortAudioRequest> deviceOf(const Napi::Object& device) {
  const Napi::Value kind = device.Get("kind");
  const std::string name = kind.IsString() ? kind.As<Napi::String>().Utf8Value() : "";
  if (name == "virtual") {
    VirtualRequest wish;
    wish.outputs = optionalInteger(device, "outputs", 0, kMostChannels).value_or(wish.outputs);
    wish.silentInputs = optionalInteger(device, "silentInputs", 0, kMostChannels);
    return wish;
  }
  if (name == "manual") {
    return ManualRequest{static_cast<int>(integerOf(device.Get("inputs"), "inputs", 0, kMostChannels)),
                         static_cast<int>(integerOf(device.Get("outputs"), "outputs", 0, kMostChannels))};
  }
  if (name != "portaudio") wrongType(device.Env(), "device.kind", "'virtual', 'manual' or 'portaudio'");
  PortAudioRequest wish;
  const Napi::Value which = device.Get("device");
  if (which.IsString()) {
    wish.device = which.As<Napi::String>().Utf8Value();
  } else if (!which.IsUndefined()) {
    wish.device = static_cast<int>(integerOf(which, "device", 0, INT32_MAX));
  }
  wish.inputs = optionalInteger(device, "inputs", 0, kMostChannels);
  wish.outputs = optionalInteger(device, "outputs", 1, kMostChannels);
  return wish;
}

std::string textOf(const Napi::Value& value, const std::string& name) {
  if (!value.IsString()) wrongType(value.Env(), name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

/// Calls `each(value, "name[i]")`.
template <typename Each>
void eachOf(const Napi::Value& value, const std::string& name, Each each) {
  if (!value.IsArray()) wrongType(value.Env(), name, "an array");
  const auto list = value.As<Napi::Array>();
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const Napi::HandleScope scope(value.Env());
    each(list.Get(i), name + "[" + std::to_string(i) + "]");
  }
}

WavTracksRequest tracksOf(const Napi::Object& object) {
  WavTracksRequest request;
  const Napi::Value loop = object.Get("loop");
  if (!loop.IsBoolean()) wrongType(object.Env(), "tracks.loop", "a boolean");
  request.loop = loop.As<Napi::Boolean>();
  eachOf(object.Get("files"), "tracks.files", [&](const Napi::Value& value, const std::string& name) {
    const Napi::Object file = objectOf(value, name);
    request.files.push_back(
        {textOf(file.Get("path"), name + ".path"), textOf(file.Get("name"), name + ".name")});
  });
  return request;
}

OpenRequest openRequestOf(const Napi::Object& object) {
  OpenRequest request;
  request.stream.device = deviceOf(objectOf(object.Get("device"), "device"));
  request.stream.sampleRateHz = optionalNumber(object, "sampleRateHz", 1000, 1'000'000);
  request.stream.blockFrames = optionalInteger(object, "blockFrames", 1, 65'536);
  request.lanes = optionalInteger(object, "lanes", 1, kMostLanes).value_or(request.lanes);
  const Napi::Value tracks = object.Get("tracks");
  if (!tracks.IsUndefined()) request.tracks = tracksOf(objectOf(tracks, "tracks"));
  return request;
}

RecordingRequest recordingOf(const Napi::Object& object) {
  RecordingRequest request;
  request.folder = textOf(object.Get("folder"), "folder");
  eachOf(object.Get("files"), "files", [&](const Napi::Value& file, const std::string& name) {
    request.files.push_back(textOf(file, name));
  });
  return request;
}

// ---- C++ to JavaScript ----

Napi::Object toObject(Napi::Env env, const AudioDeviceInfo& info) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("index", info.index);
  object.Set("name", info.name);
  object.Set("hostApi", info.hostApi);
  object.Set("inputs", info.inputs);
  object.Set("outputs", info.outputs);
  object.Set("defaultSampleRateHz", info.defaultSampleRateHz);
  object.Set("isDefault", info.isDefault);
  return object;
}

Napi::Array arrayOf(Napi::Env env, const std::vector<std::string>& texts) {
  Napi::Array array = Napi::Array::New(env, texts.size());
  for (uint32_t i = 0; i < texts.size(); ++i) array.Set(i, texts[i]);
  return array;
}

Napi::Object toObject(Napi::Env env, const StreamInfo& info) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("deviceName", info.deviceName);
  object.Set("hostApi", info.hostApi);
  object.Set("sampleRateHz", info.sampleRateHz);
  object.Set("blockFrames", info.blockFrames);
  object.Set("inputs", info.inputs);
  object.Set("outputs", info.outputs);
  object.Set("inputNames", arrayOf(env, info.inputNames));
  object.Set("inputLatencyMs", info.inputLatencyMs);
  object.Set("outputLatencyMs", info.outputLatencyMs);
  return object;
}

Napi::Object toObject(Napi::Env env, const EngineReading& reading, const StreamInfo& info) {
  const CallbackReading& callback = reading.callback;
  Napi::Object object = Napi::Object::New(env);
  const auto set = [&](const char* name, auto value) { object.Set(name, static_cast<double>(value)); };
  set("callbacks", callback.callbacks);
  set("frames", callback.frames);
  set("loadMean", callback.loadMean);
  set("loadP99", callback.loadP99);
  set("loadMax", callback.loadMax);
  set("lateCallbacks", callback.lateCallbacks);
  set("xruns", callback.inputUnderflows + callback.inputOverflows + callback.outputUnderflows +
                   callback.outputOverflows);
  set("inputUnderflows", callback.inputUnderflows);
  set("inputOverflows", callback.inputOverflows);
  set("outputUnderflows", callback.outputUnderflows);
  set("outputOverflows", callback.outputOverflows);
  set("inputLatencyMs", info.inputLatencyMs);
  set("outputLatencyMs", info.outputLatencyMs);
  set("sampleRateHz", info.sampleRateHz);
  set("lastBlockFrames", callback.lastBlockFrames);
  set("silencedBlocks", reading.silencedBlocks);
  set("activeMixes", reading.activeMixes);
  set("waitingMixes", reading.waitingMixes);
  set("lanes", reading.lanes);
  object.Set("active", reading.active);
  object.Set("kernel", reading.kernel);
  return object;
}

Napi::Object toObject(Napi::Env env, const RecordingReading& reading) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("running", reading.running);
  object.Set("folder", reading.folder);
  object.Set("frames", static_cast<double>(reading.frames));
  object.Set("droppedFrames", static_cast<double>(reading.droppedFrames));
  object.Set("trouble", reading.trouble);
  return object;
}

// ---- work off the JavaScript thread ----

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
  bool late = false;
  std::string failureCode;  // empty: none
  std::string failureText;
};

void settle(Napi::Env env, Napi::Function, std::nullptr_t*, DeviceCall* raw);

using Settler = Napi::TypedThreadSafeFunction<std::nullptr_t, DeviceCall, settle>;

/// The way of a call back to its environment, which may end before the device answers. Node then frees the
/// thread-safe function although we hold it, and using it ends the process (Node 22.23; test/storm.test.ts).
class WayBack {
 public:
  /// [js-thread]
  static std::shared_ptr<WayBack> open(Napi::Env env) {
    const auto way = std::shared_ptr<WayBack>(new WayBack(env));
    way->self_ = way;
    napi_add_env_cleanup_hook(env, cut, way.get());
    return way;
  }

  /// [any-thread] Once. Hands the call over, or drops it when nobody is left to be answered.
  void send(std::unique_ptr<DeviceCall> call) {
    const std::lock_guard lock(mutex_);
    if (cut_) return;
    if (settler_.BlockingCall(call.get()) == napi_ok) call.release();
    settler_.Release();
  }

  /// [js-thread] When the call has arrived.
  void close() {
    const std::lock_guard lock(mutex_);  // send() may still be releasing
    napi_remove_env_cleanup_hook(env_, cut, this);
    self_.reset();
  }

 private:
  explicit WayBack(Napi::Env env) : env_(env), settler_(Settler::New(env, "foldback device call", 0, 1)) {}

  /// [js-thread] The environment ends; hooks run newest first, so the thread-safe function still is.
  static void cut(void* pointer) {
    const std::shared_ptr<WayBack> way = std::move(static_cast<WayBack*>(pointer)->self_);
    const std::lock_guard lock(way->mutex_);
    way->cut_ = true;
  }

  const napi_env env_;
  const Settler settler_;
  std::shared_ptr<WayBack> self_;  // JavaScript thread only: for the hook
  std::mutex mutex_;
  bool cut_ = false;
};

void settle(Napi::Env env, Napi::Function, std::nullptr_t*, DeviceCall* raw) {
  const std::unique_ptr<DeviceCall> call(raw);
  if (env == nullptr) return;  // the environment is going away
  call->wayBack->close();
  const Napi::HandleScope scope(env);
  if (call->late) {
    call->failed(true);
    call->promise.Reject(coded(env, "DEVICE_TIMEOUT", "the audio device does not answer").Value());
  } else if (!call->failureCode.empty()) {
    call->failed(false);
    call->promise.Reject(coded(env, call->failureCode, call->failureText).Value());
  } else {
    call->promise.Resolve(call->answer(env));
  }
}

/// Makes the call through `post`, by the deadline at the latest; a failure is kept in it. [waiting thread]
void make(DeviceCall& call, const Post& post, milliseconds deadline) {
  struct Failure {
    std::string code;
    std::string text;
  };
  const auto failure = std::make_shared<Failure>();
  const auto work = [work = std::move(call.work), failure] {
    try {
      work();
    } catch (const DeviceError& error) {
      *failure = {error.code(), error.what()};
    } catch (const KernelError& error) {
      *failure = {"KERNEL_UNAVAILABLE", error.what()};
    } catch (const std::exception& error) {
      *failure = {"DEVICE_OPEN_FAILED", error.what()};
    }
  };
  call.late = !runWithDeadline(post, work, std::move(call.afterwards), deadline);
  if (call.late) {
    PortAudioDevice::giveStderrBack();
  } else {
    call.failureCode = failure->code;
    call.failureText = failure->text;
  }
}

/// Makes the call through `post` and settles its promise, at the deadline at the latest. A thread of its own
/// waits: libuv's pool would be joined at the end of the process, hanging calls included.
Napi::Promise start(Napi::Env env, std::unique_ptr<DeviceCall> call, const Post& post,
                    milliseconds deadline) {
  const Napi::Promise promise = call->promise.Promise();
  call->wayBack = WayBack::open(env);
  const auto shared = std::make_shared<std::unique_ptr<DeviceCall>>(std::move(call));
  const auto noThread = [](DeviceCall& failed, const std::exception& error) {
    failed.failureCode = "DEVICE_OPEN_FAILED";
    failed.failureText = std::string("no thread for the audio device: ") + error.what();
  };
  const auto settleIt = [shared] {
    const std::shared_ptr<WayBack> wayBack = (*shared)->wayBack;
    wayBack->send(std::move(*shared));
  };
  try {
    std::thread([shared, post, deadline, noThread, settleIt] {
      try {
        make(**shared, post, deadline);
      } catch (const std::exception& error) {
        noThread(**shared, error);
      }
      settleIt();
    }).detach();
  } catch (const std::system_error& error) {
    noThread(**shared, error);
    settleIt();
  }
  return promise;
}

/// Where a device's calls run.
Post threadOf(const StreamRequest& request) {
  return std::holds_alternative<PortAudioRequest>(request.device) ? Post(postToPortAudio)
                                                                  : Post(postToNewThread);
}

// ---- the class ----

/// Native half of lib/index.ts's NativeEngine. Lives on the JavaScript thread.
class NativeEngine final : public Napi::ObjectWrap<NativeEngine> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "NativeEngine",
        {StaticMethod<&NativeEngine::listDevices>("listDevices"), InstanceMethod<&NativeEngine::open>("open"),
         InstanceMethod<&NativeEngine::close>("close"), InstanceMethod<&NativeEngine::setMixes>("setMixes"),
         InstanceMethod<&NativeEngine::removeMix>("removeMix"),
         InstanceMethod<&NativeEngine::setRoutes>("setRoutes"),
         InstanceMethod<&NativeEngine::setCeiling>("setCeiling"),
         InstanceMethod<&NativeEngine::readMeters>("readMeters"),
         InstanceMethod<&NativeEngine::stats>("stats"),
         InstanceMethod<&NativeEngine::favourAudioThread>("favourAudioThread"),
         InstanceMethod<&NativeEngine::tap>("tap"), InstanceMethod<&NativeEngine::readTap>("readTap"),
         InstanceMethod<&NativeEngine::untap>("untap"),
         InstanceMethod<&NativeEngine::startRecording>("startRecording"),
         InstanceMethod<&NativeEngine::stopRecording>("stopRecording"),
         InstanceMethod<&NativeEngine::recording>("recording"),
         InstanceMethod<&NativeEngine::render>("render")});
  }

  explicit NativeEngine(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeEngine>(info) {}

  ~NativeEngine() override {
    if (engine_ == nullptr) return;
    // Dropped without close(), or the environment ends: silence the device, but wait no longer than a moment.
    const auto dropped = std::make_shared<OnItsThread<Engine>>(post_);
    dropped->value = std::move(engine_);
    try {
      runWithDeadline(post_, [dropped] { dropped->value.reset(); }, [] {}, milliseconds(1000));
    } catch (const std::exception&) {
      // No thread to be had for it: OnItsThread does what it can.
    }
  }

 private:
  enum class State { kNew, kOpening, kOpen, kLost, kClosed };

  static Napi::Value listDevices(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] { return startListing(info); });
  }

  Napi::Value open(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] { return startOpening(info); });
  }

  Napi::Value close(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] { return startClosing(info); });
  }

  static Napi::Value startListing(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    std::optional<double> deadlineMs;
    if (!info[0].IsUndefined()) deadlineMs = numberOf(info[0], "deadlineMs", 1, 600'000);
    auto call = std::make_unique<DeviceCall>(env);
    const auto devices = std::make_shared<std::vector<AudioDeviceInfo>>();
    call->work = [devices] { *devices = PortAudioDevice::list(); };
    call->answer = [devices](Napi::Env answerEnv) -> Napi::Value {
      Napi::Array list = Napi::Array::New(answerEnv, devices->size());
      for (uint32_t i = 0; i < devices->size(); ++i) list.Set(i, toObject(answerEnv, (*devices)[i]));
      return list;
    };
    return start(env, std::move(call), postToPortAudio, deadlineOf(deadlineMs));
  }

  Napi::Value startOpening(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    // A device that hung is left to its thread, for good; another one may be tried.
    if (state_ != State::kNew && state_ != State::kLost) throw stateError(env, "open");
    const Napi::Object object = objectOf(info[0], "request");
    const OpenRequest request = openRequestOf(object);
    const milliseconds deadline = deadlineOf(optionalNumber(object, "deadlineMs", 1, 600'000));
    post_ = threadOf(request.stream);
    state_ = State::kOpening;

    auto call = std::make_unique<DeviceCall>(env);
    const auto opened = std::make_shared<OnItsThread<Engine>>(post_);
    call->work = [opened, request] { opened->value = std::make_unique<Engine>(request); };
    call->afterwards = [opened] { opened->value.reset(); };
    Ref();  // stays alive until the answer, whoever still holds it
    call->answer = [this, opened](Napi::Env answerEnv) -> Napi::Value {
      engine_ = std::move(opened->value);
      state_ = State::kOpen;
      Napi::Object answer = toObject(answerEnv, engine_->info());
      const std::vector<std::string> skipped = engine_->skippedTracks();
      if (!skipped.empty()) answer.Set("skippedTracks", arrayOf(answerEnv, skipped));
      Unref();
      return answer;
    };
    call->failed = [this](bool late) {
      state_ = late ? State::kLost : State::kNew;
      Unref();
    };
    return start(env, std::move(call), post_, deadline);
  }

  Napi::Value startClosing(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    if (state_ == State::kOpening) throw stateError(env, "close");
    double fadeMs = kDefaultFadeMs;
    std::optional<double> deadlineMs;
    if (!info[0].IsUndefined()) {
      const Napi::Object options = objectOf(info[0], "options");
      fadeMs = optionalNumber(options, "fadeMs", 0, 60'000).value_or(fadeMs);
      deadlineMs = optionalNumber(options, "deadlineMs", 1, 600'000);
    }
    state_ = State::kClosed;
    const Post post = engine_ == nullptr ? Post(postToNewThread) : post_;
    auto call = std::make_unique<DeviceCall>(env);
    const auto closing = std::make_shared<OnItsThread<Engine>>(post);
    closing->value = std::move(engine_);
    call->work = [closing, fadeMs] {
      if (closing->value == nullptr) return;
      closing->value->fadeOut(fadeMs);
      closing->value.reset();
    };
    call->answer = [](Napi::Env answerEnv) -> Napi::Value { return answerEnv.Undefined(); };
    return start(env, std::move(call), post, deadlineOf(deadlineMs));
  }

  Napi::Value setMixes(const Napi::CallbackInfo& info) {
    return onOpen(info, "setMixes", [&](Engine& engine) {
      if (!info[0].IsArray()) wrongType(info.Env(), "targets", "an array");
      const auto list = info[0].As<Napi::Array>();
      const uint32_t count = list.Length();
      // Copies, and made one by one: a getter may detach an array that was read before, and a sparse list may
      // claim four thousand million entries.
      std::deque<std::vector<float>> numbers;
      const auto copied = [&](const Napi::Float32Array& array) -> std::span<const float> {
        return numbers.emplace_back(array.Data(), array.Data() + array.ElementLength());
      };
      std::vector<MixTarget> targets;
      for (uint32_t i = 0; i < count; ++i) {
        const Napi::HandleScope scope(info.Env());
        const Napi::Object object = objectOf(list.Get(i), "targets[" + std::to_string(i) + "]");
        MixTarget target;
        target.mix = mixOf(object.Get("mix"));
        const Napi::Value active = object.Get("active");
        if (!active.IsBoolean()) wrongType(info.Env(), "active", "a boolean");
        target.active = active.As<Napi::Boolean>();
        target.gains = copied(floatsOf(object.Get("gains"), "gains"));
        const Napi::Value ramp = object.Get("rampMs");
        if (ramp.IsTypedArray()) {
          target.rampMs = copied(floatsOf(ramp, "rampMs"));
        } else {
          target.rampMs = numbers.emplace_back(1, ramp.IsUndefined() ? kDefaultRampMs : rampOf(ramp));
        }
        targets.push_back(target);
      }
      engine.board().setMixes(targets);
      return info.Env().Undefined();
    });
  }

  Napi::Value removeMix(const Napi::CallbackInfo& info) {
    return onOpen(info, "removeMix", [&](Engine& engine) {
      engine.board().removeMix(mixOf(info[0]));
      return info.Env().Undefined();
    });
  }

  Napi::Value setRoutes(const Napi::CallbackInfo& info) {
    return onOpen(info, "setRoutes", [&](Engine& engine) {
      const auto array = arrayOf<Napi::Int32Array>(info[0], "routes", napi_int32_array, "an Int32Array");
      const std::vector<int64_t> routes(array.Data(), array.Data() + array.ElementLength());
      engine.board().setRoutes(routes);
      return info.Env().Undefined();
    });
  }

  Napi::Value setCeiling(const Napi::CallbackInfo& info) {
    return onOpen(info, "setCeiling", [&](Engine& engine) {
      if (!info[0].IsNumber()) wrongType(info.Env(), "ceiling", "a number");
      engine.board().setCeiling(info[0].As<Napi::Number>().FloatValue());
      return info.Env().Undefined();
    });
  }

  Napi::Value readMeters(const Napi::CallbackInfo& info) {
    return onOpen(info, "readMeters", [&](Engine& engine) {
      const Napi::Env env = info.Env();
      const auto asked = arrayOf<Napi::Uint32Array>(info[0], "mixes", napi_uint32_array, "a Uint32Array");
      const std::vector<uint32_t> mixes(asked.Data(), asked.Data() + asked.ElementLength());
      engine.board().service();
      const int inputs = engine.info().inputs;
      Napi::Float32Array inputMeters = Napi::Float32Array::New(env, static_cast<size_t>(inputs) * 2);
      for (int channel = 0; channel < inputs; ++channel) {
        const SignalReading reading = engine.readInput(channel);
        inputMeters[2 * channel] = reading.peak;
        inputMeters[2 * channel + 1] = reading.rms;
      }
      Napi::Float32Array mixMeters = Napi::Float32Array::New(env, mixes.size() * 5);
      for (size_t i = 0; i < mixes.size(); ++i) {
        const LaneReading reading = engine.readMix(mixes[i]);
        mixMeters[5 * i] = reading.left.peak;
        mixMeters[5 * i + 1] = reading.right.peak;
        mixMeters[5 * i + 2] = reading.left.rms;
        mixMeters[5 * i + 3] = reading.right.rms;
        mixMeters[5 * i + 4] = reading.reductionGain;
      }
      Napi::Object meters = Napi::Object::New(env);
      meters.Set("inputs", inputMeters);
      meters.Set("mixes", mixMeters);
      return Napi::Value(meters);
    });
  }

  Napi::Value stats(const Napi::CallbackInfo& info) {
    return onOpen(info, "stats", [&](Engine& engine) {
      engine.board().service();
      return Napi::Value(toObject(info.Env(), engine.read(), engine.info()));
    });
  }

  Napi::Value favourAudioThread(const Napi::CallbackInfo& info) {
    return onOpen(info, "favourAudioThread", [&](Engine& engine) {
      return Napi::Value(Napi::String::New(info.Env(), engine.favourAudioThread()));
    });
  }

  Napi::Value tap(const Napi::CallbackInfo& info) {
    return onOpen(info, "tap", [&](Engine& engine) {
      return Napi::Value(Napi::Number::New(info.Env(), engine.board().tap(mixOf(info[0]))));
    });
  }

  Napi::Value readTap(const Napi::CallbackInfo& info) {
    return onOpen(info, "readTap", [&](Engine& engine) {
      const Napi::Env env = info.Env();
      const TapBlock block = engine.board().readTap(tapOf(info[0]));
      Napi::Float32Array frames = Napi::Float32Array::New(env, block.frames.size());
      std::copy(block.frames.begin(), block.frames.end(), frames.Data());
      Napi::Object answer = Napi::Object::New(env);
      answer.Set("position", static_cast<double>(block.position));
      answer.Set("frames", frames);
      answer.Set("dropped", static_cast<double>(block.dropped));
      return Napi::Value(answer);
    });
  }

  Napi::Value untap(const Napi::CallbackInfo& info) {
    return onOpen(info, "untap", [&](Engine& engine) {
      engine.board().untap(tapOf(info[0]));
      return info.Env().Undefined();
    });
  }

  Napi::Value startRecording(const Napi::CallbackInfo& info) {
    return onOpen(info, "startRecording", [&](Engine&) {
      const RecordingRequest request = recordingOf(objectOf(info[0], "request"));
      return onDisk(info.Env(), [request](Recorder& recorder) { recorder.start(request); });
    });
  }

  Napi::Value stopRecording(const Napi::CallbackInfo& info) {
    return onOpen(info, "stopRecording",
                  [&](Engine&) { return onDisk(info.Env(), [](Recorder& recorder) { recorder.stop(); }); });
  }

  Napi::Value recording(const Napi::CallbackInfo& info) {
    return onOpen(info, "recording", [&](Engine& engine) {
      return Napi::Value(toObject(info.Env(), engine.recorder()->read()));
    });
  }

  /// Runs `work` where waiting for a disk delays nobody, and answers how the recording then stands. What
  /// comes too late is undone.
  template <typename Work>
  Napi::Value onDisk(Napi::Env env, Work work) {
    const std::shared_ptr<Recorder> recorder = engine_->recorder();
    auto call = std::make_unique<DeviceCall>(env);
    call->work = [recorder, work] { work(*recorder); };
    call->afterwards = [recorder] { recorder->stop(); };
    call->answer = [recorder](Napi::Env answerEnv) -> Napi::Value {
      return toObject(answerEnv, recorder->read());
    };
    return start(env, std::move(call), postToNewThread, deadlineOf({}));
  }

  Napi::Value render(const Napi::CallbackInfo& info) {
    return onOpen(info, "render", [&](Engine& engine) {
      const Napi::Env env = info.Env();
      if (engine.manual() == nullptr) {
        throw coded(env, "NOT_MANUAL", "render: only a manual device is stepped by its owner");
      }
      const Napi::Float32Array input = floatsOf(info[0], "input");
      const int frames = static_cast<int>(integerOf(info[1], "frames", 1, kLongestManualBlock));
      const size_t expected = static_cast<size_t>(engine.info().outputs) * static_cast<size_t>(frames);
      Napi::Float32Array output = Napi::Float32Array::New(env, expected);
      engine.awaitDisks(frames);
      engine.manual()->render({input.Data(), input.ElementLength()}, {output.Data(), expected}, frames);
      return Napi::Value(output);
    });
  }

  /// Runs `body` with the engine, or throws what the state calls for.
  template <typename Body>
  Napi::Value onOpen(const Napi::CallbackInfo& info, const char* name, Body body) {
    if (state_ != State::kOpen) throw stateError(info.Env(), name);
    return guarded(info.Env(), [&] { return body(*engine_); });
  }

  Napi::Error stateError(Napi::Env env, const std::string& name) const {
    switch (state_) {
      case State::kNew:
        return coded(env, "NOT_OPEN", name + ": the engine is not open");
      case State::kOpening:
        return coded(env, "OPENING", name + ": the engine is still opening its device");
      case State::kOpen:
        return coded(env, "ALREADY_OPEN", name + ": the engine is open already");
      case State::kLost:
        return coded(
            env, "DEVICE_LOST",
            name + ": the audio device has not answered; open another one, or this one in a new process");
      case State::kClosed:
        break;
    }
    return coded(env, "CLOSED", name + ": the engine is closed");
  }

  static float rampOf(const Napi::Value& value) {
    if (!value.IsNumber()) wrongType(value.Env(), "rampMs", "a number or a Float32Array");
    return value.As<Napi::Number>().FloatValue();
  }

  static int tapOf(const Napi::Value& value) {
    return static_cast<int>(integerOf(value, "tap", 0, INT32_MAX));
  }

  static constexpr float kDefaultRampMs = 10.0f;
  static constexpr int kLongestManualBlock = 1'048'576;

  State state_ = State::kNew;
  Post post_ = postToNewThread;
  std::unique_ptr<Engine> engine_;
};

// ---- Opus ----

class NativeOpusEncoder : public Napi::ObjectWrap<NativeOpusEncoder> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "NativeOpusEncoder", {InstanceMethod<&NativeOpusEncoder::encode>("encode")});
  }

  explicit NativeOpusEncoder(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeOpusEncoder>(info) {
    guarded(info.Env(), [&] {
      const int rateHz = static_cast<int>(integerOf(info[0], "sampleRateHz", 1, INT32_MAX));
      stream_.emplace(rateHz, static_cast<int>(integerOf(info[1], "bitsPerSecond", 1, INT32_MAX)));
      return info.Env().Undefined();
    });
  }

 private:
  Napi::Value encode(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] {
      const Napi::Float32Array frames = floatsOf(info[0], "frames");
      const auto packet = stream_->encode({frames.Data(), frames.ElementLength()});
      Napi::Uint8Array bytes = Napi::Uint8Array::New(info.Env(), packet.size());
      std::ranges::copy(packet, bytes.Data());
      return Napi::Value(bytes);
    });
  }

  std::optional<OpusStream> stream_;
};

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeEngine", NativeEngine::define(env));
  exports.Set("NativeOpusEncoder", NativeOpusEncoder::define(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(engine, initialise)

}  // namespace foldback
