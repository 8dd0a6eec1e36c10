namespace TorchSharp;

public static partial class torch
{
    private static readonly Op Cat = new("aten::cat");
    private static readonly Op Stack = new("aten::stack");
    private static readonly Op Einsum = new("aten::einsum");
    private static readonly Op WhereSelf = new("aten::where.self");
    private static readonly Op Logaddexp = new("aten::logaddexp");
    private static readonly Op Allclose = new("aten::allclose");

    public enum RoundingMode
    {
        None,
        trunc,
        floor,
    }

    public enum InterpolationMode
    {
        Nearest = 0,
        Linear = 1,
        Bilinear = 2,
        Bicubic = 3,
        Trilinear = 4,
        Area = 5,
    }

    public static Tensor cat(Tensor[] tensors, long dim = 0) => Cat.Call(tensors, dim);

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Cat.Call(tensors.ToArray(), dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Stack.Call(tensors.ToArray(), dim);

    public static Tensor einsum(string equation, params Tensor[] tensors) => Einsum.Call(equation, tensors);

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => WhereSelf.Call(condition, x, y);

    public static Tensor logaddexp(Tensor left, Tensor right) => Logaddexp.Call(left, right);

    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) =>
        Allclose.CallScalar(tensor, target, rtol, atol, equal_nan) != 0;

    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);

    public static Tensor exp(Tensor input) => input.exp();

    public static Tensor log(Tensor input) => input.log();

    public static Tensor sqrt(Tensor input) => input.sqrt();

    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);
}
