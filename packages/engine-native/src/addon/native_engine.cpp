// The engine as JavaScript sees it.
#include "addon/native_engine.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "addon/answers.h"
#include "addon/arguments.h"
#include "addon/device_call.h"
#include "manual_device.h"
#include "portaudio_device.h"

namespace foldback::addon {
namespace {

using std::chrono::milliseconds;

constexpr double kDefaultFadeMs = 30;
constexpr float kDefaultRampMs = 10.0f;
constexpr int kLongestManualBlock = 1'048'576;

/// Where a device's calls run.
Post threadOf(const StreamRequest& request) {
  return std::holds_alternative<PortAudioRequest>(request.device) ? Post(postToPortAudio)
                                                                  : Post(postToNewThread);
}

float rampOf(const Napi::Value& value) {
  if (!value.IsNumber()) wrongType(value.Env(), "rampMs", "a number or a Float32Array");
  return value.As<Napi::Number>().FloatValue();
}

int tapOf(const Napi::Value& value) { return static_cast<int>(integerOf(value, "tap", 0, INT32_MAX)); }

}  // namespace

Napi::Function NativeEngine::define(Napi::Env env) {
  return DefineClass(
      env, "NativeEngine",
      {StaticMethod<&NativeEngine::listDevices>("listDevices"), InstanceMethod<&NativeEngine::open>("open"),
       InstanceMethod<&NativeEngine::close>("close"), InstanceMethod<&NativeEngine::setMixes>("setMixes"),
       InstanceMethod<&NativeEngine::removeMix>("removeMix"),
       InstanceMethod<&NativeEngine::setRoutes>("setRoutes"),
       InstanceMethod<&NativeEngine::setCeiling>("setCeiling"),
       InstanceMethod<&NativeEngine::readMeters>("readMeters"), InstanceMethod<&NativeEngine::stats>("stats"),
       InstanceMethod<&NativeEngine::playhead>("playhead"),
       InstanceMethod<&NativeEngine::favourAudioThread>("favourAudioThread"),
       InstanceMethod<&NativeEngine::tap>("tap"), InstanceMethod<&NativeEngine::readTap>("readTap"),
       InstanceMethod<&NativeEngine::untap>("untap"),
       InstanceMethod<&NativeEngine::startRecording>("startRecording"),
       InstanceMethod<&NativeEngine::stopRecording>("stopRecording"),
       InstanceMethod<&NativeEngine::recording>("recording"),
       InstanceMethod<&NativeEngine::render>("render")});
}

NativeEngine::~NativeEngine() {
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

Napi::Value NativeEngine::listDevices(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return startListing(info); });
}

Napi::Value NativeEngine::open(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return startOpening(info); });
}

Napi::Value NativeEngine::close(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return startClosing(info); });
}

Napi::Value NativeEngine::startListing(const Napi::CallbackInfo& info) {
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

Napi::Value NativeEngine::startOpening(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Object object = objectOf(info[0], "request");
  const OpenRequest request = openRequestOf(object);
  const milliseconds deadline = deadlineOf(optionalNumber(object, "deadlineMs", 1, 600'000));
  // A device that hung is left to its thread, for good; another one may be tried. Asked after the arguments
  // are read, because a getter of theirs may open, too.
  if (state_ != State::kNew && state_ != State::kLost) throw stateError(env, "open");
  post_ = threadOf(request.stream);
  state_ = State::kOpening;

  auto call = std::make_unique<DeviceCall>(env);
  const auto opened = std::make_shared<OnItsThread<Engine>>(post_);
  call->work = [opened, request] {
    opened->value = std::make_unique<Engine>(makeDevice(request.stream), request);
  };
  call->afterwards = [opened] { opened->value.reset(); };
  Ref();  // stays alive until the answer, whoever still holds it
  call->answer = [this, opened](Napi::Env answerEnv) -> Napi::Value {
    engine_ = std::move(opened->value);
    state_ = State::kOpen;
    Napi::Object answer = toObject(answerEnv, engine_->info());
    const std::vector<std::string> skipped = engine_->skippedTracks();
    if (!skipped.empty()) answer.Set("skippedTracks", arrayOf(answerEnv, skipped));
    const std::vector<std::string> guessed = engine_->guessedTracks();
    if (!guessed.empty()) answer.Set("guessedTracks", arrayOf(answerEnv, guessed));
    Unref();
    return answer;
  };
  call->failed = [this](bool late) {
    state_ = late ? State::kLost : State::kNew;
    Unref();
  };
  return start(env, std::move(call), post_, deadline);
}

Napi::Value NativeEngine::startClosing(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  double fadeMs = kDefaultFadeMs;
  std::optional<double> deadlineMs;
  if (!info[0].IsUndefined()) {
    const Napi::Object options = objectOf(info[0], "options");
    fadeMs = optionalNumber(options, "fadeMs", 0, 60'000).value_or(fadeMs);
    deadlineMs = optionalNumber(options, "deadlineMs", 1, 600'000);
  }
  if (state_ == State::kOpening) throw stateError(env, "close");
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
  call->waitsFor = "the audio device or the disk of a recording";
  call->answer = [](Napi::Env answerEnv) -> Napi::Value { return answerEnv.Undefined(); };
  return start(env, std::move(call), post, deadlineOf(deadlineMs));
}

Napi::Value NativeEngine::setMixes(const Napi::CallbackInfo& info) {
  return onOpen(info, "setMixes", [&](Engine&) {
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
    opened(info.Env(), "setMixes").board().setMixes(targets);
    return info.Env().Undefined();
  });
}

Napi::Value NativeEngine::removeMix(const Napi::CallbackInfo& info) {
  return onOpen(info, "removeMix", [&](Engine& engine) {
    engine.board().removeMix(mixOf(info[0]));
    return info.Env().Undefined();
  });
}

Napi::Value NativeEngine::setRoutes(const Napi::CallbackInfo& info) {
  return onOpen(info, "setRoutes", [&](Engine& engine) {
    const auto array = arrayOf<Napi::Int32Array>(info[0], "routes", napi_int32_array, "an Int32Array");
    const std::vector<int64_t> routes(array.Data(), array.Data() + array.ElementLength());
    engine.board().setRoutes(routes);
    return info.Env().Undefined();
  });
}

Napi::Value NativeEngine::setCeiling(const Napi::CallbackInfo& info) {
  return onOpen(info, "setCeiling", [&](Engine& engine) {
    if (!info[0].IsNumber()) wrongType(info.Env(), "ceiling", "a number");
    engine.board().setCeiling(info[0].As<Napi::Number>().FloatValue());
    return info.Env().Undefined();
  });
}

Napi::Value NativeEngine::readMeters(const Napi::CallbackInfo& info) {
  return onOpen(info, "readMeters", [&](Engine& engine) {
    const Napi::Env env = info.Env();
    const auto asked = arrayOf<Napi::Uint32Array>(info[0], "mixes", napi_uint32_array, "a Uint32Array");
    const std::vector<uint32_t> mixes(asked.Data(), asked.Data() + asked.ElementLength());
    const int reader =
        info[1].IsUndefined() ? 0 : static_cast<int>(integerOf(info[1], "reader", 0, kMeterReaders - 1));
    engine.board().service();
    const int inputs = engine.info().inputs;
    Napi::Float32Array inputMeters = Napi::Float32Array::New(env, static_cast<size_t>(inputs) * 2);
    for (int channel = 0; channel < inputs; ++channel) {
      const SignalReading reading = engine.readInput(channel, reader);
      inputMeters[2 * channel] = reading.peak;
      inputMeters[2 * channel + 1] = reading.rms;
    }
    Napi::Float32Array mixMeters = Napi::Float32Array::New(env, mixes.size() * 5);
    for (size_t i = 0; i < mixes.size(); ++i) {
      const LaneReading reading = engine.readMix(mixes[i], reader);
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

Napi::Value NativeEngine::stats(const Napi::CallbackInfo& info) {
  return onOpen(info, "stats", [&](Engine& engine) {
    engine.board().service();
    return Napi::Value(toObject(info.Env(), engine.read(), engine.info()));
  });
}

Napi::Value NativeEngine::playhead(const Napi::CallbackInfo& info) {
  return onOpen(info, "playhead", [&](Engine& engine) -> Napi::Value {
    const std::optional<PlayheadReading> reading = engine.playhead();
    return reading ? toObject(info.Env(), *reading) : info.Env().Undefined();
  });
}

Napi::Value NativeEngine::favourAudioThread(const Napi::CallbackInfo& info) {
  return onOpen(info, "favourAudioThread", [&](Engine& engine) {
    return Napi::Value(Napi::String::New(info.Env(), engine.favourAudioThread()));
  });
}

Napi::Value NativeEngine::tap(const Napi::CallbackInfo& info) {
  return onOpen(info, "tap", [&](Engine& engine) {
    return Napi::Value(Napi::Number::New(info.Env(), engine.board().tap(mixOf(info[0]))));
  });
}

Napi::Value NativeEngine::readTap(const Napi::CallbackInfo& info) {
  return onOpen(info, "readTap", [&](Engine& engine) {
    const Napi::Env env = info.Env();
    const TapBlock block = engine.board().readTap(tapOf(info[0]));
    Napi::Float32Array frames = Napi::Float32Array::New(env, block.frames.size());
    std::copy(block.frames.begin(), block.frames.end(), frames.Data());
    Napi::Object answer = Napi::Object::New(env);
    answer.Set("position", static_cast<double>(block.position));
    answer.Set("frames", frames);
    answer.Set("dropped", static_cast<double>(block.dropped));
    answer.Set("ended", block.ended);
    return Napi::Value(answer);
  });
}

Napi::Value NativeEngine::untap(const Napi::CallbackInfo& info) {
  return onOpen(info, "untap", [&](Engine& engine) {
    engine.board().untap(tapOf(info[0]));
    return info.Env().Undefined();
  });
}

Napi::Value NativeEngine::startRecording(const Napi::CallbackInfo& info) {
  return onOpen(info, "startRecording", [&](Engine&) {
    const RecordingRequest request = recordingOf(objectOf(info[0], "request"));
    opened(info.Env(), "startRecording").recorder()->check(request);
    const auto begun = std::make_shared<std::shared_ptr<const Recording>>();
    return onDisk(
        info.Env(), [request, begun](Recorder& recorder) { *begun = recorder.start(request); },
        [begun](Recorder& recorder) {
          if (*begun != nullptr) recorder.stop(*begun);
        });
  });
}

Napi::Value NativeEngine::stopRecording(const Napi::CallbackInfo& info) {
  return onOpen(info, "stopRecording", [&](Engine&) {
    return onDisk(info.Env(), [](Recorder& recorder) { recorder.stop(); }, [](Recorder&) {});
  });
}

Napi::Value NativeEngine::recording(const Napi::CallbackInfo& info) {
  return onOpen(info, "recording",
                [&](Engine& engine) { return Napi::Value(toObject(info.Env(), engine.recorder()->read())); });
}

Napi::Value NativeEngine::onDisk(Napi::Env env, std::function<void(Recorder&)> work,
                                 std::function<void(Recorder&)> undo) {
  const std::shared_ptr<Recorder> recorder = engine_->recorder();
  auto call = std::make_unique<DeviceCall>(env);
  call->work = [recorder, work] { work(*recorder); };
  call->afterwards = [recorder, undo] { undo(*recorder); };
  call->waitsFor = "the disk";
  call->otherFailure = "RECORDING_FAILED";
  call->answer = [recorder](Napi::Env answerEnv) -> Napi::Value {
    return toObject(answerEnv, recorder->read());
  };
  return start(env, std::move(call), postToNewThread, deadlineOf({}));
}

Napi::Value NativeEngine::render(const Napi::CallbackInfo& info) {
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

Engine& NativeEngine::opened(Napi::Env env, const char* name) const {
  if (state_ != State::kOpen) throw stateError(env, name);
  return *engine_;
}

Napi::Error NativeEngine::stateError(Napi::Env env, const std::string& name) const {
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

}  // namespace foldback::addon
