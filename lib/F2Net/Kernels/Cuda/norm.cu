// Layer normalisation over CHANNELS, of a map whose channels or whose pixels lie side by side; the result's channels do.
//
// Compiled with CHANNELS.

// The channels of a pixel's values in registers, EACH of them in a lane, LANES lanes a pixel.
template <int LANES, int EACH>
__device__ static void normalise(float* values, const float* scale, const float* shift, float epsilon, int lane) {
  float sum = 0;
#pragma unroll
  for (int i = 0; i < EACH; i++) sum += lane + i * LANES < CHANNELS ? values[i] : 0;
#pragma unroll
  for (int apart = LANES / 2; apart > 0; apart /= 2) sum += __shfl_xor_sync(~0u, sum, apart);
  const float mean = sum / CHANNELS;
  float squares = 0;
#pragma unroll
  for (int i = 0; i < EACH; i++) squares += lane + i * LANES < CHANNELS ? (values[i] - mean) * (values[i] - mean) : 0;
#pragma unroll
  for (int apart = LANES / 2; apart > 0; apart /= 2) squares += __shfl_xor_sync(~0u, squares, apart);
  const float inverse = rsqrtf(squares / CHANNELS + epsilon);
#pragma unroll
  for (int i = 0; i < EACH; i++)
    if (lane + i * LANES < CHANNELS) values[i] = (values[i] - mean) * inverse * scale[lane + i * LANES] + shift[lane + i * LANES];
}

// Both (pixels, CHANNELS); a warp a pixel.
extern "C" __global__ void __launch_bounds__(256)
    norm_channels_together(const Value* __restrict__ x, const float* __restrict__ scale, const float* __restrict__ shift, Value* __restrict__ y,
        long long pixels, float epsilon) {
  constexpr int each = (CHANNELS + 31) / 32;
  const int lane = threadIdx.x % 32;
  const long long pixel = (long long)blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
  float values[each];
#pragma unroll
  for (int i = 0; i < each; i++) values[i] = pixel < pixels && lane + i * 32 < CHANNELS ? number(x[pixel * CHANNELS + lane + i * 32]) : 0;
  normalise<32, each>(values, scale, shift, epsilon, lane);
#pragma unroll
  for (int i = 0; i < each; i++)
    if (pixel < pixels && lane + i * 32 < CHANNELS) y[pixel * CHANNELS + lane + i * 32] = value(values[i]);
}

// x (B, CHANNELS, plane), y (B, plane, CHANNELS); a thread a pixel, for few channels.
extern "C" __global__ void __launch_bounds__(128)
    norm_pixels_together(const Value* __restrict__ x, const float* __restrict__ scale, const float* __restrict__ shift, Value* __restrict__ y,
        long long plane, float epsilon) {
  const long long pixel = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (pixel >= plane) return;
  x += (long long)blockIdx.y * CHANNELS * plane + pixel;
  y += ((long long)blockIdx.y * plane + pixel) * CHANNELS;
  float values[CHANNELS];
#pragma unroll
  for (int c = 0; c < CHANNELS; c++) values[c] = number(x[c * plane]);
  normalise<1, CHANNELS>(values, scale, shift, epsilon, 0);
#pragma unroll
  for (int c = 0; c < CHANNELS; c += 4) *(Four*)(y + c) = {value(values[c]), value(values[c + 1]), value(values[c + 2]), value(values[c + 3])};
}
