// A device whose owner steps it block by block.
#include "manual_device.h"

#include <algorithm>
#include <string>

namespace foldback {

StreamInfo ManualDevice::open(const StreamRequest& request) {
  const auto& wish = std::get<ManualRequest>(request.device);
  inputs_.resize(wish.inputs);
  outputs_.resize(wish.outputs);
  StreamInfo info;
  info.deviceName = "Manual";
  info.hostApi = "foldback";
  info.sampleRateHz = request.sampleRateHz.value_or(48000.0);
  info.blockFrames = request.blockFrames.value_or(0);
  info.inputs = wish.inputs;
  info.outputs = wish.outputs;
  for (int channel = 1; channel <= wish.inputs; ++channel) {
    info.inputNames.push_back("Input " + std::to_string(channel));
  }
  return info;
}

void ManualDevice::render(std::span<const float> input, std::span<float> output, int frames,
                          BlockFlags flags) {
  const auto stride = static_cast<size_t>(frames);
  if (input.size() != inputs_.size() * stride) {
    throw std::range_error("render input: expected " + std::to_string(inputs_.size() * stride) +
                           " samples, got " + std::to_string(input.size()));
  }
  if (output.size() != outputs_.size() * stride) {
    throw std::range_error("render output: expected " + std::to_string(outputs_.size() * stride) +
                           " samples, got " + std::to_string(output.size()));
  }
  for (size_t channel = 0; channel < inputs_.size(); ++channel) {
    inputs_[channel] = input.data() + channel * stride;
  }
  for (size_t channel = 0; channel < outputs_.size(); ++channel) {
    outputs_[channel] = output.data() + channel * stride;
  }
  if (renderer_ == nullptr) {
    std::fill(output.begin(), output.end(), 0.0f);  // silence, never what was there before
    return;
  }
  renderer_->render({inputs_.data(), static_cast<int>(inputs_.size()), frames},
                    {outputs_.data(), static_cast<int>(outputs_.size()), frames}, flags, {});
}

}  // namespace foldback
