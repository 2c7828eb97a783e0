// The device of the host against a PortAudio that misbehaves: this file stands in for the library.
#include "portaudio_device.h"

#include <gtest/gtest.h>
#include <pa_win_wasapi.h>
#include <portaudio.h>

#if defined(__linux__)
#include <fcntl.h>
#endif

#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "device_thread.h"
#include "engine.h"

namespace foldback::test {
namespace {

/// What the stand-in does, and what was asked of it.
struct FakePortAudio {
  PaStreamCallback* callback = nullptr;
  PaStreamFinishedCallback* finished = nullptr;
  void* self = nullptr;
  bool playing = false;
  bool active = true;
  bool refusesToStop = false;
  bool refusesToAbort = false;
  bool refusesToStart = false;
  /// Of a Windows machine, in PortAudio's order: MME first, and every interface several times.
  bool isWindows = false;
  int openedInput = paNoDevice;
  int openedOutput = paNoDevice;
  bool refusesExclusive = false;
  std::vector<bool> exclusive;         ///< Of each try to open: both ends, or neither.
  std::shared_future<void> openHangs;  ///< Until it is set.
  std::promise<void> openReached;
  std::vector<std::string> calls;
  PaStreamCallbackTimeInfo time{};

  void play() {
    if (!playing) return;
    std::vector<float> samples(64);
    float* outputs[] = {samples.data(), samples.data()};
    callback(nullptr, static_cast<void*>(outputs), 64, &time, 0, self);
  }
};
FakePortAudio* fake = nullptr;

class CountingRenderer final : public BlockRenderer {
 public:
  void render(ConstBlock, Block, BlockFlags, BlockTime time) noexcept override {
    ++blocks;
    dac = time.dac.value();
  }
  int blocks = 0;
  std::chrono::steady_clock::time_point dac;
};

class PortAudioDeviceTest : public testing::Test {
 protected:
  PortAudioDeviceTest() { fake = &fake_; }
  FakePortAudio fake_;
  const StreamRequest request_{PortAudioRequest{}, {}, {}};
};

TEST_F(PortAudioDeviceTest, AStreamThatWillNotStopIsAbortedAndClosedBeforeStopReturns) {
  PortAudioDevice device;
  CountingRenderer renderer;
  device.open(request_);
  device.start(renderer);
  fake_.play();
  EXPECT_EQ(renderer.blocks, 1);
  fake_.refusesToStop = fake_.refusesToAbort = true;
  device.stop();
  const int blocks = renderer.blocks;
  fake_.play();
  EXPECT_EQ(renderer.blocks, blocks) << "the renderer may be gone by now";
  EXPECT_EQ(fake_.calls, (std::vector<std::string>{"open", "start", "stop", "abort", "close"}));
  device.stop();
  EXPECT_EQ(fake_.calls.size(), 5u);
}

TEST_F(PortAudioDeviceTest, ABlockComesWithItsTimeToTheConverter) {
  PortAudioDevice device;
  CountingRenderer renderer;
  device.open(request_);
  device.start(renderer);
  const auto expectSeconds = [&](double seconds) {
    const std::chrono::nanoseconds wayOut(static_cast<int64_t>(1e9 * seconds));
    const auto before = std::chrono::steady_clock::now();
    fake_.play();
    EXPECT_GE(renderer.dac, before + wayOut);
    EXPECT_LE(renderer.dac, std::chrono::steady_clock::now() + wayOut);
  };
  fake_.time = {99.9, 100.0, 100.25};
  expectSeconds(0.25);
  for (const PaStreamCallbackTimeInfo& nonsense :
       {PaStreamCallbackTimeInfo{0, 0, 0}, {0, 100, 0}, {0, 0, 100}, {0, 100, 99}, {0, 100, 1.7e9}}) {
    fake_.time = nonsense;
    expectSeconds(0.125);  // the stream's latency has to do
  }
}

TEST_F(PortAudioDeviceTest, AnEngineClosesItsDeviceBeforeAnythingTheDeviceCallsIsGone) {
  auto engine =
      std::make_unique<Engine>(std::make_unique<PortAudioDevice>(), OpenRequest{request_, {}, kTileLanes});
  fake_.play();
  EXPECT_EQ(engine->read().callback.callbacks, 1u);
  fake_.refusesToStop = fake_.refusesToAbort = true;  // the stand-in plays once more while it closes
  engine.reset();
  EXPECT_EQ(fake_.calls.back(), "close");
}

TEST_F(PortAudioDeviceTest, AnEngineWhoseDeviceDoesNotStartClosesIt) {
  fake_.refusesToStart = true;
  EXPECT_THROW(Engine(std::make_unique<PortAudioDevice>(), OpenRequest{request_, {}, kTileLanes}),
               DeviceError);
  EXPECT_EQ(fake_.calls.back(), "close");
}

TEST_F(PortAudioDeviceTest, AStreamThatEndsByItselfIsNoLongerActive) {
  Engine engine(std::make_unique<PortAudioDevice>(), {request_, {}, kTileLanes});
  EXPECT_TRUE(engine.read().active);
  fake_.finished(fake_.self);
  EXPECT_FALSE(engine.read().active);
}

TEST_F(PortAudioDeviceTest, AStreamThatPortAudioCallsInactiveIsNoLongerActive) {
  Engine engine(std::make_unique<PortAudioDevice>(), {request_, {}, kTileLanes});
  fake_.active = false;
  EXPECT_FALSE(engine.read().active);
}

TEST_F(PortAudioDeviceTest, AHangingOpenDoesNotSwallowWhatOthersSay) {
  std::promise<void> release;
  fake_.openHangs = release.get_future().share();
  PortAudioDevice device;
  testing::internal::CaptureStderr();
  const auto opened = std::make_shared<std::promise<void>>();
  postToPortAudio([&, opened] {
    device.open(request_);
    opened->set_value();
  });
  fake_.openReached.get_future().wait();
  PortAudioDevice::giveStderrBack();
  std::fputs("heard", stderr);
  std::fflush(stderr);
  release.set_value();
  opened->get_future().wait();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "heard");
  ASSERT_TRUE(runWithDeadline(postToPortAudio, [&] { device.stop(); }, [] {}, std::chrono::hours(1)));
}

/// What a wish opens on the Windows machine: numbers of the input and the output device, and its channels.
class OnWindows : public PortAudioDeviceTest {
 protected:
  OnWindows() { fake_.isWindows = true; }

  std::vector<int> opened(const PortAudioRequest& wish) {
    fake_.exclusive.clear();
    PortAudioDevice device;
    const StreamInfo info = device.open({wish, {}, {}});
    hostApi_ = info.hostApi;
    return {fake_.openedInput, fake_.openedOutput, info.inputs, info.outputs};
  }
  std::string refusal(const PortAudioRequest& wish) {
    try {
      opened(wish);
      return "";
    } catch (const DeviceError& error) {
      EXPECT_EQ(error.code(), "DEVICE_NOT_FOUND");
      return error.what();
    }
  }
  std::string hostApi_;  ///< As told of the last that was opened.
};

TEST_F(OnWindows, WasapiIsHadExclusivelyWhereItCanBe) {
  opened({"Scarlett", {}, {}});
  EXPECT_EQ(fake_.exclusive, (std::vector<bool>{true}));
  EXPECT_EQ(hostApi_, "Windows WASAPI, exclusive mode");
}

TEST_F(OnWindows, WasapiIsSharedWhereExclusiveModeIsRefused) {
  fake_.refusesExclusive = true;
  EXPECT_EQ(opened({"Scarlett", {}, {}}), (std::vector<int>{8, 10, 18, 20}));
  EXPECT_EQ(fake_.exclusive, (std::vector<bool>{true, false}));
  EXPECT_EQ(hostApi_, "Windows WASAPI");
}

TEST_F(OnWindows, OtherHostApisHaveNoSuchMode) {
  for (const char* api : {"ASIO", "MME", "DirectSound"}) {
    opened({DevicePair{api, {}, {}}, {}, {}});
    EXPECT_EQ(fake_.exclusive, (std::vector<bool>{false})) << api;
  }
}

TEST_F(OnWindows, WhatAnOutputPlaysIsNoInputUnlessItIsAskedFor) {
  EXPECT_EQ(opened({DevicePair{"WASAPI", "Scarlett", "Scarlett"}, {}, {}}),
            (std::vector<int>{8, 10, 18, 20}));
  EXPECT_EQ(opened({DevicePair{"", "realtek) [loopback]", "Scarlett"}, {}, {}}),
            (std::vector<int>{11, 10, 2, 20}));
}

TEST_F(OnWindows, TheDefaultIsTheShortestWayAndNotMme) {
  EXPECT_EQ(opened({}), (std::vector<int>{6, 6, 18, 20}));
}

TEST_F(OnWindows, ANameFindsBothEndsOfAnInterfaceWhereItIsBest) {
  EXPECT_EQ(opened({"Scarlett", {}, {}}), (std::vector<int>{8, 10, 18, 20}))
      << "WASAPI, not DirectSound or MME";
  EXPECT_EQ(opened({"scarlett 18I20 usb", {}, {}}), (std::vector<int>{8, 10, 18, 20}));
  EXPECT_EQ(opened({"Realtek", {}, {}}), (std::vector<int>{7, 9, 2, 2}));
  EXPECT_EQ(opened({"Focusrite USB ASIO", {}, {}}), (std::vector<int>{6, 6, 18, 20}));
  EXPECT_NE(refusal({"Speakers", {}, {}}).find("several audio devices are called \"Speakers\""),
            std::string::npos);
}

TEST_F(OnWindows, HostApiAndEndsCanBeNamedOneByOne) {
  EXPECT_EQ(opened({DevicePair{"MME", "Scarlett", "Realtek"}, {}, {}}), (std::vector<int>{1, 2, 2, 2}));
  EXPECT_EQ(opened({DevicePair{"wasapi", {}, {}}, {}, {}}), (std::vector<int>{8, 10, 18, 20}));
  EXPECT_EQ(opened({DevicePair{"", 8, 9}, {}, {}}), (std::vector<int>{8, 9, 18, 2}));
  EXPECT_EQ(opened({DevicePair{"", "Realtek", "Scarlett"}, {}, {}}), (std::vector<int>{7, 10, 2, 20}));
  EXPECT_EQ(opened({DevicePair{"", {}, "Realtek"}, {}, {}}), (std::vector<int>{8, 9, 18, 2}));
}

TEST_F(OnWindows, WhatIsNotThereIsRefusedWithWhatThereIs) {
  EXPECT_NE(
      refusal({DevicePair{"JACK", {}, {}}, {}, {}}).find("ASIO, Windows WASAPI, Windows DirectSound, MME"),
      std::string::npos);
  EXPECT_NE(refusal({DevicePair{"ASIO", "Realtek", {}}, {}, {}}).find("the input \"Realtek\""),
            std::string::npos);
  EXPECT_NE(refusal({DevicePair{"", 6, 10}, {}, {}}).find("the output number 10"), std::string::npos)
      << "of two host APIs";
}

#if defined(__linux__)
/// Descriptors a child process would inherit.
int inheritedDescriptors() {
  int count = 0;
  for (int descriptor = 0; descriptor < 256; ++descriptor) {
    const int flags = fcntl(descriptor, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) ++count;
  }
  return count;
}

TEST_F(PortAudioDeviceTest, NoDescriptorLeaksIntoAChildWhileADeviceOpens) {
  const int before = inheritedDescriptors();
  std::promise<void> release;
  fake_.openHangs = release.get_future().share();
  PortAudioDevice device;
  const auto opened = std::make_shared<std::promise<void>>();
  postToPortAudio([&, opened] {
    device.open(request_);
    opened->set_value();
  });
  fake_.openReached.get_future().wait();
  EXPECT_EQ(inheritedDescriptors(), before);
  release.set_value();
  opened->get_future().wait();
  ASSERT_TRUE(runWithDeadline(postToPortAudio, [&] { device.stop(); }, [] {}, std::chrono::hours(1)));
}
#endif

}  // namespace
}  // namespace foldback::test

// ---- the stand-in ----

using foldback::test::fake;

extern "C" {

static const PaHostApiInfo kWindowsApis[] = {
    {1, paMME, "MME", 4, 0, 2},
    {1, paDirectSound, "Windows DirectSound", 2, 4, 5},
    {1, paASIO, "ASIO", 1, 6, 6},
    {1, paWASAPI, "Windows WASAPI", 6, 8, 10},
};
static const PaDeviceInfo kWindowsDevices[] = {
    {2, "Microphone (Realtek)", 0, 2, 0, 0, 0, 0, 0, 44'100},
    {2, "Analogue 1 + 2 (Scarlett 18i20 ", 0, 2, 0, 0, 0, 0, 0, 44'100},  // MME cuts names at 31 characters
    {2, "Speakers (Realtek)", 0, 0, 2, 0, 0, 0, 0, 44'100},
    {2, "Speakers (Scarlett 18i20 USB)", 0, 0, 2, 0, 0, 0, 0, 44'100},
    {2, "Analogue 1 + 2 (Scarlett 18i20 USB)", 1, 2, 0, 0, 0, 0, 0, 44'100},
    {2, "Speakers (Scarlett 18i20 USB)", 1, 0, 2, 0, 0, 0, 0, 44'100},
    {2, "Focusrite USB ASIO", 2, 18, 20, 0, 0, 0, 0, 48'000},
    {2, "Microphone (Realtek)", 3, 2, 0, 0, 0, 0, 0, 48'000},
    {2, "Analogue 1 + 2 (Scarlett 18i20 USB)", 3, 18, 0, 0, 0, 0, 0, 48'000},
    {2, "Speakers (Realtek)", 3, 0, 2, 0, 0, 0, 0, 48'000},
    {2, "Speakers (Scarlett 18i20 USB)", 3, 0, 20, 0, 0, 0, 0, 48'000},
    {2, "Speakers (Realtek) [Loopback]", 3, 2, 0, 0, 0, 0, 0, 48'000},
    {2, "Speakers (Scarlett 18i20 USB) [Loopback]", 3, 20, 0, 0, 0, 0, 0, 48'000},
};

/// False too when only one end has it: WASAPI refuses that.
static bool isExclusive(const PaStreamParameters* end) {
  const auto* const info = static_cast<const PaWasapiStreamInfo*>(end->hostApiSpecificStreamInfo);
  return info != nullptr && info->size == sizeof *info && info->hostApiType == paWASAPI &&
         info->version == 1 && info->flags == paWinWasapiExclusive;
}

static PaError refused(bool refuses) { return refuses ? paInternalError : paNoError; }

PaError Pa_Initialize(void) { return paNoError; }
PaError Pa_Terminate(void) { return paNoError; }
const char* Pa_GetErrorText(PaError) { return "refused"; }
const PaHostErrorInfo* Pa_GetLastHostErrorInfo(void) { return nullptr; }
PaDeviceIndex Pa_GetDeviceCount(void) {
  return fake->isWindows ? static_cast<int>(std::size(kWindowsDevices)) : 1;
}
PaDeviceIndex Pa_GetDefaultInputDevice(void) { return fake->isWindows ? 0 : paNoDevice; }
PaDeviceIndex Pa_GetDefaultOutputDevice(void) { return fake->isWindows ? 2 : 0; }
PaHostApiIndex Pa_GetHostApiCount(void) {
  return fake->isWindows ? static_cast<int>(std::size(kWindowsApis)) : 1;
}
PaHostApiIndex Pa_GetDefaultHostApi(void) { return 0; }

const PaDeviceInfo* Pa_GetDeviceInfo(PaDeviceIndex index) {
  if (fake->isWindows) return &kWindowsDevices[index];
  static const PaDeviceInfo kInfo{2, "stand-in", 0, 0, 2, 0, 0, 0, 0, 48'000};
  return &kInfo;
}
const PaHostApiInfo* Pa_GetHostApiInfo(PaHostApiIndex index) {
  if (fake->isWindows) return &kWindowsApis[index];
  static const PaHostApiInfo kInfo{1, paInDevelopment, "stand-in", 1, paNoDevice, 0};
  return &kInfo;
}
const PaStreamInfo* Pa_GetStreamInfo(PaStream*) {
  static const PaStreamInfo kInfo{1, 0, 0.125, 48'000};
  return &kInfo;
}

PaError Pa_OpenStream(PaStream** stream, const PaStreamParameters* input, const PaStreamParameters* output,
                      double, unsigned long, PaStreamFlags, PaStreamCallback* callback, void* self) {
  if (fake->openHangs.valid()) {
    fake->openReached.set_value();
    fake->openHangs.wait();
  }
  fake->calls.emplace_back("open");
  const bool exclusive = isExclusive(output);
  EXPECT_TRUE(input == nullptr || isExclusive(input) == exclusive);
  fake->exclusive.push_back(exclusive);
  if (exclusive && fake->refusesExclusive) return paDeviceUnavailable;
  fake->openedInput = input == nullptr ? paNoDevice : input->device;
  fake->openedOutput = output->device;
  fake->callback = callback;
  fake->self = self;
  *stream = fake;
  return paNoError;
}
PaError Pa_SetStreamFinishedCallback(PaStream*, PaStreamFinishedCallback* finished) {
  fake->finished = finished;
  return paNoError;
}
PaError Pa_StartStream(PaStream*) {
  fake->calls.emplace_back("start");
  fake->playing = !fake->refusesToStart;
  return refused(fake->refusesToStart);
}
PaError Pa_StopStream(PaStream*) {
  fake->calls.emplace_back("stop");
  fake->playing = fake->playing && fake->refusesToStop;
  return refused(fake->refusesToStop);
}
PaError Pa_AbortStream(PaStream*) {
  fake->calls.emplace_back("abort");
  fake->playing = fake->playing && fake->refusesToAbort;
  return refused(fake->refusesToAbort);
}
PaError Pa_CloseStream(PaStream*) {
  fake->play();
  fake->calls.emplace_back("close");
  fake->playing = false;
  return paNoError;
}
PaError Pa_IsStreamActive(PaStream*) { return fake->active ? 1 : 0; }

}  // extern "C"
