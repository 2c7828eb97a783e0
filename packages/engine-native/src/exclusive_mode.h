// An interface for this program alone: what PortAudio is to be told for that, where a host API has such a
// mode.
#pragma once

namespace foldback {

/// [device-thread] For PaStreamParameters::hostApiSpecificStreamInfo of a device, by its number in
/// PortAudio's list; null where there is no such mode. WASAPI has one: past the mixer of Windows, which adds
/// a block or two of 10 ms. A program that is refused it, because another has it or the settings of Windows
/// forbid it, shares.
void* exclusiveModeOf(int device);

}  // namespace foldback
