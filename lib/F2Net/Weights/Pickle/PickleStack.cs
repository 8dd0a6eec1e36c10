namespace F2Net.Weights.Pickle;

/// <summary>The values a pickle has built and not yet used, with marks between them, and those it remembers by number.</summary>
internal sealed class PickleStack(PickleInput input)
{
    private readonly List<object?> values = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];

    public void Push(object? value) => values.Add(value);

    public object? Pop()
    {
        var top = Peek();
        values.RemoveAt(values.Count - 1);
        return top;
    }

    public object? Peek()
    {
        // What lies below a mark is not for whoever works above it.
        if (values.Count <= (marks.Count > 0 ? marks[^1] : 0))
            throw input.Damaged("its pickle uses a value that is not there");
        return values[^1];
    }

    public object?[] Pop(int count)
    {
        var popped = new object?[count];
        for (var i = count - 1; i >= 0; i--)
            popped[i] = Pop();
        return popped;
    }

    public void Mark() => marks.Add(values.Count);

    public object?[] PopToMark()
    {
        if (marks.Count == 0)
            throw input.Damaged("its pickle uses a mark that is not there");
        var mark = marks[^1];
        marks.RemoveAt(marks.Count - 1);
        var popped = values.GetRange(mark, values.Count - mark).ToArray();
        values.RemoveRange(mark, values.Count - mark);
        return popped;
    }

    /// <summary>Drops the top: a mark where one lies there, else a value.</summary>
    public void Drop()
    {
        if (marks.Count > 0 && marks[^1] == values.Count)
            marks.RemoveAt(marks.Count - 1);
        else
            Pop();
    }

    public void Remember(long number) => memo[number] = Peek();

    public void RememberNext() => Remember(memo.Count);

    public object? Recall(long number) =>
        memo.TryGetValue(number, out var value) ? value : throw input.Damaged("its pickle recalls a value that it never gave");
}
