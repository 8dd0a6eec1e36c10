using System.Text;
using F2Net.Kernel.Protocol;
using F2Net.Kernel.Scripting;

namespace F2Net.Kernel.Server;

/// <summary>Console.Out or Console.Error of a cell.</summary>
internal sealed class CellWriter : TextWriter
{
    private readonly CellStreams streams;
    private readonly string name;
    private readonly Func<Message?> parent;

    internal CellWriter(CellStreams streams, string name, Func<Message?> parent)
    {
        (this.streams, this.name, this.parent) = (streams, name, parent);
        CoreNewLine = ['\n'];
    }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    /// <exception cref="CellInterruptedException">The printing cell was interrupted.</exception>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        CellExecution.Current?.ThrowIfInterrupted();
        streams.Append(name, buffer, parent());
    }

    public override void WriteLine(string? value) => Write($"{value}\n".AsSpan());

    public override void Flush() => streams.Flush();
}
