// Work off the JavaScript thread, and its way back.
#include "addon/device_call.h"

#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "addon/errors.h"
#include "audio_device.h"
#include "kernels.h"
#include "portaudio_device.h"

namespace foldback::addon {

using std::chrono::milliseconds;

void settle(Napi::Env env, Napi::Function, std::nullptr_t*, DeviceCall* raw);

using Settler = Napi::TypedThreadSafeFunction<std::nullptr_t, DeviceCall, settle>;

/// The way of a call back to its environment, which may end before the device answers. Node then frees the
/// thread-safe function although we hold it, and using it ends the process (Node 22.23; test/storm.test.ts).
class WayBack {
 public:
  /// [js-thread]
  static std::shared_ptr<WayBack> open(Napi::Env env) {
    const auto way = std::shared_ptr<WayBack>(new WayBack(env));
    way->self_ = way;
    napi_add_env_cleanup_hook(env, cut, way.get());
    return way;
  }

  /// [any-thread] Once. Hands the call over, or drops it when nobody is left to be answered.
  void send(std::unique_ptr<DeviceCall> call) {
    const std::lock_guard lock(mutex_);
    if (cut_) return;
    if (settler_.BlockingCall(call.get()) == napi_ok) call.release();
    settler_.Release();
  }

  /// [js-thread] When the call has arrived.
  void close() {
    const std::lock_guard lock(mutex_);  // send() may still be releasing
    napi_remove_env_cleanup_hook(env_, cut, this);
    self_.reset();
  }

 private:
  explicit WayBack(Napi::Env env) : env_(env), settler_(Settler::New(env, "foldback device call", 0, 1)) {}

  /// [js-thread] The environment ends; hooks run newest first, so the thread-safe function still is.
  static void cut(void* pointer) {
    const std::shared_ptr<WayBack> way = std::move(static_cast<WayBack*>(pointer)->self_);
    const std::lock_guard lock(way->mutex_);
    way->cut_ = true;
  }

  const napi_env env_;
  const Settler settler_;
  std::shared_ptr<WayBack> self_;  // JavaScript thread only: for the hook
  std::mutex mutex_;
  bool cut_ = false;
};

void settle(Napi::Env env, Napi::Function, std::nullptr_t*, DeviceCall* raw) {
  const std::unique_ptr<DeviceCall> call(raw);
  if (env == nullptr) return;  // the environment is going away
  call->wayBack->close();
  const Napi::HandleScope scope(env);
  if (call->late) {
    call->failed(true);
    call->promise.Reject(coded(env, "DEVICE_TIMEOUT", call->waitsFor + " does not answer").Value());
  } else if (!call->failureCode.empty()) {
    call->failed(false);
    call->promise.Reject(coded(env, call->failureCode, call->failureText).Value());
  } else {
    call->promise.Resolve(call->answer(env));
  }
}

namespace {

/// Makes the call through `post`, by the deadline at the latest; a failure is kept in it. [waiting thread]
void make(DeviceCall& call, const Post& post, milliseconds deadline) {
  struct Failure {
    std::string code;
    std::string text;
  };
  const auto failure = std::make_shared<Failure>();
  const auto work = [work = std::move(call.work), failure, other = call.otherFailure] {
    try {
      work();
    } catch (const DeviceError& error) {
      *failure = {error.code(), error.what()};
    } catch (const KernelError& error) {
      *failure = {"KERNEL_UNAVAILABLE", error.what()};
    } catch (const std::exception& error) {
      *failure = {other, error.what()};
    }
  };
  call.late = !runWithDeadline(post, work, std::move(call.afterwards), deadline);
  if (call.late) {
    PortAudioDevice::giveStderrBack();
  } else {
    call.failureCode = failure->code;
    call.failureText = failure->text;
  }
}

}  // namespace

Napi::Promise start(Napi::Env env, std::unique_ptr<DeviceCall> call, const Post& post,
                    milliseconds deadline) {
  const Napi::Promise promise = call->promise.Promise();
  call->wayBack = WayBack::open(env);
  const auto shared = std::make_shared<std::unique_ptr<DeviceCall>>(std::move(call));
  const auto noThread = [](DeviceCall& failed, const std::exception& error) {
    failed.failureCode = failed.otherFailure;
    failed.failureText = "no thread for " + failed.waitsFor + ": " + error.what();
  };
  const auto settleIt = [shared] {
    const std::shared_ptr<WayBack> wayBack = (*shared)->wayBack;
    wayBack->send(std::move(*shared));
  };
  try {
    std::thread([shared, post, deadline, noThread, settleIt] {
      try {
        make(**shared, post, deadline);
      } catch (const std::exception& error) {
        noThread(**shared, error);
      }
      settleIt();
    }).detach();
  } catch (const std::system_error& error) {
    noThread(**shared, error);
    settleIt();
  }
  return promise;
}

}  // namespace foldback::addon
