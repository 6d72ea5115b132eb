using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using VaultPortal.Core.Access;

namespace VaultPortal.Core.Secrets;

/// <summary>
/// The form of a generated key (workflows.md): <c>wfk_</c>, 43 base62 characters (256 bits), and the 6 check characters of a portal
/// key (<see cref="ApiKeyText"/>). What is stored is <see cref="ApiKeyText.Hash"/> of it.
/// </summary>
public static class WorkflowKeyText
{
    public const string Prefix = "wfk_";
    private const int SecretLength = 43;
    private const int CheckLength = 6;
    private const string Alphabet =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Digits = SearchValues.Create(Alphabet);

    /// <summary>A new key; the text is to be shown once and then forgotten.</summary>
    public static string Generate()
    {
        var body = Prefix + RandomNumberGenerator.GetString(Alphabet, SecretLength);
        return body + ApiKeyText.Check(body);
    }

    /// <summary>Whether it can be a key at all: it spares a look-up for a mistyped one, and is no security.</summary>
    public static bool IsWellFormed([NotNullWhen(true)] string? text) =>
        text is { Length: 4 + SecretLength + CheckLength }
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(Digits)
        && text.AsSpan(text.Length - CheckLength)
            .SequenceEqual(ApiKeyText.Check(text[..^CheckLength]));
}
