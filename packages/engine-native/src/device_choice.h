// Which of the host's devices are meant: the one for the inputs and the one for the outputs.
#pragma once

#include <vector>

#include "audio_device.h"

namespace foldback {

/// Numbers in PortAudio's list, or paNoDevice.
struct DeviceEnds {
  int input;
  int output;
};

/// [device-thread] What the host has.
std::vector<AudioDeviceInfo> describeDevices();

/// [device-thread] Where one interface is two devices, as on Windows, a name finds both; where it is there
/// under several host APIs, the one with the shortest way to it: ASIO, then WASAPI, and MME last.
/// @throws DeviceError DEVICE_NOT_FOUND
DeviceEnds chooseDevices(const PortAudioRequest& wish);

}  // namespace foldback
