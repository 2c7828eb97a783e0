// WASAPI's exclusive mode; other host APIs have none, or nothing else.
#include "exclusive_mode.h"

#include <portaudio.h>

#if __has_include(<pa_win_wasapi.h>)
#include <pa_win_wasapi.h>
#define FOLDBACK_HAS_WASAPI 1
#endif

namespace foldback {

void* exclusiveModeOf([[maybe_unused]] int device) {
#if defined(FOLDBACK_HAS_WASAPI)
  static PaWasapiStreamInfo wasapi = [] {
    PaWasapiStreamInfo info{};
    info.size = sizeof info;
    info.hostApiType = paWASAPI;
    info.version = 1;
    info.flags = paWinWasapiExclusive;
    return info;
  }();
  if (Pa_GetHostApiInfo(Pa_GetDeviceInfo(device)->hostApi)->type == paWASAPI) return &wasapi;
#endif
  return nullptr;
}

}  // namespace foldback
