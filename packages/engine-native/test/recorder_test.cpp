// Recordings: to the bit, silence where the disk was too slow, whole whatever ends them.
#include "recorder.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <limits>
#include <map>
#include <mutex>
#include <thread>

#include "audio_device.h"
#include "planar_rows.h"
#include "stage.h"
#include "wav_bytes.h"

namespace foldback::test {
namespace {

std::mutex flushedMutex;
std::map<ino_t, off_t> flushed;  // under flushedMutex: how long files were when the disk took them

/// [any-thread]
off_t flushedBytes(const std::string& path) {
  struct stat file{};
  stat(path.c_str(), &file);
  const std::lock_guard lock(flushedMutex);
  return flushed[file.st_ino];
}

std::atomic<bool> diskLosesData = false;

void noteFlushed(int descriptor) {
  struct stat file{};
  fstat(descriptor, &file);
  const std::lock_guard lock(flushedMutex);
  flushed[file.st_ino] = file.st_size;
}

constexpr int kBlock = 128;

/// Adds a block that is unlike all others.
void addBlock(Recorder& recorder, const PlanarRows& rows, int64_t at, int frames = kBlock) {
  for (int channel = 0; channel < rows.channels(); ++channel) {
    for (int i = 0; i < frames; ++i) rows[channel][i] = unlike(channel, at + i);
  }
  recorder.add({rows.pointers(), rows.channels(), frames});
}

void expectRecorded(const std::string& path, int channel, int64_t from, int64_t frames) {
  const std::vector<float> samples = readWav(path);
  ASSERT_EQ(samples.size(), static_cast<size_t>(frames)) << path;
  for (int64_t frame = 0; frame < frames; ++frame) {
    ASSERT_EQ(samples[static_cast<size_t>(frame)], unlike(channel, from + frame)) << path << " " << frame;
  }
}

TEST(Recorder, FilesHoldWhatWasPlayedToTheBit) {
  const Folder folder;
  Recorder recorder(3, kRateHz);
  const PlanarRows rows(3, 4000);
  addBlock(recorder, rows, 0);  // before it starts: not recorded
  recorder.start({folder / "one", {"1.wav", "2.wav", "3.wav"}});
  int64_t at = 1000;
  for (int block = 0; block < 3000; ++block) {
    const int frames = 1 + block * 53 % 4000;
    recorder.await(frames);
    addBlock(recorder, rows, at, frames);
    at += frames;
  }
  recorder.stop();
  addBlock(recorder, rows, at);  // after it: neither
  const RecordingReading reading = recorder.read();
  EXPECT_FALSE(reading.running);
  EXPECT_EQ(reading.frames, static_cast<uint64_t>(at - 1000));
  EXPECT_EQ(reading.droppedFrames, 0u);
  EXPECT_EQ(reading.trouble, "");
  for (int channel = 0; channel < 3; ++channel) {
    expectRecorded(folder / ("one/" + std::to_string(channel + 1) + ".wav"), channel, 1000, at - 1000);
  }
}

TEST(Recorder, ABlockThatWillNeverFitIsNamedWhileARecordingRuns) {
  const Folder folder;
  Recorder recorder(1, kRateHz);
  recorder.await(1'000'000);
  recorder.start({folder / "one", {"a.wav"}});
  recorder.await(262'144);
  EXPECT_THROW(recorder.await(262'145), std::range_error);
  recorder.stop();
  recorder.await(1'000'000);
}

TEST(Recorder, SamplesThatAreNoNumbersAreKeptAndDenormalOnesAreZero) {
  const Folder folder;
  Recorder recorder(1, kRateHz);
  recorder.start({folder / "odd", {"a.wav"}});
  float odd[] = {std::numeric_limits<float>::infinity(), -0.0f, 1e-42f, -1e-40f, 7.5f,
                 std::numeric_limits<float>::min()};
  float* row = odd;
  recorder.add({&row, 1, 6});
  recorder.stop();
  const std::vector<float> samples = readWav(folder / "odd/a.wav");
  odd[2] = 0.0f;
  odd[3] = -0.0f;
  ASSERT_EQ(samples.size(), 6u);
  EXPECT_EQ(std::memcmp(samples.data(), odd, sizeof odd), 0);
}

TEST(Recorder, RecordingsFollowEachOtherAndOneAtATimeRuns) {
  const Folder folder;
  Recorder recorder(1, kRateHz);
  const PlanarRows rows(1, kBlock);
  for (int round = 0; round < 20; ++round) {
    const std::string name = folder / std::to_string(round);
    recorder.start({name, {"a.wav"}});
    EXPECT_THROW(recorder.start({folder / "second", {"a.wav"}}), DeviceError);
    addBlock(recorder, rows, round);
    recorder.stop();
    recorder.stop();
    expectRecorded(name + "/a.wav", 0, round, kBlock);
  }
}

TEST(Recorder, WhoStopsTheirOwnRecordingLeavesALaterOneAlone) {
  const Folder folder;
  Recorder recorder(1, kRateHz);
  const auto first = recorder.start({folder / "1", {"a.wav"}});
  recorder.stop();
  const auto second = recorder.start({folder / "2", {"a.wav"}});
  recorder.stop(first);
  EXPECT_TRUE(recorder.read().running);
  recorder.stop(second);
  EXPECT_FALSE(recorder.read().running);
}

TEST(Recorder, WhereNoFilesCanBeMadeNothingIsLeftAndNothingRuns) {
  const Folder folder;
  Recorder recorder(2, kRateHz);
  EXPECT_THROW(recorder.start({"/proc/nowhere/here", {"a.wav", "b.wav"}}), DeviceError);
  EXPECT_THROW(recorder.start({folder / "x", {"a.wav", "no/such/b.wav"}}), DeviceError);
  EXPECT_FALSE(std::filesystem::exists(folder / "x"));
  std::filesystem::create_directory(folder / "there");
  writeBytes(folder / "file", "");
  for (const char* taken : {"there", "file"}) {
    try {
      recorder.start({folder / taken, {"a.wav", "b.wav"}});
      FAIL() << taken;
    } catch (const DeviceError& error) {
      EXPECT_EQ(error.code(), "FOLDER_EXISTS") << taken;
    }
  }
  EXPECT_THROW(recorder.start({folder / "y", {"a.wav"}}), std::range_error);
  EXPECT_FALSE(recorder.read().running);
}

TEST(Recorder, WhereThereAreNoInputsThereIsNothingToRecord) {
  const Folder folder;
  Recorder recorder(0, kRateHz);
  try {
    recorder.start({folder / "empty", {}});
    FAIL() << "expected a DeviceError";
  } catch (const DeviceError& error) {
    EXPECT_EQ(error.code(), "RECORDING_FAILED");
    EXPECT_STREQ(error.what(), "there are no inputs to record");
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "empty"));
}

/// One frame more than the recorder keeps for a disk that is slow: there is never room for a block so long.
constexpr int kTooLong = 262'145;

TEST(Recorder, WhatADiskIsTooSlowForIsSilenceInItsPlace) {
  constexpr int64_t kAfter = kBlock + kTooLong;
  const Folder folder;
  Recorder recorder(1, kRateHz);
  const PlanarRows rows(1, kTooLong);
  recorder.start({folder / "slow", {"a.wav"}});
  addBlock(recorder, rows, 0);
  addBlock(recorder, rows, kBlock, kTooLong);
  addBlock(recorder, rows, kAfter);
  recorder.stop();
  EXPECT_EQ(recorder.read().droppedFrames, static_cast<uint64_t>(kTooLong));
  const std::vector<float> samples = readWav(folder / "slow/a.wav");
  ASSERT_EQ(samples.size(), static_cast<size_t>(kAfter + kBlock));
  for (int64_t frame = 0; frame < kAfter + kBlock; ++frame) {
    const bool missing = frame >= kBlock && frame < kAfter;
    ASSERT_EQ(samples[static_cast<size_t>(frame)], missing ? 0.0f : unlike(0, frame)) << frame;
  }
}

TEST(Recorder, WhatIsMissingAtTheEndIsSilenceToo) {
  const Folder folder;
  Recorder recorder(1, kRateHz);
  recorder.start({folder / "slow", {"a.wav"}});
  const PlanarRows rows(1, kTooLong);
  addBlock(recorder, rows, 0);
  addBlock(recorder, rows, kBlock, kTooLong);
  recorder.stop();
  const RecordingReading reading = recorder.read();
  ASSERT_EQ(reading.droppedFrames, static_cast<uint64_t>(kTooLong));
  EXPECT_EQ(reading.frames, static_cast<uint64_t>(kBlock + kTooLong));
  std::vector<float> samples = readWav(folder / "slow/a.wav");
  ASSERT_EQ(samples.size(), static_cast<size_t>(kBlock + kTooLong));
  samples.erase(samples.begin(), samples.begin() + kBlock);
  EXPECT_EQ(samples, std::vector<float>(kTooLong, 0.0f));
}

TEST(Recorder, AFolderThatIsTakenAwayEndsTheRecordingAndNothingElse) {
  const Folder folder;
  Recorder recorder(1, kRateHz);
  const PlanarRows rows(1, kBlock);
  recorder.start({folder / "gone", {"a.wav"}});
  addBlock(recorder, rows, 0);
  std::filesystem::remove_all(folder / "gone");
  while (recorder.read().running) std::this_thread::yield();
  EXPECT_EQ(recorder.read().trouble, "the folder is gone");
  EXPECT_FALSE(recorder.read().ended) << "nobody has asked yet";
  recorder.stop();
  EXPECT_TRUE(recorder.read().ended);
  EXPECT_EQ(recorder.read().trouble, "the folder is gone");
  addBlock(recorder, rows, 0);
  recorder.start({folder / "next", {"a.wav"}});
  addBlock(recorder, rows, 5);
  recorder.stop();
  expectRecorded(folder / "next/a.wav", 0, 5, kBlock);
}

/// In a process of its own, since its limit cannot be lifted again.
void recordWithFilesOfAtMost(rlim_t bytes, const std::string& path) {
  const rlimit limit{bytes, bytes};
  setrlimit(RLIMIT_FSIZE, &limit);
  signal(SIGXFSZ, SIG_IGN);  // then write() fails, as on a full disk
  RecordingReading reading;
  {
    Recorder recorder(2, kRateHz);
    const PlanarRows rows(2, kBlock);
    recorder.start({path, {"a.wav", "b.wav"}});
    for (int64_t at = 0; recorder.read().running; at += kBlock) {
      recorder.await(kBlock);
      addBlock(recorder, rows, at);
    }
    reading = recorder.read();
  }
  _exit(reading.trouble.find("File too large") != std::string::npos ? 0 : 1);
}

TEST(Recorder, ADiskThatTakesNoMoreEndsTheRecordingAndFilesOfOneLengthAreLeft) {
  const Folder folder;
  const std::string path = folder / "full";
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) recordWithFilesOfAtMost(1'000'000, path);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the trouble must be told in the system's words";
  const auto frames = static_cast<int64_t>(readWav(path + "/a.wav").size());
  EXPECT_GT(frames, 200'000);
  expectRecorded(path + "/a.wav", 0, 0, frames);
  expectRecorded(path + "/b.wav", 1, 0, frames);
}

TEST(Recorder, ADiskIsMadeToTakeAllThatIsRecordedAgainAndAgain) {
  constexpr int kFrames = 6 * 48'000;
  const Folder folder;
  Recorder recorder(2, kRateHz);
  const PlanarRows rows(2, 4800);
  recorder.start({folder / "on", {"a.wav", "b.wav"}});
  for (int64_t at = 0; at < 3 * kFrames;) {
    for (const int64_t end = at + kFrames; at < end; at += 4800) {
      recorder.await(4800);
      addBlock(recorder, rows, at, 4800);
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (const char* file : {"on/a.wav", "on/b.wav"}) {
      const auto bytes = static_cast<off_t>((at - 5 * 48'000) * sizeof(float));
      while (flushedBytes(folder / file) < bytes && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
      }
      EXPECT_GE(flushedBytes(folder / file), bytes) << file;
    }
  }
}

TEST(Recorder, ADiskThatLosesWhatItHasTakenEndsTheRecordingAndIsTold) {
  const Folder folder;
  Recorder recorder(2, kRateHz);
  const PlanarRows rows(2, kBlock);
  recorder.start({folder / "lost", {"a.wav", "b.wav"}});
  diskLosesData = true;
  addBlock(recorder, rows, 0);
  while (recorder.read().running) std::this_thread::yield();
  diskLosesData = false;
  EXPECT_EQ(recorder.read().trouble, "Input/output error");
  recorder.stop();
}

TEST(Recorder, AProcessThatIsKilledLeavesFilesThatCanBeRead) {
  const Folder folder;
  const std::string path = folder / "killed";
  const pid_t parent = getpid();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Recorder recorder(2, kRateHz);
    const PlanarRows rows(2, 4096);
    recorder.start({path, {"a.wav", "b.wav"}});
    for (int64_t at = 0; getppid() == parent; at += 4096) {
      addBlock(recorder, rows, at, 4096);
      while (recorder.read().frames <= static_cast<uint64_t>(at)) std::this_thread::yield();
    }
    _exit(1);
  }
  while (readWav(path + "/b.wav").empty()) std::this_thread::yield();
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  for (int channel = 0; channel < 2; ++channel) {
    const std::string file = path + (channel == 0 ? "/a.wav" : "/b.wav");
    EXPECT_GT(readWav(file).size(), 4096u);
    expectRecorded(file, channel, 0, static_cast<int64_t>(readWav(file).size()));
  }
}

TEST(Recorder, StartingAndStoppingRacesWithTheAudioThreadAndNothingTears) {
  const Folder folder;
  Recorder recorder(2, kRateHz);
  std::atomic<bool> over = false;
  std::thread audio([&] {
    const PlanarRows rows(2, 16);
    for (int64_t at = 0; !over; at += 16) {
      for (int i = 0; i < 16; ++i) rows[0][i] = rows[1][i] = static_cast<float>((at + i) % 1'000'000);
      recorder.await(16);
      recorder.add({rows.pointers(), 2, 16});
    }
  });
  for (int round = 0; round < 30; ++round) {
    const std::string name = folder / std::to_string(round);
    recorder.start({name, {"a.wav", "b.wav"}});
    while (recorder.read().frames == 0) std::this_thread::yield();
    recorder.stop();
    const std::vector<float> left = readWav(name + "/a.wav");
    EXPECT_EQ(left, readWav(name + "/b.wav"));
    EXPECT_GT(left.size(), 0u);
    std::filesystem::remove_all(name);
  }
  over = true;
  audio.join();
}

}  // namespace

/// Found by the recorder before the C library's own.
extern "C" __attribute__((visibility("default"))) int fsync(int descriptor) {
  noteFlushed(descriptor);
  if (diskLosesData) {
    errno = EIO;
    return -1;
  }
  return fdatasync(descriptor);
}

}  // namespace foldback::test
