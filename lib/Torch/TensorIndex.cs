namespace TorchSharp;

public static partial class torch
{
    /// <summary>One place of an index expression: a number, a slice, a tensor of positions, everything, or a new axis.</summary>
    public struct TensorIndex
    {
        internal enum Form
        {
            Colon,
            None,
            Single,
            Slice,
            Positions,
            Ellipsis,
        }

        public static TensorIndex Colon = new() { form = Form.Colon };
        public static TensorIndex Ellipsis = new() { form = Form.Ellipsis };
        public static TensorIndex None = new() { form = Form.None };

        internal Form form;
        internal long start,
            stop,
            step;
        internal Tensor? positions;

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new()
            {
                form = Form.Slice,
                start = start ?? 0,
                stop = stop ?? long.MaxValue,
                step = step ?? 1,
            };

        public static TensorIndex Single(long? index) => new() { form = Form.Single, start = index ?? 0 };

        public static TensorIndex Tensor(Tensor tensor) => new() { form = Form.Positions, positions = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Range range) =>
            Slice(
                range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
                !range.End.IsFromEnd ? range.End.Value
                    : range.End.Value == 0 ? null
                    : -range.End.Value
            );
    }

    public partial class Tensor
    {
        private static readonly Op Index = new("aten::index.Tensor");
        private static readonly Op IndexPut = new("aten::index_put_");
        private static readonly Op Alias = new("aten::alias");

        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set
            {
                using var scope = NewDisposeScope();
                var (view, positions) = Locate(indices);
                if (positions.Length == 0)
                    view.copy_(value);
                else
                    IndexPut.InPlace(view, Arg.Optional(positions), value);
            }
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => IndexPut.InPlace(this, Arg.Optional(indices), value);
        }

        public Tensor this[params long[] indices]
        {
            get => this[Array.ConvertAll(indices, TensorIndex (i) => i)];
            set => this[Array.ConvertAll(indices, TensorIndex (i) => i)] = value;
        }

        public Tensor index(params TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            var (view, positions) = Locate(indices);
            var found = positions.Length == 0 ? (ReferenceEquals(view, this) ? alias() : view) : Index.Call(view, Arg.Optional(positions));
            return found.MoveToOuterDisposeScope();
        }

        public Tensor index(params Tensor[] indices) => Index.Call(this, Arg.Optional(indices));

        // Views for numbers and slices first, then at most one gather for tensors of positions.
        private (Tensor View, Tensor?[] Positions) Locate(TensorIndex[] indices)
        {
            var view = this;
            long axis = 0;
            var positions = new List<Tensor?>(); // of the view's axes up to the last that has any
            var consumed = indices.Count(i => i.form is not (TensorIndex.Form.None or TensorIndex.Form.Ellipsis));
            foreach (var i in indices)
            {
                switch (i.form)
                {
                    case TensorIndex.Form.Single:
                        view = view.select(axis, i.start);
                        break;
                    case TensorIndex.Form.Slice:
                        view = view.slice(axis++, i.start, i.stop, i.step);
                        break;
                    case TensorIndex.Form.None:
                        view = view.unsqueeze(axis++);
                        break;
                    case TensorIndex.Form.Ellipsis:
                        axis += Dimensions - consumed;
                        break;
                    case TensorIndex.Form.Positions:
                        while (positions.Count < axis)
                            positions.Add(null);
                        positions.Add(i.positions);
                        axis++;
                        break;
                    default:
                        axis++;
                        break;
                }
            }

            return (view, [.. positions]);
        }
    }
}
