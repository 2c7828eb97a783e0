// Where the sound lies in a WAV file, also in one that nobody finished. [disk threads only]
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace foldback {

/// A file's bytes at an offset. @return how many there were
using ReadAt = std::function<size_t(uint64_t offset, char* to, size_t count)>;

struct WavSpan {
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

/// A RIFF, RF64 or BW64 file (EBU Tech 3306, ITU-R BS.2088) as its chunks and its size say, where those two
/// agree; and as far as there is sound, where they do not.
struct WavLayout {
  std::string format;          ///< The `fmt ` chunk without its header.
  std::vector<WavSpan> sound;  ///< In whole frames, one behind the other.
  /// What its header did not say and had to be guessed, in words; empty when nothing was.
  std::string guess;
  /// Nothing is missing, and readers of WAV files take it for something else all the same.
  bool isUnusual = false;

  uint64_t soundBytes() const;
};

/// @return nothing for what is no such file, or has no format: that is for others to refuse
std::optional<WavLayout> wavLayoutOf(const ReadAt& read, uint64_t fileBytes);

/// The beginning of a WAV file that has this sound behind it, and says so.
std::string wavHeaderOf(const WavLayout& layout);

}  // namespace foldback
