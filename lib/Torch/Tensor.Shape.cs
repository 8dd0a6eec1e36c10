namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private static readonly Op Reshape = new("aten::reshape");
        private static readonly Op View = new("aten::view");
        private static readonly Op Permute = new("aten::permute");
        private static readonly Op Transpose = new("aten::transpose.int");
        private static readonly Op Unsqueeze = new("aten::unsqueeze");
        private static readonly Op Squeeze = new("aten::squeeze");
        private static readonly Op SqueezeDim = new("aten::squeeze.dim");
        private static readonly Op Flatten = new("aten::flatten.using_ints");
        private static readonly Op Flip = new("aten::flip");
        private static readonly Op Expand = new("aten::expand");
        private static readonly Op ExpandAs = new("aten::expand_as");
        private static readonly Op AsStrided = new("aten::as_strided");
        private static readonly Op Contiguous = new("aten::contiguous");
        private static readonly Op Clone = new("aten::clone");
        private static readonly Op Slice = new("aten::slice.Tensor");
        private static readonly Op Narrow = new("aten::narrow");
        private static readonly Op Select = new("aten::select.int");
        private static readonly Op Chunk = new("aten::chunk");
        private static readonly Op Split = new("aten::split.Tensor");
        private static readonly Op SplitSizes = new("aten::split_with_sizes");
        private static readonly Op Gather = new("aten::gather");
        private static readonly Op IndexSelect = new("aten::index_select");
        private static readonly Op Tril = new("aten::tril");
        private static readonly Op Triu = new("aten::triu");
        private static readonly Op ToDtype = new("aten::to.dtype");
        private static readonly Op ToDevice = new("aten::to.device");

        public Tensor reshape(params long[] shape) => Reshape.Call(this, shape);

        public Tensor view(params long[] shape) => View.Call(this, shape);

        public Tensor permute(params long[] permutation) => Permute.Call(this, permutation);

        public Tensor transpose(long dim0, long dim1) => Transpose.Call(this, dim0, dim1);

        public Tensor unsqueeze(long dim) => Unsqueeze.Call(this, dim);

        public Tensor squeeze(long? dim = null) => dim is { } d ? SqueezeDim.Call(this, d) : Squeeze.Call(this);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Flatten.Call(this, start_dim, end_dim);

        public Tensor flip(params long[] dims) => Flip.Call(this, dims);

        public Tensor expand(params long[] sizes) => Expand.Call(this, sizes);

        public Tensor expand_as(Tensor other) => ExpandAs.Call(this, other);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => AsStrided.Call(this, size, strides, storageOffset);

        // Asked of nearly every tensor that a kernel reads, and nearly always answered with itself: the dispatcher would take most of the time.
        public Tensor contiguous() => is_contiguous() ? new Tensor(Native.f2_alias(Handle)) : Contiguous.Call(this);

        public Tensor alias() => Alias.Call(this);

        public Tensor clone() => Clone.Call(this);

        public Tensor slice(long dim, long start, long finish, long step) => Slice.Call(this, dim, start, finish, step);

        public Tensor narrow(long dim, long start, long length) => Narrow.Call(this, dim, start, length);

        public Tensor select(long dim, long index) => Select.Call(this, dim, index);

        public Tensor[] chunk(long chunks, long dim = 0) => Chunk.CallMany(this, chunks, dim);

        public Tensor[] split(long size, int dim = 0) => Split.CallMany(this, size, (long)dim);

        public Tensor[] split(long[] sizes, long dim = 0) => SplitSizes.CallMany(this, sizes, dim);

        public Tensor gather(long dim, Tensor index) => Gather.Call(this, dim, index);

        public Tensor index_select(long dim, Tensor index) => IndexSelect.Call(this, dim, index);

        public Tensor tril(long diagonal = 0) => Tril.Call(this, diagonal);

        public Tensor triu(long diagonal = 0) => Triu.Call(this, diagonal);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved(ToDtype.Call(this, type, non_blocking, copy), disposeAfter);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved(ToDevice.Call(this, device, dtype, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved(ToDevice.Call(this, device, type, non_blocking, copy), disposeAfter);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(type, copy, disposeAfter, non_blocking);

        public Tensor cpu() => to(CPU);

        private Tensor Moved(Tensor result, bool disposeAfter)
        {
            if (disposeAfter)
                Dispose();
            return result;
        }
    }
}
