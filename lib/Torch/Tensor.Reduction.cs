namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static readonly Op Sum = new("aten::sum");
        private static readonly Op SumDims = new("aten::sum.dim_IntList");
        private static readonly Op Mean = new("aten::mean");
        private static readonly Op MeanDims = new("aten::mean.dim");
        private static readonly Op Amax = new("aten::amax");
        private static readonly Op Amin = new("aten::amin");
        private static readonly Op Max = new("aten::max");
        private static readonly Op Min = new("aten::min");
        private static readonly Op Argmax = new("aten::argmax");
        private static readonly Op All = new("aten::all");
        private static readonly Op Any = new("aten::any");
        private static readonly Op Allclose = new("aten::allclose");
        private static readonly Op Norm = new("aten::norm.Scalar");
        private static readonly Op VarDims = new("aten::var.dim");
        private static readonly Op Logsumexp = new("aten::logsumexp");

        public Tensor sum(ScalarType? type = null) => Sum.Call(this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => SumDims.Call(this, new[] { dim }, keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => SumDims.Call(this, dim, keepdim, type);

        public Tensor mean() => Mean.Call(this, Arg.None);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            MeanDims.Call(this, dimensions, keepdim, type);

        public Tensor amax(params long[] dims) => Amax.Call(this, dims);

        public Tensor amin(params long[] dims) => Amin.Call(this, dims);

        public Tensor max() => Max.Call(this);

        public Tensor min() => Min.Call(this);

        public Tensor argmax() => Argmax.Call(this);

        public Tensor argmax(long dim, bool keepdim = false) => Argmax.Call(this, dim, keepdim);

        public Tensor all() => All.Call(this);

        public Tensor any() => Any.Call(this);

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            Allclose.CallScalar(this, target, rtol, atol, equal_nan) != 0;

        public Tensor norm(float p = 2f) => Norm.Call(this, (double)p);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            type is null
                ? VarDims.Call(this, dimensions, unbiased, keepdim)
                : throw new NotSupportedException("lib/Torch computes a variance in the tensor's own type: convert it first.");

        public Tensor logsumexp(long dim, bool keepdim = false) => Logsumexp.Call(this, new[] { dim }, keepdim);
    }
}
