// From JavaScript to C++. All functions throw a TypeError or a RangeError that names the argument.
#pragma once

#include <napi.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "addon/errors.h"
#include "engine.h"
#include "recorder.h"

namespace foldback::addon {

double numberOf(const Napi::Value& value, const std::string& name, double lowest, double highest);
int64_t integerOf(const Napi::Value& value, const std::string& name, int64_t lowest, int64_t highest);
uint32_t mixOf(const Napi::Value& value);
Napi::Object objectOf(const Napi::Value& value, const std::string& name);

/// A detached array has no elements.
template <typename Array>
Array arrayOf(const Napi::Value& value, const std::string& name, napi_typedarray_type type,
              const char* expected) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
    wrongType(value.Env(), name, expected);
  }
  return value.As<Array>();
}

Napi::Float32Array floatsOf(const Napi::Value& value, const std::string& name);

std::optional<double> optionalNumber(const Napi::Object& object, const char* name, double lowest,
                                     double highest);
std::optional<int> optionalInteger(const Napi::Object& object, const char* name, int lowest, int highest);

/// The default when there is none.
std::chrono::milliseconds deadlineOf(const std::optional<double>& ms);

OpenRequest openRequestOf(const Napi::Object& object);
RecordingRequest recordingOf(const Napi::Object& object);

}  // namespace foldback::addon
