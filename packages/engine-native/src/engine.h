// One opened device with its mixer: the whole engine without any JavaScript.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "audio_device.h"
#include "callback_stats.h"
#include "gain_plan.h"
#include "mix_board.h"
#include "mixer.h"
#include "playhead.h"
#include "realtime.h"
#include "recorder.h"
#include "wav_player.h"

namespace foldback {

/// What to open.
struct OpenRequest {
  StreamRequest stream;
  std::optional<WavTracksRequest> tracks;  ///< Played in the place of the device's inputs.
  int lanes = 1024;                        ///< Most mixes that can sound at once.
};

/// A reading of everything that is counted.
struct EngineReading {
  CallbackReading callback;
  bool active = true;  ///< False: the device has ended the stream by itself.
  uint64_t silencedBlocks = 0;
  int activeMixes = 0;
  int waitingMixes = 0;
  int lanes = 0;
  std::string kernel;
};

/// Opened by its constructor, closed by its destructor.
class Engine final : private BlockRenderer {
 public:
  /// [device-thread] Opens and starts the device, which was not opened before. @throws DeviceError,
  /// KernelError
  Engine(std::unique_ptr<AudioDevice> device, const OpenRequest& request);

  /// [device-thread] Stops the device, and waits for the disk to complete a recording.
  ~Engine() override;

  /// [device-thread] Ramps all outputs to zero and waits for it, unless the device has stopped calling.
  void fadeOut(double ms);

  const StreamInfo& info() const { return info_; }
  /// Tracks that cannot be played, and why.
  std::vector<std::string> skippedTracks() const;
  /// Tracks that play though they were never finished, and what was guessed.
  std::vector<std::string> guessedTracks() const;

  /// [control-thread]
  MixBoard& board() { return *board_; }
  /// [control-thread] Pre-fader meter of an input, since this reader's last read.
  SignalReading readInput(int channel, int reader = 0) { return mixer_->meters().readInput(channel, reader); }
  /// [control-thread] Post-limiter meter of a mix, the same; zeros when it does not sound.
  LaneReading readMix(uint32_t mix, int reader = 0);
  /// [control-thread]
  EngineReading read() const;
  /// [any-thread but the audio thread] The block that was asked for last; nothing before the first.
  std::optional<PlayheadReading> playhead() const noexcept { return playhead_.read(); }
  /// [control-thread] Puts the device's thread before those of ordinary programs. A device that is stepped
  /// has none: the thread that steps it is no audio thread, and all that it starts would go first with it.
  Refusal favourAudioThread() const { return manual() == nullptr ? audioThread_.favour() : ""; }
  /// [control-thread] The device to step, or null when it has a clock of its own.
  ManualDevice* manual() const { return device_->stepped(); }
  /// [any-thread but the audio thread] Also for a moment longer than the engine.
  const std::shared_ptr<Recorder>& recorder() { return recorder_; }
  /// [control-thread] Returns when disks are ready for a block that comes before its time.
  void awaitDisks(int frames) const;

 private:
  void render(ConstBlock in, Block out, BlockFlags flags, BlockTime time) noexcept override;
  /// [audio-thread] In pieces, where a device asks for more at once than the player gives.
  void renderTracks(Block out, BlockFlags& flags) noexcept;

  std::unique_ptr<AudioDevice> device_;
  StreamInfo info_;
  std::unique_ptr<WavPlayer> player_;  // null: the device's own inputs are played
  std::vector<float*> piece_;          // audio thread: the outputs of a piece of a block
  std::shared_ptr<Recorder> recorder_;
  MixerShape shape_;
  std::unique_ptr<PlanWriter> plan_;
  std::unique_ptr<Mixer> mixer_;
  std::unique_ptr<MixBoard> board_;
  uint64_t frame_ = 0;  // audio thread: the next to be rendered
  Playhead playhead_;
  CallbackStats stats_;
  AudioThread audioThread_;
};

}  // namespace foldback
