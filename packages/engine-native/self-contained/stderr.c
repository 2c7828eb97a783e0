// libopus's archive is compiled for programs, not for libraries: it reads `stderr`, which the C library owns, as if it
// lay in the addon itself. The linker (--wrap=stderr) sends it here instead.
#include <stdio.h>

extern FILE* __real_stderr;
__attribute__((visibility("hidden"))) FILE* __wrap_stderr;

__attribute__((constructor(101))) static void follow(void) { __wrap_stderr = __real_stderr; }
