namespace F2Net.Weights.Onnx;

/// <summary>A node's attributes as ONNX's AttributeProto: a name, a value of one of several types, and which type it is.</summary>
internal static class OnnxAttribute
{
    private const int Name = 1,
        Type = 20;

    internal static ProtoMessage Of(string name, float value) => Typed(name, 1).Add(2, value);

    internal static ProtoMessage Of(string name, long value) => Typed(name, 2).Add(3, value);

    internal static ProtoMessage Of(string name, string value) => Typed(name, 3).Add(4, value);

    internal static ProtoMessage OfGraph(string name, ProtoMessage graph) => Typed(name, 5).Add(6, graph);

    internal static ProtoMessage Of(string name, params IEnumerable<long> values) => Typed(name, 7).AddAll(8, values);

    private static ProtoMessage Typed(string name, long type) => new ProtoMessage().Add(Name, name).Add(Type, type);
}
