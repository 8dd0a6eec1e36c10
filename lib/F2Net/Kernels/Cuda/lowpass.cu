// AFD whole for one group of channels and a tile of pixels: projection, filter generator, softmax, the nine taps, and what they leave
// over (Eq. 3-5, 7). The projected features live in shared memory only, the responses in registers.
//
// Compiled with INPUTS, the image's channels, and WIDTH, the channels of a group; generators and low-pass kernels are 3 x 3.

#define TAPS 9
#define COLUMNS 32 // threads across a tile
#define THREAD_ROWS 4
#define PIXELS 4 // of a thread, one below the other
#define ROWS (THREAD_ROWS * PIXELS)

// image (B, INPUTS, H, W); projection (groups · WIDTH, INPUTS); weight (groups · TAPS, WIDTH, 3, 3); low and high (B, groups · WIDTH, H, W).
extern "C" __global__ void __launch_bounds__(COLUMNS* THREAD_ROWS) split(
    const Value* image, const float* projection, const float* projection_bias, const float* weight, const float* bias, Value* low, Value* high,
    int height, int width, int groups) {
  __shared__ float x[WIDTH][ROWS + 2][COLUMNS + 2];
  __shared__ float4 filters[WIDTH * 9][3]; // TAPS values and padding
  const int group = blockIdx.z % groups, picture = blockIdx.z / groups;
  const int thread = threadIdx.y * COLUMNS + threadIdx.x, threads = COLUMNS * THREAD_ROWS;
  const int left = blockIdx.x * COLUMNS, top = blockIdx.y * ROWS;
  const long long plane = (long long)height * width;

  for (int i = thread; i < WIDTH * 9 * 12; i += threads) {
    const int from = i / 12, tap = i % 12;
    ((float*)filters[from])[tap] = tap < TAPS ? weight[(group * TAPS + tap) * WIDTH * 9 + from] : 0;
  }
  for (int i = thread; i < (ROWS + 2) * (COLUMNS + 2); i += threads) {
    const int r = i / (COLUMNS + 2), c = i % (COLUMNS + 2), row = top + r - 1, column = left + c - 1;
    const bool inside = row >= 0 && row < height && column >= 0 && column < width;
    float in[INPUTS];
#pragma unroll
    for (int k = 0; k < INPUTS; k++) in[k] = inside ? number(image[(picture * INPUTS + k) * plane + (long long)row * width + column]) : 0;
#pragma unroll
    for (int channel = 0; channel < WIDTH; channel++) {
      float sum = inside ? projection_bias[group * WIDTH + channel] : 0; // the padding is zero, not the projection of a black pixel
#pragma unroll
      for (int k = 0; k < INPUTS; k++) sum += projection[(group * WIDTH + channel) * INPUTS + k] * in[k];
      x[channel][r][c] = sum;
    }
  }
  __syncthreads();

  const int first = threadIdx.y * PIXELS; // row of the tile
  float kernel[PIXELS][TAPS];
#pragma unroll
  for (int p = 0; p < PIXELS; p++)
#pragma unroll
    for (int tap = 0; tap < TAPS; tap++) kernel[p][tap] = bias[group * TAPS + tap];
  for (int channel = 0; channel < WIDTH; channel++)
#pragma unroll
    for (int dx = 0; dx < 3; dx++) {
      float near[PIXELS + 2];
#pragma unroll
      for (int r = 0; r < PIXELS + 2; r++) near[r] = x[channel][first + r][threadIdx.x + dx];
#pragma unroll
      for (int dy = 0; dy < 3; dy++) {
        const float4* fours = filters[channel * 9 + dy * 3 + dx];
        const float4 a = fours[0], b = fours[1], c = fours[2];
        const float filter[TAPS] = {a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w, c.x};
#pragma unroll
        for (int p = 0; p < PIXELS; p++)
#pragma unroll
          for (int tap = 0; tap < TAPS; tap++) kernel[p][tap] += filter[tap] * near[p + dy];
      }
    }
#pragma unroll
  for (int p = 0; p < PIXELS; p++) { // Eq. 4
    float most = kernel[p][0], sum = 0;
#pragma unroll
    for (int tap = 1; tap < TAPS; tap++) most = fmaxf(most, kernel[p][tap]);
#pragma unroll
    for (int tap = 0; tap < TAPS; tap++) sum += kernel[p][tap] = expf(kernel[p][tap] - most);
#pragma unroll
    for (int tap = 0; tap < TAPS; tap++) kernel[p][tap] /= sum;
  }

  const int column = left + threadIdx.x;
  for (int channel = 0; channel < WIDTH; channel++) {
    float near[PIXELS + 2][3];
#pragma unroll
    for (int r = 0; r < PIXELS + 2; r++)
#pragma unroll
      for (int dx = 0; dx < 3; dx++) near[r][dx] = x[channel][first + r][threadIdx.x + dx];
#pragma unroll
    for (int p = 0; p < PIXELS; p++) {
      const int row = top + first + p;
      if (row >= height || column >= width) continue;
      float sum = 0;
#pragma unroll
      for (int tap = 0; tap < TAPS; tap++) sum += kernel[p][tap] * near[p + tap / 3][tap % 3]; // Eq. 5
      const long long at = ((long long)picture * groups * WIDTH + group * WIDTH + channel) * plane + (long long)row * width + column;
      low[at] = value(sum);
      high[at] = value(near[p + 1][1] - sum); // Eq. 7
    }
  }
}
