#include "wav_mended.h"

#include <algorithm>
#include <filesystem>

namespace foldback {
namespace {

size_t readAt(std::ifstream& file, uint64_t offset, char* to, size_t count) {
  file.clear();
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(to, static_cast<std::streamsize>(count));
  return static_cast<size_t>(file.gcount());
}

}  // namespace

std::optional<MendedWav> MendedWav::of(const std::string& path) {
  const std::filesystem::path native(std::u8string(path.begin(), path.end()));
  std::error_code trouble;
  // What is no file could be read for ever.
  if (!std::filesystem::is_regular_file(native, trouble)) return {};
  const uint64_t bytes = std::filesystem::file_size(native, trouble);
  std::ifstream file(native, std::ios::binary);
  if (trouble || !file) return {};
  const ReadAt read = [&](uint64_t offset, char* to, size_t count) {
    return readAt(file, offset, to, count);
  };
  std::optional<WavLayout> layout = wavLayoutOf(read, bytes);
  if (!layout || layout->sound.empty() || (layout->guess.empty() && !layout->isUnusual)) return {};
  return MendedWav(std::move(file), std::move(*layout));
}

MendedWav::MendedWav(std::ifstream file, WavLayout layout)
    : file_(std::move(file)), layout_(std::move(layout)), header_(wavHeaderOf(layout_)) {}

size_t MendedWav::read(char* to, size_t count) {
  size_t done = 0;
  while (done < count && position_ < bytes()) {
    size_t got = 0;
    if (position_ < header_.size()) {
      got = header_.copy(to + done, count - done, position_);
    } else {
      got = readSound(position_ - header_.size(), to + done, count - done);
    }
    if (got == 0) break;  // the disk has lost it
    done += got;
    position_ += got;
  }
  return done;
}

size_t MendedWav::readSound(uint64_t offset, char* to, size_t count) {
  for (const WavSpan& span : layout_.sound) {
    if (offset < span.bytes) {
      const auto most = static_cast<size_t>(std::min<uint64_t>(count, span.bytes - offset));
      return readAt(file_, span.offset + offset, to, most);
    }
    offset -= span.bytes;
  }
  return 0;
}

}  // namespace foldback
