// A device call that hangs costs its deadline, never more.
#include "device_thread.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <vector>

namespace foldback::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(DeviceThread, ATaskInTimeIsDoneWhenTheWaitEnds) {
  bool done = false;
  EXPECT_TRUE(runWithDeadline(postToNewThread, [&] { done = true; }, [] {}, hours(1)));
  EXPECT_TRUE(done);
}

TEST(DeviceThread, ATaskThatHangsIsLeftBehindAndCleanedUpWhenItEverEnds) {
  const auto release = std::make_shared<std::promise<void>>();
  const auto cleaned = std::make_shared<std::promise<void>>();
  EXPECT_FALSE(runWithDeadline(
      postToNewThread, [release] { release->get_future().wait(); }, [cleaned] { cleaned->set_value(); },
      milliseconds(1)));
  release->set_value();
  cleaned->get_future().wait();
}

TEST(DeviceThread, PortAudioTasksRunInOrderOnOneThread) {
  std::vector<std::thread::id> threads;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(runWithDeadline(
        postToPortAudio, [&] { threads.push_back(std::this_thread::get_id()); }, [] {}, hours(1)));
  }
  EXPECT_TRUE(threads[0] == threads[1]);
  EXPECT_TRUE(threads[1] == threads[2]);
  EXPECT_FALSE(threads[0] == std::this_thread::get_id());
}

TEST(DeviceThread, ATaskBehindAHangingOneIsLateToo) {
  const auto release = std::make_shared<std::promise<void>>();
  EXPECT_FALSE(
      runWithDeadline(postToPortAudio, [release] { release->get_future().wait(); }, [] {}, milliseconds(1)));
  EXPECT_FALSE(runWithDeadline(postToPortAudio, [] {}, [] {}, milliseconds(1)));
  release->set_value();
  EXPECT_TRUE(runWithDeadline(postToPortAudio, [] {}, [] {}, hours(1)));
}

TEST(OnItsThread, WhatIsDroppedAnywhereIsDestroyedOnItsOwnThread) {
  std::promise<std::thread::id> destroyedOn;
  struct Witness {
    std::promise<std::thread::id>& destroyedOn;
    ~Witness() { destroyedOn.set_value(std::this_thread::get_id()); }
  };
  std::promise<std::thread::id> portAudio;
  postToPortAudio([&] { portAudio.set_value(std::this_thread::get_id()); });
  {
    OnItsThread<Witness> dropped(postToPortAudio);
    dropped.value.reset(new Witness{destroyedOn});
  }
  EXPECT_TRUE(destroyedOn.get_future().get() == portAudio.get_future().get());
}

TEST(OnItsThread, WithoutAThreadItIsLeftAlone) {
  int alive = 0;
  struct Witness {
    int& alive;
    explicit Witness(int& count) : alive(count) { ++alive; }
    ~Witness() { --alive; }
  };
  Witness* left = nullptr;
  {
    OnItsThread<Witness> dropped(
        [](const std::function<void()>&) { throw std::system_error(EAGAIN, std::generic_category()); });
    left = (dropped.value = std::make_unique<Witness>(alive)).get();
  }
  EXPECT_EQ(alive, 1);
  delete left;
}

}  // namespace
}  // namespace foldback::test
