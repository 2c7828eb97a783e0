// Devices by name, number and host API: on most systems one device has both ends, on Windows there are two,
// each of them once per host API.
#include "device_choice.h"

#include <portaudio.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <string>

namespace foldback {
namespace {

using Devices = std::vector<AudioDeviceInfo>;
using IsMeant = std::function<bool(const AudioDeviceInfo&)>;

std::string namesOf(const Devices& devices) {
  std::string names;
  for (const AudioDeviceInfo& device : devices) {
    names += (names.empty() ? "" : ", ") + std::to_string(device.index) + " \"" + device.name + "\" (" +
             device.hostApi + ")";
  }
  return names.empty() ? "none" : names;
}

[[noreturn]] void notFound(const std::string& text) { throw DeviceError("DEVICE_NOT_FOUND", text); }

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool contains(const std::string& text, const std::string& part) {
  return lower(text).find(lower(part)) != std::string::npos;
}

Devices those(const Devices& devices, const IsMeant& isMeant) {
  Devices found;
  std::copy_if(devices.begin(), devices.end(), std::back_inserter(found), isMeant);
  return found;
}

bool hasInputs(const AudioDeviceInfo& device) { return device.inputs > 0; }
bool hasOutputs(const AudioDeviceInfo& device) { return device.outputs > 0; }

/// The lower the better. Those of other systems are all alike: there is one of them, or the name says which.
int rankOf(PaHostApiTypeId type) {
  switch (type) {
    case paWASAPI:
      return 1;
    case paWDMKS:
      return 2;
    case paDirectSound:
      return 3;
    case paMME:
      return 4;
    default:  // ASIO too
      return 0;
  }
}

/// The host APIs, the best first.
std::vector<const PaHostApiInfo*> hostApis() {
  std::vector<const PaHostApiInfo*> apis;
  for (int index = 0; index < Pa_GetHostApiCount(); ++index) apis.push_back(Pa_GetHostApiInfo(index));
  std::stable_sort(apis.begin(), apis.end(),
                   [](const auto* a, const auto* b) { return rankOf(a->type) < rankOf(b->type); });
  return apis;
}

/// WASAPI lists the sound of every output as one more input, called like the output and this behind it
/// (PortAudio 19.7, pa_win_wasapi.c). Under a name that does not ask for it, it would make one interface two,
/// and a mixer that plays to that output would hear itself.
constexpr const char* kLoopback = "[Loopback]";

/// The exact name wins, else a part of it, in any case of letters.
Devices called(const std::string& name, const Devices& devices) {
  Devices exact = those(devices, [&](const AudioDeviceInfo& device) { return device.name == name; });
  if (!exact.empty()) return exact;
  const bool loopbackToo = contains(name, kLoopback);
  return those(devices, [&](const AudioDeviceInfo& device) {
    return contains(device.name, name) && (loopbackToo || !contains(device.name, kLoopback));
  });
}

DeviceEnds byName(const std::string& name, const Devices& all) {
  const Devices meant = called(name, all);
  if (meant.empty()) notFound("no audio device is called \"" + name + "\"; there are: " + namesOf(all));
  for (const PaHostApiInfo* api : hostApis()) {
    const Devices here =
        those(meant, [&](const AudioDeviceInfo& device) { return device.hostApi == api->name; });
    const Devices inputs = those(here, hasInputs);
    const Devices outputs = those(here, hasOutputs);
    if (outputs.empty()) continue;
    if (outputs.size() > 1 || inputs.size() > 1) {
      notFound("several audio devices are called \"" + name + "\": " + namesOf(here));
    }
    return {inputs.empty() ? paNoDevice : inputs.front().index, outputs.front().index};
  }
  return {meant.front().index, meant.front().index};
}

std::string textOf(const DeviceName& wish) {
  if (const auto* index = std::get_if<int>(&wish)) return "number " + std::to_string(*index);
  if (const auto* name = std::get_if<std::string>(&wish)) return "\"" + *name + "\"";
  return "the default";
}

Devices meantBy(const DeviceName& wish, PaDeviceIndex byDefault, const Devices& devices) {
  if (const auto* name = std::get_if<std::string>(&wish)) return called(*name, devices);
  const auto* index = std::get_if<int>(&wish);
  const int wanted = index == nullptr ? byDefault : *index;
  return those(devices, [=](const AudioDeviceInfo& device) { return device.index == wanted; });
}

/// The best host API that has what is asked for.
DeviceEnds byEnds(const DevicePair& pair, const Devices& all) {
  std::string names;
  std::string several;
  for (const PaHostApiInfo* api : hostApis()) {
    names += (names.empty() ? "" : ", ") + std::string(api->name);
    if (!contains(api->name, pair.hostApi)) continue;
    const Devices here =
        those(all, [&](const AudioDeviceInfo& device) { return device.hostApi == api->name; });
    const Devices inputs = meantBy(pair.input, api->defaultInputDevice, those(here, hasInputs));
    const Devices outputs = meantBy(pair.output, api->defaultOutputDevice, those(here, hasOutputs));
    const bool needsInput = !std::holds_alternative<std::monostate>(pair.input);
    if (outputs.empty() || (needsInput && inputs.empty())) continue;
    if (inputs.size() <= 1 && outputs.size() == 1) {
      return {inputs.empty() ? paNoDevice : inputs.front().index, outputs.front().index};
    }
    if (several.empty()) several = namesOf(inputs.size() > 1 ? inputs : outputs);
  }
  if (!several.empty()) notFound("several audio devices are meant: " + several);
  notFound("no host API" + (pair.hostApi.empty() ? "" : " called \"" + pair.hostApi + "\"") +
           " has the input " + textOf(pair.input) + " and the output " + textOf(pair.output) +
           "; there are: " + names + "; " + namesOf(all));
}

/// Windows names MME first, which adds a tenth of a second: there the best host API with an output is meant.
DeviceEnds defaults() {
  const PaHostApiIndex first = Pa_GetDefaultHostApi();
  if (first >= 0 && rankOf(Pa_GetHostApiInfo(first)->type) > 0) {
    for (const PaHostApiInfo* api : hostApis()) {
      if (api->defaultOutputDevice == paNoDevice) continue;
      return {api->defaultInputDevice, api->defaultOutputDevice};
    }
  }
  return {Pa_GetDefaultInputDevice(), Pa_GetDefaultOutputDevice()};
}

AudioDeviceInfo describe(int index) {
  const PaDeviceInfo* device = Pa_GetDeviceInfo(index);
  AudioDeviceInfo info;
  info.index = index;
  info.name = device->name;
  info.hostApi = Pa_GetHostApiInfo(device->hostApi)->name;
  info.inputs = device->maxInputChannels;
  info.outputs = device->maxOutputChannels;
  info.defaultSampleRateHz = device->defaultSampleRate;
  info.isDefault = index == Pa_GetDefaultInputDevice() || index == Pa_GetDefaultOutputDevice();
  return info;
}

}  // namespace

std::vector<AudioDeviceInfo> describeDevices() {
  Devices devices;
  for (int index = 0; index < Pa_GetDeviceCount(); ++index) devices.push_back(describe(index));
  return devices;
}

DeviceEnds chooseDevices(const PortAudioRequest& wish) {
  if (std::holds_alternative<std::monostate>(wish.device)) return defaults();
  const Devices all = describeDevices();
  if (const auto* name = std::get_if<std::string>(&wish.device)) return byName(*name, all);
  if (const auto* pair = std::get_if<DevicePair>(&wish.device)) return byEnds(*pair, all);
  const int index = std::get<int>(wish.device);
  if (index < 0 || index >= Pa_GetDeviceCount()) {
    notFound("there is no audio device number " + std::to_string(index) + "; there are: " + namesOf(all));
  }
  return {index, index};
}

}  // namespace foldback
