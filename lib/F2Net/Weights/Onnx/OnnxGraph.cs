using System.Globalization;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace F2Net.Weights.Onnx;

/// <summary>
/// An ONNX graph under construction: inputs, constants, nodes in the order of their computation, outputs. Sizes are fixed, so every value's shape
/// is known while it is built.
/// </summary>
/// <remarks>The field numbers are those of onnx.proto (https://github.com/onnx/onnx), the operators those of operator set 17.</remarks>
internal sealed class OnnxGraph
{
    private const int OperatorSet = 17,
        FormatVersion = 8; // the oldest format that may hold operator set 17

    private readonly List<ProtoMessage> inputs = [],
        outputs = [],
        initializers = [];
    private readonly Dictionary<string, OnnxValue> constants = [];
    private List<ProtoMessage> nodes = []; // of the graph, or of the loop body that is being built
    private int count;

    internal OnnxValue Input(string name, params long[] shape)
    {
        var input = new OnnxValue(this, name, shape);
        inputs.Add(Described(input, OnnxType.Float));
        return input;
    }

    internal void Output(string name, OnnxValue value, OnnxType type = OnnxType.Float)
    {
        var named = value with { Name = name };
        nodes.Add(NodeMessage("Identity", [value.Name], [name]));
        outputs.Add(Described(named, type));
    }

    /// <summary>A tensor of the file, under its name; the same name is the same tensor.</summary>
    internal OnnxValue Weight(string name, Tensor tensor) =>
        Constant(
            name,
            OnnxType.Float,
            tensor.shape,
            () =>
            {
                if (tensor.NumberOfElements > int.MaxValue / sizeof(float))
                    throw TooLarge();
                using var scope = NewDisposeScope();
                return tensor.detach().to(ScalarType.Float32).cpu().contiguous().bytes.ToArray();
            }
        );

    internal OnnxValue Number(float value) =>
        Constant(value.ToString("R", CultureInfo.InvariantCulture), OnnxType.Float, [], () => BitConverter.GetBytes(value));

    internal OnnxValue Numbers(params float[] values) =>
        Constant(
            $"[{string.Join(", ", values.Select(v => v.ToString("R", CultureInfo.InvariantCulture) + "f"))}]",
            OnnxType.Float,
            [values.Length],
            () => MemoryMarshal.AsBytes<float>(values).ToArray()
        );

    /// <summary>A shape, or places on axes: a list of integers that a node takes as an input.</summary>
    internal OnnxValue Integers(params long[] values) =>
        Constant($"[{string.Join(", ", values)}]", OnnxType.Int64, [values.Length], () => MemoryMarshal.AsBytes<long>(values).ToArray());

    internal OnnxValue Integer(long value) => Constant($"{value}L", OnnxType.Int64, [], () => BitConverter.GetBytes(value));

    /// <summary>Adds a node with one output.</summary>
    /// <param name="type">ONNX's name of the operator.</param>
    /// <param name="shape">The output's.</param>
    /// <param name="operands">Null for an optional input that is left out.</param>
    internal OnnxValue Node(string type, long[] shape, IReadOnlyList<OnnxValue?> operands, params ReadOnlySpan<ProtoMessage> attributes)
    {
        var result = new OnnxValue(this, Fresh(type), shape);
        nodes.Add(NodeMessage(type, operands.Select(o => o?.Name ?? ""), [result.Name], attributes));
        return result;
    }

    /// <summary>A loop over one axis of some sequences, with a state handed from turn to turn.</summary>
    /// <param name="initial">The state before the first turn.</param>
    /// <param name="axis">Of the sequences; their slices lack it.</param>
    /// <param name="body">From the state and a slice of each sequence to the next state and what this turn says; it may read anything outside.</param>
    /// <returns>What the turns said, put together along the axis.</returns>
    internal OnnxValue Scan(
        OnnxValue initial,
        IReadOnlyList<OnnxValue> sequences,
        int axis,
        Func<OnnxValue, OnnxValue[], (OnnxValue State, OnnxValue Said)> body
    )
    {
        var outside = nodes;
        nodes = [];
        var state = new OnnxValue(this, Fresh("state"), initial.Shape);
        var slices = sequences.Select(s => new OnnxValue(this, Fresh("slice"), [.. s.Shape[..axis], .. s.Shape[(axis + 1)..]])).ToArray();
        var (next, said) = body(state, slices);
        var inner = GraphMessage("turn", nodes, [], slices.Prepend(state).Select(Described), new[] { next, said }.Select(Described));
        nodes = outside;

        var result = new OnnxValue(this, Fresh("Scan"), [.. said.Shape[..axis], sequences[0].Shape[axis], .. said.Shape[axis..]]);
        nodes.Add(
            NodeMessage(
                "Scan",
                sequences.Prepend(initial).Select(v => v.Name),
                [Fresh("state"), result.Name],
                OnnxAttribute.OfGraph("body", inner),
                OnnxAttribute.Of("num_scan_inputs", sequences.Count),
                OnnxAttribute.Of("scan_input_axes", sequences.Select(_ => (long)axis)),
                OnnxAttribute.Of("scan_output_axes", [axis])
            )
        );
        return result;
    }

    /// <summary>The finished file.</summary>
    /// <exception cref="UserException">It would have 2 GiB or more, which no reader of protocol buffers takes.</exception>
    internal void WriteTo(Stream stream, string name, IReadOnlyDictionary<string, string> metadata)
    {
        var file = new ProtoMessage()
            .Add(1, FormatVersion)
            .Add(2, "F2Net for .NET")
            .Add(8, new ProtoMessage().Add(2, OperatorSet))
            .AddAll(14, metadata.Select(m => new ProtoMessage().Add(1, m.Key).Add(2, m.Value)))
            .Add(7, GraphMessage(name, nodes, initializers, inputs, outputs));
        if (file.Length > int.MaxValue)
            throw TooLarge();
        file.WriteTo(stream);
    }

    private static UserException TooLarge() =>
        new("A network for images of this size takes more than the 2 GiB that an ONNX file may have; choose a smaller size.");

    private string Fresh(string type) => $"{type}_{count++}";

    private OnnxValue Constant(string name, OnnxType type, long[] shape, Func<byte[]> bytes)
    {
        if (!constants.TryGetValue(name, out var constant))
        {
            constants.Add(name, constant = new OnnxValue(this, name, shape));
            initializers.Add(new ProtoMessage().AddAll(1, shape).Add(2, (long)type).Add(8, name).Add(9, bytes()));
        }
        return constant;
    }

    private static ProtoMessage NodeMessage(
        string type,
        IEnumerable<string> inputs,
        IEnumerable<string> outputs,
        params ReadOnlySpan<ProtoMessage> attributes
    ) => new ProtoMessage().AddAll(1, inputs).AddAll(2, outputs).Add(4, type).AddAll(5, attributes.ToArray());

    private static ProtoMessage GraphMessage(
        string name,
        IEnumerable<ProtoMessage> nodes,
        IEnumerable<ProtoMessage> initializers,
        IEnumerable<ProtoMessage> inputs,
        IEnumerable<ProtoMessage> outputs
    ) => new ProtoMessage().AddAll(1, nodes).Add(2, name).AddAll(5, initializers).AddAll(11, inputs).AddAll(12, outputs);

    private static ProtoMessage Described(OnnxValue value) => Described(value, OnnxType.Float);

    private static ProtoMessage Described(OnnxValue value, OnnxType type)
    {
        var shape = new ProtoMessage().AddAll(1, value.Shape.Select(n => new ProtoMessage().Add(1, n)));
        var tensor = new ProtoMessage().Add(1, (long)type).Add(2, shape);
        return new ProtoMessage().Add(1, value.Name).Add(2, new ProtoMessage().Add(1, tensor));
    }
}

/// <summary>ONNX's numbers of the element types in use.</summary>
internal enum OnnxType
{
    Float = 1,
    Byte = 2,
    Int64 = 7,
}
