// The device when there is no audio interface: one thread with absolute deadlines.
#include "virtual_device.h"

#include <algorithm>
#include <string>

#include "block_clock.h"

namespace foldback {
namespace {

constexpr double kDefaultSampleRateHz = 48000.0;
constexpr int kDefaultBlockFrames = 128;
constexpr double kLowestSampleRateHz = 8000.0;
constexpr double kHighestSampleRateHz = 192000.0;
constexpr int kLongestBlockFrames = 8192;

DemoBand silentBand(int inputs) {
  DemoBand band;
  band.frames = 1;
  for (int channel = 1; channel <= inputs; ++channel) {
    band.channels.push_back({"Input " + std::to_string(channel), {0.0f}});
  }
  return band;
}

}  // namespace

StreamInfo VirtualDevice::open(const StreamRequest& request) {
  const auto& wish = std::get<VirtualRequest>(request.device);
  sampleRateHz_ = request.sampleRateHz.value_or(kDefaultSampleRateHz);
  blockFrames_ = request.blockFrames.value_or(kDefaultBlockFrames);
  outputs_ = wish.outputs;
  if (sampleRateHz_ < kLowestSampleRateHz || sampleRateHz_ > kHighestSampleRateHz) {
    throw DeviceError("DEVICE_OPEN_FAILED", "the virtual device runs at 8000 to 192000 Hz");
  }
  if (blockFrames_ < 1 || blockFrames_ > kLongestBlockFrames) {
    throw DeviceError("DEVICE_OPEN_FAILED", "the virtual device takes blocks of 1 to 8192 frames");
  }
  band_ = wish.silentInputs ? silentBand(*wish.silentInputs) : renderDemoBand(sampleRateHz_);

  StreamInfo info;
  info.deviceName = "Virtual";
  info.hostApi = "foldback";
  info.sampleRateHz = sampleRateHz_;
  info.blockFrames = blockFrames_;
  info.inputs = static_cast<int>(band_.channels.size());
  info.outputs = outputs_;
  for (const DemoChannel& channel : band_.channels) info.inputNames.push_back(channel.name);
  info.outputLatencyMs = 1000.0 * blockFrames_ / sampleRateHz_;
  return info;
}

void VirtualDevice::start(BlockRenderer& renderer) {
  running_.store(true);
  clock_ = std::thread([this, &renderer] { run(renderer); });
}

void VirtualDevice::stop() {
  running_.store(false);
  if (clock_.joinable()) clock_.join();
}

void VirtualDevice::run(BlockRenderer& renderer) {
  const auto block = static_cast<size_t>(blockFrames_);
  std::vector<float> samples((band_.channels.size() + outputs_) * block, 0.0f);
  std::vector<float*> inputs;
  std::vector<float*> outputs;
  for (size_t row = 0; row < band_.channels.size() + outputs_; ++row) {
    (row < band_.channels.size() ? inputs : outputs).push_back(&samples[row * block]);
  }
  BlockClock clock(sampleRateHz_, blockFrames_, std::chrono::steady_clock::now());
  const auto length = std::chrono::duration_cast<BlockClock::Time::duration>(
      std::chrono::duration<double>(blockFrames_ / sampleRateHz_));
  BlockFlags flags;
  size_t position = 0;
  while (running_.load(std::memory_order_relaxed)) {
    const BlockClock::Time due = clock.due();
    std::this_thread::sleep_until(due);
    for (size_t channel = 0; channel < inputs.size(); ++channel) {
      const std::vector<float>& loop = band_.channels[channel].samples;
      for (size_t frame = 0; frame < block; ++frame) {
        inputs[channel][frame] = loop[(position + frame) % loop.size()];
      }
    }
    position = (position + block) % band_.frames;
    renderer.render({inputs.data(), static_cast<int>(inputs.size()), blockFrames_},
                    {outputs.data(), static_cast<int>(outputs.size()), blockFrames_}, flags, {due + length});
    flags.outputUnderflow = clock.rendered(std::chrono::steady_clock::now());
  }
}

}  // namespace foldback
