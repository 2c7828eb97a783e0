// The engine as a whole, on the manual device.
#include "engine.h"

#include <gtest/gtest.h>

#include <chrono>

#include "manual_device.h"
#include "stage.h"
#include "wav_bytes.h"

namespace foldback::test {
namespace {

OpenRequest manual(int inputs, int outputs) {
  OpenRequest request;
  request.stream.device = ManualRequest{inputs, outputs};
  request.lanes = 8;
  return request;
}

TEST(Engine, OpensPlaysMeasuresAndCloses) {
  Engine engine(std::make_unique<ManualDevice>(), manual(2, 4));
  EXPECT_EQ(engine.info().inputs, 2);
  EXPECT_EQ(engine.info().outputs, 4);
  const std::vector<float> gains{0.5f, 0.25f, 0, 0};
  const float ramp = 10;
  const MixTarget target{3, false, gains, {&ramp, 1}};
  engine.board().setMixes({&target, 1});
  const int64_t routes[] = {-1, 3};
  engine.board().setRoutes(routes);
  const std::vector<float> input(2 * 100, 1.0f);
  std::vector<float> output(4 * 100);
  for (int block = 0; block < 50; ++block) engine.manual()->render(input, output, 100);
  EXPECT_EQ(output[0], 0.0f);
  EXPECT_EQ(output[2 * 100 + 99], 0.5f);
  EXPECT_EQ(output[3 * 100 + 99], 0.25f);
  EXPECT_EQ(engine.readMix(3).left.peak, 0.5f);
  EXPECT_EQ(engine.readInput(1).peak, 1.0f);
  const EngineReading reading = engine.read();
  EXPECT_EQ(reading.callback.callbacks, 50u);
  EXPECT_EQ(reading.callback.frames, 5000u);
  EXPECT_EQ(reading.callback.lastBlockFrames, 100);
  EXPECT_EQ(reading.activeMixes, 1);
  EXPECT_EQ(reading.lanes, 9) << "whole tiles";
  EXPECT_FALSE(reading.kernel.empty());
}

/// Says what is asked of it, and asks for one block.
class ToldDevice final : public AudioDevice {
 public:
  explicit ToldDevice(std::vector<std::string>& calls) : calls_(calls) {}
  ~ToldDevice() override { calls_.emplace_back("closed"); }
  StreamInfo open(const StreamRequest&) override {
    calls_.emplace_back("opened");
    StreamInfo info;
    info.sampleRateHz = 48'000;
    info.inputs = 1;
    info.outputs = 2;
    return info;
  }
  void start(BlockRenderer& renderer) override {
    calls_.emplace_back("started");
    renderer.render({inputs_, 1, 64}, {outputs_, 2, 64}, {}, {});
  }
  void stop() override {}

 private:
  std::vector<std::string>& calls_;
  std::vector<float> samples_ = std::vector<float>(64);
  const float* inputs_[1] = {samples_.data()};
  float* outputs_[2] = {samples_.data(), samples_.data()};
};

TEST(Engine, PlaysOnTheDeviceThatItIsGiven) {
  std::vector<std::string> calls;
  OpenRequest request;
  request.lanes = 3;
  {
    Engine engine(std::make_unique<ToldDevice>(calls), request);
    EXPECT_EQ(engine.read().callback.frames, 64u);
    EXPECT_EQ(engine.manual(), nullptr) << "nobody steps it";
  }
  EXPECT_EQ(calls, (std::vector<std::string>{"opened", "started", "closed"}));
}

TEST(Engine, AMixThatDoesNotSoundReadsAsSilence) {
  Engine engine(std::make_unique<ManualDevice>(), manual(1, 2));
  const LaneReading reading = engine.readMix(99);
  EXPECT_EQ(reading.left.peak, 0.0f);
  EXPECT_EQ(reading.reductionGain, 1.0f);
}

TEST(Engine, ClosingEndsARecordingThatSomebodyStillHasInHand) {
  const Folder folder;
  auto engine = std::make_unique<Engine>(std::make_unique<ManualDevice>(), manual(1, 2));
  const std::shared_ptr<Recorder> recorder = engine->recorder();
  recorder->start({folder / "1", {"a.wav"}});
  const std::vector<float> input(100, 0.5f);
  std::vector<float> output(200);
  engine->manual()->render(input, output, 100);
  engine.reset();
  EXPECT_FALSE(recorder->read().running);
  EXPECT_EQ(readWav(folder / "1/a.wav"), input);
  try {
    recorder->start({folder / "2", {"a.wav"}});
    FAIL() << "too late: nothing plays any more";
  } catch (const DeviceError& error) {
    EXPECT_EQ(error.code(), "CLOSED");
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "2"));
}

TEST(Engine, AManualBlockOfTheWrongSizeIsRefused) {
  Engine engine(std::make_unique<ManualDevice>(), manual(2, 2));
  std::vector<float> input(10), output(10);
  EXPECT_THROW(engine.manual()->render(input, output, 4), std::range_error);
  EXPECT_THROW(engine.manual()->render(input, output, 6), std::range_error);
}

TEST(Engine, AnUnknownDeviceNameIsAClearError) {
  OpenRequest request;
  request.stream.device = PortAudioRequest{"no such interface", {}, {}};
  try {
    const Engine engine(makeDevice(request.stream), request);
    FAIL();
  } catch (const DeviceError& error) {
    EXPECT_EQ(error.code(), "DEVICE_NOT_FOUND");
    EXPECT_NE(std::string(error.what()).find("no such interface"), std::string::npos);
  }
}

TEST(Engine, TheVirtualDeviceRefusesRatesAndBlocksNobodyHas) {
  OpenRequest request;
  request.stream.device = VirtualRequest{};
  request.stream.sampleRateHz = 1000;
  EXPECT_THROW(Engine(makeDevice(request.stream), request), DeviceError);
  request.stream.sampleRateHz = 48'000;
  request.stream.blockFrames = 100'000;
  EXPECT_THROW(Engine(makeDevice(request.stream), request), DeviceError);
}

TEST(Engine, AVirtualDeviceCallsUntilItIsClosed) {
  OpenRequest request;
  request.stream.device = VirtualRequest{4};
  request.stream.sampleRateHz = 8000;
  request.stream.blockFrames = 8;
  Engine engine(makeDevice(request.stream), request);
  EXPECT_EQ(engine.info().inputNames.front(), "Kick");
  while (engine.read().callback.callbacks < 20) std::this_thread::yield();
  engine.fadeOut(5);
}

TEST(Engine, ThePlayheadTellsWhichFrameWasAskedForWhen) {
  const auto nowNs = [] {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
  };
  Engine engine(std::make_unique<ManualDevice>(), manual(1, 2));
  EXPECT_FALSE(engine.playhead().has_value());
  const std::vector<float> input(100);
  std::vector<float> output(2 * 100);
  engine.manual()->render(input, output, 100);
  const int64_t before = nowNs();
  engine.manual()->render(input, output, 100);
  const int64_t after = nowNs();
  const PlayheadReading reading = engine.playhead().value();
  EXPECT_EQ(reading.frame, 100u) << "of the second block";
  EXPECT_GE(reading.hostNs, before);
  EXPECT_LE(reading.hostNs, after);
  EXPECT_EQ(reading.dacNs, reading.hostNs) << "a stepped device has no way to ears";
}

TEST(Engine, ThePlayheadOfAVirtualDeviceRunsAsEvenlyAsItsClock) {
  OpenRequest request;
  request.stream.device = VirtualRequest{2, 1};
  request.stream.sampleRateHz = 8000;
  request.stream.blockFrames = 8;
  Engine engine(makeDevice(request.stream), request);
  const auto at = [&](uint64_t frame) {
    std::optional<PlayheadReading> reading;
    while (!reading || reading->frame < frame) reading = engine.playhead();
    return *reading;
  };
  PlayheadReading first;
  PlayheadReading last;
  uint64_t skips = 0;
  do {  // again where the machine stood still, and the clock skipped that time
    skips = engine.read().callback.outputUnderflows;
    first = at(0);
    last = at(first.frame + 160);
    at(last.frame + 16);
  } while (engine.read().callback.outputUnderflows != skips);
  const double frames = 8000e-9 * static_cast<double>(last.dacNs - first.dacNs);
  EXPECT_NEAR(frames, static_cast<double>(last.frame - first.frame), 0.001);
  EXPECT_LE(last.dacNs - last.hostNs, 1'000'000) << "a block is out when the next one is due";
}

}  // namespace
}  // namespace foldback::test
