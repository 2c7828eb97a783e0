// The door to JavaScript. Only the files of this folder know N-API.
#include <napi.h>

#include "addon/native_engine.h"
#include "addon/native_opus_encoder.h"

namespace foldback::addon {
namespace {

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeEngine", NativeEngine::define(env));
  exports.Set("NativeOpusEncoder", NativeOpusEncoder::define(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(engine, initialise)

}  // namespace foldback::addon
