namespace TorchSharp;

public static partial class torch
{
    // Element by element comparisons yield tensors, so Equals and GetHashCode stay those of the handle.
#pragma warning disable CS0660, CS0661
    public partial class Tensor
    {
        private static readonly Op AddTensor = new("aten::add.Tensor");
        private static readonly Op AddScalar = new("aten::add.Scalar");
        private static readonly Op AddTensorInPlace = new("aten::add_.Tensor");
        private static readonly Op AddScalarInPlace = new("aten::add_.Scalar");
        private static readonly Op SubTensor = new("aten::sub.Tensor");
        private static readonly Op SubScalar = new("aten::sub.Scalar");
        private static readonly Op SubTensorInPlace = new("aten::sub_.Tensor");
        private static readonly Op SubScalarInPlace = new("aten::sub_.Scalar");
        private static readonly Op MulTensor = new("aten::mul.Tensor");
        private static readonly Op MulScalar = new("aten::mul.Scalar");
        private static readonly Op MulTensorInPlace = new("aten::mul_.Tensor");
        private static readonly Op MulScalarInPlace = new("aten::mul_.Scalar");
        private static readonly Op DivScalar = new("aten::div.Scalar");
        private static readonly Op DivTensorMode = new("aten::div.Tensor_mode");
        private static readonly Op DivScalarMode = new("aten::div.Scalar_mode");
        private static readonly Op DivTensorModeInPlace = new("aten::div_.Tensor_mode");
        private static readonly Op DivScalarModeInPlace = new("aten::div_.Scalar_mode");
        private static readonly Op RsubScalar = new("aten::rsub.Scalar");
        private static readonly Op Reciprocal = new("aten::reciprocal");
        private static readonly Op Neg = new("aten::neg");
        private static readonly Op DivTensor = new("aten::div.Tensor");
        private static readonly Op AddcmulInPlace = new("aten::addcmul_");
        private static readonly Op AddcdivInPlace = new("aten::addcdiv_");
        private static readonly Op PowScalar = new("aten::pow.Tensor_Scalar");
        private static readonly Op PowTensor = new("aten::pow.Tensor_Tensor");
        private static readonly Op EqTensor = new("aten::eq.Tensor");
        private static readonly Op EqScalar = new("aten::eq.Scalar");
        private static readonly Op NeTensor = new("aten::ne.Tensor");
        private static readonly Op NeScalar = new("aten::ne.Scalar");
        private static readonly Op LtTensor = new("aten::lt.Tensor");
        private static readonly Op LtScalar = new("aten::lt.Scalar");
        private static readonly Op LeTensor = new("aten::le.Tensor");
        private static readonly Op LeScalar = new("aten::le.Scalar");
        private static readonly Op GtTensor = new("aten::gt.Tensor");
        private static readonly Op GtScalar = new("aten::gt.Scalar");
        private static readonly Op GeTensor = new("aten::ge.Tensor");
        private static readonly Op GeScalar = new("aten::ge.Scalar");
        private static readonly Op And = new("aten::bitwise_and.Tensor");
        private static readonly Op Or = new("aten::bitwise_or.Tensor");
        private static readonly Op Not = new("aten::bitwise_not");

        public Tensor add(Tensor target) => AddTensor.Call(this, target);

        public Tensor add(Scalar scalar) => AddScalar.Call(this, scalar);

        public Tensor add_(Tensor target) => AddTensorInPlace.InPlace(this, target);

        public Tensor add_(Scalar scalar) => AddScalarInPlace.InPlace(this, scalar);

        public static Tensor operator +(Tensor left, Tensor right) => AddTensor.Call(left, right);

        public static Tensor operator +(Tensor left, Scalar right) => AddScalar.Call(left, right);

        public static Tensor operator +(Tensor left, int right) => AddScalar.Call(left, (Scalar)right);

        public static Tensor operator +(Tensor left, long right) => AddScalar.Call(left, (Scalar)right);

        public static Tensor operator +(Tensor left, float right) => AddScalar.Call(left, (Scalar)right);

        public static Tensor operator +(Tensor left, double right) => AddScalar.Call(left, (Scalar)right);

        public static Tensor operator +(Scalar left, Tensor right) => AddScalar.Call(right, left);

        public static Tensor operator +(int left, Tensor right) => AddScalar.Call(right, (Scalar)left);

        public static Tensor operator +(long left, Tensor right) => AddScalar.Call(right, (Scalar)left);

        public static Tensor operator +(float left, Tensor right) => AddScalar.Call(right, (Scalar)left);

        public static Tensor operator +(double left, Tensor right) => AddScalar.Call(right, (Scalar)left);

        public Tensor sub(Tensor target) => SubTensor.Call(this, target);

        public Tensor sub(Scalar target) => SubScalar.Call(this, target);

        public Tensor sub_(Tensor target) => SubTensorInPlace.InPlace(this, target);

        public Tensor sub_(Scalar target) => SubScalarInPlace.InPlace(this, target);

        public static Tensor operator -(Tensor left, Tensor right) => SubTensor.Call(left, right);

        public static Tensor operator -(Tensor left, Scalar right) => SubScalar.Call(left, right);

        public static Tensor operator -(Tensor left, int right) => SubScalar.Call(left, (Scalar)right);

        public static Tensor operator -(Tensor left, long right) => SubScalar.Call(left, (Scalar)right);

        public static Tensor operator -(Tensor left, float right) => SubScalar.Call(left, (Scalar)right);

        public static Tensor operator -(Tensor left, double right) => SubScalar.Call(left, (Scalar)right);

        public static Tensor operator -(Scalar left, Tensor right) => RsubScalar.Call(right, left);

        public static Tensor operator -(int left, Tensor right) => RsubScalar.Call(right, (Scalar)left);

        public static Tensor operator -(long left, Tensor right) => RsubScalar.Call(right, (Scalar)left);

        public static Tensor operator -(float left, Tensor right) => RsubScalar.Call(right, (Scalar)left);

        public static Tensor operator -(double left, Tensor right) => RsubScalar.Call(right, (Scalar)left);

        public Tensor mul(Tensor target) => MulTensor.Call(this, target);

        public Tensor mul(Scalar target) => MulScalar.Call(this, target);

        public Tensor mul_(Tensor target) => MulTensorInPlace.InPlace(this, target);

        public Tensor mul_(Scalar target) => MulScalarInPlace.InPlace(this, target);

        public static Tensor operator *(Tensor left, Tensor right) => MulTensor.Call(left, right);

        public static Tensor operator *(Tensor left, Scalar right) => MulScalar.Call(left, right);

        public static Tensor operator *(Tensor left, int right) => MulScalar.Call(left, (Scalar)right);

        public static Tensor operator *(Tensor left, long right) => MulScalar.Call(left, (Scalar)right);

        public static Tensor operator *(Tensor left, float right) => MulScalar.Call(left, (Scalar)right);

        public static Tensor operator *(Tensor left, double right) => MulScalar.Call(left, (Scalar)right);

        public static Tensor operator *(Scalar left, Tensor right) => MulScalar.Call(right, left);

        public static Tensor operator *(int left, Tensor right) => MulScalar.Call(right, (Scalar)left);

        public static Tensor operator *(long left, Tensor right) => MulScalar.Call(right, (Scalar)left);

        public static Tensor operator *(float left, Tensor right) => MulScalar.Call(right, (Scalar)left);

        public static Tensor operator *(double left, Tensor right) => MulScalar.Call(right, (Scalar)left);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            DivTensorMode.Call(this, target, NameOf(rounding_mode));

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            DivTensorModeInPlace.InPlace(this, target, NameOf(rounding_mode));

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            DivScalarMode.Call(this, target, NameOf(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) =>
            DivScalarModeInPlace.InPlace(this, target, NameOf(rounding_mode));

        public static Tensor operator /(Tensor left, Tensor right) => DivTensor.Call(left, right);

        public static Tensor operator /(Tensor left, Scalar right) => DivScalar.Call(left, right);

        public static Tensor operator /(Tensor left, int right) => DivScalar.Call(left, (Scalar)right);

        public static Tensor operator /(Tensor left, long right) => DivScalar.Call(left, (Scalar)right);

        public static Tensor operator /(Tensor left, float right) => DivScalar.Call(left, (Scalar)right);

        public static Tensor operator /(Tensor left, double right) => DivScalar.Call(left, (Scalar)right);

        public static Tensor operator /(Scalar left, Tensor right) => MulScalar.Call(Reciprocal.Call(right), left);

        public static Tensor operator /(int left, Tensor right) => MulScalar.Call(Reciprocal.Call(right), (Scalar)left);

        public static Tensor operator /(long left, Tensor right) => MulScalar.Call(Reciprocal.Call(right), (Scalar)left);

        public static Tensor operator /(float left, Tensor right) => MulScalar.Call(Reciprocal.Call(right), (Scalar)left);

        public static Tensor operator /(double left, Tensor right) => MulScalar.Call(Reciprocal.Call(right), (Scalar)left);

        public static Tensor operator -(Tensor tensor) => Neg.Call(tensor);

        public Tensor add(Tensor target, Scalar alpha) => AddTensor.Call(this, target, alpha);

        public Tensor add_(Tensor target, Scalar alpha) => AddTensorInPlace.InPlace(this, target, alpha);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => AddcmulInPlace.InPlace(this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => AddcdivInPlace.InPlace(this, tensor1, tensor2, value);

        public Tensor pow(Scalar exponent) => PowScalar.Call(this, exponent);

        public Tensor pow(Tensor exponent) => PowTensor.Call(this, exponent);

        public static Tensor operator ==(Tensor left, Tensor right) => EqTensor.Call(left, right);

        public static Tensor operator ==(Tensor left, Scalar right) => EqScalar.Call(left, right);

        public static Tensor operator ==(Scalar left, Tensor right) => EqScalar.Call(right, left);

        public Tensor eq(Tensor target) => EqTensor.Call(this, target);

        public Tensor eq(Scalar target) => EqScalar.Call(this, target);

        public Tensor equal(Tensor target) => eq(target);

        public static Tensor operator !=(Tensor left, Tensor right) => NeTensor.Call(left, right);

        public static Tensor operator !=(Tensor left, Scalar right) => NeScalar.Call(left, right);

        public static Tensor operator !=(Scalar left, Tensor right) => NeScalar.Call(right, left);

        public Tensor ne(Tensor target) => NeTensor.Call(this, target);

        public Tensor ne(Scalar target) => NeScalar.Call(this, target);

        public static Tensor operator <(Tensor left, Tensor right) => LtTensor.Call(left, right);

        public static Tensor operator <(Tensor left, Scalar right) => LtScalar.Call(left, right);

        public static Tensor operator <(Scalar left, Tensor right) => GtScalar.Call(right, left);

        public Tensor lt(Tensor target) => LtTensor.Call(this, target);

        public Tensor lt(Scalar target) => LtScalar.Call(this, target);

        public static Tensor operator <=(Tensor left, Tensor right) => LeTensor.Call(left, right);

        public static Tensor operator <=(Tensor left, Scalar right) => LeScalar.Call(left, right);

        public static Tensor operator <=(Scalar left, Tensor right) => GeScalar.Call(right, left);

        public Tensor le(Tensor target) => LeTensor.Call(this, target);

        public Tensor le(Scalar target) => LeScalar.Call(this, target);

        public static Tensor operator >(Tensor left, Tensor right) => GtTensor.Call(left, right);

        public static Tensor operator >(Tensor left, Scalar right) => GtScalar.Call(left, right);

        public static Tensor operator >(Scalar left, Tensor right) => LtScalar.Call(right, left);

        public Tensor gt(Tensor target) => GtTensor.Call(this, target);

        public Tensor gt(Scalar target) => GtScalar.Call(this, target);

        public static Tensor operator >=(Tensor left, Tensor right) => GeTensor.Call(left, right);

        public static Tensor operator >=(Tensor left, Scalar right) => GeScalar.Call(left, right);

        public static Tensor operator >=(Scalar left, Tensor right) => LeScalar.Call(right, left);

        public Tensor ge(Tensor target) => GeTensor.Call(this, target);

        public Tensor ge(Scalar target) => GeScalar.Call(this, target);

        public static Tensor operator &(Tensor left, Tensor right) => And.Call(left, right);

        public static Tensor operator |(Tensor left, Tensor right) => Or.Call(left, right);

        public static Tensor operator ~(Tensor left) => Not.Call(left);

        private static string? NameOf(RoundingMode mode) =>
            mode switch
            {
                RoundingMode.trunc => "trunc",
                RoundingMode.floor => "floor",
                _ => null,
            };
    }
}
