// What src/exclusive_mode.cpp uses of PortAudio's header of this name, for systems on which it is not
// installed.
#pragma once

#include <portaudio.h>

typedef enum PaWasapiFlags { paWinWasapiExclusive = (1 << 0) } PaWasapiFlags;

typedef struct PaWasapiStreamInfo {
  unsigned long size;
  PaHostApiTypeId hostApiType;
  unsigned long version;
  unsigned long flags;
} PaWasapiStreamInfo;
