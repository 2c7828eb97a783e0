// A small band that plays a song for ever, so that there is something to mix without an audio interface.
#pragma once

#include <string>
#include <vector>

namespace foldback {

/// One microphone or line of the band.
struct DemoChannel {
  std::string name;
  std::vector<float> samples;  ///< One turn of the loop, mono.
};

/// All channels are equally long; the end of each flows into its beginning without a click.
struct DemoBand {
  size_t frames = 0;
  std::vector<DemoChannel> channels;
};

/// [device-thread] Synthesises the band at the given rate. The same rate always gives the same samples.
DemoBand renderDemoBand(double sampleRateHz);

}  // namespace foldback
