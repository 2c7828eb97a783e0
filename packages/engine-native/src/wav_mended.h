// A WAV file that was not finished, as one that was. [disk threads only]
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "wav_layout.h"

namespace foldback {

/// A header that says what is there, and the sound behind it, wherever it lies in the file.
class MendedWav {
 public:
  /// @return nothing when the file is as it says, or none that could be mended: it is then read as it is
  static std::optional<MendedWav> of(const std::string& path);

  /// What had to be guessed; empty where it is only unusual.
  const std::string& guess() const { return layout_.guess; }

  uint64_t bytes() const { return header_.size() + layout_.soundBytes(); }
  uint64_t position() const { return position_; }
  void seek(uint64_t position) { position_ = position; }
  /// From the position on. @return how many there were
  size_t read(char* to, size_t count);

 private:
  MendedWav(std::ifstream file, WavLayout layout);

  size_t readSound(uint64_t offset, char* to, size_t count);

  std::ifstream file_;
  WavLayout layout_;
  std::string header_;
  uint64_t position_ = 0;
};

}  // namespace foldback
