// What a map consists of: float, or, compiled with BFLOAT16 = 1, float's upper half. Put before every other source.

#if BFLOAT16
struct Value {
  unsigned short bits;
};

__device__ static float number(Value value) { return __uint_as_float((unsigned)value.bits << 16); }

__device__ static Value value(float number) {
  const unsigned bits = __float_as_uint(number);
  // To the nearest, ties to even; what is not a number stays none.
  return {(unsigned short)(number != number ? 0x7fc0u : (bits + 0x7fffu + (bits >> 16 & 1)) >> 16)};
}
#else
typedef float Value;

__device__ static float number(Value value) { return value; }

__device__ static Value value(float number) { return number; }
#endif

// Four values side by side, whose place is a multiple of four.
struct __align__(4 * sizeof(Value)) Four {
  Value x, y, z, w;
};

__device__ static float4 numbers(const Value* from) {
  const Four four = *(const Four*)from;
  return {number(four.x), number(four.y), number(four.z), number(four.w)};
}
