# What a prebuild links instead of the system's shared libraries, under the same names: PortAudio, Opus,
# the Speex resampler and Highway's one run-time function inside the addon, the C++ runtime too. Only ALSA, JACK and the C library stay outside, and
# the first two are looked for when sound is asked for.
if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  # There the static libraries of .github/workflows/prebuild.yml (vcpkg) are complete, and the host's audio is the
  # system's own: nothing to add.
  pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)
  pkg_check_modules(OPUS REQUIRED IMPORTED_TARGET opus)
  pkg_check_modules(PORTAUDIO REQUIRED IMPORTED_TARGET portaudio-2.0)
  pkg_check_modules(SPEEXDSP REQUIRED IMPORTED_TARGET speexdsp)
  return()
endif()

set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF) # the trampolines are assembly, which link-time optimisation cannot see
# Nothing but the addon's two entry points is seen from outside: Node brings symbols of its own of the same names.
# What is not needed goes too, and with it calls of newer C libraries.
add_compile_options(-ffunction-sections -fdata-sections)
add_link_options(-static-libstdc++ -static-libgcc -Wl,--gc-sections -s
                 -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/self-contained/exports.map)

find_path(HWY_INCLUDE_DIR hwy/highway.h REQUIRED)
add_library(static_hwy STATIC self-contained/supported_targets.cpp)
target_include_directories(static_hwy PUBLIC ${HWY_INCLUDE_DIR})
add_library(PkgConfig::HWY ALIAS static_hwy)

# Every function of ALSA and JACK that this PortAudio calls, as SYMBOL(name), one file per library.
find_path(PORTAUDIO_INCLUDE_DIR portaudio.h REQUIRED)
find_library(PORTAUDIO_ARCHIVE NAMES libportaudio.a REQUIRED)
execute_process(COMMAND ${CMAKE_NM} --undefined-only ${PORTAUDIO_ARCHIVE}
                OUTPUT_VARIABLE undefined COMMAND_ERROR_IS_FATAL ANY)
function(list_symbols library prefix)
  string(REGEX MATCHALL "U ${prefix}_[A-Za-z0-9_]+" names "${undefined}")
  list(REMOVE_DUPLICATES names)
  list(REMOVE_ITEM names "U snd_config" "U snd_config_update" "U snd_config_update_free_global") # by hand
  list(TRANSFORM names REPLACE "U (.*)" "SYMBOL(\\1)\n")
  list(JOIN names "" lines)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/system_audio/${library}_symbols.inc CONTENT "${lines}")
endfunction()
list_symbols(alsa snd)
list_symbols(jack jack)

enable_language(C)
find_path(OPUS_INCLUDE_DIR opus/opus.h REQUIRED)
find_library(OPUS_ARCHIVE NAMES libopus.a REQUIRED)
add_library(static_opus STATIC self-contained/stderr.c)
target_include_directories(static_opus PUBLIC ${OPUS_INCLUDE_DIR})
target_link_libraries(static_opus PUBLIC ${OPUS_ARCHIVE} m)
target_link_options(static_opus INTERFACE -Wl,--wrap=stderr -Wl,--undefined=__wrap_stderr)
add_library(PkgConfig::OPUS ALIAS static_opus)

find_path(SPEEXDSP_INCLUDE_DIR speex/speex_resampler.h REQUIRED)
find_library(SPEEXDSP_ARCHIVE NAMES libspeexdsp.a REQUIRED)
add_library(static_speexdsp INTERFACE)
target_include_directories(static_speexdsp INTERFACE ${SPEEXDSP_INCLUDE_DIR})
target_link_libraries(static_speexdsp INTERFACE ${SPEEXDSP_ARCHIVE} m)
add_library(PkgConfig::SPEEXDSP ALIAS static_speexdsp)

add_library(static_portaudio STATIC self-contained/system_audio.c)
target_include_directories(static_portaudio PUBLIC ${PORTAUDIO_INCLUDE_DIR}
                           PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/system_audio)
target_link_libraries(static_portaudio PUBLIC ${PORTAUDIO_ARCHIVE} m Threads::Threads ${CMAKE_DL_LIBS})
# Asked for before PortAudio's archive is searched, so that our table of host APIs is taken and not its own.
target_link_options(static_portaudio INTERFACE -Wl,--undefined=paHostApiInitializers)
target_compile_options(static_portaudio PRIVATE -Wall -Wextra -Wpedantic)
add_library(PkgConfig::PORTAUDIO ALIAS static_portaudio)
