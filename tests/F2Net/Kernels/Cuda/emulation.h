// CUDA's language on the CPU, so far as lib/F2Net/Kernels/Cuda uses it: a thread of the machine for each thread of a block, blocks one
// after the other. Shared memory is static because of that.
#include <barrier>
#include <bit>
#include <cmath>
#include <thread>
#include <utility>
#include <vector>

struct float4 {
  float x, y, z, w;
};

struct Index {
  unsigned x, y, z;
};

static thread_local Index threadIdx, blockIdx;
static Index blockDim, gridDim;
static std::barrier<>* team;

#define __global__
#define __device__
#define __shared__ static
#define __align__(bytes) alignas(bytes)
#define __launch_bounds__(threads)
#define __syncthreads() team->arrive_and_wait()

using std::min;

static float __uint_as_float(unsigned bits) { return std::bit_cast<float>(bits); }
static unsigned __float_as_uint(float number) { return std::bit_cast<unsigned>(number); }
static float rsqrtf(float number) { return 1 / std::sqrt(number); }

// Asked by all threads of a block together; a warp is 32 of them.
static float __shfl_xor_sync(unsigned, float value, int mask) {
  static float shown[1024];
  const unsigned thread = threadIdx.y * blockDim.x + threadIdx.x;
  shown[thread] = value;
  team->arrive_and_wait();
  const float other = shown[thread ^ mask];
  team->arrive_and_wait();
  return other;
}

template <typename... A, size_t... I>
void call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
  kernel(*static_cast<std::remove_reference_t<A>*>(arguments[I])...);
}

template <typename... A>
void launch(void (*kernel)(A...), Index grid, Index block, void** arguments) {
  const unsigned threads = block.x * block.y;
  std::barrier<> meeting(threads);
  team = &meeting;
  blockDim = block;
  gridDim = grid;
  std::vector<std::thread> all;
  for (unsigned t = 0; t < threads; t++)
    all.emplace_back([=, &meeting] {
      threadIdx = {t % block.x, t / block.x, 0};
      for (unsigned b = 0; b < grid.x * grid.y * grid.z; b++) {
        blockIdx = {b % grid.x, b / grid.x % grid.y, b / grid.x / grid.y};
        call(kernel, arguments, std::index_sequence_for<A...>());
        meeting.arrive_and_wait(); // the next block writes the same shared memory
      }
    });
  for (auto& one : all) one.join();
}

// A kernel as cuLaunchKernel would start it.
#define KERNEL(name) \
  extern "C" void launch_##name(Index grid, Index block, void** arguments) { launch(name, grid, block, arguments); }
