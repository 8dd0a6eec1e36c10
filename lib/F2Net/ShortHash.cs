using System.Security.Cryptography;
using System.Text;

namespace F2Net;

/// <summary>A text's first 64 bits of SHA-256 in lower-case hexadecimal: tells texts apart, and names files after them.</summary>
internal static class ShortHash
{
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
