namespace F2Net.Studies.Tables;

/// <summary>What the paper leaves open.</summary>
public static class BeyondStudy
{
    public static Study Study { get; } =
        new("beyond", "Beyond the paper", "What do variants that the paper leaves open come to?", [StudyRow.Full]);
}
