// The devices of the host, through PortAudio. No PortAudio type leaves the .cpp file.
#pragma once

#include <memory>
#include <vector>

#include "audio_device.h"

namespace foldback {

/// One full-duplex or output-only stream. Functions without a word on it run on the PortAudio thread
/// (device_thread.h).
class PortAudioDevice final : public AudioDevice {
 public:
  PortAudioDevice();
  ~PortAudioDevice() override;
  StreamInfo open(const StreamRequest& request) override;
  void start(BlockRenderer& renderer) override;
  void stop() override;
  bool active() const override;

  /// [any-thread] A PortAudio call hangs: what it mutes while it tries what is there is heard again.
  static void giveStderrBack();

  /// [device-thread] What the host has. The list is fresh unless a stream is open: PortAudio freezes it in
  /// Pa_Initialize (seen in 19.6). @throws DeviceError
  static std::vector<AudioDeviceInfo> list();

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace foldback
