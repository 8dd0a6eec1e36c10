// The selective scan in three kernels: what each chunk of tokens adds to the state, the states carried from chunk to chunk, the outputs
// of each direction. A block is one chunk of one direction, and a thread holds a quarter of the states of four channels in registers.
// What the threads share of a token (x, B, C, step and decay of each head) goes through shared memory, TILE tokens at a time.
//
// Compiled with DIRECTIONS, how many are scanned together, with HEADS, of a direction, and STATE, N, a multiple of 16; a head is 16 channels
// wide.

#define CHANNELS (16 * HEADS) // and threads of a block
#define FEATURES (HEADS + 2 * STATE) // of a token's projection: steps, B, C
#define FOURS (STATE / 4)
#define OWN (FOURS / 4) // fours of one channel's states that a thread holds
#define TILE 16

struct Map {
  int height, width;
  int index;     // among the directions that are scanned together
  int direction; // 0 by rows, 1 by columns, 2 and 3 the same backwards
};

// The pixel of a direction's token t.
__device__ static int pixel_of(const Map& map, int t) {
  const int length = map.height * map.width;
  if (map.direction >= 2) t = length - 1 - t;
  return map.direction % 2 == 0 ? t : t % map.height * map.width + t / map.height;
}

struct Tile {
  float4 x[TILE][CHANNELS / 4];
  float4 input[TILE][FOURS];  // B
  float4 output[TILE][FOURS]; // C
  float step[TILE][HEADS];    // dt
  float decay[TILE][HEADS];   // exp(A dt)
  int pixel[TILE];
};

__device__ static float4 feature(const Value* from) {
  if (HEADS % 4 == 0) return numbers(from); // only then is every token's projection aligned
  return {number(from[0]), number(from[1]), number(from[2]), number(from[3])};
}

// Tokens first … first + count of the direction; x is (L, CHANNELS) and projected (L, DIRECTIONS, FEATURES), both in pixel order.
template <bool outputs>
__device__ static void read(Tile& tile, const Map& map, const Value* x, const Value* projected, const float* bias, const float* rates,
    int first, int count) {
  projected += map.index * FEATURES;
  __syncthreads();
  for (int i = threadIdx.x; i < count; i += CHANNELS) tile.pixel[i] = pixel_of(map, first + i);
  __syncthreads();
  for (int i = threadIdx.x; i < count * (CHANNELS / 4); i += CHANNELS) {
    const int token = i / (CHANNELS / 4), at = i % (CHANNELS / 4);
    tile.x[token][at] = numbers(x + (long long)tile.pixel[token] * CHANNELS + 4 * at);
  }
  for (int i = threadIdx.x; i < count * FOURS; i += CHANNELS) {
    const int token = i / FOURS, at = i % FOURS;
    const Value* features = projected + (long long)tile.pixel[token] * (DIRECTIONS * FEATURES) + HEADS + 4 * at;
    tile.input[token][at] = feature(features);
    if (outputs) tile.output[token][at] = feature(features + STATE);
  }
  for (int i = threadIdx.x; i < count * HEADS; i += CHANNELS) {
    const int token = i / HEADS, head = i % HEADS;
    const float raw = number(projected[(long long)tile.pixel[token] * (DIRECTIONS * FEATURES) + head]) + bias[map.index * HEADS + head];
    const float step = raw > 20.0f ? raw : log1pf(expf(raw)); // softplus as libtorch has it
    tile.step[token][head] = step;
    tile.decay[token][head] = expf(rates[map.index * HEADS + head] * step);
  }
  __syncthreads();
}

// S_t = exp(A dt_t) S_{t-1} + dt_t x_t B_t, of one channel.
__device__ static void advance(float4& state, float decay, float fed, const float4& b) {
  state.x = state.x * decay + fed * b.x;
  state.y = state.y * decay + fed * b.y;
  state.z = state.z * decay + fed * b.z;
  state.w = state.w * decay + fed * b.w;
}

__device__ static void add_product(float& sum, const float4& a, const float4& b) {
  sum += a.x * b.x;
  sum += a.y * b.y;
  sum += a.z * b.z;
  sum += a.w * b.w;
}

// Which channels and states this thread holds.
struct Share {
  int quarter, head, fours; // fours: of the channels
};

__device__ static Share share() { return {(int)threadIdx.x % 4, (int)threadIdx.x / 16, (int)threadIdx.x / 4}; }

// x (B, L, CHANNELS); bias and rates (K, HEADS); states (B, K, chunks, FOURS, CHANNELS) of four values of each thread; decays
// (B, K, chunks, HEADS).
extern "C" __global__ void __launch_bounds__(CHANNELS) add_states(
    const Value* __restrict__ x, const Value* __restrict__ projected, const float* __restrict__ bias, const float* __restrict__ rates,
    float4* __restrict__ states, float* __restrict__ decays, int height, int width, int chunk, int first_direction) {
  __shared__ Tile tile;
  const Map map = {height, width, (int)blockIdx.y % DIRECTIONS, (int)blockIdx.y % DIRECTIONS + first_direction};
  const int length = height * width;
  const long long image = (long long)(blockIdx.y / DIRECTIONS) * length, place = (long long)blockIdx.y * gridDim.x + blockIdx.x;
  const int end = min(length, ((int)blockIdx.x + 1) * chunk);
  const Share own = share();
  float4 state[4][OWN] = {};
  float decayed = 1;
  for (int first = blockIdx.x * chunk; first < end; first += TILE) {
    const int count = min(TILE, end - first);
    read<false>(tile, map, x + image * CHANNELS, projected + image * (DIRECTIONS * FEATURES), bias, rates, first, count);
    for (int i = 0; i < count; i++) {
      const float4 in = tile.x[i][own.fours];
      const float step = tile.step[i][own.head], decay = tile.decay[i][own.head];
#pragma unroll
      for (int n = 0; n < OWN; n++) {
        const float4 b = tile.input[i][own.quarter * OWN + n];
        advance(state[0][n], decay, step * in.x, b);
        advance(state[1][n], decay, step * in.y, b);
        advance(state[2][n], decay, step * in.z, b);
        advance(state[3][n], decay, step * in.w, b);
      }
      decayed *= decay;
    }
  }
#pragma unroll
  for (int c = 0; c < 4; c++)
#pragma unroll
    for (int n = 0; n < OWN; n++) states[(place * FOURS + c * OWN + n) * CHANNELS + threadIdx.x] = state[c][n];
  if (threadIdx.x % 16 == 0) decays[place * HEADS + own.head] = decayed;
}

// In place, from what each chunk adds to the state before it. One thread for four values of the state.
extern "C" __global__ void carry_states(float4* __restrict__ states, const float* __restrict__ decays, int chunks) {
  const int value = blockIdx.x * blockDim.x + threadIdx.x; // of FOURS · CHANNELS
  if (value >= FOURS * CHANNELS) return;
  states += (long long)blockIdx.y * chunks * (FOURS * CHANNELS) + value;
  decays += (long long)blockIdx.y * chunks * HEADS + value % CHANNELS / 16;
  float4 state = {};
  constexpr int ahead = 16; // loads that are on their way together
  for (int first = 0; first < chunks; first += ahead) {
    float4 added[ahead];
    float decay[ahead];
#pragma unroll
    for (int i = 0; i < ahead; i++)
      if (first + i < chunks) {
        added[i] = states[(long long)(first + i) * (FOURS * CHANNELS)];
        decay[i] = decays[(long long)(first + i) * HEADS];
      }
#pragma unroll
    for (int i = 0; i < ahead; i++)
      if (first + i < chunks) {
        states[(long long)(first + i) * (FOURS * CHANNELS)] = state;
        state.x = state.x * decay[i] + added[i].x;
        state.y = state.y * decay[i] + added[i].y;
        state.z = state.z * decay[i] + added[i].z;
        state.w = state.w * decay[i] + added[i].w;
      }
  }
}

// y_t = S_t C_t + D x_t of each direction, in pixel order: (K, B, L, CHANNELS).
extern "C" __global__ void __launch_bounds__(CHANNELS) give_outputs(
    const Value* __restrict__ x, const Value* __restrict__ projected, const float* __restrict__ bias, const float* __restrict__ rates,
    const float* __restrict__ skips, const float4* __restrict__ states, Value* __restrict__ y, int height, int width, int chunk, int first_direction) {
  __shared__ Tile tile;
  const Map map = {height, width, (int)blockIdx.y % DIRECTIONS, (int)blockIdx.y % DIRECTIONS + first_direction};
  const int length = height * width;
  const long long image = (long long)(blockIdx.y / DIRECTIONS) * length, place = (long long)blockIdx.y * gridDim.x + blockIdx.x;
  const int end = min(length, ((int)blockIdx.x + 1) * chunk);
  const Share own = share();
  // The four threads that hold quarters of the same channels add them up, and each is left with one channel.
  const bool odd = own.quarter & 1, upper = own.quarter & 2;
  const int channel = 4 * own.fours + 2 * odd + upper;
  const unsigned warp = threadIdx.x / 32 * 32 + 32 <= CHANNELS ? ~0u : 0xffffu; // the last one may be half
  const float skip = skips[map.index * CHANNELS + channel];
  y += (long long)map.index * (gridDim.y / DIRECTIONS) * length * CHANNELS;
  float4 state[4][OWN];
#pragma unroll
  for (int c = 0; c < 4; c++)
#pragma unroll
    for (int n = 0; n < OWN; n++) state[c][n] = states[(place * FOURS + c * OWN + n) * CHANNELS + threadIdx.x];
  for (int first = blockIdx.x * chunk; first < end; first += TILE) {
    const int count = min(TILE, end - first);
    read<true>(tile, map, x + image * CHANNELS, projected + image * (DIRECTIONS * FEATURES), bias, rates, first, count);
    for (int i = 0; i < count; i++) {
      const float4 in = tile.x[i][own.fours];
      const float step = tile.step[i][own.head], decay = tile.decay[i][own.head];
      float4 sum = {};
#pragma unroll
      for (int n = 0; n < OWN; n++) {
        const float4 b = tile.input[i][own.quarter * OWN + n], c = tile.output[i][own.quarter * OWN + n];
        advance(state[0][n], decay, step * in.x, b);
        advance(state[1][n], decay, step * in.y, b);
        advance(state[2][n], decay, step * in.z, b);
        advance(state[3][n], decay, step * in.w, b);
        add_product(sum.x, state[0][n], c);
        add_product(sum.y, state[1][n], c);
        add_product(sum.z, state[2][n], c);
        add_product(sum.w, state[3][n], c);
      }
      const float lower_half = (odd ? sum.z : sum.x) + __shfl_xor_sync(warp, odd ? sum.x : sum.z, 1);
      const float upper_half = (odd ? sum.w : sum.y) + __shfl_xor_sync(warp, odd ? sum.y : sum.w, 1);
      const float read_out = (upper ? upper_half : lower_half) + __shfl_xor_sync(warp, upper ? lower_half : upper_half, 2);
      const float out = read_out + skip * (odd ? (upper ? in.w : in.z) : (upper ? in.y : in.x));
      y[(image + tile.pixel[i]) * CHANNELS + channel] = value(out);
    }
  }
}
