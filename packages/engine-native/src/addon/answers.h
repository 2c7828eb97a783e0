// From C++ to JavaScript.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "audio_device.h"
#include "engine.h"
#include "recorder.h"

namespace foldback::addon {

Napi::Object toObject(Napi::Env env, const AudioDeviceInfo& info);
Napi::Object toObject(Napi::Env env, const StreamInfo& info);
Napi::Object toObject(Napi::Env env, const EngineReading& reading, const StreamInfo& info);
Napi::Object toObject(Napi::Env env, const PlayheadReading& reading);
Napi::Object toObject(Napi::Env env, const RecordingReading& reading);
Napi::Array arrayOf(Napi::Env env, const std::vector<std::string>& texts);

}  // namespace foldback::addon
