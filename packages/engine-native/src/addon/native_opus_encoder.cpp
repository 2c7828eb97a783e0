// Opus packets of one listener's stream, for JavaScript.
#include "addon/native_opus_encoder.h"

#include <algorithm>
#include <cstdint>

#include "addon/arguments.h"
#include "addon/errors.h"

namespace foldback::addon {

Napi::Function NativeOpusEncoder::define(Napi::Env env) {
  return DefineClass(env, "NativeOpusEncoder", {InstanceMethod<&NativeOpusEncoder::encode>("encode")});
}

NativeOpusEncoder::NativeOpusEncoder(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<NativeOpusEncoder>(info) {
  guarded(info.Env(), [&] {
    const int rateHz = static_cast<int>(integerOf(info[0], "sampleRateHz", 1, INT32_MAX));
    stream_.emplace(rateHz, static_cast<int>(integerOf(info[1], "bitsPerSecond", 1, INT32_MAX)));
    return info.Env().Undefined();
  });
}

Napi::Value NativeOpusEncoder::encode(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Napi::Float32Array frames = floatsOf(info[0], "frames");
    const auto packet = stream_->encode({frames.Data(), frames.ElementLength()});
    Napi::Uint8Array bytes = Napi::Uint8Array::New(info.Env(), packet.size());
    std::ranges::copy(packet, bytes.Data());
    return Napi::Value(bytes);
  });
}

}  // namespace foldback::addon
