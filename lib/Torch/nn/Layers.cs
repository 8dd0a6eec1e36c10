using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>y = x Wᵀ + b.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private readonly Parameter _weight;

    [ComponentName(Name = nameof(bias))]
    private readonly Parameter? _bias;

    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        (in_features, out_features) = (inputSize, outputSize);
        _weight = new Parameter(empty([outputSize, inputSize], dtype, device));
        _bias = hasBias ? new Parameter(empty([outputSize], dtype, device)) : null;
        nn.init.Default(_weight, _bias);
        RegisterComponents();
    }

    public Parameter weight => _weight;

    public Parameter? bias => _bias;

    public long in_features { get; set; }

    public long out_features { get; set; }

    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, _weight, _bias);
}

public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private protected readonly Parameter _weight;

    [ComponentName(Name = nameof(bias))]
    private protected readonly Parameter? _bias;

    private protected Convolution(string name, long[] shape, bool bias, Device? device, ScalarType? dtype)
        : base(name)
    {
        _weight = new Parameter(empty(shape, dtype, device));
        _bias = bias ? new Parameter(empty([shape[0]], dtype, device)) : null;
        nn.init.Default(_weight, _bias);
        RegisterComponents();
    }

    public Parameter weight => _weight;

    public Parameter? bias => _bias;

    public long in_channels { get; private protected init; }

    public long out_channels => _weight.shape[0];

    public long[] kernel_size { get; set; } = [];

    public long[] stride { get; set; } = [];

    public long[]? padding { get; private protected init; }

    public long[] dilation { get; set; } = [];

    public long groups { get; set; } = 1;
}

/// <summary>2-d correlation with zero padding.</summary>
public sealed class Conv2d : Convolution
{
    internal Conv2d(
        long in_channels,
        long out_channels,
        (long, long) kernel_size,
        (long, long) stride,
        (long, long) padding,
        (long, long) dilation,
        long groups,
        bool bias,
        Device? device,
        ScalarType? dtype
    )
        : base(nameof(Conv2d), [out_channels, in_channels / groups, kernel_size.Item1, kernel_size.Item2], bias, device, dtype)
    {
        this.in_channels = in_channels;
        this.groups = groups;
        this.kernel_size = [kernel_size.Item1, kernel_size.Item2];
        this.stride = [stride.Item1, stride.Item2];
        this.padding = [padding.Item1, padding.Item2];
        this.dilation = [dilation.Item1, dilation.Item2];
    }

    public override Tensor forward(Tensor input) => nn.functional.conv2d(input, _weight, _bias, stride, padding, dilation, groups);
}

public abstract class NormBase : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private readonly Parameter? _weight;

    [ComponentName(Name = nameof(bias))]
    private readonly Parameter? _bias;

    [ComponentName(Name = nameof(running_mean))]
    private readonly Tensor? _running_mean;

    [ComponentName(Name = nameof(running_var))]
    private readonly Tensor? _running_var;

    [ComponentName(Name = nameof(num_batches_tracked))]
    private readonly Tensor? _num_batches_tracked;

    public NormBase(
        long num_features,
        double eps,
        double? momentum,
        bool affine,
        bool track_running_stats,
        Device? device,
        ScalarType? dtype,
        string name
    )
        : base(name)
    {
        (this.num_features, this.eps, this.momentum, this.affine, this.track_running_stats) = (
            num_features,
            eps,
            momentum,
            affine,
            track_running_stats
        );
        if (affine)
        {
            _weight = new Parameter(ones([num_features], dtype, device));
            _bias = new Parameter(zeros([num_features], dtype, device));
        }

        if (track_running_stats)
        {
            _running_mean = zeros([num_features], dtype, device);
            _running_var = ones([num_features], dtype, device);
            _num_batches_tracked = zeros([], ScalarType.Int64, device);
        }

        RegisterComponents();
    }

    public Parameter weight => _weight!;

    public Parameter? bias => _bias;

    public Tensor? running_mean => _running_mean;

    public Tensor? running_var => _running_var;

    public Tensor? num_batches_tracked => _num_batches_tracked;

    public long num_features { get; }

    public double eps { get; set; }

    public double? momentum { get; set; }

    public bool affine { get; }

    public bool track_running_stats { get; }
}

public abstract class BatchNorm : NormBase
{
    public BatchNorm(
        long num_features,
        double eps,
        double momentum,
        bool affine,
        bool track_running_stats,
        Device? device,
        ScalarType? dtype,
        string name
    )
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name) { }

    public override Tensor forward(Tensor input)
    {
        if (training && num_batches_tracked is { } seen)
            seen.add_(1);
        return nn.functional.batch_norm(
            input,
            running_mean,
            running_var,
            weight,
            bias,
            training || !track_running_stats,
            momentum ?? 0.1,
            eps
        );
    }
}

/// <summary>Per-channel normalisation over batch and space in training, by running statistics in evaluation.</summary>
public sealed class BatchNorm2d : BatchNorm
{
    internal BatchNorm2d(
        long num_features,
        double eps,
        double momentum,
        bool affine,
        bool track_running_stats,
        Device? device,
        ScalarType? dtype
    )
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(BatchNorm2d)) { }
}

/// <summary>Normalisation over the last axes, biased variance.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private readonly Parameter? _weight;

    [ComponentName(Name = nameof(bias))]
    private readonly Parameter? _bias;

    internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        (this.normalized_shape, this.eps, this.elementwise_affine) = (normalized_shape, eps, elementwise_affine);
        _weight = elementwise_affine ? new Parameter(ones(normalized_shape, dtype, device)) : null;
        _bias = elementwise_affine && bias ? new Parameter(zeros(normalized_shape, dtype, device)) : null;
        RegisterComponents();
    }

    public Parameter weight => _weight!;

    public Parameter? bias => _bias;

    public long[] normalized_shape { get; set; }

    public double eps { get; set; }

    public bool elementwise_affine { get; set; }

    public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, _weight, _bias, eps);
}

/// <summary>Normalisation over groups of channels and space.</summary>
public sealed class GroupNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))]
    private readonly Parameter? _weight;

    [ComponentName(Name = nameof(bias))]
    private readonly Parameter? _bias;

    internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device, ScalarType? dtype)
        : base(nameof(GroupNorm))
    {
        (this.num_groups, this.eps, this.affine) = (num_groups, eps, affine);
        _weight = affine ? new Parameter(ones([num_channels], dtype, device)) : null;
        _bias = affine ? new Parameter(zeros([num_channels], dtype, device)) : null;
        RegisterComponents();
    }

    public Parameter weight => _weight!;

    public Parameter? bias => _bias;

    public long num_groups { get; set; }

    public double eps { get; set; }

    public bool affine { get; set; }

    public override Tensor forward(Tensor tensor) => nn.functional.group_norm(tensor, num_groups, _weight, _bias, eps);
}
