// All inputs as WAV files, one per channel, while they play.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "audio_block.h"

namespace foldback {

/// Where to: the folder must not be there yet; one file per channel, in order.
struct RecordingRequest {
  std::string folder;
  std::vector<std::string> files;
};

/// The recording that runs, or the last one.
struct RecordingReading {
  bool running = false;
  std::string folder;          ///< Empty: there has been none.
  uint64_t frames = 0;         ///< In each file.
  uint64_t droppedFrames = 0;  ///< Silence in the files: the disk was too slow for them.
  std::string trouble;         ///< Why it has stopped by itself; empty when it has not.
  bool ended = true;           ///< Nobody has to be told of it any more: stop() has been, or there was none.
};

class Recording;

/// Disk trouble ends a recording and nothing else. At most one runs at a time.
class Recorder {
 public:
  Recorder(int channels, double sampleRateHz);
  ~Recorder();

  /// [audio-thread] Adds a block to the recording that runs, if one does.
  void add(ConstBlock in) noexcept;

  /// [any-thread] @throws std::range_error when there is not one file for each channel
  void check(const RecordingRequest& request) const;

  /// [any-thread but the audio thread; waits for the disk] Returns when every file is there and recording has
  /// begun. @return the recording, for whoever may want to end this one and no other
  /// @throws DeviceError RECORDING_FAILED, FOLDER_EXISTS, ALREADY_RECORDING, NO_LIBSNDFILE, CLOSED
  std::shared_ptr<const Recording> start(const RecordingRequest& request);

  /// [any-thread but the audio thread; waits for the disk] Returns when the files are complete. Without a
  /// recording nothing happens.
  void stop();
  /// As stop(), unless another recording runs by now.
  void stop(const std::shared_ptr<const Recording>& recording);

  /// [any-thread but the audio thread; waits for the disk] Stops what runs, or is about to: nothing can be
  /// started any more.
  void close();

  /// [any-thread but the audio thread]
  RecordingReading read() const;

  /// [any-thread but the audio thread] Returns when add() will find room for so many frames: for those who
  /// render faster than time. @throws std::range_error when a block cannot be so long
  void await(int frames) const;

 private:
  friend class Recording;
  /// [disk-thread] From here on the audio thread does not know of any recording.
  void detach();
  std::shared_ptr<Recording> current() const;
  /// Under startAndStop_.
  void end(const std::shared_ptr<Recording>& recording);

  const int channels_;
  const double sampleRateHz_;
  std::atomic<Recording*> live_ = nullptr;
  std::atomic<bool> adding_ = false;    // the audio thread is inside add()
  std::mutex startAndStop_;             // held while a disk works
  bool closed_ = false;                 // under startAndStop_
  mutable std::mutex mutex_;            // held for moments
  std::shared_ptr<Recording> current_;  // under mutex_; runs, or has stopped by itself
  RecordingReading last_;               // under mutex_; of the last that was stopped
};

}  // namespace foldback
