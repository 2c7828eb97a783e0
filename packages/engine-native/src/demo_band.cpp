// A small band that plays eight bars for ever: drums from sweeps and noise, a filtered bass, a plucked
// guitar, an electric piano by frequency modulation, and voices made of formants.
//
// Every note is rendered on its own and added to the loop modulo its length, so that what still sounds at the
// end sounds on at the beginning. Levels per channel are set at the end.
#include "demo_band.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

namespace foldback {
namespace {

constexpr double kBeatsPerMinute = 100.0;
constexpr int kBars = 8;
constexpr int kBeatsPerBar = 4;
constexpr float kTwoPi = 6.28318530718f;
constexpr float kInaudible = 1e-9f;  // -180 dB

/// Noise that is the same on every machine (Numerical Recipes' "quick and dirty" generator).
class Noise {
 public:
  explicit Noise(uint32_t seed) : state_(seed) {}
  /// -1 … 1
  float next() {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<float>(static_cast<int32_t>(state_)) * (1.0f / 2147483648.0f);
  }

 private:
  uint32_t state_;
};

/// sin(2 pi turns), good to 1e-4: Bhaskara-like parabola with one correction (Capens, devmaster 2006).
float sine(float turns) {
  const float x = turns - std::floor(turns + 0.5f);
  const float parabola = 8.0f * x - 16.0f * x * std::fabs(x);
  return parabola * (0.775f + 0.225f * std::fabs(parabola));
}

/// A sawtooth of one note, its step rounded so that it does not alias audibly (PolyBLEP, Välimäki 2007).
class Saw {
 public:
  float next(float turnsPerFrame) {
    phase_ += turnsPerFrame;
    if (phase_ >= 1.0f) phase_ -= 1.0f;
    float value = 2.0f * phase_ - 1.0f;
    if (phase_ < turnsPerFrame) {
      const float t = phase_ / turnsPerFrame;
      value -= t + t - t * t - 1.0f;
    } else if (phase_ > 1.0f - turnsPerFrame) {
      const float t = (phase_ - 1.0f) / turnsPerFrame;
      value -= t * t + t + t + 1.0f;
    }
    return value;
  }

 private:
  float phase_ = 0.5f;  // where the sawtooth passes zero
};

/// Two-pole resonance (Chamberlin's state variable filter), band pass and low pass.
class Resonance {
 public:
  Resonance(float hz, float q, float sampleRateHz)
      : f_(2.0f * std::sin(kTwoPi * 0.5f * std::min(hz / sampleRateHz, 0.16f))), damp_(1.0f / q) {}
  void tune(float hz, float sampleRateHz) {
    f_ = 2.0f * std::sin(kTwoPi * 0.5f * std::min(hz / sampleRateHz, 0.16f));
  }
  void push(float in) {
    low_ += f_ * band_;
    band_ += f_ * (in - low_ - damp_ * band_);
  }
  float low() const { return low_; }
  float band() const { return band_; }

 private:
  float f_;
  float damp_;
  float low_ = 0;
  float band_ = 0;
};

/// What is multiplied every frame to fall by 60 dB in `seconds`.
float decayPerFrame(float seconds, float sampleRateHz) {
  return std::pow(0.001f, 1.0f / (seconds * sampleRateHz));
}

float midiToHz(float note) { return 440.0f * std::exp2((note - 69.0f) / 12.0f); }

/// The loop being written.
class Song {
 public:
  explicit Song(double sampleRateHz)
      : rate(static_cast<float>(sampleRateHz)),
        framesPerBeat_(sampleRateHz * 60.0 / kBeatsPerMinute),
        frames(static_cast<size_t>(std::lround(framesPerBeat_ * kBeatsPerBar * kBars))) {}

  size_t frameOf(double beat) const {
    return static_cast<size_t>(std::lround((beat < 0 ? beat + kBars * kBeatsPerBar : beat) * framesPerBeat_));
  }
  size_t framesOf(double seconds) const { return static_cast<size_t>(seconds * rate); }
  double secondsPerBeat() const { return 60.0 / kBeatsPerMinute; }

  /// Adds a sound that begins at `beat`; what reaches beyond the end goes on at the beginning.
  void add(std::vector<float>& track, std::span<const float> sound, double beat, float gain) const {
    size_t at = frameOf(beat) % frames;
    for (const float sample : sound) {
      track[at] += gain * sample;
      if (++at == frames) at = 0;
    }
  }

  const float rate;

 private:
  const double framesPerBeat_;

 public:
  const size_t frames;
};

// ---- sounds ----

std::vector<float> drumSweep(const Song& song, float fromHz, float toHz, float sweepSeconds,
                             float decaySeconds, float clickGain, uint32_t seed) {
  std::vector<float> sound(song.framesOf(decaySeconds * 1.2));
  Noise noise(seed);
  const float sweep = decayPerFrame(sweepSeconds, song.rate);
  const float decay = decayPerFrame(decaySeconds, song.rate);
  const float clickDecay = decayPerFrame(0.012f, song.rate);
  float bend = 1, level = 1, click = clickGain, phase = 0;
  for (float& sample : sound) {
    sample = level * sine(phase) + click * noise.next();
    phase += (toHz + (fromHz - toHz) * bend) / song.rate;
    bend *= sweep;
    level *= decay;
    click *= clickDecay;
  }
  return sound;
}

std::vector<float> snareHit(const Song& song, uint32_t seed) {
  std::vector<float> sound(song.framesOf(0.32));
  Noise noise(seed);
  Resonance wires(3200.0f, 0.8f, song.rate);
  const float bodyDecay = decayPerFrame(0.16f, song.rate);
  const float wireDecay = decayPerFrame(0.26f, song.rate);
  float body = 0.7f, wire = 0.6f, phase = 0, overtone = 0;
  for (float& sample : sound) {
    wires.push(noise.next());
    sample = body * (sine(phase) + 0.5f * sine(overtone)) + wire * (wires.band() + wires.low() * 0.3f);
    phase += 185.0f / song.rate;
    overtone += 331.0f / song.rate;
    body *= bodyDecay;
    wire *= wireDecay;
  }
  return sound;
}

/// Hi-hats and cymbals: noise without its lows, ringing metal on top.
std::vector<float> metal(const Song& song, float decaySeconds, float ring, uint32_t seed) {
  static constexpr std::array<float, 4> kPartialsHz{3178, 4321, 5893, 7411};
  std::vector<float> sound(song.framesOf(decaySeconds * 1.1));
  Noise noise(seed);
  const float decay = decayPerFrame(decaySeconds, song.rate);
  float level = 1, before = 0, beforeThat = 0;
  std::array<float, 4> phases{};
  for (float& sample : sound) {
    const float white = noise.next();
    const float bright = white - 2.0f * before + beforeThat;
    beforeThat = before;
    before = white;
    float partials = 0;
    for (size_t i = 0; i < phases.size(); ++i) {
      partials += sine(phases[i]);
      phases[i] += kPartialsHz[i] / song.rate;
      phases[i] -= std::floor(phases[i]);
    }
    sample = level * (0.25f * bright + ring * partials);
    level *= decay;
  }
  return sound;
}

std::vector<float> bassNote(const Song& song, float note, double seconds) {
  const size_t held = song.framesOf(seconds);
  std::vector<float> sound(held + song.framesOf(0.06));
  Saw saw;
  Resonance filter(300.0f, 1.2f, song.rate);
  const float turns = midiToHz(note) / song.rate;
  const float openDecay = decayPerFrame(0.5f, song.rate);
  const float decay = decayPerFrame(3.0f, song.rate);
  const float release = decayPerFrame(0.05f, song.rate);
  float open = 1, level = 1, attack = 0, phase = 0;
  for (size_t i = 0; i < sound.size(); ++i) {
    if (i % 16 == 0) filter.tune(180.0f + 1300.0f * open, song.rate);
    filter.push(saw.next(turns));
    phase += turns;
    attack = std::min(1.0f, attack + 250.0f / song.rate);
    sound[i] = attack * level * (filter.low() + 0.5f * sine(phase));
    open *= openDecay;
    level *= i < held ? decay : release;
  }
  return sound;
}

/// One plucked string (Karplus and Strong 1983), muted after `seconds`.
void pluck(const Song& song, std::span<float> sound, size_t start, float note, double seconds,
           uint32_t seed) {
  const auto period = static_cast<size_t>(song.rate / midiToHz(note) - 0.5f);
  std::vector<float> string(period);
  Noise noise(seed);
  float smooth = 0;
  for (float& sample : string) sample = smooth += 0.55f * (noise.next() - smooth);
  const float mean = [&] {
    float sum = 0;
    for (const float sample : string) sum += sample;
    return sum / static_cast<float>(period);
  }();
  for (float& sample : string) sample -= mean;
  const size_t held = song.framesOf(seconds);
  const float muted = decayPerFrame(0.06f, song.rate);
  float level = 1;
  size_t at = 0;
  for (size_t i = start; i < sound.size(); ++i) {
    const size_t next = at + 1 == period ? 0 : at + 1;
    const float sample = string[at];
    string[at] = 0.498f * (sample + string[next]);
    sound[i] += level * sample;
    if (i - start > held) level *= muted;
    at = next;
  }
}

std::vector<float> strum(const Song& song, std::span<const float> notes, double seconds, bool down,
                         uint32_t seed) {
  std::vector<float> sound(song.framesOf(seconds + 0.12), 0.0f);
  for (size_t i = 0; i < notes.size(); ++i) {
    const size_t string = down ? i : notes.size() - 1 - i;
    pluck(song, sound, song.framesOf(0.007 * static_cast<double>(i)), notes[string], seconds,
          seed + 17u * string);
  }
  return sound;
}

/// Electric piano: one sine bends another (Chowning 1973), brighter at the stroke than later.
std::vector<float> pianoNote(const Song& song, float note, double seconds) {
  const size_t held = song.framesOf(seconds);
  std::vector<float> sound(held + song.framesOf(0.2));
  const float turns = midiToHz(note) / song.rate;
  const float decay = decayPerFrame(6.0f, song.rate);
  const float release = decayPerFrame(0.2f, song.rate);
  const float brightDecay = decayPerFrame(1.2f, song.rate);
  const float tineDecay = decayPerFrame(0.25f, song.rate);
  float phase = 0, tinePhase = 0, level = 1, bright = 0.28f, tine = 0.12f, attack = 0;
  for (size_t i = 0; i < sound.size(); ++i) {
    attack = std::min(1.0f, attack + 600.0f / song.rate);
    sound[i] = attack * level * (sine(phase + bright * sine(phase)) + tine * sine(tinePhase));
    phase += turns;
    tinePhase += 14.0f * turns;
    phase -= std::floor(phase);
    tinePhase -= std::floor(tinePhase);
    bright *= brightDecay;
    tine *= tineDecay;
    level *= i < held ? decay : release;
  }
  return sound;
}

/// Three resonances of a mouth, in Hz, with their gains.
struct Vowel {
  std::array<float, 3> hz;
  std::array<float, 3> gain;
};
constexpr Vowel kAh{{800, 1150, 2900}, {1.0f, 0.5f, 0.25f}};
constexpr Vowel kOh{{450, 800, 2830}, {1.0f, 0.4f, 0.12f}};
constexpr Vowel kEh{{530, 1840, 2480}, {1.0f, 0.4f, 0.3f}};
constexpr Vowel kOoh{{325, 700, 2530}, {1.0f, 0.25f, 0.06f}};

std::vector<float> sungNote(const Song& song, float note, double seconds, const Vowel& vowel, uint32_t seed) {
  const size_t held = song.framesOf(seconds);
  std::vector<float> sound(held + song.framesOf(0.15));
  Noise noise(seed);
  Saw saw;
  std::array<Resonance, 3> mouth{Resonance(vowel.hz[0], 7, song.rate), Resonance(vowel.hz[1], 9, song.rate),
                                 Resonance(vowel.hz[2], 11, song.rate)};
  const float turns = midiToHz(note) / song.rate;
  const float rise = 1.0f / (0.05f * song.rate);
  const float release = decayPerFrame(0.18f, song.rate);
  float level = 0, vibrato = 0;
  for (size_t i = 0; i < sound.size(); ++i) {
    const float settled = std::min(1.0f, static_cast<float>(i) / (0.4f * song.rate));
    vibrato += 5.4f / song.rate;
    const float scoop = 1.0f - 0.03f * std::max(0.0f, 1.0f - static_cast<float>(i) / (0.06f * song.rate));
    const float pitch = turns * scoop * (1.0f + 0.008f * settled * sine(vibrato));
    const float breath = 0.05f * noise.next();
    const float voice = saw.next(pitch) + breath;
    float sum = 0;
    for (size_t f = 0; f < mouth.size(); ++f) {
      mouth[f].push(voice);
      sum += vowel.gain[f] * mouth[f].band();
    }
    sound[i] = level * sum;
    level = i < held ? std::min(1.0f, level + rise) : level * release;
  }
  return sound;
}

// ---- the song: A minor, F, C, G, twice ----

struct Chord {
  float root;  // MIDI note of the bass
  std::array<float, 4> piano;
  std::array<float, 4> guitar;
};
constexpr std::array<Chord, 4> kChords{{{33, {57, 60, 64, 67}, {57, 64, 69, 72}},
                                        {29, {57, 60, 65, 69}, {53, 60, 65, 69}},
                                        {36, {55, 60, 64, 67}, {55, 60, 64, 67}},
                                        {31, {55, 59, 62, 67}, {55, 59, 62, 67}}}};

const Chord& chordOf(int bar) { return kChords[bar % kChords.size()]; }

bool fillBar(int bar) { return bar % 4 == 3; }

void playDrums(const Song& song, std::vector<float>& kick, std::vector<float>& snare, std::vector<float>& hat,
               std::vector<float>& toms, std::vector<float>& overhead) {
  const std::vector<float> kickSound = drumSweep(song, 170, 48, 0.09f, 0.38f, 0.35f, 1);
  const std::vector<float> snareSound = snareHit(song, 2);
  const std::vector<float> ghostSound = snareHit(song, 3);
  const std::vector<float> closed = metal(song, 0.07f, 0.05f, 4);
  const std::vector<float> open = metal(song, 0.45f, 0.05f, 5);
  const std::vector<float> crash = metal(song, 2.4f, 0.06f, 6);
  const std::vector<float> ride = metal(song, 0.9f, 0.12f, 7);
  const std::array<std::vector<float>, 3> tomSounds{drumSweep(song, 260, 150, 0.15f, 0.5f, 0.15f, 8),
                                                    drumSweep(song, 200, 112, 0.15f, 0.6f, 0.15f, 9),
                                                    drumSweep(song, 150, 80, 0.18f, 0.8f, 0.15f, 10)};
  const auto both = [&](std::vector<float>& close, const std::vector<float>& sound, double beat, float gain,
                        float far) {
    song.add(close, sound, beat, gain);
    song.add(overhead, sound, beat + 0.006, gain * far);  // the overhead hears it 3.6 ms later
  };
  Noise human(11);
  for (int bar = 0; bar < kBars; ++bar) {
    const double first = bar * kBeatsPerBar;
    for (const double beat : {0.0, 1.5, 2.5}) both(kick, kickSound, first + beat, 1.0f, 0.12f);
    if (bar % 2 == 1) both(kick, kickSound, first + 3.75, 0.8f, 0.12f);
    both(snare, snareSound, first + 1.0, 1.0f, 0.3f);
    if (!fillBar(bar)) both(snare, snareSound, first + 3.0, 1.0f, 0.3f);
    both(snare, ghostSound, first + 1.75, 0.16f, 0.3f);
    both(snare, ghostSound, first + 2.25, 0.2f, 0.3f);
    const int eighths = fillBar(bar) ? 6 : 8;
    for (int eighth = 0; eighth < eighths; ++eighth) {
      const double late = 0.004 * human.next();
      const float strength = (eighth % 2 == 0 ? 0.9f : 0.6f) + 0.08f * human.next();
      const bool opens = eighth == 7 && bar % 2 == 1;
      both(hat, opens ? open : closed, first + 0.5 * eighth + late, strength, 0.35f);
    }
    for (int beat = 0; bar >= 4 && beat < kBeatsPerBar; ++beat) song.add(overhead, ride, first + beat, 0.22f);
    if (bar % 4 == 0) song.add(overhead, crash, first, 0.8f);
    if (!fillBar(bar)) continue;
    static constexpr std::array<int, 4> kTomOrder{0, 0, 1, 2};
    for (int sixteenth = 0; sixteenth < 4; ++sixteenth) {
      both(toms, tomSounds[kTomOrder[sixteenth]], first + 3.0 + 0.25 * sixteenth, 0.8f + 0.06f * sixteenth,
           0.3f);
    }
  }
}

void playBass(const Song& song, std::vector<float>& bass) {
  struct Step {
    double beat;
    double beats;
    float interval;
  };
  static constexpr std::array<Step, 6> kGroove{
      {{0.0, 0.9, 0}, {1.0, 0.4, 0}, {1.5, 0.8, 12}, {2.5, 0.45, 0}, {3.0, 0.45, 7}, {3.5, 0.4, 12}}};
  for (int bar = 0; bar < kBars; ++bar) {
    for (const Step& step : kGroove) {
      const std::vector<float> note =
          bassNote(song, chordOf(bar).root + step.interval, step.beats * song.secondsPerBeat());
      song.add(bass, note, bar * kBeatsPerBar + step.beat, step.interval == 0 ? 1.0f : 0.8f);
    }
  }
}

void playGuitar(const Song& song, std::vector<float>& guitar) {
  struct Chop {
    double beat;
    double seconds;
    bool down;
    float gain;
  };
  static constexpr std::array<Chop, 7> kChops{{{0.0, 0.5, true, 1.0f},
                                               {1.0, 0.06, true, 0.7f},
                                               {1.5, 0.3, false, 0.8f},
                                               {2.0, 0.06, true, 0.6f},
                                               {2.5, 0.4, true, 0.9f},
                                               {3.25, 0.06, false, 0.6f},
                                               {3.5, 0.25, false, 0.8f}}};
  for (int chord = 0; chord < static_cast<int>(kChords.size()); ++chord) {
    for (const Chop& chop : kChops) {
      const std::vector<float> sound =
          strum(song, kChords[chord].guitar, chop.seconds, chop.down, 100u + chord);
      for (int bar = chord; bar < kBars; bar += static_cast<int>(kChords.size())) {
        song.add(guitar, sound, bar * kBeatsPerBar + chop.beat, chop.gain);
      }
    }
  }
}

void playKeys(const Song& song, std::vector<float>& left, std::vector<float>& right) {
  for (int chord = 0; chord < static_cast<int>(kChords.size()); ++chord) {
    for (size_t voice = 0; voice < 4; ++voice) {
      const float note = kChords[chord].piano[voice];
      const std::vector<float> held = pianoNote(song, note, 2.3 * song.secondsPerBeat());
      const std::vector<float> stab = pianoNote(song, note, 0.9 * song.secondsPerBeat());
      const float place = static_cast<float>(voice) / 3.0f;  // low notes left, high notes right
      for (int bar = chord; bar < kBars; bar += static_cast<int>(kChords.size())) {
        const double first = bar * kBeatsPerBar;
        song.add(left, held, first, 1.0f - 0.7f * place);
        song.add(right, held, first, 0.3f + 0.7f * place);
        song.add(left, stab, first + 2.5, 0.7f - 0.4f * place);
        song.add(right, stab, first + 2.5, 0.3f + 0.4f * place);
      }
    }
  }
  // Tremolo from side to side, a whole number of turns in the loop.
  const float turns = 64.0f / static_cast<float>(song.frames);
  for (size_t i = 0; i < song.frames; ++i) {
    const float swing = 0.25f * sine(turns * static_cast<float>(i));
    left[i] *= 0.75f + swing;
    right[i] *= 0.75f - swing;
  }
}

void playVocals(const Song& song, std::vector<float>& vocal, std::vector<float>& backing) {
  struct Sung {
    double beat;
    double beats;
    float note;
    const Vowel& vowel;
  };
  static constexpr std::array<Sung, 22> kMelody{
      {{0.5, 0.45, 69, kAh},  {1.0, 0.45, 72, kEh}, {1.5, 1.4, 76, kAh},  {3.5, 0.45, 74, kEh},
       {4.0, 0.9, 72, kOh},   {5.0, 1.8, 69, kAh},  {8.5, 0.45, 67, kEh}, {9.0, 0.45, 72, kAh},
       {9.5, 0.9, 76, kOh},   {10.5, 1.2, 74, kAh}, {12.0, 2.2, 71, kOh}, {16.5, 0.45, 76, kEh},
       {17.0, 0.45, 76, kAh}, {17.5, 1.3, 79, kAh}, {19.0, 0.8, 76, kEh}, {20.0, 1.9, 77, kAh},
       {22.5, 1.2, 76, kOh},  {24.5, 0.9, 72, kAh}, {25.5, 0.9, 74, kEh}, {26.5, 1.2, 76, kAh},
       {28.0, 1.4, 74, kOh},  {29.5, 1.6, 71, kAh}}};
  uint32_t seed = 200;
  for (const Sung& sung : kMelody) {
    const std::vector<float> note =
        sungNote(song, sung.note - 12, sung.beats * song.secondsPerBeat(), sung.vowel, seed++);
    song.add(vocal, note, sung.beat, 1.0f);
  }
  for (int bar = 4; bar < kBars; ++bar) {
    for (const size_t voice : {size_t{1}, size_t{3}}) {
      const std::vector<float> note =
          sungNote(song, chordOf(bar).piano[voice], 3.6 * song.secondsPerBeat(), kOoh, seed++);
      song.add(backing, note, bar * kBeatsPerBar, 1.0f);
    }
  }
}

void playClick(const Song& song, std::vector<float>& click) {
  for (int beat = 0; beat < kBars * kBeatsPerBar; ++beat) {
    const bool first = beat % kBeatsPerBar == 0;
    std::vector<float> tick(song.framesOf(0.05));
    const float decay = decayPerFrame(0.035f, song.rate);
    float level = 1, phase = 0;
    for (float& sample : tick) {
      sample = level * sine(phase);
      phase += (first ? 1760.0f : 1320.0f) / song.rate;
      level *= decay;
    }
    song.add(click, tick, beat, first ? 1.0f : 0.7f);
  }
}

/// Scales channels together so that the loudest sample of all is at `peakDb`.
void setPeak(std::span<std::vector<float>* const> channels, float peakDb) {
  float peak = 0;
  for (const std::vector<float>* channel : channels) {
    for (const float sample : *channel) peak = std::max(peak, std::fabs(sample));
  }
  const float gain = std::pow(10.0f, peakDb / 20.0f) / peak;
  for (std::vector<float>* channel : channels) {
    for (float& sample : *channel) {
      sample *= gain;
      if (std::fabs(sample) < kInaudible) sample = 0.0f;  // the mixer takes denormals for a fault
    }
  }
}

}  // namespace

DemoBand renderDemoBand(double sampleRateHz) {
  const Song song(sampleRateHz);
  enum { kKick, kSnare, kHat, kToms, kOverhead, kBass, kGuitar, kKeysL, kKeysR, kVocal, kBacking, kClick };
  static constexpr std::array<const char*, 12> kNames{"Kick",     "Snare", "Hi-hat",  "Toms",
                                                      "Overhead", "Bass",  "Guitar",  "Keys L",
                                                      "Keys R",   "Vocal", "Backing", "Click"};
  static constexpr std::array<float, 12> kPeaksDb{-4, -5, -12, -6, -9, -6, -8, -8, -8, -5, -11, -9};

  DemoBand band;
  band.frames = song.frames;
  for (const char* name : kNames) band.channels.push_back({name, std::vector<float>(song.frames, 0.0f)});
  const auto track = [&](int channel) -> std::vector<float>& { return band.channels[channel].samples; };
  playDrums(song, track(kKick), track(kSnare), track(kHat), track(kToms), track(kOverhead));
  playBass(song, track(kBass));
  playGuitar(song, track(kGuitar));
  playKeys(song, track(kKeysL), track(kKeysR));
  playVocals(song, track(kVocal), track(kBacking));
  playClick(song, track(kClick));

  for (int channel = 0; channel < static_cast<int>(kNames.size()); ++channel) {
    if (channel == kKeysR) continue;  // scaled together with its left side
    std::vector<std::vector<float>*> together{&track(channel)};
    if (channel == kKeysL) together.push_back(&track(kKeysR));
    setPeak(together, kPeaksDb[channel]);
  }
  return band;
}

}  // namespace foldback
