#include "recorder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <thread>

#include "audio_device.h"
#include "disk_thread.h"
#include "kernels.h"
#include "planar_ring.h"
#include "planar_rows.h"
#include "sound_file.h"
#include "spsc_ring.h"

namespace foldback {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// What a disk may take to wake up, or to make room.
constexpr double kBehindSeconds = 4.0;
constexpr size_t kDiskFrames = 8192;
constexpr size_t kMostGaps = 64;
constexpr std::chrono::milliseconds kLookEvery{50};
/// What kill -9 may take from the files.
constexpr std::chrono::seconds kTellLengthEvery{1};
/// What a power cut may take, and what is recorded while the disk takes one file after the other.
constexpr double kFlushSeconds = 5.0;

fs::path pathOf(const std::string& utf8) { return fs::path(std::u8string(utf8.begin(), utf8.end())); }

/// Frames that did not fit: from the ring's `at`-th frame on, so many are missing.
struct Gap {
  uint64_t at;
  uint64_t frames;
};

}  // namespace

/// One recording: its files, and the ring between the audio thread and them.
class Recording {
 public:
  Recording(Recorder& recorder, const RecordingRequest& request, int channels, double sampleRateHz)
      : recorder_(recorder),
        folder_(request.folder),
        flushFrames_(static_cast<uint64_t>(kFlushSeconds * sampleRateHz)),
        ring_(channels, static_cast<size_t>(kBehindSeconds * sampleRateHz)),
        gaps_(kMostGaps),
        chunk_(channels, kDiskFrames) {
    std::error_code error;
    fs::create_directories(pathOf(folder_).parent_path(), error);
    if (!fs::create_directory(pathOf(folder_), error)) {
      if (!error || error == std::errc::file_exists) {
        throw DeviceError("FOLDER_EXISTS", folder_ + ": there is something of this name already");
      }
      throw DeviceError("RECORDING_FAILED", folder_ + ": " + error.message());
    }
    try {
      for (const std::string& file : request.files) {
        files_.emplace_back(folder_ + "/" + file, static_cast<int>(std::lround(sampleRateHz)));
      }
    } catch (const DeviceError& failure) {
      files_.clear();
      fs::remove_all(pathOf(folder_), error);
      if (failure.code() == "NO_LIBSNDFILE") throw;
      throw DeviceError("RECORDING_FAILED", folder_ + ": " + failure.what());
    }
  }

  /// [control-thread]
  void begin() {
    thread_.emplace(kLookEvery, [this] { return look(); });
  }

  /// [control-thread] Nothing is added any more: writes what is left, and completes the files.
  void end() {
    thread_.reset();
    if (!running_.load()) return;
    writeAll(gap_);
    finish();
  }

  /// [audio-thread]
  void add(ConstBlock in) noexcept {
    const auto frames = static_cast<size_t>(in.frames);
    if (ring_.free() < frames || (gap_ > 0 && gaps_.free() == 0)) {
      gap_ += frames;
      dropped_.store(dropped_.load(std::memory_order_relaxed) + frames, std::memory_order_relaxed);
      return;
    }
    if (gap_ > 0) {
      const Gap gap{ring_.written(), gap_};
      gaps_.write({&gap, 1});  // before the frames: whoever sees them sees their gap
      gap_ = 0;
    }
    ring_.write(in.channels, frames);
  }

  /// [any-thread but the audio thread]
  RecordingReading read() const {
    RecordingReading reading;
    reading.running = running_.load();
    reading.ended = false;
    reading.folder = folder_;
    reading.frames = frames_.load();
    reading.droppedFrames = dropped_.load();
    if (!reading.running) reading.trouble = trouble_;
    return reading;
  }

  /// [any-thread but the audio thread] Returns when so many frames fit, or nothing is recorded any more.
  /// @throws std::range_error when they never will
  void await(size_t frames) const {
    while (running_.load() && ring_.free() < frames) {
      if (frames > ring_.capacity()) {
        throw std::range_error("frames: up to " + std::to_string(ring_.capacity()) +
                               " during a recording, got " + std::to_string(frames));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  /// [disk-thread] False: it has stopped by itself.
  bool look() {
    if (writeAll() && tellLengthNowAndThen() && flushNext()) return true;
    recorder_.detach();
    finish();
    return false;
  }

  /// Writes what is there now, and so many frames of silence behind it: what comes meanwhile has its turn
  /// at the next look.
  bool writeAll(uint64_t silence = 0) {
    try {
      for (const uint64_t end = ring_.read() + ring_.available(); ring_.read() < end;) writeSome();
      writeSilence(silence);
      return true;
    } catch (const DeviceError& error) {
      trouble_ = error.what();
      return false;
    }
  }

  void writeSome() {
    size_t count = ring_.available();
    if (gaps_.available() > 0) {
      if (gaps_.front().at == ring_.read()) {
        Gap gap{};
        gaps_.read({&gap, 1});
        return writeSilence(gap.frames);
      }
      count = std::min(count, static_cast<size_t>(gaps_.front().at - ring_.read()));
    }
    count = std::min(count, kDiskFrames);
    ring_.read(chunk_.pointers(), count);
    for (int channel = 0; channel < chunk_.channels(); ++channel) {
      std::transform(chunk_[channel], chunk_[channel] + count, chunk_[channel], denormalAsZero);
    }
    writeChunk(count);
  }

  /// In the place of what is missing, so that all that follows is where it belongs.
  void writeSilence(uint64_t frames) {
    if (frames == 0) return;
    for (int channel = 0; channel < chunk_.channels(); ++channel) {
      std::fill_n(chunk_[channel], kDiskFrames, 0.0f);
    }
    for (uint64_t left = frames; left > 0;) {
      const auto count = static_cast<size_t>(std::min<uint64_t>(left, kDiskFrames));
      writeChunk(count);
      left -= count;
    }
  }

  void writeChunk(size_t count) {
    for (size_t channel = 0; channel < files_.size(); ++channel) {
      files_[channel].write({chunk_[static_cast<int>(channel)], count});
    }
    frames_.store(frames_.load() + count);
  }

  /// A folder that was taken away still takes what is written to its files, for nobody.
  bool tellLengthNowAndThen() {
    if (Clock::now() - told_ < kTellLengthEvery) return true;
    told_ = Clock::now();
    for (SoundWriter& file : files_) file.tellLength();
    std::error_code error;
    if (fs::exists(pathOf(folder_), error)) return true;
    trouble_ = error ? error.message() : "the folder is gone";
    return false;
  }

  /// One file a look, so that the ring is emptied between two that the disk is slow with.
  bool flushNext() {
    if (flushedFiles_ == files_.size()) {
      if (frames_.load() < flushedFrames_ + flushFrames_) return true;
      flushedFrames_ = frames_.load();
      flushedFiles_ = 0;
    }
    try {
      files_[flushedFiles_++].flush();
      return true;
    } catch (const DeviceError& error) {
      trouble_ = error.what();
      return false;
    }
  }

  /// After trouble some files are longer than others: they end together.
  void finish() {
    if (!trouble_.empty()) {
      for (SoundWriter& file : files_) file.cut(frames_.load());
    }
    files_.clear();
    running_.store(false);
  }

  Recorder& recorder_;
  const std::string folder_;
  const uint64_t flushFrames_;
  PlanarRing ring_;
  SpscRing<Gap> gaps_;
  uint64_t gap_ = 0;  // audio thread; the control thread in end(): frames missing since the last that fitted

  // disk thread; the control thread before begin() and in end()
  PlanarRows chunk_;
  std::vector<SoundWriter> files_;
  Clock::time_point told_ = Clock::now();
  size_t flushedFiles_ = 0;     // in this round
  uint64_t flushedFrames_ = 0;  // when it began
  std::string trouble_;         // written before running_ is false, read after

  // all
  std::atomic<bool> running_ = true;
  std::atomic<uint64_t> frames_ = 0;
  std::atomic<uint64_t> dropped_ = 0;
  std::optional<DiskThread> thread_;
};

Recorder::Recorder(int channels, double sampleRateHz) : channels_(channels), sampleRateHz_(sampleRateHz) {}

Recorder::~Recorder() { stop(); }

void Recorder::add(ConstBlock in) noexcept {
  if (live_.load(std::memory_order_relaxed) == nullptr) return;
  // Both orders are seen by all threads alike: either detach() waits for us, or we see that it has been.
  adding_.store(true, std::memory_order_seq_cst);
  if (Recording* recording = live_.load(std::memory_order_seq_cst)) recording->add(in);
  adding_.store(false, std::memory_order_release);
}

void Recorder::detach() {
  live_.store(nullptr, std::memory_order_seq_cst);
  while (adding_.load(std::memory_order_seq_cst)) std::this_thread::yield();
}

void Recorder::check(const RecordingRequest& request) const {
  if (static_cast<int>(request.files.size()) == channels_) return;
  throw std::range_error("files: expected one for each of " + std::to_string(channels_) + " inputs, got " +
                         std::to_string(request.files.size()));
}

std::shared_ptr<const Recording> Recorder::start(const RecordingRequest& request) {
  const std::lock_guard lock(startAndStop_);
  if (closed_) throw DeviceError("CLOSED", "nothing is recorded: the engine is closed");
  if (read().running) throw DeviceError("ALREADY_RECORDING", "a recording runs already");
  check(request);
  if (channels_ == 0) throw DeviceError("RECORDING_FAILED", "there are no inputs to record");
  detach();
  const auto recording = std::make_shared<Recording>(*this, request, channels_, sampleRateHz_);
  recording->begin();
  {
    const std::lock_guard moment(mutex_);
    current_ = recording;
  }
  live_.store(recording.get(), std::memory_order_seq_cst);
  if (!recording->read().running) detach();  // the disk was quicker to fail
  return recording;
}

void Recorder::stop() {
  const std::lock_guard lock(startAndStop_);
  end(current());
}

void Recorder::stop(const std::shared_ptr<const Recording>& recording) {
  const std::lock_guard lock(startAndStop_);
  if (current() == recording) end(current());
}

void Recorder::close() {
  const std::lock_guard lock(startAndStop_);
  closed_ = true;
  end(current());
}

void Recorder::end(const std::shared_ptr<Recording>& recording) {
  if (recording == nullptr) return;
  detach();
  recording->end();
  const std::lock_guard moment(mutex_);
  last_ = recording->read();
  last_.ended = true;
  current_ = nullptr;
}

RecordingReading Recorder::read() const {
  const std::lock_guard moment(mutex_);
  return current_ == nullptr ? last_ : current_->read();
}

void Recorder::await(int frames) const {
  const std::shared_ptr<Recording> recording = current();
  if (recording != nullptr) recording->await(static_cast<size_t>(frames));
}

std::shared_ptr<Recording> Recorder::current() const {
  const std::lock_guard moment(mutex_);
  return current_;
}

}  // namespace foldback
