using System.Security.Cryptography;
using F2Net.Weights;

namespace F2Net;

/// <summary>Says whether a file is the one that was meant.</summary>
internal static class FileHash
{
    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    /// <exception cref="UserException">The file is missing or unreadable.</exception>
    public static string Sha256(string path)
    {
        using var stream = Safetensors.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
