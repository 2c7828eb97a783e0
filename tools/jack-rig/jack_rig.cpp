// A band and a tape machine for tests: feeds known noise into Foldback's JACK ports and records what comes
// out.
//
// Two JACK clients, because one that both feeds and records makes a cycle in the graph. Driven by lines on
// stdin, answered by one line each on stdout:
//   connect <client> <inputs> <outputs>   joins our ports to <client>:in_<i> and <client>:out_<i>; waits
//                                         until they exist
//   record <frames> <file>                freewheels until that many frames are recorded, writes the file
//   roll <frames>                         freewheels from now on and records at most so many frames
//   cut <frames> <file>                   ends that when at least so many are there, writes the file
//   disconnect                            lets go of the ports, for a client that has died
//   quit
// The file is a little-endian u64 (JACK frame time of the first frame), then frames x outputs float32,
// interleaved.
//
// The noise is a function of channel and frame alone (see noise()), so that a test can compute what should
// have come out.
#include <jack/jack.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr float kPeak = 0.01f;
constexpr auto kPollEvery = std::chrono::milliseconds(20);
constexpr int kConnectPolls = 500;

/// White noise in [-kPeak, kPeak): the finaliser of MurmurHash3 (Appleby, public domain) over channel and
/// frame.
float noise(uint32_t channel, uint32_t frame) {
  uint32_t h = frame * 0x9e3779b1u ^ (channel + 1) * 0x85ebca6bu;
  h ^= h >> 16;
  h *= 0x85ebca6bu;
  h ^= h >> 13;
  h *= 0xc2b2ae35u;
  h ^= h >> 16;
  return (static_cast<float>(h >> 8) / 8388608.0f - 1.0f) * kPeak;
}

struct ClientCloser {
  void operator()(jack_client_t* client) const { jack_client_close(client); }
};
using Client = std::unique_ptr<jack_client_t, ClientCloser>;

Client openClient(const char* name) {
  jack_status_t status{};
  Client client(jack_client_open(name, JackNoStartServer, &status));
  if (!client) throw std::runtime_error("no JACK server to join");
  return client;
}

std::vector<jack_port_t*> registerPorts(jack_client_t* client, int count, const char* prefix,
                                        JackPortFlags direction) {
  std::vector<jack_port_t*> ports;
  for (int i = 0; i < count; ++i) {
    const std::string name = prefix + std::to_string(i);
    ports.push_back(jack_port_register(client, name.c_str(), JACK_DEFAULT_AUDIO_TYPE, direction, 0));
    if (!ports.back()) throw std::runtime_error("cannot register " + name);
  }
  return ports;
}

/// Plays noise on every port, numbered by JACK's own frame time.
class Feeder {
 public:
  explicit Feeder(int channels) : client_(openClient("feeder")) {
    ports_ = registerPorts(client_.get(), channels, "out_", JackPortIsOutput);
    jack_set_process_callback(client_.get(), &Feeder::process, this);
    if (jack_activate(client_.get()) != 0) throw std::runtime_error("the feeder cannot start");
  }

  jack_client_t* client() const { return client_.get(); }
  const std::vector<jack_port_t*>& ports() const { return ports_; }

 private:
  static int process(jack_nframes_t frames, void* self) {
    auto& feeder = *static_cast<Feeder*>(self);
    const jack_nframes_t first = jack_last_frame_time(feeder.client_.get());
    for (size_t channel = 0; channel < feeder.ports_.size(); ++channel) {
      auto* out = static_cast<float*>(jack_port_get_buffer(feeder.ports_[channel], frames));
      for (jack_nframes_t t = 0; t < frames; ++t) out[t] = noise(static_cast<uint32_t>(channel), first + t);
    }
    return 0;
  }

  std::vector<jack_port_t*> ports_;
  Client client_;
};

/// Records every port into memory that is there before the recording starts.
class Recorder {
 public:
  explicit Recorder(int channels) : client_(openClient("recorder")) {
    ports_ = registerPorts(client_.get(), channels, "in_", JackPortIsInput);
    jack_set_process_callback(client_.get(), &Recorder::process, this);
    if (jack_activate(client_.get()) != 0) throw std::runtime_error("the recorder cannot start");
  }

  jack_client_t* client() const { return client_.get(); }
  const std::vector<jack_port_t*>& ports() const { return ports_; }

  void roll(size_t frames) {
    tape_.assign(frames * ports_.size(), 0.0f);
    recorded_ = 0;
    wanted_ = frames;
    enough_ = frames;
    freewheel(true);
    recording_.store(true, std::memory_order_release);
  }

  /// JACK 1.9.21 now and then stands still for its client timeout when this is switched off and on at once.
  void freewheel(bool on) {
    if (freewheeling_ == on) return;
    freewheeling_ = on;
    jack_set_freewheel(client_.get(), on ? 1 : 0);
  }

  void cut(size_t enough, const std::string& path) {
    enough_ = enough;
    while (recording_.load(std::memory_order_acquire)) std::this_thread::sleep_for(kPollEvery);
    std::ofstream file(path, std::ios::binary);
    const uint64_t first = firstFrame_;
    file.write(reinterpret_cast<const char*>(&first), sizeof first);
    file.write(reinterpret_cast<const char*>(tape_.data()),
               static_cast<std::streamsize>(recorded_ * ports_.size() * sizeof(float)));
    if (!file) throw std::runtime_error("cannot write " + path);
  }

 private:
  static int process(jack_nframes_t frames, void* self) {
    auto& recorder = *static_cast<Recorder*>(self);
    if (!recorder.recording_.load(std::memory_order_acquire)) return 0;
    if (recorder.recorded_ == 0) recorder.firstFrame_ = jack_last_frame_time(recorder.client_.get());
    const size_t channels = recorder.ports_.size();
    const size_t take = std::min<size_t>(frames, recorder.wanted_ - recorder.recorded_);
    for (size_t channel = 0; channel < channels; ++channel) {
      const auto* in = static_cast<const float*>(jack_port_get_buffer(recorder.ports_[channel], frames));
      for (size_t t = 0; t < take; ++t) recorder.tape_[(recorder.recorded_ + t) * channels + channel] = in[t];
    }
    recorder.recorded_ += take;
    if (recorder.recorded_ == recorder.wanted_ || recorder.recorded_ >= recorder.enough_)
      recorder.recording_.store(false, std::memory_order_release);
    return 0;
  }

  std::vector<jack_port_t*> ports_;
  std::vector<float> tape_;
  size_t recorded_ = 0;
  size_t wanted_ = 0;
  std::atomic<size_t> enough_ = 0;
  bool freewheeling_ = false;
  jack_nframes_t firstFrame_ = 0;
  std::atomic<bool> recording_{false};
  Client client_;
};

/// Joins two ports, waiting for the other side to appear.
void connectPorts(jack_client_t* client, const std::string& from, const std::string& to) {
  for (int poll = 0; poll < kConnectPolls; ++poll) {
    const int result = jack_connect(client, from.c_str(), to.c_str());
    if (result == 0 || result == EEXIST) return;
    std::this_thread::sleep_for(kPollEvery);
  }
  throw std::runtime_error("cannot connect " + from + " to " + to);
}

class Rig {
 public:
  std::string answer(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "connect") return connect(words);
    if (verb == "record") return record(words);
    if (verb == "roll") return roll(words);
    if (verb == "cut") return cut(words);
    if (verb == "disconnect") return disconnect();
    throw std::runtime_error("unknown command " + verb);
  }

 private:
  std::string connect(std::istringstream& words) {
    std::string client;
    int inputs = 0;
    int outputs = 0;
    words >> client >> inputs >> outputs;
    feeder_ = std::make_unique<Feeder>(inputs);
    recorder_ = std::make_unique<Recorder>(outputs);
    for (int i = 0; i < inputs; ++i) {
      connectPorts(feeder_->client(), jack_port_name(feeder_->ports()[i]),
                   client + ":in_" + std::to_string(i));
    }
    for (int i = 0; i < outputs; ++i) {
      connectPorts(recorder_->client(), client + ":out_" + std::to_string(i),
                   jack_port_name(recorder_->ports()[i]));
    }
    return "connected";
  }

  std::string record(std::istringstream& words) {
    size_t frames = 0;
    std::string path;
    words >> frames;
    std::getline(words >> std::ws, path);
    if (!recorder_) throw std::runtime_error("connect first");
    recorder_->roll(frames);
    recorder_->cut(frames, path);
    recorder_->freewheel(false);
    return "recorded";
  }

  std::string roll(std::istringstream& words) {
    size_t frames = 0;
    words >> frames;
    if (!recorder_) throw std::runtime_error("connect first");
    recorder_->roll(frames);
    return "rolling";
  }

  std::string cut(std::istringstream& words) {
    size_t enough = 0;
    std::string path;
    words >> enough;
    std::getline(words >> std::ws, path);
    if (!recorder_) throw std::runtime_error("connect first");
    recorder_->cut(enough, path);
    return "recorded";
  }

  std::string disconnect() {
    if (recorder_) recorder_->freewheel(false);
    recorder_.reset();
    feeder_.reset();
    return "disconnected";
  }

  std::unique_ptr<Feeder> feeder_;
  std::unique_ptr<Recorder> recorder_;
};

}  // namespace

int main() {
  Rig rig;
  std::string line;
  while (std::getline(std::cin, line) && line != "quit") {
    try {
      std::cout << rig.answer(line) << std::endl;
    } catch (const std::exception& error) {
      std::cout << "error: " << error.what() << std::endl;
    }
  }
  return 0;
}
