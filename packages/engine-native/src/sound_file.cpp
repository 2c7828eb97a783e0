// libsndfile is the machine's own, as ALSA and JACK are: its licence (LGPL) and its repairs stay with the
// system, and the addon loads without it. It is looked for when the first file is opened.
#include "sound_file.h"

#if defined(_WIN32)
#define ENABLE_SNDFILE_WINDOWS_PROTOTYPES 1
#if !defined(NOMINMAX)
#define NOMINMAX
#endif
#include <windows.h>
#else
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>
#endif
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "audio_device.h"

namespace foldback {
namespace {

#if defined(_WIN32)
constexpr std::array kNames{"sndfile.dll", "libsndfile-1.dll"};
void* openLibrary(const char* name) { return LoadLibraryA(name); }
void* symbolOf(void* library, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(library), name));
}
#define OPEN_FUNCTION sf_wchar_open
#else
#if defined(__APPLE__)
constexpr std::array kNames{"libsndfile.1.dylib", "/opt/homebrew/lib/libsndfile.1.dylib",
                            "/usr/local/lib/libsndfile.1.dylib"};
#else
constexpr std::array kNames{"libsndfile.so.1"};
#endif
void* openLibrary(const char* name) { return dlopen(name, RTLD_LAZY | RTLD_LOCAL); }
void* symbolOf(void* library, const char* name) { return dlsym(library, name); }
#define OPEN_FUNCTION sf_open
#endif
#define NAME_OF(symbol) NAME_OF_EXPANDED(symbol)
#define NAME_OF_EXPANDED(symbol) #symbol

constexpr const char* kAbsent =
    "WAV files need libsndfile: install it (Debian: apt-get install libsndfile1, macOS: brew install "
    "libsndfile) and start again";

class Library {
 public:
  /// @throws DeviceError NO_LIBSNDFILE
  static const Library& get() {
    static const Library library;
    return library;
  }

  decltype(&OPEN_FUNCTION) open = nullptr;
  decltype(&sf_open_virtual) openVirtual = nullptr;
  decltype(&sf_open_fd) openDescriptor = nullptr;
  decltype(&sf_close) close = nullptr;
  decltype(&sf_command) command = nullptr;
  decltype(&sf_readf_float) read = nullptr;
  decltype(&sf_seek) seek = nullptr;
  decltype(&sf_strerror) strerror = nullptr;
  decltype(&sf_writef_float) write = nullptr;
  decltype(&sf_write_sync) sync = nullptr;

 private:
  Library() {
    void* library = nullptr;
    for (const char* name : kNames) {
      if (library == nullptr) library = openLibrary(name);
    }
    if (library == nullptr) throw DeviceError("NO_LIBSNDFILE", kAbsent);
    find(library, NAME_OF(OPEN_FUNCTION), open);
    find(library, "sf_open_virtual", openVirtual);
    find(library, "sf_open_fd", openDescriptor);
    find(library, "sf_close", close);
    find(library, "sf_command", command);
    find(library, "sf_readf_float", read);
    find(library, "sf_seek", seek);
    find(library, "sf_strerror", strerror);
    find(library, "sf_writef_float", write);
    find(library, "sf_write_sync", sync);
  }

  template <typename Function>
  static void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(symbolOf(library, name));
    if (function == nullptr) throw DeviceError("NO_LIBSNDFILE", kAbsent);
  }
};

SNDFILE* fileOf(const SoundFileHandle& handle) { return static_cast<SNDFILE*>(handle.get()); }

std::filesystem::path pathOf(const std::string& utf8) {
  return std::filesystem::path(std::u8string(utf8.begin(), utf8.end()));
}

MendedWav* of(void* data) { return static_cast<MendedWav*>(data); }

/// libsndfile's way into a file that it does not open itself.
SF_VIRTUAL_IO mendedWavIo() {
  SF_VIRTUAL_IO io{};
  io.get_filelen = [](void* data) { return static_cast<sf_count_t>(of(data)->bytes()); };
  io.seek = [](sf_count_t offset, int whence, void* data) {
    MendedWav* file = of(data);
    sf_count_t from = 0;
    if (whence == SEEK_CUR) from = static_cast<sf_count_t>(file->position());
    if (whence == SEEK_END) from = static_cast<sf_count_t>(file->bytes());
    file->seek(static_cast<uint64_t>(std::max<sf_count_t>(0, from + offset)));
    return static_cast<sf_count_t>(file->position());
  };
  io.read = [](void* to, sf_count_t count, void* data) {
    return static_cast<sf_count_t>(of(data)->read(static_cast<char*>(to), static_cast<size_t>(count)));
  };
  io.write = [](const void*, sf_count_t, void*) { return sf_count_t{0}; };
  io.tell = [](void* data) { return static_cast<sf_count_t>(of(data)->position()); };
  return io;
}

SoundFileHandle openMended(MendedWav& wav, SF_INFO& info) {
  const Library& library = Library::get();
  SF_VIRTUAL_IO io = mendedWavIo();
  SoundFileHandle file(library.openVirtual(&io, SFM_READ, &info, &wav));
  if (file == nullptr) throw DeviceError("SOUND_FILE", library.strerror(nullptr));
  return file;
}

/// libsndfile knows some thirty formats, and by their contents: most of them nobody means by a WAV file, and
/// none of those is anything that strangers' bytes should reach.
bool isWav(std::string_view head) {
  constexpr std::string_view kWave64("riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00", 16);
  if (head.starts_with(kWave64)) return true;
  const std::string_view outer = head.substr(0, 4);
  const bool wave = head.size() >= 12 && head.substr(8, 4) == "WAVE";
  return wave && (outer == "RIFF" || outer == "RIFX" || outer == "RF64" || outer == "BW64");
}

/// @throws DeviceError SOUND_FILE
void requireWav(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw DeviceError("SOUND_FILE", error ? error.message() : "this is no file");
  }
  std::array<char, 16> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  if (isWav({head.data(), static_cast<size_t>(file.gcount())})) return;
  throw DeviceError("SOUND_FILE", "this is no WAV file (nor RF64, BW64 or W64), whatever its name says");
}

/// The fewest bits that a sample takes in the file.
int64_t leastBits(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
    case SF_FORMAT_PCM_S8:
    case SF_FORMAT_PCM_U8:
    case SF_FORMAT_ULAW:
    case SF_FORMAT_ALAW:
      return 8;
    case SF_FORMAT_PCM_16:
      return 16;
    case SF_FORMAT_PCM_24:
      return 24;
    case SF_FORMAT_PCM_32:
    case SF_FORMAT_FLOAT:
      return 32;
    case SF_FORMAT_DOUBLE:
      return 64;
    default:  // compressed
      return 1;
  }
}

/// As the header says, but no more than a file of this size can hold.
int64_t framesOf(const SF_INFO& info, uint64_t fileBytes) {
  const int64_t most = static_cast<int64_t>(fileBytes) * 8 / (leastBits(info.format) * info.channels);
  return std::clamp<int64_t>(info.frames, 0, most);
}

#if !defined(_WIN32)
/// @throws DeviceError SOUND_FILE in the system's words
[[noreturn]] void refuse() { throw DeviceError("SOUND_FILE", std::generic_category().message(errno)); }
#endif

}  // namespace

void CloseSoundFile::operator()(void* file) const noexcept {
  if (file != nullptr) Library::get().close(static_cast<SNDFILE*>(file));
}

SoundReader::SoundReader(const std::string& path) {
  const Library& library = Library::get();
  const std::filesystem::path native = pathOf(path);
  requireWav(native);
  SF_INFO info{};
  if (std::optional<MendedWav> mended = MendedWav::of(path)) {
    mended_ = std::make_unique<MendedWav>(std::move(*mended));
    file_ = openMended(*mended_, info);
    info_ = {info.channels, info.samplerate, framesOf(info, mended_->bytes())};
    return;
  }
  file_.reset(library.open(native.c_str(), SFM_READ, &info));
  if (file_ == nullptr) throw DeviceError("SOUND_FILE", library.strerror(nullptr));
  info_ = {info.channels, info.samplerate, framesOf(info, std::filesystem::file_size(native))};
}

std::string SoundReader::guess() const { return mended_ == nullptr ? "" : mended_->guess(); }

size_t SoundReader::read(float* interleaved, size_t frames) {
  const sf_count_t count = Library::get().read(fileOf(file_), interleaved, static_cast<sf_count_t>(frames));
  return count < 0 ? 0 : static_cast<size_t>(count);
}

void SoundReader::rewind() { Library::get().seek(fileOf(file_), 0, SEEK_SET); }

SoundWriter::SoundWriter(const std::string& path, int sampleRateHz) {
  SF_INFO info{};
  info.samplerate = sampleRateHz;
  info.channels = 1;
  info.format = SF_FORMAT_RF64 | SF_FORMAT_FLOAT;
  const Library& library = Library::get();
#if defined(_WIN32)
  file_.reset(library.open(pathOf(path).c_str(), SFM_WRITE, &info));
#else
  descriptor_ = ::open(pathOf(path).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) refuse();
  file_.reset(library.openDescriptor(descriptor_, SFM_WRITE, &info, SF_TRUE));
#endif
  if (file_ == nullptr) throw DeviceError("SOUND_FILE", library.strerror(nullptr));
  Library::get().command(fileOf(file_), SFC_RF64_AUTO_DOWNGRADE, nullptr, SF_TRUE);
  tellLength();
}

void SoundWriter::write(std::span<const float> samples) {
  const Library& library = Library::get();
  const auto count = static_cast<sf_count_t>(samples.size());
  if (library.write(fileOf(file_), samples.data(), count) == count) return;
  throw DeviceError("SOUND_FILE", library.strerror(fileOf(file_)));
}

void SoundWriter::cut(uint64_t samples) {
  auto count = static_cast<sf_count_t>(samples);
  Library::get().command(fileOf(file_), SFC_FILE_TRUNCATE, &count, sizeof count);
}

void SoundWriter::tellLength() { Library::get().command(fileOf(file_), SFC_UPDATE_HEADER_NOW, nullptr, 0); }

/// libsndfile does not look at what fsync answers, which is where a disk says that it has lost something.
void SoundWriter::flush() {
#if defined(_WIN32)
  Library::get().sync(fileOf(file_));
#else
  if (fsync(descriptor_) != 0) refuse();
#endif
}

}  // namespace foldback
