using System.Security.Cryptography;
using System.Text;

namespace VaultPortal.Cryptography;

/// <summary>
/// The key that other keys of the installation are derived from, by HKDF-SHA-256 (RFC 5869) with one info text per purpose. It is
/// wrapped by the master key and outlives it. Safe for concurrent use; disposing zeroes it.
/// </summary>
public sealed class DerivationKey : IDisposable
{
    private readonly byte[] key = GC.AllocateArray<byte>(MasterKey.Length, pinned: true);
    private readonly MasterKey? earlier;
    private volatile bool disposed;

    private DerivationKey(ReadOnlySpan<byte> key32, MasterKey? earlier)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key32.Length, MasterKey.Length);
        key32.CopyTo(key);
        this.earlier = earlier;
    }

    /// <summary>Takes a key of 32 bytes; copied.</summary>
    /// <param name="key32">The key.</param>
    /// <param name="earlier">The master key, as long as what was derived from that itself must be recognised.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another length.</exception>
    public static DerivationKey FromBytes(ReadOnlySpan<byte> key32, MasterKey? earlier = null) =>
        new(key32, earlier);

    /// <summary>Derives the key of a purpose (1 to 8160 bytes); different purposes give independent keys.</summary>
    public byte[] Derive(string purpose, int length)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ObjectDisposedException.ThrowIf(disposed, this);
        var derived = new byte[length];
        var info = Encoding.UTF8.GetBytes("vaultportal/derived/" + purpose);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, default, info);
        return derived;
    }

    /// <summary>The key of the same purpose as the master key gave it, before there was this key; null when none need be recognised any more.</summary>
    public byte[]? DeriveEarlier(string purpose, int length) => earlier?.Derive(purpose, length);

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(key);
    }
}
