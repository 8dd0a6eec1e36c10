namespace TorchSharp;

public static partial class torch
{
    public static ScalarType float32 = ScalarType.Float32;
    public static ScalarType float64 = ScalarType.Float64;
    public static ScalarType int64 = ScalarType.Int64;
    public static ScalarType int32 = ScalarType.Int32;
    public static ScalarType uint8 = ScalarType.Byte;
    public static ScalarType bfloat16 = ScalarType.BFloat16;
    public static ScalarType float16 = ScalarType.Float16;

    private static readonly Op Empty = new("aten::empty.memory_format");
    private static readonly Op Zeros = new("aten::zeros");
    private static readonly Op Ones = new("aten::ones");
    private static readonly Op Full = new("aten::full");
    private static readonly Op Rand = new("aten::rand");
    private static readonly Op Randn = new("aten::randn");
    private static readonly Op RandGenerator = new("aten::rand.generator");
    private static readonly Op RandnGenerator = new("aten::randn.generator");
    private static readonly Op Randint = new("aten::randint.low");
    private static readonly Op RandintGenerator = new("aten::randint.low_generator");
    private static readonly Op Arange = new("aten::arange.start_step");
    private static readonly Op Linspace = new("aten::linspace");
    private static readonly Op Eye = new("aten::eye.m");
    private static readonly Op ZerosLike = new("aten::zeros_like");
    private static readonly Op OnesLike = new("aten::ones_like");
    private static readonly Op EmptyLike = new("aten::empty_like");
    private static readonly Op RandLike = new("aten::rand_like");
    private static readonly Op RandnLike = new("aten::randn_like");

    public static Tensor empty(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Leaf(Empty.Call(size, dtype ?? ScalarType.Float32, Arg.None, device), requires_grad);

    public static Tensor zeros(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Leaf(Zeros.Call(size, dtype ?? ScalarType.Float32, Arg.None, device), requires_grad);

    public static Tensor ones(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Leaf(Ones.Call(size, dtype ?? ScalarType.Float32, Arg.None, device), requires_grad);

    public static Tensor full(
        long[] size,
        Scalar value,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Leaf(Full.Call(size, value, dtype ?? value.ValueType(), Arg.None, device), requires_grad);

    public static Tensor rand(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) =>
        Leaf(
            generator is null
                ? Rand.Call(size, dtype ?? ScalarType.Float32, Arg.None, device)
                : RandGenerator.Call(size, generator, dtype ?? ScalarType.Float32, Arg.None, device),
            requires_grad
        );

    public static Tensor randn(
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) =>
        Leaf(
            generator is null
                ? Randn.Call(size, dtype ?? ScalarType.Float32, Arg.None, device)
                : RandnGenerator.Call(size, generator, dtype ?? ScalarType.Float32, Arg.None, device),
            requires_grad
        );

    public static Tensor randint(
        long low,
        long high,
        long[] size,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        Generator? generator = null,
        string[]? names = null
    ) =>
        Leaf(
            generator is null
                ? Randint.Call(low, high, size, dtype ?? ScalarType.Int64, Arg.None, device)
                : RandintGenerator.Call(low, high, size, generator, dtype ?? ScalarType.Int64, Arg.None, device),
            requires_grad
        );

    public static Tensor arange(
        Scalar start,
        Scalar stop,
        Scalar step,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Leaf(Arange.Call(start, stop, step, dtype, Arg.None, device), requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor linspace(
        double start,
        double end,
        long steps,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => Leaf(Linspace.Call(start, end, steps, dtype ?? ScalarType.Float32, Arg.None, device), requires_grad);

    public static Tensor eye(
        long rows,
        long columns = -1,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Leaf(Eye.Call(rows, columns < 0 ? rows : columns, dtype ?? ScalarType.Float32, Arg.None, device), requires_grad);

    public static Tensor zeros_like(
        Tensor input,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Leaf(ZerosLike.Call(input, dtype, Arg.None, device), requires_grad);

    public static Tensor ones_like(
        Tensor input,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Leaf(OnesLike.Call(input, dtype, Arg.None, device), requires_grad);

    public static Tensor empty_like(
        Tensor input,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) => Leaf(EmptyLike.Call(input, dtype, Arg.None, device), requires_grad);

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Leaf(RandLike.Call(input, dtype, Arg.None, device), requires_grad);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Leaf(RandnLike.Call(input, dtype, Arg.None, device), requires_grad);

    private static Tensor Leaf(Tensor tensor, bool requires_grad) => requires_grad ? tensor.requires_grad_() : tensor;

    private static ScalarType ValueType(this Scalar value) => value.Type == ScalarType.Float64 ? ScalarType.Float32 : value.Type;

    /// <summary>Copies an array's elements into a new tensor of the given shape.</summary>
    /// <exception cref="ArgumentException">The shape does not hold that many elements.</exception>
    private static unsafe Tensor Copy<T>(
        ReadOnlySpan<T> elements,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype,
        Device? device,
        bool requires_grad
    )
        where T : unmanaged
    {
        long expected = 1;
        foreach (var d in dimensions)
            expected *= d;
        if (expected != elements.Length)
            throw new ArgumentException(
                $"mismatched total size creating a tensor from an array: {elements.Length} elements do not fill [{string.Join(", ", dimensions.ToArray())}]."
            );

        using var scope = NewDisposeScope();
        var tensor = empty(dimensions.ToArray(), TypeOf<T>());
        elements.CopyTo(new Span<T>(tensor.Pointer, elements.Length));
        if (dtype is { } type)
            tensor = tensor.to(type);
        if (device is not null)
            tensor = tensor.to(device);
        return Leaf(tensor, requires_grad).MoveToOuterDisposeScope();
    }
}
