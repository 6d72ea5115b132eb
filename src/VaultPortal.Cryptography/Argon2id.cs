using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VaultPortal.Cryptography;

/// <summary>
/// Password hashing with Argon2id, version 1.3 (RFC 9106), at 19 MiB, two passes and one lane, in the PHC string format
/// $argon2id$v=19$m=19456,t=2,p=1$salt$hash with a salt of 16 and a hash of 32 bytes in base64 without padding.
/// </summary>
public static class Argon2id
{
    private const int MemoryKiB = 19456;
    private const int Passes = 2;
    private const int SaltLength = 16;
    private const int HashLength = 32;

    // What a stored string may ask for; anything above is an attack on memory or time, not a setting of ours.
    private const int MaxMemoryKiB = 65536;
    private const int MaxPasses = 8;

    /// <summary>Hashes a password (its UTF-8, as given) under a new random salt.</summary>
    public static string Hash(string password)
    {
        Span<byte> salt = stackalloc byte[SaltLength];
        Span<byte> hash = stackalloc byte[HashLength];
        RandomNumberGenerator.Fill(salt);
        Compute(password, salt, MemoryKiB, Passes, hash);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"$argon2id$v=19$m={MemoryKiB},t={Passes},p=1${Encode(salt)}${Encode(hash)}"
        );
    }

    /// <summary>
    /// Whether the password is the hashed one, compared in constant time. A string that is malformed or asks for more than
    /// 64 MiB or 8 passes is refused without any work.
    /// </summary>
    /// <param name="phc">The stored string.</param>
    /// <param name="password">The password that was typed.</param>
    /// <param name="needsRehash">The password is right and was hashed with other parameters than today's.</param>
    public static bool Verify(string phc, string password, out bool needsRehash)
    {
        needsRehash = false;
        if (!TryParse(phc, out var parameters, out var salt, out var expected))
        {
            return false;
        }

        Span<byte> actual = stackalloc byte[HashLength];
        Compute(password, salt, parameters.Memory, parameters.Passes, actual);
        var same = CryptographicOperations.FixedTimeEquals(actual, expected);
        needsRehash = same && parameters != (MemoryKiB, Passes);
        return same;
    }

    private static void Compute(
        string password,
        ReadOnlySpan<byte> salt,
        int memoryKiB,
        int passes,
        Span<byte> hash
    )
    {
        ArgumentNullException.ThrowIfNull(password);
        var utf8 = GC.AllocateUninitializedArray<byte>(
            Encoding.UTF8.GetByteCount(password),
            pinned: true
        );
        Encoding.UTF8.GetBytes(password, utf8);
        try
        {
            Sodium.Argon2id(utf8, salt, passes, memoryKiB * 1024, hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(utf8);
        }
    }

    private static bool TryParse(
        string? phc,
        out (int Memory, int Passes) parameters,
        [NotNullWhen(true)] out byte[]? salt,
        [NotNullWhen(true)] out byte[]? hash
    )
    {
        parameters = default;
        salt = hash = null;
        return phc is { Length: <= 128 }
            && phc.Split('$') is ["", "argon2id", "v=19", var cost, var saltText, var hashText]
            && cost.Split(',') is [var memory, var passes, "p=1"]
            && TryParse(memory, "m=", 8, MaxMemoryKiB, out parameters.Memory)
            && TryParse(passes, "t=", 1, MaxPasses, out parameters.Passes)
            && CanonicalBase64.TryDecode(saltText + "==", out salt)
            && salt.Length == SaltLength
            && CanonicalBase64.TryDecode(hashText + "=", out hash)
            && hash.Length == HashLength;
    }

    private static bool TryParse(string text, string name, int min, int max, out int value)
    {
        value = 0;
        return text.StartsWith(name, StringComparison.Ordinal)
            && int.TryParse(
                text.AsSpan(name.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out value
            )
            && value >= min
            && value <= max;
    }

    private static string Encode(ReadOnlySpan<byte> bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=');
}
