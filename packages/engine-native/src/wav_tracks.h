// WAV files as the channels of a stage, at the device's rate: the disk side of a virtual soundcheck.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "planar_rows.h"
#include "sound_file.h"

namespace foldback {

/// A file to play; its channels are called by its name, with L and R or a number behind it when there are
/// several.
struct WavTrackRequest {
  std::string path;
  std::string name;
};

struct WavTracksRequest {
  std::vector<WavTrackRequest> files;
  bool loop = true;  ///< False: once, then silence.
};

/// One file: read, repeated, resampled.
class WavTrack;

/// All files, in step with each other: a turn of the loop is as long as the longest of them, to the sample.
/// [one thread at a time, which may wait for a disk]
class WavTracks {
 public:
  static constexpr int kMostChannels = 256;

  /// A file that cannot be played is left out, and skipped() says why.
  /// @throws DeviceError NO_TRACKS when none can be played, NO_LIBSNDFILE
  WavTracks(const WavTracksRequest& request, double sampleRateHz);
  ~WavTracks();

  int channels() const { return static_cast<int>(names_.size()); }
  const std::vector<std::string>& names() const { return names_; }
  /// "name: why not", one per file that is left out.
  const std::vector<std::string>& skipped() const { return skipped_; }

  /// "name: what was guessed", one per file that plays though it was never finished.
  const std::vector<std::string>& guessed() const { return guessed_; }

  /// Fills the next frames of all channels.
  void read(float* const* channels, size_t frames);

 private:
  std::vector<std::unique_ptr<WavTrack>> tracks_;
  std::vector<std::string> names_;
  std::vector<std::string> skipped_;
  std::vector<std::string> guessed_;
};

}  // namespace foldback
