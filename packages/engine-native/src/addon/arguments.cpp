// From JavaScript to C++.
#include "addon/arguments.h"

#include <cmath>
#include <string>
#include <variant>

#include "audio_device.h"

namespace foldback::addon {
namespace {

constexpr double kDefaultDeadlineMs = 5000;
constexpr int kMostChannels = 4096;
constexpr int kMostLanes = 65'536;

std::string textOf(const Napi::Value& value, const std::string& name) {
  if (!value.IsString()) wrongType(value.Env(), name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

DeviceName deviceNameOf(const Napi::Value& value, const std::string& name) {
  if (value.IsUndefined()) return {};
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  return static_cast<int>(integerOf(value, name, 0, INT32_MAX));
}

DevicePair pairOf(const Napi::Object& object) {
  DevicePair pair;
  const Napi::Value hostApi = object.Get("hostApi");
  if (!hostApi.IsUndefined()) pair.hostApi = textOf(hostApi, "device.hostApi");
  pair.input = deviceNameOf(object.Get("input"), "device.input");
  pair.output = deviceNameOf(object.Get("output"), "device.output");
  return pair;
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
  if (which.IsObject()) {
    wish.device = pairOf(which.As<Napi::Object>());
  } else {
    std::visit([&](const auto& name) { wish.device = name; }, deviceNameOf(which, "device"));
  }
  wish.inputs = optionalInteger(device, "inputs", 0, kMostChannels);
  wish.outputs = optionalInteger(device, "outputs", 1, kMostChannels);
  return wish;
}

/// A path as the system has it. A byte that is no UTF-8 comes as the lone surrogate U+DC00 + byte, as in
/// Python's file names (PEP 383).
std::string pathOf(const Napi::Value& value, const std::string& name) {
  std::string path = textOf(value, name);
  if (path.find("\xef\xbf\xbd") == std::string::npos) return path;  // no U+FFFD: nothing was lost
  path.clear();
  const std::u16string units = value.As<Napi::String>().Utf16Value();
  for (size_t at = 0; at < units.size();) {
    const size_t pair =
        at + 1 < units.size() && (units[at] & 0xfc00) == 0xd800 && (units[at + 1] & 0xfc00) == 0xdc00;
    if (units[at] >= 0xdc80 && units[at] <= 0xdcff) {
      path.push_back(static_cast<char>(units[at]));
    } else {
      path += Napi::String::New(value.Env(), units.data() + at, 1 + pair).Utf8Value();
    }
    at += 1 + pair;
  }
  return path;
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
        {pathOf(file.Get("path"), name + ".path"), textOf(file.Get("name"), name + ".name")});
  });
  return request;
}

}  // namespace

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

std::chrono::milliseconds deadlineOf(const std::optional<double>& ms) {
  return std::chrono::milliseconds(static_cast<int64_t>(ms.value_or(kDefaultDeadlineMs)));
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

}  // namespace foldback::addon
