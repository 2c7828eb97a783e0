// WAV files written byte by byte, so that tests know what is in them; and a folder to put them in.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace foldback::test {

/// A folder of its own that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "foldback-wav-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct WavShape {
  int bits = 16;
  bool isFloat = false;
  int channels = 1;
  int rateHz = 48'000;
};

using Signal = std::function<double(int channel, int64_t frame)>;

inline void put(std::string& bytes, uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
}

/// The sample as the file holds it, as a number of -1 to 1.
inline double asHeld(const WavShape& shape, double value) {
  if (shape.isFloat) return static_cast<float>(value);
  const double scale = std::ldexp(1.0, shape.bits - 1);
  return std::round(value * (scale - 1)) / scale;
}

inline std::string wavBytes(const WavShape& shape, int64_t frames, const Signal& signal) {
  const int sampleBytes = shape.bits / 8;
  std::string data;
  for (int64_t frame = 0; frame < frames; ++frame) {
    for (int channel = 0; channel < shape.channels; ++channel) {
      const double value = asHeld(shape, signal(channel, frame));
      if (shape.isFloat) {
        const auto single = static_cast<float>(value);
        uint32_t bits = 0;
        std::memcpy(&bits, &single, 4);
        put(data, bits, 4);
      } else {
        put(data, static_cast<uint64_t>(std::llround(std::ldexp(value, shape.bits - 1))), sampleBytes);
      }
    }
  }
  const auto channels = static_cast<uint64_t>(shape.channels);
  const auto rate = static_cast<uint64_t>(shape.rateHz);
  const auto frameBytes = channels * static_cast<uint64_t>(sampleBytes);
  std::string bytes = "RIFF";
  put(bytes, 36 + data.size(), 4);
  bytes += "WAVEfmt ";
  put(bytes, 16, 4);
  put(bytes, shape.isFloat ? 3 : 1, 2);
  put(bytes, channels, 2);
  put(bytes, rate, 4);
  put(bytes, rate * frameBytes, 4);
  put(bytes, frameBytes, 2);
  put(bytes, static_cast<uint64_t>(shape.bits), 2);
  bytes += "data";
  put(bytes, data.size(), 4);
  return bytes + data;
}

inline std::string writeBytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

/// @return the path
inline std::string writeWav(const std::string& path, const WavShape& shape, int64_t frames,
                            const Signal& signal) {
  return writeBytes(path, wavBytes(shape, frames, signal));
}

/// The samples of a mono float file, by what its header says; empty when it is none.
inline std::vector<float> readWav(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  const auto number = [&](size_t at) {
    uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, 4);
    return value;
  };
  if (bytes.size() < 12 || bytes.compare(0, 4, "RIFF") != 0) return {};
  for (size_t at = 12; at + 8 <= bytes.size(); at += 8 + number(at + 4)) {
    if (bytes.compare(at, 4, "data") != 0) continue;
    if (at + 8 + number(at + 4) > bytes.size()) return {};
    std::vector<float> samples(number(at + 4) / sizeof(float));
    if (samples.empty()) return samples;  // it has no memory to copy to
    std::memcpy(samples.data(), bytes.data() + at + 8, samples.size() * sizeof(float));
    return samples;
  }
  return {};
}

}  // namespace foldback::test
