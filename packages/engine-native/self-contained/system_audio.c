// ALSA and JACK for a PortAudio linked into the addon: looked for at run time, and done without where they
// are not.
//
// PortAudio calls them as if they were linked. Each of their functions is here a trampoline through a pointer
// that is filled when the addon is loaded; a host API whose library is absent is never started.
// Trampolines are assembly, because C cannot pass on arguments it does not know.
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#if defined(__x86_64__)
#define JUMP(name) "jmp *foldback_" #name "(%rip)\n"
#elif defined(__aarch64__)
// x16 is the register that AAPCS64 leaves to code between caller and callee.
#define JUMP(name)                       \
  "adrp x16, foldback_" #name            \
  "\n"                                   \
  "ldr x16, [x16, :lo12:foldback_" #name \
  "]\n"                                  \
  "br x16\n"
#else
#error "a prebuild needs a trampoline for this processor"
#endif

/// What stands in for a function of a library that is absent: PaJack_SetClientName asks for a length all the
/// same.
static long absent(void) { return 0; }

typedef long Function(void);

// The two lists are made from the undefined symbols of libportaudio.a, see libraries.cmake.
#define SYMBOL(name)                                                        \
  __attribute__((visibility("hidden"))) Function* foldback_##name = absent; \
  __asm__(".text\n.globl " #name "\n.hidden " #name "\n.type " #name ", %function\n" #name ":\n" JUMP(name));
#include "alsa_symbols.inc"
#include "jack_symbols.inc"
#undef SYMBOL

// The one variable among the functions: PortAudio's copy of it, which follows the library's wherever
// PortAudio has the library change it.
__attribute__((visibility("hidden"))) void* snd_config;
static void** alsaConfig;
static int (*alsaUpdate)(void);
static int (*alsaFree)(void);

__attribute__((visibility("hidden"))) int snd_config_update(void) {
  const int result = alsaUpdate();
  snd_config = *alsaConfig;
  return result;
}

__attribute__((visibility("hidden"))) int snd_config_update_free_global(void) {
  const int result = alsaFree();
  snd_config = *alsaConfig;
  return result;
}

struct Symbol {
  const char* name;
  void* address;  // of the pointer to fill
};

#define SYMBOL(symbol) {#symbol, &foldback_##symbol},
static const struct Symbol kAlsa[] = {
#include "alsa_symbols.inc"
    {"snd_config", &alsaConfig},
    {"snd_config_update", &alsaUpdate},
    {"snd_config_update_free_global", &alsaFree},
};
static const struct Symbol kJack[] = {
#include "jack_symbols.inc"
};
#undef SYMBOL

static bool hasAlsa;
static bool hasJack;

/// Fills the pointers. False when the library, or a function it should have, is absent.
static bool load(const char* library, const struct Symbol* symbols, size_t count) {
  void* handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
  if (handle == NULL) return false;
  for (size_t i = 0; i < count; ++i) {
    void* address = dlsym(handle, symbols[i].name);
    if (address == NULL) return false;
    memcpy(symbols[i].address, &address, sizeof address);
  }
  return true;  // the handle is kept: the pointers need the library for as long as the process lives
}

/// When the addon is loaded, as linked libraries would be.
__attribute__((constructor)) static void loadAll(void) {
  hasAlsa = load("libasound.so.2", kAlsa, sizeof kAlsa / sizeof *kAlsa);
  hasJack = load("libjack.so.0", kJack, sizeof kJack / sizeof *kJack);
}

// As in PortAudio's pa_hostapi.h, which is not installed. An initialiser that leaves *hostApi null has no
// devices.
typedef int PaError;
typedef PaError PaUtilHostApiInitializer(void** hostApi, int index);
PaUtilHostApiInitializer PaAlsa_Initialize, PaOSS_Initialize, PaJack_Initialize;

static PaError initialiseAlsa(void** hostApi, int index) {
  *hostApi = NULL;
  return hasAlsa ? PaAlsa_Initialize(hostApi, index) : 0;
}

static PaError initialiseJack(void** hostApi, int index) {
  *hostApi = NULL;
  return hasJack ? PaJack_Initialize(hostApi, index) : 0;
}

/// PortAudio's own table (pa_unix_hostapis.c, same order), which the archive then does not bring.
PaUtilHostApiInitializer* paHostApiInitializers[] = {initialiseAlsa, PaOSS_Initialize, initialiseJack, NULL};
