// Takes that nobody finished (an empty battery, a pulled card), and files whose lengths were counted wrong:
// the sound that is there plays, and what was guessed is said.
#include <gtest/gtest.h>

#include <random>

#include "audio_device.h"
#include "planar_rows.h"
#include "stage.h"
#include "wav_bytes.h"
#include "wav_layout.h"
#include "wav_tracks.h"

namespace foldback::test {
namespace {

constexpr int64_t kFrames = 2000;
constexpr uint64_t kUnknown = 0xffffffff;
constexpr const char* kUnfinished = "never finished";
constexpr const char* kMiscounted = "wrong length";
constexpr const char* kInPieces = "in several pieces";

Signal noise() {
  return [](int channel, int64_t frame) { return unlike(channel, frame); };
}

std::string chunk(const std::string& id, uint64_t size, const std::string& body) {
  std::string bytes = id;
  put(bytes, size, 4);
  return bytes + body;
}

std::string chunk(const std::string& id, const std::string& body) { return chunk(id, body.size(), body); }

/// The `fmt ` chunk and the sound of a whole file of 16 bits, one channel.
const std::string kWhole = wavBytes({}, kFrames, noise());
const std::string kFormat = kWhole.substr(12, 24);
const std::string kSound = kWhole.substr(44);

std::string riff(const std::string& chunks, uint64_t size, const std::string& magic = "RIFF") {
  return chunk(magic, size, "WAVE" + chunks);
}
std::string riff(const std::string& chunks) { return riff(chunks, chunks.size() + 4); }

std::string ds64(uint64_t riffBytes, uint64_t soundBytes, uint64_t frames) {
  std::string body;
  for (const uint64_t number : {riffBytes, soundBytes, frames}) put(body, number, 8);
  put(body, 0, 4);
  return chunk("ds64", body);
}

const std::string kJunk = chunk("JUNK", std::string(28, '\0'));
const std::string kInfo = std::string("INFOISFT\5\0\0\0Reape", 17);

struct Case {
  const char* what;
  std::string bytes;
  const char* guess;
  int64_t frames = kFrames;
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.what; }

std::vector<Case> cases() {
  const std::string half = kSound.substr(0, kSound.size() / 2);
  const std::string rest = kSound.substr(kSound.size() / 2);
  const uint64_t bytes = kSound.size();
  std::vector<Case> all{
      {"sound of -1 bytes", riff(kFormat + chunk("data", kUnknown, kSound), kUnknown), kUnfinished},
      {"sound of -1 bytes, a file of none", riff(kFormat + chunk("data", kUnknown, kSound), 0), kUnfinished},
      {"a gigabyte of sound was announced", riff(kFormat + chunk("data", 1 << 30, kSound), (1 << 30) + 36),
       kUnfinished},
      {"RF64 whose sizes are zero",
       riff(ds64(0, 0, 0) + kFormat + chunk("data", kUnknown, kSound), kUnknown, "RF64"), kUnfinished},
      {"RF64 whose sizes are zero everywhere",
       riff(ds64(0, 0, 0) + kFormat + chunk("data", 0, kSound), kUnknown, "RF64"), kUnfinished},
      {"RF64 whose sizes are those of a terabyte",
       riff(ds64(1ull << 40, 1ull << 39, 1ull << 38) + kFormat + chunk("data", kUnknown, kSound), kUnknown,
            "RF64"),
       kUnfinished},
      {"RF64 without sizes", riff(kJunk + kFormat + chunk("data", kUnknown, kSound), kUnknown, "RF64"),
       kUnfinished},
      {"BW64",
       riff(ds64(bytes + 72, bytes, kFrames) + kFormat + chunk("data", kUnknown, kSound), kUnknown, "BW64"),
       ""},
      {"BW64 whose sizes are zero",
       riff(ds64(0, 0, 0) + kFormat + chunk("data", kUnknown, kSound), kUnknown, "BW64"), kUnfinished},
      {"BW64 of four gigabytes at most", riff(kJunk + kFormat + chunk("data", kSound), bytes + 72, "BW64"),
       ""},
      {"a LIST without the byte that makes it even",
       riff(kFormat + chunk("LIST", kInfo) + chunk("data", kSound)), kMiscounted},
      {"a LIST that counts a byte too few",
       riff(kFormat + chunk("LIST", 16, kInfo + '\0') + chunk("data", kSound)), kMiscounted},
      {"a LIST that counts a byte too many",
       riff(kFormat + chunk("LIST", 19, kInfo + '\0') + chunk("data", kSound)), kMiscounted},
      {"a LIST that has no end",
       riff(kFormat + chunk("LIST", kUnknown, kInfo + '\0') + chunk("data", kSound)), kMiscounted},
      {"two pieces of sound", riff(kFormat + chunk("data", half) + chunk("data", rest)), kInPieces},
      {"an empty piece of sound before it", riff(kFormat + chunk("data", "") + chunk("data", kSound)), ""},
      {"two pieces, the second not finished", riff(kFormat + chunk("data", half) + chunk("data", 0, rest)),
       kInPieces},
      {"the format behind the sound", riff(chunk("data", kSound) + kFormat), ""},
      {"half a frame at the end", riff(kFormat + chunk("data", 0, kSound + 'x'), 0), kUnfinished},
      {"a program's own chunk before it",
       riff(kFormat + chunk("ResU", std::string(10, 'x')) + chunk("data", kSound)), ""},
      {"an odd LIST at the end", riff(kFormat + chunk("data", kSound) + chunk("LIST", kInfo)), ""},
      {"something else behind the sound",
       riff(kFormat + chunk("data", kSound) + std::string(100, '\7'), bytes + 36), ""},
  };
  for (const uint64_t riffBytes : {uint64_t{0}, uint64_t{36}, kUnknown, bytes + 36, uint64_t{12'345}}) {
    all.push_back({"sound of no bytes", riff(kFormat + chunk("data", 0, kSound), riffBytes), kUnfinished});
    all.push_back(
        {"and room before it", riff(kJunk + kFormat + chunk("data", 0, kSound), riffBytes), kUnfinished});
  }
  return all;
}

class Unfinished : public testing::TestWithParam<Case> {};

TEST_P(Unfinished, PlaysTheSoundThatIsThereAndSaysWhatWasGuessed) {
  const Case& each = GetParam();
  const Folder folder;
  const std::string path = writeBytes(folder / "a.wav", each.bytes);
  WavTracks tracks({{{path, "Ana"}}, true}, kRateHz);
  const PlanarRows rows(1, 2 * kFrames);
  tracks.read(rows.pointers(), 2 * kFrames);
  for (int64_t frame = 0; frame < 2 * kFrames; ++frame) {  // and once more: the loop begins where it should
    const auto expected = static_cast<float>(asHeld({}, unlike(0, frame % kFrames)));
    ASSERT_EQ(rows[0][frame], expected) << frame;
  }
  EXPECT_EQ(tracks.skipped(), std::vector<std::string>{});
  if (*each.guess == '\0') {
    EXPECT_EQ(tracks.guessed(), std::vector<std::string>{});
  } else {
    ASSERT_EQ(tracks.guessed().size(), 1u);
    EXPECT_EQ(tracks.guessed()[0].substr(0, 5), "Ana: ");
    EXPECT_NE(tracks.guessed()[0].find(each.guess), std::string::npos) << tracks.guessed()[0];
  }
}

INSTANTIATE_TEST_SUITE_P(WavTracks, Unfinished, testing::ValuesIn(cases()));

TEST(WavLayout, WhatIsNoSuchFileIsLeftToOthers) {
  const auto layoutOf = [](const std::string& bytes) {
    return wavLayoutOf(
        [&](uint64_t offset, char* to, size_t count) {
          return offset < bytes.size() ? bytes.copy(to, count, offset) : 0;
        },
        bytes.size());
  };
  EXPECT_FALSE(layoutOf("").has_value());
  EXPECT_FALSE(layoutOf("RIFF").has_value());
  EXPECT_FALSE(layoutOf(riff(kFormat, 28, "RIFX")).has_value());
  EXPECT_FALSE(layoutOf(riff(chunk("data", kSound))).has_value()) << "it has no format";
  EXPECT_TRUE(layoutOf(riff(kFormat))->sound.empty());
  EXPECT_TRUE(layoutOf(riff(kFormat + chunk("data", "")))->guess.empty()) << "it is empty, and says so";
}

TEST(WavLayout, AHeaderOfFourGigabytesAndMoreIsRf64) {
  WavLayout layout;
  layout.format = kFormat.substr(8);
  layout.sound = {{44, 3ull << 31}, {1ull << 40, 3ull << 31}};
  const std::string header = wavHeaderOf(layout);
  EXPECT_EQ(header.substr(0, 4), "RF64");
  uint64_t bytes = 0;
  std::memcpy(&bytes, header.data() + 28, 8);
  EXPECT_EQ(bytes, 3ull << 32);
}

/// Bytes of all kinds, many of them nearly a WAV file.
TEST(WavLayout, NoFileLeadsBeyondItsOwnEnd) {
  std::mt19937 random(1);
  const std::vector<Case> files = cases();
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = files[random() % files.size()].bytes.substr(0, 400);
    for (uint32_t hits = random() % 6; hits > 0; --hits) {
      bytes[random() % bytes.size()] = static_cast<char>(random() % 3 == 0 ? 0xff : random());
    }
    bytes.resize(random() % (bytes.size() + 1));
    const auto read = [&](uint64_t offset, char* to, size_t count) {
      return offset < bytes.size() ? bytes.copy(to, count, offset) : size_t{0};
    };
    const std::optional<WavLayout> layout = wavLayoutOf(read, bytes.size());
    if (!layout) continue;
    for (const WavSpan& span : layout->sound) {
      ASSERT_GE(span.offset, 12u);
      ASSERT_LE(span.offset, bytes.size());
      ASSERT_LE(span.bytes, bytes.size() - span.offset);
    }
  }
}

}  // namespace
}  // namespace foldback::test
