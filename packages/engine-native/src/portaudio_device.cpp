// The devices of the host, through PortAudio: the callback adapts and returns.
#include "portaudio_device.h"

#include <portaudio.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>

#include "device_choice.h"
#include "exclusive_mode.h"

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <unistd.h>
#endif

#if defined(__GNUC__) && !defined(_WIN32)
/// Only in PortAudio builds with JACK (pa_jack.h); weak, so that others link and find it null.
extern "C" __attribute__((weak)) PaError PaJack_SetClientName(const char* name);
#define FOLDBACK_HAS_WEAK_JACK 1
#endif

namespace foldback {
namespace {

/// From the callback to the converter.
constexpr double kLongestWayOutSeconds = 10.0;

constexpr const char* kJackClientName = "foldback";  // PortAudio keeps the pointer

[[noreturn]] void fail(const std::string& what, PaError error) {
  std::string text = what + ": " + Pa_GetErrorText(error);
  const PaHostErrorInfo* host = Pa_GetLastHostErrorInfo();
  if (error == paUnanticipatedHostError && host != nullptr && host->errorText != nullptr) {
    text += std::string(" (") + host->errorText + ")";
  }
  throw DeviceError("DEVICE_OPEN_FAILED", text);
}

/// While it lives, what libraries write to stderr is lost: ALSA and JACK fill a page when PortAudio tries
/// what is there. One at a time.
class [[maybe_unused]] QuietStderr {
 public:
#if defined(__unix__) || defined(__APPLE__)
  QuietStderr() {
    const std::lock_guard lock(mutex());
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null < 0) return;
    saved() = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (saved() >= 0) dup2(null, STDERR_FILENO);
    close(null);
  }
  ~QuietStderr() { giveBack(); }

  /// [any-thread] Ends the quiet early: a call that hangs must not swallow what others say. Again is fine.
  static void giveBack() {
    const std::lock_guard lock(mutex());
    if (saved() < 0) return;
    dup2(saved(), STDERR_FILENO);
    close(saved());
    saved() = -1;
  }

 private:
  static std::mutex& mutex() {
    static auto* const kMutex =
        new std::mutex;  // never destroyed: a hanging thread may come back at the very end
    return *kMutex;
  }
  static int& saved() {
    static int descriptor = -1;
    return descriptor;
  }
#else
  static void giveBack() {}
#endif
};

/// PortAudio's life in this process; touched on the PortAudio thread only.
int openStreams = 0;
bool initialised = false;

void initialise() {
  if (openStreams > 0) return;
  const QuietStderr quiet;
  if (initialised) Pa_Terminate();  // the only way to a fresh device list
#if defined(FOLDBACK_HAS_WEAK_JACK)
  if (PaJack_SetClientName != nullptr) PaJack_SetClientName(kJackClientName);
#endif
  const PaError error = Pa_Initialize();
  initialised = error == paNoError;
  if (!initialised) fail("PortAudio does not start", error);
}

/// How many channels to open at one end: all, or as many as wished for.
int channelsOf(const char* end, int available, const std::optional<int>& wish) {
  if (wish.value_or(0) > available) {
    throw DeviceError("DEVICE_OPEN_FAILED", "the device has " + std::to_string(available) + " " + end +
                                                ", not " + std::to_string(*wish));
  }
  return wish.value_or(available);
}

}  // namespace

struct PortAudioDevice::Stream {
  PaStream* handle = nullptr;
  int inputs = 0;
  int outputs = 0;
  bool running = false;
  double outputLatencySeconds = 0;
  BlockRenderer* renderer = nullptr;
  std::atomic<bool> finished = false;

  /// [audio-thread] The stream has ended, by stop() or by itself.
  static void onFinished(void* self) noexcept { static_cast<Stream*>(self)->finished = true; }

  /// [audio-thread] Some host APIs leave the times at zero, or count them from different clocks: then what
  /// PortAudio says of the whole stream has to do.
  BlockTime blockTime(const PaStreamCallbackTimeInfo& time) const noexcept {
    const double told = time.outputBufferDacTime - time.currentTime;
    const bool believed = time.currentTime > 0.0 && told > 0.0 && told < kLongestWayOutSeconds;
    const std::chrono::duration<double> seconds(believed ? told : outputLatencySeconds);
    const auto now = std::chrono::steady_clock::now();
    return {now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(seconds)};
  }

  /// [audio-thread] Turns PortAudio's pointers into blocks.
  static int callback(const void* input, void* output, unsigned long frames,
                      const PaStreamCallbackTimeInfo* time, PaStreamCallbackFlags status,
                      void* self) noexcept {
    auto& stream = *static_cast<Stream*>(self);
    auto* const* outputs = static_cast<float* const*>(output);
    const auto count = static_cast<int>(frames);
    if (input == nullptr && stream.inputs > 0) {
      for (int channel = 0; channel < stream.outputs; ++channel) std::fill_n(outputs[channel], count, 0.0f);
      return paContinue;
    }
    BlockFlags flags;
    flags.inputUnderflow = (status & paInputUnderflow) != 0;
    flags.inputOverflow = (status & paInputOverflow) != 0;
    flags.outputUnderflow = (status & paOutputUnderflow) != 0;
    flags.outputOverflow = (status & paOutputOverflow) != 0;
    stream.renderer->render({static_cast<const float* const*>(input), stream.inputs, count},
                            {outputs, stream.outputs, count}, flags, stream.blockTime(*time));
    return paContinue;
  }
};

PortAudioDevice::PortAudioDevice() : stream_(std::make_unique<Stream>()) {}

PortAudioDevice::~PortAudioDevice() { stop(); }

void PortAudioDevice::giveStderrBack() { QuietStderr::giveBack(); }

std::vector<AudioDeviceInfo> PortAudioDevice::list() {
  initialise();
  return describeDevices();
}

StreamInfo PortAudioDevice::open(const StreamRequest& request) {
  initialise();
  const auto& wish = std::get<PortAudioRequest>(request.device);
  const DeviceEnds ends = chooseDevices(wish);
  if (ends.output == paNoDevice) throw DeviceError("DEVICE_NOT_FOUND", "this machine has no audio output");
  const PaDeviceInfo& out = *Pa_GetDeviceInfo(ends.output);
  const PaDeviceInfo* in = ends.input == paNoDevice ? nullptr : Pa_GetDeviceInfo(ends.input);

  stream_->inputs = channelsOf("inputs", in == nullptr ? 0 : in->maxInputChannels, wish.inputs);
  stream_->outputs = channelsOf("outputs", out.maxOutputChannels, wish.outputs);
  if (stream_->outputs == 0) {
    throw DeviceError("DEVICE_OPEN_FAILED", std::string("\"") + out.name + "\" has no outputs");
  }
  const double sampleRateHz = request.sampleRateHz.value_or(out.defaultSampleRate);
  PaStreamParameters input{};
  input.device = ends.input;
  input.channelCount = stream_->inputs;
  input.sampleFormat = paFloat32 | paNonInterleaved;
  input.suggestedLatency = in == nullptr ? 0 : in->defaultLowInputLatency;
  if (in != nullptr) input.hostApiSpecificStreamInfo = exclusiveModeOf(ends.input);
  PaStreamParameters output = input;
  output.device = ends.output;
  output.channelCount = stream_->outputs;
  output.suggestedLatency = out.defaultLowOutputLatency;
  output.hostApiSpecificStreamInfo = exclusiveModeOf(ends.output);
  const unsigned long frames =
      request.blockFrames ? static_cast<unsigned long>(*request.blockFrames) : paFramesPerBufferUnspecified;

  const QuietStderr quiet;
  const auto openStream = [&] {
    return Pa_OpenStream(&stream_->handle, stream_->inputs > 0 ? &input : nullptr, &output, sampleRateHz,
                         frames, paClipOff | paDitherOff, &Stream::callback, stream_.get());
  };
  PaError error = openStream();
  if (error != paNoError && output.hostApiSpecificStreamInfo != nullptr) {
    input.hostApiSpecificStreamInfo = output.hostApiSpecificStreamInfo = nullptr;
    error = openStream();
  }
  if (error != paNoError) {
    stream_->handle = nullptr;
    fail(std::string("cannot open \"") + out.name + "\"", error);
  }
  ++openStreams;

  const PaStreamInfo& opened = *Pa_GetStreamInfo(stream_->handle);
  StreamInfo info;
  info.deviceName = out.name;
  info.hostApi = Pa_GetHostApiInfo(out.hostApi)->name;
  if (output.hostApiSpecificStreamInfo != nullptr) info.hostApi += ", exclusive mode";
  info.sampleRateHz = opened.sampleRate;
  info.blockFrames = request.blockFrames.value_or(0);
  info.inputs = stream_->inputs;
  info.outputs = stream_->outputs;
  for (int channel = 1; channel <= stream_->inputs; ++channel) {
    info.inputNames.push_back("Input " + std::to_string(channel));
  }
  stream_->outputLatencySeconds = opened.outputLatency;
  info.inputLatencyMs = 1000.0 * opened.inputLatency;
  info.outputLatencyMs = 1000.0 * opened.outputLatency;
  return info;
}

void PortAudioDevice::start(BlockRenderer& renderer) {
  stream_->renderer = &renderer;
  Pa_SetStreamFinishedCallback(stream_->handle, &Stream::onFinished);
  const QuietStderr quiet;
  const PaError error = Pa_StartStream(stream_->handle);
  if (error != paNoError) fail("cannot start the device", error);
  stream_->running = true;
}

/// Closed, not only stopped: a stream that will not stop goes on calling until it is closed.
void PortAudioDevice::stop() {
  if (stream_->handle == nullptr) return;
  if (stream_->running && Pa_StopStream(stream_->handle) != paNoError) Pa_AbortStream(stream_->handle);
  stream_->running = false;
  Pa_CloseStream(stream_->handle);
  stream_->handle = nullptr;
  --openStreams;
}

bool PortAudioDevice::active() const { return !stream_->finished && Pa_IsStreamActive(stream_->handle) == 1; }

}  // namespace foldback
