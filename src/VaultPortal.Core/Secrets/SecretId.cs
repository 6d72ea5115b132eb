using System.Diagnostics.CodeAnalysis;

namespace VaultPortal.Core.Secrets;

/// <summary>The id of a secret, 128 bits, time-ordered; each store writes it in its own form.</summary>
public readonly record struct SecretId
{
    public const int Size = 16;

    public static SecretId NewUuid(DateTimeOffset now) => throw new NotImplementedException();

    public static SecretId NewUlid(DateTimeOffset now) => throw new NotImplementedException();

    public static SecretId FromBytes(ReadOnlySpan<byte> sixteen) =>
        throw new NotImplementedException();

    /// <summary><c>vlt_</c> and 26 lower-case Crockford base32 characters of a ULID; nothing else.</summary>
    public static bool TryParseWorkflow([NotNullWhen(true)] string? text, out SecretId id) =>
        throw new NotImplementedException();

    public byte[] ToBytes() => throw new NotImplementedException();

    /// <summary>A UUID in lower case with hyphens: environment secrets.</summary>
    public string ToUuid() => throw new NotImplementedException();

    /// <summary>A workflow item's id: <c>vlt_…</c>.</summary>
    public string ToWorkflow() => throw new NotImplementedException();
}
