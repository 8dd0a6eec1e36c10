namespace F2Net.Kernel.Server;

/// <summary>Console.In of a cell: each line is asked from the user.</summary>
internal sealed class CellReader(Func<string> ask) : TextReader
{
    private string line = "";
    private int next;

    public override string ReadLine()
    {
        var rest = next < line.Length ? line[next..].TrimEnd('\n') : ask();
        (line, next) = ("", 0);
        return rest;
    }

    public override int Peek()
    {
        if (next == line.Length)
            (line, next) = (ask() + "\n", 0);
        return line[next];
    }

    public override int Read()
    {
        var letter = Peek();
        next++;
        return letter;
    }
}
