// The device when there is no audio interface: a clock that plays the demo band to the mixer.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "audio_device.h"
#include "demo_band.h"

namespace foldback {

/// Inputs are the demo band's channels; outputs are rendered and thrown away (taps hear them).
class VirtualDevice final : public AudioDevice {
 public:
  ~VirtualDevice() override { stop(); }
  StreamInfo open(const StreamRequest& request) override;
  void start(BlockRenderer& renderer) override;
  void stop() override;

 private:
  void run(BlockRenderer& renderer);

  double sampleRateHz_ = 0;
  int blockFrames_ = 0;
  int outputs_ = 0;
  DemoBand band_;
  std::atomic<bool> running_ = false;
  std::thread clock_;
};

}  // namespace foldback
