// From C++ to JavaScript.
#include "addon/answers.h"

namespace foldback::addon {

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
  set("loadMax", callback.loadMax);
  set("lateCallbacks", callback.lateCallbacks);
  set("xruns", callback.xruns);
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
  Napi::Array loads = Napi::Array::New(env, callback.loads.size());
  for (uint32_t i = 0; i < callback.loads.size(); ++i) loads.Set(i, static_cast<double>(callback.loads[i]));
  object.Set("loads", loads);
  object.Set("active", reading.active);
  object.Set("kernel", reading.kernel);
  return object;
}

Napi::Object toObject(Napi::Env env, const PlayheadReading& reading) {
  constexpr double kNsPerMs = 1e6;
  Napi::Object object = Napi::Object::New(env);
  object.Set("frame", static_cast<double>(reading.frame));
  object.Set("hostMs", static_cast<double>(reading.hostNs) / kNsPerMs);
  object.Set("dacMs", static_cast<double>(reading.dacNs) / kNsPerMs);
  return object;
}

Napi::Object toObject(Napi::Env env, const RecordingReading& reading) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("running", reading.running);
  object.Set("folder", reading.folder);
  object.Set("frames", static_cast<double>(reading.frames));
  object.Set("droppedFrames", static_cast<double>(reading.droppedFrames));
  object.Set("trouble", reading.trouble);
  object.Set("ended", reading.ended);
  return object;
}

}  // namespace foldback::addon
