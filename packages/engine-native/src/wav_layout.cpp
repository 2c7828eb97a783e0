// Recorders write a header first and complete it at the end; who loses power in between leaves sizes of zero,
// of -1, or of a time before. What the sizes say counts where it fits the file, and else the file does.
#include "wav_layout.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace foldback {
namespace {

constexpr uint64_t kHeader = 8;
constexpr uint32_t kUnknown = 0xffffffff;
/// Of a file of nothing but chunks so many are looked at, and of a broken one so many bytes.
constexpr int kMostChunks = 4096;
constexpr uint64_t kSearched = 1 << 20;
constexpr size_t kSearchStep = 4096;
constexpr uint64_t kNearby = 4;
/// Format tag, channels, rates, frame size, bits; with an extension, 40.
constexpr uint32_t kShortestFormat = 16;
constexpr uint32_t kLongestFormat = 64;

/// What stands in WAV files: a chunk of one of these names is one, wherever it is found.
constexpr std::array<std::string_view, 27> kKnown{"data", "fmt ", "LIST", "JUNK", "junk", "PAD ", "FLLR",
                                                  "fact", "bext", "iXML", "axml", "chna", "cue ", "smpl",
                                                  "inst", "ds64", "PEAK", "id3 ", "ID3 ", "acid", "cart",
                                                  "levl", "umid", "minf", "elm1", "regn", "DGDA"};

struct Chunk {
  std::array<char, 4> id{};
  uint32_t size = 0;

  bool is(std::string_view name) const { return std::string_view(id.data(), id.size()) == name; }
  bool isKnown() const {
    return std::any_of(kKnown.begin(), kKnown.end(), [&](std::string_view name) { return is(name); });
  }
  bool isText() const {
    return std::all_of(id.begin(), id.end(), [](char letter) { return letter >= ' ' && letter <= '~'; });
  }
};

uint64_t numberAt(const char* bytes, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i) value |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

void put(std::string& bytes, uint64_t value, size_t count) {
  for (size_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
}

class Scan {
 public:
  Scan(const ReadAt& read, uint64_t fileBytes) : read_(read), end_(fileBytes) {}

  std::optional<WavLayout> layout() {
    std::array<char, 12> head{};
    if (read_(0, head.data(), head.size()) < head.size() || std::memcmp(head.data() + 8, "WAVE", 4) != 0)
      return {};
    const std::string_view magic(head.data(), 4);
    isLong_ = magic == "RF64" || magic == "BW64";
    if (magic != "RIFF" && !isLong_) return {};
    layout_.isUnusual = magic == "BW64";
    uint64_t at = head.size();
    for (int count = 0; count < kMostChunks && at + kHeader <= end_; ++count) at = take(at);
    if (layout_.format.empty()) return {};
    cutToFrames();
    return layout_;
  }

 private:
  std::optional<Chunk> chunkAt(uint64_t at) const {
    std::array<char, kHeader> bytes{};
    if (read_(at, bytes.data(), bytes.size()) < bytes.size()) return {};
    Chunk chunk;
    std::copy_n(bytes.begin(), 4, chunk.id.begin());
    chunk.size = static_cast<uint32_t>(numberAt(bytes.data() + 4, 4));
    return chunk;
  }

  bool isKnownAt(uint64_t at) const {
    const std::optional<Chunk> chunk = chunkAt(at);
    return chunk && chunk->isKnown();
  }

  void guess(const std::string& words) {
    if (layout_.guess.find(words) != std::string::npos) return;
    layout_.guess += (layout_.guess.empty() ? "" : "; ") + words;
  }

  /// @return where the next chunk begins
  uint64_t take(uint64_t at) {
    const std::optional<Chunk> chunk = chunkAt(at);
    if (!chunk) return end_;
    const uint64_t from = at + kHeader;
    if (chunk->is("data")) return takeSound(from, chunk->size);
    if (chunk->is("ds64") && isLong_) longSize_ = longNumber(from + 8);
    if (chunk->is("fmt ") && layout_.format.empty() && chunk->size >= kShortestFormat) {
      std::string format(std::min(chunk->size, kLongestFormat), '\0');
      if (read_(from, format.data(), format.size()) == format.size()) {
        layout_.format = format;
        layout_.isUnusual = layout_.isUnusual || !layout_.sound.empty();
      }
    }
    return behind(from, chunk->size);
  }

  /// 64 bits of a ds64 chunk.
  uint64_t longNumber(uint64_t at) const {
    std::array<char, 8> bytes{};
    return read_(at, bytes.data(), bytes.size()) == bytes.size() ? numberAt(bytes.data(), bytes.size()) : 0;
  }

  uint64_t takeSound(uint64_t from, uint32_t size) {
    const uint64_t rest = end_ - from;
    const uint64_t said = isLong_ && size == kUnknown ? longSize_ : size;
    // A chunk of no length with another behind it is empty; with none, nobody has come to say how long it is.
    if (said == 0 && (rest == 0 || isKnownAt(from))) {
      layout_.isUnusual = layout_.isUnusual || rest > 0;
      return from;
    }
    const bool isFinished = said != 0 && said <= rest;
    const uint64_t bytes = isFinished ? said : rest;
    if (!isFinished) guess("its header was never finished: what is in the file plays, to its end");
    if (!layout_.sound.empty() && bytes > 0)
      guess("its sound is in several pieces: they play one after the other");
    if (bytes > 0) layout_.sound.push_back({from, bytes});
    return isFinished ? behind(from, bytes) : end_;
  }

  /// The next chunk is where the size of this one says, unless that was counted wrong.
  uint64_t behind(uint64_t from, uint64_t size) {
    const uint64_t next = from + size + size % 2;
    const bool fits = size <= end_ - from;
    if (fits && (next + kHeader > end_ || isKnownAt(next))) return next;
    if (const std::optional<uint64_t> near = nearby(from, next)) {
      return layout_.sound.empty() || chunkAt(*near)->is("data") ? counted(*near) : *near;
    }
    // Behind the sound, and in a chunk of its own, there may be anything.
    const std::optional<Chunk> other = fits ? chunkAt(next) : std::nullopt;
    if (!layout_.sound.empty() || (other && other->isText() && isPlausible(*other, next))) return next;
    const std::optional<uint64_t> found = searched(from);
    return found ? counted(*found) : next;
  }

  uint64_t counted(uint64_t at) {
    guess("one of its chunks has a wrong length: the next one is taken where it is found");
    return at;
  }

  /// Whether a chunk that is said to begin here can be one.
  bool isPlausible(const Chunk& chunk, uint64_t at) const {
    const bool fits = chunk.size <= end_ - at - kHeader;
    if (chunk.is("fmt ")) return fits && chunk.size >= kShortestFormat && chunk.size <= kLongestFormat;
    return fits || (chunk.is("data") && chunk.size == kUnknown);
  }

  /// A chunk a few bytes beside where it should be.
  std::optional<uint64_t> nearby(uint64_t from, uint64_t next) const {
    for (uint64_t off = 1; off <= kNearby; ++off) {
      if (next >= from + off && isKnownAt(next - off)) return next - off;
      if (isKnownAt(next + off)) return next + off;
    }
    return {};
  }

  /// The sound, or its format, by its name.
  std::optional<uint64_t> searched(uint64_t from) const {
    std::string window(kSearchStep + 3, '\0');
    const uint64_t last = std::min(end_, from + kSearched);
    for (uint64_t at = from; at + kHeader <= last; at += kSearchStep) {
      const size_t count = read_(at, window.data(), window.size());
      const std::string_view bytes(window.data(), count);
      for (size_t i = 0; i + 4 <= bytes.size(); ++i) {
        if (bytes.compare(i, 4, "data") != 0 && bytes.compare(i, 4, "fmt ") != 0) continue;
        const std::optional<Chunk> chunk = chunkAt(at + i);
        if (chunk && isPlausible(*chunk, at + i)) return at + i;
      }
    }
    return {};
  }

  /// Half a frame at the end would come out as one.
  void cutToFrames() {
    const uint64_t frameBytes = numberAt(layout_.format.data() + 12, 2);
    if (frameBytes == 0 || layout_.sound.empty()) return;
    for (WavSpan& span : layout_.sound) span.bytes -= span.bytes % frameBytes;
    std::erase_if(layout_.sound, [](const WavSpan& span) { return span.bytes == 0; });
  }

  const ReadAt& read_;
  const uint64_t end_;
  bool isLong_ = false;
  uint64_t longSize_ = 0;
  WavLayout layout_;
};

}  // namespace

uint64_t WavLayout::soundBytes() const {
  uint64_t sum = 0;
  for (const WavSpan& span : sound) sum += span.bytes;
  return sum;
}

std::optional<WavLayout> wavLayoutOf(const ReadAt& read, uint64_t fileBytes) {
  return Scan(read, fileBytes).layout();
}

std::string wavHeaderOf(const WavLayout& layout) {
  const uint64_t bytes = layout.soundBytes();
  const uint64_t padded = layout.format.size() + layout.format.size() % 2;
  const uint64_t riff = 4 + kHeader + padded + kHeader + bytes;
  const bool isLong = riff + kHeader + 28 >= kUnknown;
  std::string header = isLong ? "RF64" : "RIFF";
  put(header, isLong ? kUnknown : riff, 4);
  header += "WAVE";
  if (isLong) {
    const uint64_t frameBytes = std::max<uint64_t>(1, numberAt(layout.format.data() + 12, 2));
    header += "ds64";
    put(header, 28, 4);
    put(header, riff + kHeader + 28, 8);
    put(header, bytes, 8);
    put(header, bytes / frameBytes, 8);
    put(header, 0, 4);
  }
  header += "fmt ";
  put(header, layout.format.size(), 4);
  header += layout.format;
  header.append(padded - layout.format.size(), '\0');
  header += "data";
  put(header, isLong ? kUnknown : bytes, 4);
  return header;
}

}  // namespace foldback
