// One opened device with its mixer, timed around every block.
#include "engine.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "kernels.h"

namespace foldback {
namespace {

using Clock = std::chrono::steady_clock;

/// A device that has not called for this long while fading will not call any more.
constexpr std::chrono::milliseconds kDeadDevice{250};

std::unique_ptr<WavPlayer> playerOf(const std::optional<WavTracksRequest>& tracks, StreamInfo& info) {
  if (!tracks) return nullptr;
  auto player = std::make_unique<WavPlayer>(*tracks, info.sampleRateHz);
  info.inputs = player->channels();
  info.inputNames = player->names();
  return player;
}

PlayheadReading blockAt(uint64_t frame, Clock::time_point begin, const BlockTime& time) noexcept {
  const auto nanoseconds = [](Clock::time_point at) {
    return std::chrono::nanoseconds(at.time_since_epoch()).count();
  };
  return {frame, nanoseconds(begin), nanoseconds(time.dac.value_or(begin))};
}

MixerShape shapeOf(const StreamInfo& info, int lanes) {
  const int tiles = (lanes + kTileLanes - 1) / kTileLanes;
  return {info.inputs, info.outputs, tiles * kTileLanes, info.sampleRateHz};
}

}  // namespace

Engine::Engine(std::unique_ptr<AudioDevice> device, const OpenRequest& request)
    : device_(std::move(device)),
      info_(device_->open(request.stream)),
      player_(playerOf(request.tracks, info_)),
      piece_(static_cast<size_t>(info_.outputs)),
      recorder_(std::make_shared<Recorder>(info_.inputs, info_.sampleRateHz)),
      shape_(shapeOf(info_, request.lanes)),
      plan_(std::make_unique<PlanWriter>(shape_)),
      mixer_(std::make_unique<Mixer>(shape_, chooseKernelsFromEnvironment(), plan_->mailbox())),
      board_(std::make_unique<MixBoard>(shape_, *plan_, *mixer_)) {
  try {
    device_->start(*this);
  } catch (const DeviceError&) {
    device_.reset();  // as in the destructor
    throw;
  }
}

Engine::~Engine() {
  device_.reset();     // first of all: until it is closed it may still call what the members below hold
  recorder_->close();  // others may hold it for longer, on their way to a disk
}

void Engine::render(ConstBlock in, Block out, BlockFlags flags, BlockTime time) noexcept {
  audioThread_.mark();
  const auto begin = Clock::now();  // no system call: the vDSO reads the counter
  playhead_.publish(blockAt(frame_, begin, time));
  frame_ += static_cast<uint64_t>(out.frames);
  if (player_ == nullptr) {
    recorder_->add(in);
    mixer_->render(in, out);
  } else {
    renderTracks(out, flags);
  }
  const std::chrono::duration<double> took = Clock::now() - begin;
  stats_.add(out.frames, took.count(), info_.sampleRateHz, flags);
}

void Engine::renderTracks(Block out, BlockFlags& flags) noexcept {
  for (int first = 0; first < out.frames; first += WavPlayer::kLongestBlock) {
    const int frames = std::min(WavPlayer::kLongestBlock, out.frames - first);
    for (int channel = 0; channel < out.channelCount; ++channel) piece_[channel] = out[channel] + first;
    const ConstBlock in = player_->next(frames, flags);
    recorder_->add(in);
    mixer_->render(in, {piece_.data(), out.channelCount, frames});
  }
}

void Engine::fadeOut(double ms) {
  mixer_->fadeOut(rampFramesOf(ms, info_.sampleRateHz));
  if (manual() != nullptr) return;  // nobody steps it any more
  uint64_t callbacks = stats_.read().callbacks;
  auto lastCall = Clock::now();
  while (!mixer_->faded() && Clock::now() - lastCall < kDeadDevice) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const uint64_t now = stats_.read().callbacks;
    if (now != callbacks) lastCall = Clock::now();
    callbacks = now;
  }
}

std::vector<std::string> Engine::skippedTracks() const {
  return player_ == nullptr ? std::vector<std::string>{} : player_->skipped();
}

std::vector<std::string> Engine::guessedTracks() const {
  return player_ == nullptr ? std::vector<std::string>{} : player_->guessed();
}

void Engine::awaitDisks(int frames) const {
  if (player_ != nullptr) player_->await(frames);
  recorder_->await(frames);
}

LaneReading Engine::readMix(uint32_t mix, int reader) {
  const int lane = board_->laneOf(mix);
  return lane == kNoLane ? LaneReading{} : mixer_->meters().readLane(lane, reader);
}

EngineReading Engine::read() const {
  EngineReading reading;
  reading.callback = stats_.read();
  reading.active = device_->active();
  reading.silencedBlocks = mixer_->silencedBlocks();
  reading.activeMixes = board_->activeMixes();
  reading.waitingMixes = board_->waitingMixes();
  reading.lanes = shape_.lanes;
  reading.kernel = mixer_->kernels().name;
  return reading;
}

}  // namespace foldback
