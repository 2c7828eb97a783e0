// What JavaScript is told when a call fails: TypeError, RangeError, or an Error with a code.
#pragma once

#include <napi.h>

#include <stdexcept>
#include <string>

#include "audio_device.h"
#include "mix_board.h"

namespace foldback::addon {

/// An Error with a code; lib/index.ts turns it into an EngineError.
inline Napi::Error coded(Napi::Env env, const std::string& code, const std::string& text) {
  Napi::Error error = Napi::Error::New(env, text);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

/// Runs `body`; no C++ exception but Napi::Error leaves.
template <typename Body>
Napi::Value guarded(Napi::Env env, Body body) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (const DeviceError& error) {
    throw coded(env, error.code(), error.what());
  } catch (const BoardError& error) {
    throw coded(env, error.code(), error.what());
  } catch (const std::range_error& error) {
    throw Napi::RangeError::New(env, error.what());
  } catch (const std::exception& error) {
    throw coded(env, "INTERNAL", error.what());
  }
}

[[noreturn]] inline void wrongType(Napi::Env env, const std::string& name, const std::string& expected) {
  throw Napi::TypeError::New(env, name + ": expected " + expected);
}

[[noreturn]] inline void wrongRange(Napi::Env env, const std::string& name, const std::string& expected) {
  throw Napi::RangeError::New(env, name + ": expected " + expected);
}

}  // namespace foldback::addon
