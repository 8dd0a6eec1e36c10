// The selective scan of one direction in three kernels: what each chunk of tokens adds to the state, the states carried from chunk to
// chunk, the outputs. A thread is one channel, a block one chunk; a channel's STATE values stay in registers, and what all channels of a
// token share (B, C, step and decay of each head) goes through shared memory, TILE tokens at a time.
//
// Compiled with HEADS, the heads of a direction, and STATE, N; a head is 16 channels wide.

#define CHANNELS (16 * HEADS)
#define FEATURES (HEADS + 2 * STATE) // of a token's projection: steps, B, C
#define TILE 16

struct Map {
  int height, width;
  int direction; // 0 by rows, 1 by columns, 2 and 3 the same backwards
};

// The pixel of a direction's token t.
__device__ static int pixel_of(const Map& map, int t) {
  const int length = map.height * map.width;
  if (map.direction >= 2) t = length - 1 - t;
  return map.direction % 2 == 0 ? t : t % map.height * map.width + t / map.height;
}

struct Tile {
  float4 input[TILE][STATE / 4];  // B
  float4 output[TILE][STATE / 4]; // C
  float step[TILE][HEADS];        // dt
  float decay[TILE][HEADS];       // exp(A dt)
  int pixel[TILE];
};

// Tokens first … first + count of the direction; projected is (L, FEATURES) in pixel order.
__device__ static void read(Tile& tile, const Map& map, const float* projected, const float* bias, const float* rates, int first, int count) {
  __syncthreads();
  for (int i = threadIdx.x; i < count; i += CHANNELS) tile.pixel[i] = pixel_of(map, first + i);
  __syncthreads();
  for (int i = threadIdx.x; i < count * STATE; i += CHANNELS) {
    const float* token = projected + (long long)tile.pixel[i / STATE] * FEATURES + HEADS;
    ((float*)tile.input[i / STATE])[i % STATE] = token[i % STATE];
    ((float*)tile.output[i / STATE])[i % STATE] = token[STATE + i % STATE];
  }
  for (int i = threadIdx.x; i < count * HEADS; i += CHANNELS) {
    const int token = i / HEADS, head = i % HEADS;
    const float raw = projected[(long long)tile.pixel[token] * FEATURES + head] + bias[head];
    const float step = raw > 20.0f ? raw : log1pf(expf(raw)); // softplus as libtorch has it
    tile.step[token][head] = step;
    tile.decay[token][head] = expf(rates[head] * step);
  }
  __syncthreads();
}

// S_t = exp(A dt_t) S_{t-1} + dt_t x_t B_t
__device__ static void advance(float4* state, float decay, float fed, const float4* input) {
#pragma unroll
  for (int n = 0; n < STATE / 4; n++) {
    const float4 b = input[n];
    state[n].x = state[n].x * decay + fed * b.x;
    state[n].y = state[n].y * decay + fed * b.y;
    state[n].z = state[n].z * decay + fed * b.z;
    state[n].w = state[n].w * decay + fed * b.w;
  }
}

// x (B, L, CHANNELS); states (B, chunks, STATE / 4, CHANNELS) of float4; decays (B, chunks, HEADS).
extern "C" __global__ void __launch_bounds__(CHANNELS) add_states(
    const float* x, const float* projected, const float* bias, const float* rates, float4* states, float* decays, int height, int width,
    int direction, int chunk) {
  __shared__ Tile tile;
  const Map map = {height, width, direction};
  const int length = map.height * map.width, channel = threadIdx.x, head = channel / 16;
  const long long image = (long long)blockIdx.y * length, place = (long long)blockIdx.y * gridDim.x + blockIdx.x;
  const int end = min(length, ((int)blockIdx.x + 1) * chunk);
  float4 state[STATE / 4] = {};
  float decayed = 1;
  for (int first = blockIdx.x * chunk; first < end; first += TILE) {
    const int count = min(TILE, end - first);
    read(tile, map, projected + image * FEATURES, bias, rates, first, count);
    for (int i = 0; i < count; i++) {
      const float fed = tile.step[i][head] * x[(image + tile.pixel[i]) * CHANNELS + channel];
      const float decay = tile.decay[i][head];
      advance(state, decay, fed, tile.input[i]);
      decayed *= decay;
    }
  }
#pragma unroll
  for (int n = 0; n < STATE / 4; n++) states[(place * (STATE / 4) + n) * CHANNELS + channel] = state[n];
  if (channel % 16 == 0) decays[place * HEADS + head] = decayed;
}

// In place, from what each chunk adds to the state before it. One thread for each value of the state.
extern "C" __global__ void carry_states(float4* states, const float* decays, int chunks) {
  const int value = blockIdx.x * blockDim.x + threadIdx.x; // of STATE / 4 · CHANNELS
  if (value >= STATE / 4 * CHANNELS) return;
  const int head = value % CHANNELS / 16;
  states += (long long)blockIdx.y * chunks * (STATE / 4 * CHANNELS) + value;
  decays += (long long)blockIdx.y * chunks * HEADS + head;
  float4 state = {};
  constexpr int ahead = 8; // loads that are on their way together
  for (int first = 0; first < chunks; first += ahead) {
    float4 added[ahead];
    float decay[ahead];
#pragma unroll
    for (int i = 0; i < ahead; i++)
      if (first + i < chunks) {
        added[i] = states[(long long)(first + i) * (STATE / 4 * CHANNELS)];
        decay[i] = decays[(long long)(first + i) * HEADS];
      }
#pragma unroll
    for (int i = 0; i < ahead; i++)
      if (first + i < chunks) {
        states[(long long)(first + i) * (STATE / 4 * CHANNELS)] = state;
        state.x = state.x * decay[i] + added[i].x;
        state.y = state.y * decay[i] + added[i].y;
        state.z = state.z * decay[i] + added[i].z;
        state.w = state.w * decay[i] + added[i].w;
      }
  }
}

// y_t = S_t C_t + D x_t, stored or, from the second direction on, added: (B, L, CHANNELS).
extern "C" __global__ void __launch_bounds__(CHANNELS) give_outputs(
    const float* x, const float* projected, const float* bias, const float* rates, const float* skips, const float4* states, float* y, int height,
    int width, int direction, int chunk, int add) {
  __shared__ Tile tile;
  const Map map = {height, width, direction};
  const int length = map.height * map.width, channel = threadIdx.x, head = channel / 16;
  const long long image = (long long)blockIdx.y * length, place = (long long)blockIdx.y * gridDim.x + blockIdx.x;
  const int end = min(length, ((int)blockIdx.x + 1) * chunk);
  const float skip = skips[channel];
  float4 state[STATE / 4];
#pragma unroll
  for (int n = 0; n < STATE / 4; n++) state[n] = states[(place * (STATE / 4) + n) * CHANNELS + channel];
  for (int first = blockIdx.x * chunk; first < end; first += TILE) {
    const int count = min(TILE, end - first);
    read(tile, map, projected + image * FEATURES, bias, rates, first, count);
    for (int i = 0; i < count; i++) {
      const long long at = (image + tile.pixel[i]) * CHANNELS + channel;
      const float in = x[at];
      advance(state, tile.decay[i][head], tile.step[i][head] * in, tile.input[i]);
      float4 sum = {};
#pragma unroll
      for (int n = 0; n < STATE / 4; n++) {
        const float4 c = tile.output[i][n];
        sum.x += state[n].x * c.x;
        sum.y += state[n].y * c.y;
        sum.z += state[n].z * c.z;
        sum.w += state[n].w * c.w;
      }
      const float out = (sum.x + sum.y) + (sum.z + sum.w) + skip * in;
      y[at] = add ? y[at] + out : out;
    }
  }
}
