// The addon with libFuzzer in it: the same classes, and fuzz(), which never returns to whoever asks for more.
#include <napi.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "addon/native_engine.h"
#include "addon/native_opus_encoder.h"

extern "C" int LLVMFuzzerRunDriver(int* count, char*** arguments, int (*run)(const uint8_t*, size_t));

namespace foldback::test {
namespace {

/// Who has not answered by then hangs. Longer than every deadline of the addon.
constexpr std::chrono::seconds kLongest{30};

// libFuzzer gives its callback nothing of ours to hold.
Napi::ThreadSafeFunction live;       // set before the fuzzer's thread begins
std::vector<std::string> arguments;  // its own from then on
std::vector<char*> argumentPointers;

/// libFuzzer catches the abort, and keeps the input.
[[noreturn]] void giveUp(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

/// [fuzzer-thread] Lives through one input in JavaScript.
int run(const uint8_t* bytes, size_t count) {
  const auto verdict = std::make_shared<std::promise<std::string>>();
  std::future<std::string> wrong = verdict->get_future();
  live.BlockingCall([bytes, count, verdict](Napi::Env env, Napi::Function function) {
    const auto answer = [verdict](const Napi::CallbackInfo& info) {
      verdict->set_value(info[0].IsUndefined() ? "" : info[0].ToString().Utf8Value());
    };
    function.Call({Napi::Buffer<uint8_t>::Copy(env, bytes, count), Napi::Function::New(env, answer)});
  });
  if (wrong.wait_for(kLongest) != std::future_status::ready) giveUp("no answer in 30 s: a call hangs");
  if (const std::string text = wrong.get(); !text.empty()) giveUp(text);
  return 0;
}

/// At the end libFuzzer calls exit() beside Node's running threads, which would use what is destroyed.
void endAtOnce(int status, void*) { _Exit(status); }

/// fuzz(libFuzzer's arguments, live): calls live(bytes, answer) for every input, and ends the process.
void fuzz(const Napi::CallbackInfo& info) {
  const auto list = info[0].As<Napi::Array>();
  arguments.emplace_back("fuzz-addon");
  for (uint32_t i = 0; i < list.Length(); ++i) arguments.push_back(list.Get(i).ToString());
  for (std::string& argument : arguments) argumentPointers.push_back(argument.data());
  argumentPointers.push_back(nullptr);
  live = Napi::ThreadSafeFunction::New(info.Env(), info[1].As<Napi::Function>(), "fuzz", 0, 1);
  on_exit(endAtOnce, nullptr);
  std::thread([] {
    auto count = static_cast<int>(arguments.size());
    char** values = argumentPointers.data();
    std::exit(LLVMFuzzerRunDriver(&count, &values, run));
  }).detach();
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeEngine", addon::NativeEngine::define(env));
  exports.Set("NativeOpusEncoder", addon::NativeOpusEncoder::define(env));
  exports.Set("fuzz", Napi::Function::New(env, fuzz));
  return exports;
}

NODE_API_MODULE(engine, initialise)

}  // namespace
}  // namespace foldback::test
