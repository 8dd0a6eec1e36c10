namespace F2Net.Model;

/// <summary>The network's branches: high frequencies, low frequencies at short range, low frequencies at long range.</summary>
public enum Branch
{
    High,
    Short,
    Long,
}
