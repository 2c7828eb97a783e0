// Which class opens which kind of device.
#include "audio_device.h"
#include "manual_device.h"
#include "portaudio_device.h"
#include "virtual_device.h"

namespace foldback {

std::unique_ptr<AudioDevice> makeDevice(const StreamRequest& request) {
  if (std::holds_alternative<ManualRequest>(request.device)) return std::make_unique<ManualDevice>();
  if (std::holds_alternative<VirtualRequest>(request.device)) return std::make_unique<VirtualDevice>();
  return std::make_unique<PortAudioDevice>();
}

}  // namespace foldback
