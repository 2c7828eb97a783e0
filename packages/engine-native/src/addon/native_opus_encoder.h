// Opus packets of one listener's stream, for JavaScript.
#pragma once

#include <napi.h>

#include <optional>

#include "opus_stream.h"

namespace foldback::addon {

/// Native half of lib/index.ts's OpusEncoder.
class NativeOpusEncoder : public Napi::ObjectWrap<NativeOpusEncoder> {
 public:
  static Napi::Function define(Napi::Env env);

  explicit NativeOpusEncoder(const Napi::CallbackInfo& info);

 private:
  Napi::Value encode(const Napi::CallbackInfo& info);

  std::optional<OpusStream> stream_;
};

}  // namespace foldback::addon
