using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace VaultPortal.Cryptography;

/// <summary>Strict textual encoding (RFC 7468, section 3): one block of the expected label and only line breaks around it.</summary>
internal static class Pem
{
    public const string PublicKey = "PUBLIC KEY";
    public const string PrivateKey = "PRIVATE KEY";

    // An RSA key of 4096 bits takes 800 characters, its private key 3,300.
    private const int MaxLength = 8192;

    public static bool TryRead(
        string? text,
        string label,
        [NotNullWhen(true)] out byte[]? der,
        [NotNullWhen(false)] out string? problem
    )
    {
        der = null;
        problem = $"The key is not one PEM block \"{label}\".";
        if (text is null || text.Length > MaxLength || !PemEncoding.TryFind(text, out var fields))
        {
            return false;
        }

        if (
            !text.AsSpan(fields.Label).SequenceEqual(label)
            || !text.AsSpan(fields.Location).SequenceEqual(text.AsSpan().Trim())
        )
        {
            return false;
        }

        var base64 = text[fields.Base64Data]
            .Replace("\r", null, StringComparison.Ordinal)
            .Replace("\n", null, StringComparison.Ordinal);
        if (!CanonicalBase64.TryDecode(base64, out der))
        {
            problem = "The key's base64 is not canonical.";
            return false;
        }

        problem = null;
        return true;
    }

    public static string Write(string label, ReadOnlySpan<byte> der) =>
        PemEncoding.WriteString(label, der) + "\n";
}
