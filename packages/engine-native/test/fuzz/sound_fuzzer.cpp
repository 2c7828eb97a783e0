// libFuzzer on the files that strangers bring: whatever is in one, it is refused or comes to an end.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "audio_device.h"
#include "sound_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string kPath = std::filesystem::temp_directory_path() / "foldback-fuzzed.wav";
  std::ofstream(kPath, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  try {
    foldback::SoundReader reader(kPath);
    const auto most = static_cast<int64_t>(8 * size);
    if (reader.info().frames < 0 || reader.info().frames > most) std::abort();
    if (reader.info().channels < 1 || reader.info().channels > 64) return 0;  // refused by WavTracks
    std::vector<float> samples(static_cast<size_t>(reader.info().channels) * 1024);
    int64_t frames = 0;
    while (const size_t count = reader.read(samples.data(), 1024)) {
      frames += static_cast<int64_t>(count);
      if (frames > most) std::abort();
    }
    reader.rewind();
    reader.read(samples.data(), 1024);
  } catch (const foldback::DeviceError& error) {
    if (error.code() != "SOUND_FILE") std::abort();
  }
  return 0;
}
