// The peers, compiled with -march=native; the mixer itself is not.
#include "peers.h"

#include <algorithm>

#ifdef BENCH_EIGEN
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#endif
#ifdef BENCH_LIBXSMM
#include <libxsmm.h>
#endif
#ifdef BENCH_OPENBLAS
#include <cblas.h>
#endif

namespace foldback::bench {
namespace {

std::function<void()> preparePlainLoops(Product& product) {
  return [&product] {
    const Shape& shape = product.shape;
    std::fill(product.out.begin(), product.out.end(), 0.0f);
    for (int row = 0; row < 2 * shape.mixes; ++row) {
      float* out = &product.out[static_cast<size_t>(row) * shape.frames];
      for (int channel = 0; channel < shape.inputs; ++channel) {
        const float gain = product.gains[static_cast<size_t>(row) * shape.inputs + channel];
        const float* in = &product.in[static_cast<size_t>(channel) * shape.frames];
        for (int frame = 0; frame < shape.frames; ++frame) out[frame] += gain * in[frame];
      }
    }
  };
}

#ifdef BENCH_EIGEN
std::function<void()> prepareEigen(Product& product) {
  return [&product] {
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Shape& shape = product.shape;
    const Eigen::Map<const Matrix> gains(product.gains.data(), 2 * shape.mixes, shape.inputs);
    const Eigen::Map<const Matrix> in(product.in.data(), shape.inputs, shape.frames);
    Eigen::Map<Matrix> out(product.out.data(), 2 * shape.mixes, shape.frames);
    out.noalias() = gains * in;
  };
}
#endif

#ifdef BENCH_OPENBLAS
std::function<void()> prepareOpenBlas(Product& product) {
  openblas_set_num_threads(1);
  return [&product] {
    const Shape& shape = product.shape;
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, 2 * shape.mixes, shape.frames, shape.inputs, 1.0f,
                product.gains.data(), shape.inputs, product.in.data(), shape.frames, 0.0f, product.out.data(),
                shape.frames);
  };
}
#endif

#ifdef BENCH_LIBXSMM
/// libxsmm is column by column, so the roles change: out' (frames x rows) = in' x gains'. One kernel is made
/// at run time for `rowsAtOnce` rows, or for all of them when it is 0.
Peer libxsmmPeer(const char* name, int rowsAtOnce) {
  return {name, [rowsAtOnce](Product& product) -> std::function<void()> {
            const Shape& shape = product.shape;
            const int rows = 2 * shape.mixes;
            const int block = rowsAtOnce == 0 ? rows : rowsAtOnce;
            if (rows % block != 0) return {};
            const float one = 1.0f;
            const float zero = 0.0f;
            const libxsmm_smmfunction kernel = libxsmm_smmdispatch(
                shape.frames, block, shape.inputs, nullptr, nullptr, nullptr, &one, &zero, nullptr, nullptr);
            if (kernel == nullptr) return {};
            return [&product, kernel, rows, block] {
              for (int row = 0; row < rows; row += block) {
                kernel(product.in.data(), &product.gains[static_cast<size_t>(row) * product.shape.inputs],
                       &product.out[static_cast<size_t>(row) * product.shape.frames]);
              }
            };
          }};
}
#endif

#if defined(__AVX512F__)
constexpr int kPeakVectorBytes = 64;
#elif defined(__AVX__)
constexpr int kPeakVectorBytes = 32;
#else
constexpr int kPeakVectorBytes = 16;
#endif
#if defined(__x86_64__)
#define VECTOR_REGISTER "+v"
#else
#define VECTOR_REGISTER "+w"
#endif

typedef float PeakVector __attribute__((vector_size(kPeakVectorBytes)));
constexpr int kPeakChains = 12;
constexpr int kPeakRounds = 2000;

}  // namespace

float noise() {
  static uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return static_cast<float>(static_cast<int32_t>(state)) / 2147483648.0f;
}

Product::Product(const Shape& wanted)
    : shape(wanted),
      gains(static_cast<size_t>(2) * wanted.mixes * wanted.inputs),
      in(static_cast<size_t>(wanted.inputs) * wanted.frames),
      out(static_cast<size_t>(2) * wanted.mixes * wanted.frames) {
  std::generate(gains.begin(), gains.end(), noise);
  std::generate(in.begin(), in.end(), noise);
}

std::vector<Peer> peers() {
  return {
#ifdef BENCH_LIBXSMM
      libxsmmPeer("libxsmm", 0),     libxsmmPeer("libxsmm/16", 16),
#endif
#ifdef BENCH_OPENBLAS
      {"OpenBLAS", prepareOpenBlas},
#endif
#ifdef BENCH_EIGEN
      {"Eigen", prepareEigen},
#endif
      {"plain", preparePlainLoops},
  };
}

double fmaPeakFlops() {
  return 2.0 * kPeakChains * kPeakRounds * (kPeakVectorBytes / static_cast<double>(sizeof(float)));
}

void runFmaPeak() {
  // Variables, not an array, so that they stay in registers; all different and opaque after each round, or
  // the compiler merges the chains.
  const auto start = [] { return PeakVector{} + noise(); };
  PeakVector a = start(), b = start(), c = start(), d = start(), e = start(), f = start(), g = start(),
             h = start(), i = start(), j = start(), k = start(), l = start();
  const PeakVector factor = PeakVector{} + 0.999f;
  const PeakVector term = PeakVector{} + 0.001f;
  for (int round = 0; round < kPeakRounds; ++round) {
    for (PeakVector* chain : {&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l})
      *chain = *chain * factor + term;
    asm volatile(""
                 : VECTOR_REGISTER(a), VECTOR_REGISTER(b), VECTOR_REGISTER(c), VECTOR_REGISTER(d),
                   VECTOR_REGISTER(e), VECTOR_REGISTER(f), VECTOR_REGISTER(g), VECTOR_REGISTER(h),
                   VECTOR_REGISTER(i), VECTOR_REGISTER(j), VECTOR_REGISTER(k), VECTOR_REGISTER(l));
  }
}

}  // namespace foldback::bench
