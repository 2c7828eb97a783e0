// WAV files as the channels of a stage, at the device's rate.
#include "wav_tracks.h"

#include <speex/speex_resampler.h>

#include <algorithm>
#include <cmath>

#include "audio_device.h"

namespace foldback {
namespace {

constexpr int kMostChannelsOfAFile = 64;
constexpr int kLowestRateHz = 8000;
constexpr int kHighestRateHz = 384'000;
/// Of 0 to 10. Half the work of 10, and still 90 dB between a sine and its error (docs/decisions/0011).
constexpr int kResamplerQuality = 8;
constexpr size_t kChunkFrames = 1024;

struct DestroyResampler {
  void operator()(SpeexResamplerState* state) const noexcept { speex_resampler_destroy(state); }
};
using Resampler = std::unique_ptr<SpeexResamplerState, DestroyResampler>;

/// Null where the rates are the same: then samples stay as they are, to the bit.
Resampler makeResampler(int channels, int fromHz, int toHz) {
  if (fromHz == toHz) return nullptr;
  int error = RESAMPLER_ERR_SUCCESS;
  Resampler resampler(speex_resampler_init(static_cast<spx_uint32_t>(channels),
                                           static_cast<spx_uint32_t>(fromHz), static_cast<spx_uint32_t>(toHz),
                                           kResamplerQuality, &error));
  if (resampler == nullptr) throw DeviceError("SOUND_FILE", speex_resampler_strerror(error));
  speex_resampler_skip_zeros(resampler.get());  // all tracks begin together, whatever their rate
  return resampler;
}

/// @return why the file cannot be played; empty when it can
std::string refusalOf(const SoundFileInfo& info, int channelsBefore) {
  if (info.channels > kMostChannelsOfAFile) {
    return "channels: " + std::to_string(info.channels) + ", a file may have up to " +
           std::to_string(kMostChannelsOfAFile);
  }
  if (info.sampleRateHz < kLowestRateHz || info.sampleRateHz > kHighestRateHz) {
    return "sample rate: " + std::to_string(info.sampleRateHz) + " Hz, it may be " +
           std::to_string(kLowestRateHz) + " to " + std::to_string(kHighestRateHz) + " Hz";
  }
  if (info.frames < 1) return "length: " + std::to_string(info.frames) + " frames, it must hold some";
  if (channelsBefore + info.channels > WavTracks::kMostChannels) {
    return "channels: " + std::to_string(channelsBefore + info.channels) + " with those before, up to " +
           std::to_string(WavTracks::kMostChannels) + " can be played";
  }
  return "";
}

std::string channelName(const std::string& name, int channel, int channels) {
  if (channels == 1) return name;
  if (channels == 2) return name + (channel == 0 ? " L" : " R");
  return name + " " + std::to_string(channel + 1);
}

}  // namespace

class WavTrack {
 public:
  WavTrack(SoundReader reader, int deviceHz, bool loop)
      : reader_(std::move(reader)),
        channels_(static_cast<size_t>(reader_.info().channels)),
        loop_(loop),
        resampler_(makeResampler(reader_.info().channels, reader_.info().sampleRateHz, deviceHz)),
        source_(channels_ * kChunkFrames),
        resampled_(channels_ * kChunkFrames) {}

  const SoundFileInfo& info() const { return reader_.info(); }

  /// A turn is as long as this file.
  void setTurn(const SoundFileInfo& longest) {
    turnFrames_ = longest.frames;
    turnHz_ = longest.sampleRateHz;
    beginTurn();
  }

  /// Fills the next frames; at most kChunkFrames.
  void read(float* const* channels, size_t frames) {
    float* interleaved = resampled_.data();
    if (resampler_ == nullptr) {
      readSource(interleaved, frames);
    } else {
      for (size_t made = 0; made < frames;) made += resample(interleaved + made * channels_, frames - made);
    }
    for (size_t channel = 0; channel < channels_; ++channel) {
      for (size_t frame = 0; frame < frames; ++frame) {
        channels[channel][frame] = interleaved[frame * channels_ + channel];
      }
    }
  }

 private:
  size_t resample(float* to, size_t frames) {
    if (sourceLeft_ == 0) {
      readSource(source_.data(), kChunkFrames);
      sourceLeft_ = kChunkFrames;
    }
    auto in = static_cast<spx_uint32_t>(sourceLeft_);
    auto out = static_cast<spx_uint32_t>(frames);
    speex_resampler_process_interleaved_float(
        resampler_.get(), source_.data() + (kChunkFrames - sourceLeft_) * channels_, &in, to, &out);
    sourceLeft_ -= in;
    return out;
  }

  /// The file, then silence to the end of the turn, and again: at the file's own rate, so that a resampler
  /// goes over the seam as over any other place.
  void readSource(float* interleaved, size_t frames) {
    while (frames > 0) {
      if (turnLeft_ == 0) {
        beginTurn();
        if (loop_) reader_.rewind();
      }
      const size_t count = std::min(frames, static_cast<size_t>(turnLeft_));
      const size_t got = reader_.read(interleaved, count);
      std::fill(interleaved + got * channels_, interleaved + count * channels_, 0.0f);
      interleaved += count * channels_;
      frames -= count;
      turnLeft_ -= static_cast<int64_t>(count);
    }
  }

  /// The longest file need not last whole frames of this one: what is over is kept, so that files of
  /// different rates never drift apart.
  void beginTurn() {
    const int64_t scaled = turnFrames_ * reader_.info().sampleRateHz + turnRest_;
    turnLeft_ = std::max<int64_t>(1, scaled / turnHz_);
    turnRest_ = scaled % turnHz_;
  }

  SoundReader reader_;
  const size_t channels_;
  const bool loop_;
  Resampler resampler_;
  std::vector<float> source_;     // interleaved, kChunkFrames
  std::vector<float> resampled_;  // interleaved, kChunkFrames
  size_t sourceLeft_ = 0;         // frames at the end of source_ that are not resampled yet
  int64_t turnFrames_ = 0;
  int64_t turnHz_ = 1;
  int64_t turnRest_ = 0;
  int64_t turnLeft_ = 0;
};

WavTracks::WavTracks(const WavTracksRequest& request, double sampleRateHz) {
  for (const WavTrackRequest& file : request.files) {
    try {
      SoundReader reader(file.path);
      const SoundFileInfo info = reader.info();
      const std::string guess = reader.guess();
      const std::string refusal = refusalOf(info, channels());
      if (!refusal.empty()) {
        skipped_.push_back(file.name + ": " + refusal);
        continue;
      }
      tracks_.push_back(std::make_unique<WavTrack>(
          std::move(reader), static_cast<int>(std::lround(sampleRateHz)), request.loop));
      if (!guess.empty()) guessed_.push_back(file.name + ": " + guess);
      for (int channel = 0; channel < info.channels; ++channel) {
        names_.push_back(channelName(file.name, channel, info.channels));
      }
    } catch (const DeviceError& error) {
      if (error.code() == "NO_LIBSNDFILE") throw;
      skipped_.push_back(file.name + ": " + error.what());
    }
  }
  if (tracks_.empty()) {
    throw DeviceError("NO_TRACKS", skipped_.empty() ? "there are no WAV files to play"
                                                    : "none of the WAV files can be played: " + skipped_[0]);
  }
  const auto isShorter = [](const auto& a, const auto& b) {
    return a->info().frames * b->info().sampleRateHz < b->info().frames * a->info().sampleRateHz;
  };
  const SoundFileInfo longest = (*std::max_element(tracks_.begin(), tracks_.end(), isShorter))->info();
  for (const auto& track : tracks_) track->setTurn(longest);
}

WavTracks::~WavTracks() = default;

void WavTracks::read(float* const* channels, size_t frames) {
  std::vector<float*> rows(names_.size());
  for (size_t first = 0; first < frames; first += kChunkFrames) {
    for (size_t channel = 0; channel < rows.size(); ++channel) rows[channel] = channels[channel] + first;
    float* const* at = rows.data();
    for (const auto& track : tracks_) {
      track->read(at, std::min(kChunkFrames, frames - first));
      at += track->info().channels;
    }
  }
}

}  // namespace foldback
