using System.Buffers.Binary;
using System.Text;

namespace F2Net.Tests.Weights.Checkpoints;

/// <summary>A name that a pickle imports.</summary>
internal sealed record Global(string Module, string Name);

/// <summary>A call, as REDUCE writes it; with state, as BUILD does afterwards.</summary>
internal sealed record Call(Global Function, object?[] Arguments, object? State = null);

/// <summary>A value's own instructions.</summary>
internal sealed record Raw(byte[] Instructions);

/// <summary>An object kept elsewhere.</summary>
internal sealed record Persistent(object?[] Reference);

/// <summary>collections.OrderedDict, with the _metadata that a state_dict has.</summary>
internal sealed record Ordered(params (object? Key, object? Value)[] Entries);

/// <summary>Writes pickles as Python does, with the instructions of each protocol from 2 to 5.</summary>
internal sealed class PickleWriter(int protocol)
{
    private readonly MemoryStream bytes = new();
    private int remembered;

    public static byte[] Write(object? value, int protocol = 2)
    {
        var writer = new PickleWriter(protocol);
        writer.Bytes(0x80, (byte)protocol);
        if (protocol >= 4)
            writer.Bytes(0x95, 0, 0, 0, 0, 0, 0, 0, 0);
        writer.Value(value);
        writer.Bytes((byte)'.');
        return writer.bytes.ToArray();
    }

    private void Value(object? value)
    {
        switch (value)
        {
            case null:
                Bytes((byte)'N');
                break;
            case bool flag:
                Bytes(flag ? (byte)0x88 : (byte)0x89);
                break;
            case int number:
                Integer(number);
                break;
            case long number:
                Integer(number);
                break;
            case double number:
                var wide = new byte[9];
                wide[0] = (byte)'G';
                BinaryPrimitives.WriteDoubleBigEndian(wide.AsSpan(1), number);
                Bytes(wide);
                break;
            case string text:
                Text(text);
                break;
            case Raw raw:
                Bytes(raw.Instructions);
                break;
            case Global global:
                Import(global);
                break;
            case Ordered ordered:
                Value(new Call(new("collections", "OrderedDict"), []));
                Entries(ordered.Entries);
                Value(new List<(object?, object?)> { ("_metadata", 1) });
                Bytes((byte)'b');
                break;
            case List<(object?, object?)> dictionary:
                Bytes((byte)'}');
                Remember();
                Entries(dictionary);
                break;
            case List<object?> list:
                Bytes((byte)']', (byte)'(');
                list.ForEach(Value);
                Bytes((byte)'e');
                break;
            case object?[] tuple:
                Tuple(tuple);
                break;
            case Persistent persistent:
                Tuple(persistent.Reference);
                Bytes((byte)'Q');
                break;
            case Call call:
                Import(call.Function);
                Tuple(call.Arguments);
                Bytes((byte)'R');
                Remember();
                if (call.State is { } state)
                {
                    Value(state);
                    Bytes((byte)'b');
                }
                break;
            case byte[] instructions:
                Bytes(instructions);
                break;
            default:
                throw new ArgumentException($"{value} is nothing that this writer writes.", nameof(value));
        }
    }

    private void Entries(IEnumerable<(object? Key, object? Value)> entries)
    {
        Bytes((byte)'(');
        foreach (var (key, value) in entries)
        {
            Value(key);
            Value(value);
        }
        Bytes((byte)'u');
    }

    private void Tuple(object?[] items)
    {
        if (items.Length is 0 or > 3)
            Bytes((byte)'(');
        foreach (var item in items)
            Value(item);
        Bytes(items.Length is 0 or > 3 ? (byte)'t' : (byte)(0x84 + items.Length));
    }

    private void Integer(long number)
    {
        if (number is >= 0 and < 256)
            Bytes((byte)'K', (byte)number);
        else if (number is >= 0 and < 65536)
            Bytes((byte)'M', (byte)number, (byte)(number >> 8));
        else if (number is >= int.MinValue and <= int.MaxValue)
            Bytes([(byte)'J', .. BitConverter.GetBytes((int)number)]);
        else
            Bytes([0x8a, 8, .. BitConverter.GetBytes(number)]);
    }

    private void Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (protocol >= 4 && utf8.Length < 256)
            Bytes([0x8c, (byte)utf8.Length, .. utf8]);
        else
            Bytes([(byte)'X', .. BitConverter.GetBytes(utf8.Length), .. utf8]);
        Remember();
    }

    private void Import(Global global)
    {
        if (protocol >= 4)
        {
            Text(global.Module);
            Text(global.Name);
            Bytes(0x93);
        }
        else
            Bytes([(byte)'c', .. Encoding.UTF8.GetBytes($"{global.Module}\n{global.Name}\n")]);
        Remember();
    }

    private void Remember()
    {
        if (protocol >= 4)
            Bytes(0x94);
        else if (remembered < 256)
            Bytes((byte)'q', (byte)remembered);
        else
            Bytes([(byte)'r', .. BitConverter.GetBytes(remembered)]);
        remembered++;
    }

    private void Bytes(params byte[] written) => bytes.Write(written);
}
