// Sound files: only WAV and its larger kin are read, lengths are those of the file, and 4 GiB is no end.
#include "sound_file.h"

#include <gtest/gtest.h>

#include "audio_device.h"
#include "stage.h"
#include "wav_bytes.h"

namespace foldback::test {
namespace {

std::string refusalOf(const std::string& path) {
  try {
    SoundReader reader(path);
    return "";
  } catch (const DeviceError& error) {
    return error.what();
  }
}

/// All of it, in pieces; how many frames there were.
int64_t readAll(SoundReader& reader) {
  std::vector<float> samples(static_cast<size_t>(reader.info().channels) * 4096);
  int64_t frames = 0;
  while (const size_t count = reader.read(samples.data(), 4096)) frames += static_cast<int64_t>(count);
  return frames;
}

TEST(SoundFile, OtherFormatsAreRefusedWhateverTheirName) {
  const Folder folder;
  std::string aiff = "FORM";
  aiff += std::string("\0\0\0\x2e", 4) + "AIFFCOMM" + std::string("\0\0\0\x12\0\1\0\0\0\0\0\x10", 12) +
          std::string("\x40\x0e\xbb\x80\0\0\0\0\0\0", 10) + "SSND" + std::string("\0\0\0\x08", 4) +
          std::string(8, '\0');
  const std::string au =
      ".snd" + std::string("\0\0\0\x18\0\0\0\x08\0\0\0\3\0\0\xbb\x80\0\0\0\1", 20) + std::string(8, '\0');
  for (const std::string& bytes : {aiff, au, std::string("fLaC and more"), std::string("RIFFxxxxAVI "),
                                   std::string("RIFF"), std::string()}) {
    EXPECT_EQ(refusalOf(writeBytes(folder / "a.wav", bytes)),
              "this is no WAV file (nor RF64, BW64 or W64), whatever its name says");
  }
  EXPECT_EQ(refusalOf(folder / "gone.wav"), "No such file or directory");
  EXPECT_EQ(refusalOf(folder / "."), "this is no file");
}

TEST(SoundFile, ALengthIsNeverMoreThanTheFileHolds) {
  const Folder folder;
  for (const WavShape& shape : {WavShape{16, false, 2}, WavShape{24, false, 1}, WavShape{32, true, 3}}) {
    std::string bytes = wavBytes(shape, 100, [](int, int64_t) { return 0.5; });
    for (size_t at : {4u, 40u}) bytes.replace(at, 4, "\xf0\xff\xff\x7f");  // 2 GiB, it says
    SoundReader reader(writeBytes(folder / "a.wav", bytes));
    EXPECT_GE(reader.info().frames, 100);
    EXPECT_LE(reader.info().frames, 100 + 44) << "its header taken for samples, at most";
    EXPECT_EQ(readAll(reader), 100);
  }
}

/// A chunk of W64: a GUID, and a size of 64 bits that counts the chunk's head of 24 bytes.
std::string wave64Chunk(const std::string& name, const std::string& content, uint64_t size = 0) {
  constexpr std::string_view kGuidTail("\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A", 12);
  std::string chunk = name;
  chunk += kGuidTail;
  put(chunk, size == 0 ? 24 + content.size() : size, 8);
  return chunk + content;
}

TEST(SoundFile, ALengthThatLibsndfileBelievesIsCutToWhatTheFileCanHold) {
  // GSM 6.10 in W64: libsndfile (1.2.0) makes 84.6 billion frames of this size.
  std::string format;
  for (const auto& [value, bytes] : std::vector<std::pair<uint64_t, int>>{
           {0x31, 2}, {1, 2}, {8000, 4}, {1625, 4}, {65, 2}, {0, 2}, {2, 2}, {320, 2}, {0, 4}}) {
    put(format, value, bytes);
  }
  const std::string chunks =
      wave64Chunk("fmt ", format) + wave64Chunk("data", std::string(130, '\0'), 0xffffff000000009a);
  std::string file("riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00", 16);
  put(file, 40 + chunks.size(), 8);
  file += "wave";
  file += std::string_view("\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A", 12);
  file += chunks;
  const Folder folder;
  SoundReader reader(writeBytes(folder / "a.w64", file));
  EXPECT_EQ(reader.info().sampleRateHz, 8000);
  EXPECT_GT(reader.info().frames, 0);
  EXPECT_LE(reader.info().frames, static_cast<int64_t>(8 * file.size())) << "a bit for a sample, at least";
}

TEST(SoundFile, ARecordingGoesOnPastFourGibibytes) {
  constexpr uint64_t kJump = uint64_t{1} << 30;  // samples of four bytes
  const Folder folder;
  const std::string path = folder / "long.wav";
  SoundWriter writer(path, 48'000);
  std::vector<float> samples(1000);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = unlike(0, static_cast<int64_t>(i));
  writer.cut(kJump - 500);  // longer than it is: the file has a hole there, and takes no room
  writer.write(samples);
  for (const bool closed : {false, true}) {
    if (closed) {
      SoundWriter(std::move(writer));
    } else {
      writer.tellLength();
    }
    EXPECT_EQ(SoundReader(path).info().frames, static_cast<int64_t>(kJump + 500)) << closed;
  }
  std::ifstream file(path, std::ios::binary);
  std::string head(4, ' ');
  file.read(head.data(), 4);
  EXPECT_EQ(head, "RF64");
  std::vector<float> end(samples.size());
  file.seekg(-static_cast<std::streamoff>(end.size() * sizeof(float)), std::ios::end);
  file.read(reinterpret_cast<char*>(end.data()), static_cast<std::streamsize>(end.size() * sizeof(float)));
  EXPECT_EQ(end, samples);
}

TEST(SoundFile, BytesThatWereTamperedWithEndInARefusalOrInAnEnd) {
  const Folder folder;
  const std::string whole = wavBytes({16, false, 2}, 500, [](int, int64_t frame) { return frame % 7 / 7.0; });
  uint32_t random = 11;
  const auto draw = [&](uint32_t below) {
    random = random * 1664525u + 1013904223u;
    return (random >> 8) % below;
  };
  for (int round = 0; round < 2000; ++round) {
    std::string bytes =
        whole.substr(0, draw(3) == 0 ? draw(static_cast<uint32_t>(whole.size())) : whole.size());
    for (uint32_t changes = 1 + draw(4); changes > 0 && bytes.size() > 12; --changes) {
      bytes[12 + draw(static_cast<uint32_t>(std::min<size_t>(bytes.size(), 60) - 12))] =
          static_cast<char>(draw(2) == 0 ? 0xff : draw(256));
    }
    writeBytes(folder / "a.wav", bytes);
    try {
      SoundReader reader(folder / "a.wav");
      ASSERT_LE(reader.info().frames, static_cast<int64_t>(8 * bytes.size())) << round;
      if (reader.info().channels > 64) continue;  // as WavTracks does
      readAll(reader);
    } catch (const DeviceError& error) {
      ASSERT_EQ(error.code(), "SOUND_FILE") << round;
    }
  }
}

}  // namespace
}  // namespace foldback::test
