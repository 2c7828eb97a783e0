// Where blocks come from: PortAudioDevice on stage, VirtualDevice without an interface, ManualDevice in
// tests.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "audio_block.h"

namespace foldback {

/// Trouble with a device. The code is for programs, the text (with the host API's own words) for people.
class DeviceError : public std::runtime_error {
 public:
  DeviceError(std::string code, const std::string& text) : std::runtime_error(text), code_(std::move(code)) {}
  const std::string& code() const { return code_; }

 private:
  std::string code_;
};

/// One entry of the host APIs' device lists.
struct AudioDeviceInfo {
  int index = 0;
  std::string name;
  std::string hostApi;
  int inputs = 0;
  int outputs = 0;
  double defaultSampleRateHz = 0;
  bool isDefault = false;
};

/// The built-in clock and demo band, or as many silent inputs.
struct VirtualRequest {
  int outputs = 16;
  std::optional<int> silentInputs;
};

/// A device stepped block by block by its owner.
struct ManualRequest {
  int inputs = 0;
  int outputs = 0;
};

/// By number, or by name: exact, or a part only one device has.
using DeviceName = std::variant<std::monostate, int, std::string>;

/// Both ends on their own, where the host has them as two devices; absent: the host API's default one.
struct DevicePair {
  std::string hostApi;  ///< A part of its name; empty: the best that has both ends.
  DeviceName input;
  DeviceName output;
};

/// A device of the host: the default one, one by index, one by name, or two.
struct PortAudioRequest {
  std::variant<std::monostate, int, std::string, DevicePair> device;
  std::optional<int> inputs;   ///< Absent: all the device has.
  std::optional<int> outputs;  ///< Absent: all the device has.
};

/// What is wished for. The answer may differ; callers use the answer.
struct StreamRequest {
  std::variant<VirtualRequest, ManualRequest, PortAudioRequest> device;
  std::optional<double> sampleRateHz;  ///< Absent: the device's default.
  std::optional<int> blockFrames;      ///< Absent: whatever the device likes.
};

/// What was opened.
struct StreamInfo {
  std::string deviceName;
  std::string hostApi;  ///< With the mode it is in, where it has several.
  double sampleRateHz = 0;
  int blockFrames = 0;  ///< 0: varies from block to block.
  int inputs = 0;
  int outputs = 0;
  std::vector<std::string> inputNames;
  double inputLatencyMs = 0;
  double outputLatencyMs = 0;
};

/// Who fills the blocks.
class BlockRenderer {
 public:
  virtual ~BlockRenderer() = default;

  /// [audio-thread] Renders one block of any length. Allocates nothing, locks nothing, cannot fail.
  virtual void render(ConstBlock in, Block out, BlockFlags flags, BlockTime time) noexcept = 0;
};

class ManualDevice;

/// A source of blocks. One open and one start in its life; closed by its destructor.
class AudioDevice {
 public:
  virtual ~AudioDevice() = default;

  /// [device-thread] Opens without starting. @throws DeviceError
  virtual StreamInfo open(const StreamRequest& request) = 0;

  /// [device-thread] Starts calling the renderer, which must outlive the last block. @throws DeviceError
  virtual void start(BlockRenderer& renderer) = 0;

  /// [device-thread] Returns only after the last render() has returned. Stopping twice is fine.
  virtual void stop() = 0;

  /// [any-thread, between start and stop] False when the device has ended the stream by itself, as it may
  /// when it is unplugged. A device can also die without a word: then only the callbacks stand still.
  virtual bool active() const { return true; }

  /// Itself, where blocks come only when its owner asks for them; else null.
  virtual ManualDevice* stepped() { return nullptr; }
};

/// [device-thread] Makes the kind of device that the request names; nothing is opened yet.
std::unique_ptr<AudioDevice> makeDevice(const StreamRequest& request);

}  // namespace foldback
