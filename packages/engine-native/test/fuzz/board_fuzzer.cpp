// The long form: libFuzzer looks for the life that breaks a rule, `nx run engine-native:fuzz`.
#include "board_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  foldback::test::liveThrough({bytes, count});
  return 0;
}
