// WAV tracks in the place of a device's inputs: read ahead by a thread of their own, played by the callback.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "audio_block.h"
#include "disk_thread.h"
#include "planar_ring.h"
#include "wav_tracks.h"

namespace foldback {

class WavPlayer {
 public:
  /// What next() gives at once.
  static constexpr int kLongestBlock = 16'384;

  /// [device-thread] Opens the files and reads the first seconds. @throws DeviceError as WavTracks
  WavPlayer(const WavTracksRequest& request, double sampleRateHz);

  int channels() const { return tracks_.channels(); }
  const std::vector<std::string>& names() const { return tracks_.names(); }
  const std::vector<std::string>& skipped() const { return tracks_.skipped(); }
  const std::vector<std::string>& guessed() const { return tracks_.guessed(); }

  /// [audio-thread] The next frames of all channels. What the disk has not brought in time is silence, and
  /// the tracks go on from there, still in step: flags.inputUnderflow says so. `frames` up to kLongestBlock.
  ConstBlock next(int frames, BlockFlags& flags) noexcept;

  /// [any-thread but the audio thread] Returns when next() will find so many frames: for those who render
  /// faster than time. @throws std::range_error when a block cannot be so long
  void await(int frames) const;

 private:
  bool readAhead();

  WavTracks tracks_;  // the disk thread's, after the constructor
  PlanarRing ring_;
  PlanarRows chunk_;  // disk thread
  PlanarRows block_;  // audio thread
  std::optional<DiskThread> thread_;
};

}  // namespace foldback
