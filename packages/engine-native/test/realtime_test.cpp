// The callback allocates nothing, locks nothing, sleeps never and makes no system call.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <mutex>

#include "engine.h"
#include "manual_device.h"
#include "realtime_guard.h"
#include "wav_bytes.h"

namespace foldback::test {
namespace {

/// Breaks one rule per block.
class Offender final : public BlockRenderer {
 public:
  explicit Offender(int rule) : rule_(rule) {}
  void render(ConstBlock, Block, BlockFlags, BlockTime) noexcept override {
    if (rule_ == 0) std::free(std::malloc(64));
    if (rule_ == 1) {
      int* volatile kept = new int;  // volatile, or the compiler leaves both out
      delete kept;
    }
    if (rule_ == 2) const std::lock_guard lock(mutex_);
  }

 private:
  const int rule_;
  std::mutex mutex_;
};

TEST(Realtime, TheGuardSeesAnAllocationAndALock) {
  for (int rule = 0; rule < 3; ++rule) {
    Offender offender(rule);
    const uint64_t before = RealtimeGuard::violations();
    {
      const RealtimeGuard guard;
      offender.render({}, {}, {}, {});
    }
    EXPECT_GT(RealtimeGuard::violations(), before) << "rule " << rule;
  }
}

TEST(Realtime, AHundredThousandCallbacksBreakNoRule) {
  constexpr int kDevices = 4;
  constexpr int kCallbacks = 25'000;
  constexpr int kInputs = 8;
  constexpr int kOutputs = 8;
  constexpr int kLongestBlock = 200;
  const uint64_t violationsBefore = RealtimeGuard::violations();
  const uint64_t sectionsBefore = RealtimeGuard::sections();
  uint32_t random = 1;
  const auto draw = [&](uint32_t below) { return ((random = random * 1664525u + 1013904223u) >> 8) % below; };

  for (int device = 0; device < kDevices; ++device) {  // every device change is a new engine
    OpenRequest request;
    request.stream.device = ManualRequest{kInputs, kOutputs};
    request.stream.sampleRateHz = device % 2 == 0 ? 48'000 : 44'100;
    request.lanes = 12;
    Engine engine(makeDevice(request.stream), request);
    std::vector<float> input(kInputs * kLongestBlock);
    std::vector<float> output(kOutputs * kLongestBlock);
    std::vector<int> taps;
    for (int callback = 0; callback < kCallbacks; ++callback) {
      const uint32_t mix = draw(30);
      switch (draw(12)) {
        case 0: {  // a join, a recall, or a fader move
          std::vector<float> gains;
          for (int i = 0; i < 2 * kInputs; ++i) gains.push_back(static_cast<float>(draw(5)) * 0.5f);
          const auto ramp = static_cast<float>(draw(40));
          const MixTarget target{mix, draw(2) == 0, gains, {&ramp, 1}};
          engine.board().setMixes({&target, 1});
          break;
        }
        case 1:  // a leave
          engine.board().removeMix(mix);
          break;
        case 2: {
          std::vector<int64_t> routes;
          for (int pair = 0; pair < kOutputs / 2; ++pair)
            routes.push_back(static_cast<int64_t>(draw(31)) - 1);
          engine.board().setRoutes(routes);
          break;
        }
        case 3:
          if (taps.size() < 8) taps.push_back(engine.board().tap(mix));
          break;
        case 4:
          if (taps.empty()) break;
          engine.board().untap(taps.back());
          taps.pop_back();
          break;
        default:
          break;
      }
      const int frames = 1 + static_cast<int>(draw(kLongestBlock));
      for (int i = 0; i < kInputs * frames; ++i) input[i] = static_cast<float>(draw(2001)) / 1000.0f - 1.0f;
      if (draw(50) == 0) input[draw(kInputs * frames)] = NAN;
      const RealtimeGuard guard;
      engine.manual()->render(std::span(input).first(kInputs * frames),
                              std::span(output).first(kOutputs * frames), frames);
    }
    engine.fadeOut(10);
    engine.manual()->render(std::span(input).first(kInputs * 64), std::span(output).first(kOutputs * 64), 64);
  }
  EXPECT_GE(RealtimeGuard::sections() - sectionsBefore, static_cast<uint64_t>(kDevices * kCallbacks))
      << "the guard must have been armed";
  EXPECT_EQ(RealtimeGuard::violations(), violationsBefore) << RealtimeGuard::lastViolation();
}

TEST(Realtime, ARecordingAndTracksFromADiskBreakNoRuleEither) {
  constexpr int kFrames = 64;
  constexpr int kCallbacks = 20'000;
  const uint64_t violationsBefore = RealtimeGuard::violations();
  const Folder folder;
  const std::string track =
      writeWav(folder / "a.wav", {24, false, 4, 44'100}, 100'000,
               [](int channel, int64_t frame) { return 0.1 * ((frame + channel) % 7); });
  OpenRequest request;
  request.stream.device = ManualRequest{4, 2};
  request.tracks = WavTracksRequest{{{track, "a"}}};
  request.lanes = 4;
  Engine engine(makeDevice(request.stream), request);
  const std::vector<float> input(4 * kFrames);
  std::vector<float> output(2 * kFrames);
  for (int callback = 0; callback < kCallbacks; ++callback) {
    if (callback % 4000 == 500) {
      engine.recorder()->start({folder / std::to_string(callback), {"1.wav", "2.wav", "3.wav", "4.wav"}});
    }
    if (callback % 4000 == 3500) engine.recorder()->stop();
    if (callback % 4000 != 2000) engine.awaitDisks(kFrames);  // now and then a disk is late
    const RealtimeGuard guard;
    engine.manual()->render(input, output, kFrames);
  }
  EXPECT_EQ(RealtimeGuard::violations(), violationsBefore) << RealtimeGuard::lastViolation();
  EXPECT_EQ(readWav(folder / "500/4.wav").size(), 3000u * kFrames);
}

volatile std::sig_atomic_t trapped = 0;

/// From here on this process may end, and do nothing else of the system's: every other call is counted
/// instead.
void trapSystemCalls() {
  struct sigaction action{};
  action.sa_handler = [](int) { trapped = 1; };
  sigaction(SIGSYS, &action, nullptr);
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  const sock_fprog program{std::size(filter), filter};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) _exit(2);
}

/// 0: nothing was trapped while `body` ran in a process of its own; 1: something was; 2: there is no seccomp.
int trappedIn(const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    trapSystemCalls();
    body();
    _exit(trapped);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Realtime, TheCallbackMakesNoSystemCallAtAll) {
  constexpr int kInputs = 8;
  constexpr int kOutputs = 4;
  constexpr int kFrames = 64;
  OpenRequest request;
  request.stream.device = ManualRequest{kInputs, kOutputs};
  request.lanes = 12;
  Engine engine(makeDevice(request.stream), request);
  const std::vector<float> gains(2 * kInputs, 0.4f);
  const float rampMs = 10;
  for (uint32_t mix = 0; mix < 9; ++mix) {
    const MixTarget target{mix, true, gains, {&rampMs, 1}};
    engine.board().setMixes({&target, 1});
  }
  const int64_t routes[] = {0, 8};
  engine.board().setRoutes(routes);
  engine.board().tap(3);
  const std::vector<float> in(kInputs * kFrames, 0.9f);
  std::vector<float> out(kOutputs * kFrames);
  const int found = trappedIn([&] {
    for (int i = 0; i < 20'000; ++i) engine.manual()->render(in, out, kFrames);
  });
  if (found == 2) GTEST_SKIP() << "this system has no seccomp";
  EXPECT_EQ(found, 0);
  // Negative control: the smallest of all system calls is seen.
  EXPECT_EQ(trappedIn([] { syscall(SYS_getppid); }), 1);
}

}  // namespace
}  // namespace foldback::test
