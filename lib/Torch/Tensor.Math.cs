namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static readonly Op Abs = new("aten::abs");
        private static readonly Op Exp = new("aten::exp");
        private static readonly Op Log = new("aten::log");
        private static readonly Op Sqrt = new("aten::sqrt");
        private static readonly Op Rsqrt = new("aten::rsqrt");
        private static readonly Op Square = new("aten::square");
        private static readonly Op Sigmoid = new("aten::sigmoid");
        private static readonly Op Tanh = new("aten::tanh");
        private static readonly Op Relu = new("aten::relu");
        private static readonly Op Erf = new("aten::erf");
        private static readonly Op Sign = new("aten::sign");
        private static readonly Op Floor = new("aten::floor");
        private static readonly Op Ceil = new("aten::ceil");
        private static readonly Op Round = new("aten::round.decimals");
        private static readonly Op Isnan = new("aten::isnan");
        private static readonly Op Isfinite = new("aten::isfinite");
        private static readonly Op Isinf = new("aten::isinf");
        private static readonly Op Sin = new("aten::sin");
        private static readonly Op Cos = new("aten::cos");
        private static readonly Op Log1p = new("aten::log1p");
        private static readonly Op Expm1 = new("aten::expm1");
        private static readonly Op Trunc = new("aten::trunc");
        private static readonly Op LogicalNot = new("aten::logical_not");
        private static readonly Op ExpInPlace = new("aten::exp_");
        private static readonly Op SqrtInPlace = new("aten::sqrt_");
        private static readonly Op ReluInPlace = new("aten::relu_");
        private static readonly Op SigmoidInPlace = new("aten::sigmoid_");
        private static readonly Op NegInPlace = new("aten::neg_");
        private static readonly Op ZeroInPlace = new("aten::zero_");
        private static readonly Op FillInPlace = new("aten::fill_.Scalar");
        private static readonly Op CopyInPlace = new("aten::copy_");
        private static readonly Op Clamp = new("aten::clamp");
        private static readonly Op ClampInPlace = new("aten::clamp_");
        private static readonly Op Maximum = new("aten::maximum");
        private static readonly Op Minimum = new("aten::minimum");
        private static readonly Op MaskedFill = new("aten::masked_fill.Scalar");
        private static readonly Op MaskedFillInPlace = new("aten::masked_fill_.Scalar");
        private static readonly Op Where = new("aten::where.self");
        private static readonly Op Softmax = new("aten::softmax.int");
        private static readonly Op LogSoftmax = new("aten::log_softmax.int");
        private static readonly Op Cumsum = new("aten::cumsum");
        private static readonly Op UniformInPlace = new("aten::uniform_");
        private static readonly Op NormalInPlace = new("aten::normal_");
        private static readonly Op BernoulliInPlace = new("aten::bernoulli_.float");
        private static readonly Op Matmul = new("aten::matmul");
        private static readonly Op Mm = new("aten::mm");
        private static readonly Op Bmm = new("aten::bmm");

        public Tensor abs() => Abs.Call(this);

        public Tensor exp() => Exp.Call(this);

        public Tensor log() => Log.Call(this);

        public Tensor sqrt() => Sqrt.Call(this);

        public Tensor rsqrt() => Rsqrt.Call(this);

        public Tensor square() => Square.Call(this);

        public Tensor sigmoid() => Sigmoid.Call(this);

        public Tensor tanh() => Tanh.Call(this);

        public Tensor relu() => Relu.Call(this);

        public Tensor erf() => Erf.Call(this);

        public Tensor neg() => Neg.Call(this);

        public Tensor sign() => Sign.Call(this);

        public Tensor floor() => Floor.Call(this);

        public Tensor ceil() => Ceil.Call(this);

        public Tensor round(long decimals = 0) => Round.Call(this, decimals);

        public Tensor isnan() => Isnan.Call(this);

        public Tensor isfinite() => Isfinite.Call(this);

        public Tensor isinf() => Isinf.Call(this);

        public Tensor sin() => Sin.Call(this);

        public Tensor cos() => Cos.Call(this);

        public Tensor log1p() => Log1p.Call(this);

        public Tensor expm1() => Expm1.Call(this);

        public Tensor reciprocal() => Reciprocal.Call(this);

        public Tensor trunc() => Trunc.Call(this);

        public Tensor logical_not() => LogicalNot.Call(this);

        public Tensor exp_() => ExpInPlace.InPlace(this);

        public Tensor sqrt_() => SqrtInPlace.InPlace(this);

        public Tensor relu_() => ReluInPlace.InPlace(this);

        public Tensor sigmoid_() => SigmoidInPlace.InPlace(this);

        public Tensor neg_() => NegInPlace.InPlace(this);

        public Tensor zero_() => ZeroInPlace.InPlace(this);

        public Tensor fill_(Scalar value) => FillInPlace.InPlace(this, value);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => CopyInPlace.InPlace(this, source, nonBlocking);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Clamp.Call(this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => ClampInPlace.InPlace(this, min, max);

        public Tensor maximum(Tensor other) => Maximum.Call(this, other);

        public Tensor minimum(Tensor other) => Minimum.Call(this, other);

        public Tensor masked_fill(Tensor mask, Scalar value) => MaskedFill.Call(this, mask, value);

        public Tensor masked_fill_(Tensor mask, Scalar value) => MaskedFillInPlace.InPlace(this, mask, value);

        public Tensor where(Tensor condition, Tensor y) => Where.Call(condition, this, y);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Softmax.Call(this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => LogSoftmax.Call(this, dim, dtype);

        public Tensor cumsum(long dim, ScalarType? type = null) => Cumsum.Call(this, dim, type);

        public Tensor uniform_(double from, double to, Generator? generator = null) => UniformInPlace.InPlace(this, from, to, generator);

        public Tensor normal_(double mean = 0.0, double std = 1.0, Generator? generator = null) =>
            NormalInPlace.InPlace(this, mean, std, generator);

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => BernoulliInPlace.InPlace(this, p, generator);

        public Tensor matmul(Tensor target) => Matmul.Call(this, target);

        public Tensor mm(Tensor target) => Mm.Call(this, target);

        public Tensor bmm(Tensor batch2) => Bmm.Call(this, batch2);
    }
}
