// WAV files by libsndfile, which reads and writes what there is of them, and no other format that it knows.
// [disk threads only]
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "wav_mended.h"

namespace foldback {

/// What a file holds.
struct SoundFileInfo {
  int channels = 0;
  int sampleRateHz = 0;
  int64_t frames = 0;  ///< Never more than a file of its size can hold.
};

/// The library's own handle, closed with its owner; closing completes a file that was written.
struct CloseSoundFile {
  void operator()(void* file) const noexcept;
};
using SoundFileHandle = std::unique_ptr<void, CloseSoundFile>;

/// A file that is read from its beginning, as often as one likes.
class SoundReader {
 public:
  /// @throws DeviceError NO_LIBSNDFILE, or SOUND_FILE with the library's own words
  explicit SoundReader(const std::string& path);

  const SoundFileInfo& info() const { return info_; }

  /// What of a file that was never finished had to be guessed, in words; empty when nothing was.
  std::string guess() const;

  /// Reads up to `frames` interleaved frames, 1.0 being full scale. @return how many there were; less at the
  /// end, and where the file cannot be read any more
  size_t read(float* interleaved, size_t frames);

  void rewind();

 private:
  SoundFileInfo info_;
  std::unique_ptr<MendedWav> mended_;  // where the file is not read as it is; outlives the handle
  SoundFileHandle file_;
};

/// One channel of 32-bit float as a WAV file. Above 4 GiB it is RF64 (EBU Tech 3306), by the same name.
class SoundWriter {
 public:
  /// @throws DeviceError as SoundReader
  SoundWriter(const std::string& path, int sampleRateHz);

  /// @throws DeviceError SOUND_FILE
  void write(std::span<const float> samples);

  /// Has the file say how long it is: it is whole from here on, whatever becomes of this process.
  void tellLength();

  /// Waits until the disk has it: it is as whole as it says from here on, whatever becomes of the power.
  /// @throws DeviceError SOUND_FILE when the disk has lost something
  void flush();

  /// Takes away what comes after so many samples.
  void cut(uint64_t samples);

 private:
  SoundFileHandle file_;
  int descriptor_ = -1;  // of file_, which closes it; nowhere but on Windows -1
};

}  // namespace foldback
