// A device whose owner steps it block by block: for tests, and for rendering faster than time.
#pragma once

#include <span>
#include <vector>

#include "audio_device.h"

namespace foldback {

/// Renders on the thread that calls render().
class ManualDevice final : public AudioDevice {
 public:
  StreamInfo open(const StreamRequest& request) override;
  void start(BlockRenderer& renderer) override { renderer_ = &renderer; }
  void stop() override { renderer_ = nullptr; }
  ManualDevice* stepped() override { return this; }

  /// [any-thread, as if the audio thread] `input` is planar, inputs x frames; `output` planar, outputs x
  /// frames. @throws std::range_error when a size is wrong
  void render(std::span<const float> input, std::span<float> output, int frames, BlockFlags flags = {});

 private:
  BlockRenderer* renderer_ = nullptr;
  std::vector<const float*> inputs_;
  std::vector<float*> outputs_;
};

}  // namespace foldback
