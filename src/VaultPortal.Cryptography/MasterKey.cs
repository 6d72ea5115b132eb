using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace VaultPortal.Cryptography;

/// <summary>
/// The installation's root key, 256 bits: wraps data keys. It is never used itself but through HKDF-SHA-256 (RFC 5869) with one
/// info text per use. Safe for concurrent use; disposing zeroes it.
/// </summary>
public sealed class MasterKey : IDisposable
{
    /// <summary>The key's length in bytes.</summary>
    public const int Length = 32;

    private readonly byte[] key = GC.AllocateArray<byte>(Length, pinned: true);
    private readonly SealingKey wrapping;
    private volatile bool disposed;

    private MasterKey(ReadOnlySpan<byte> key32)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key32.Length, Length);
        key32.CopyTo(key);
        Span<byte> id = stackalloc byte[8];
        Derive("vaultportal/master-key/id"u8, id);
        Id = Convert.ToHexStringLower(id);
        Span<byte> wrappingKey = stackalloc byte[Length];
        Derive("vaultportal/master-key/wrap"u8, wrappingKey);
        wrapping = new SealingKey(Id, wrappingKey);
        CryptographicOperations.ZeroMemory(wrappingKey);
    }

    /// <summary>16 lower-case hexadecimal digits derived from the key, by which a wrong one is recognised. Not a secret.</summary>
    public string Id { get; }

    /// <summary>Takes a key of 32 bytes; copied.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another length.</exception>
    public static MasterKey FromBytes(ReadOnlySpan<byte> key32) => new(key32);

    /// <summary>Makes a new random key.</summary>
    public static MasterKey Generate()
    {
        Span<byte> key32 = stackalloc byte[Length];
        RandomNumberGenerator.Fill(key32);
        var key = new MasterKey(key32);
        CryptographicOperations.ZeroMemory(key32);
        return key;
    }

    /// <summary>A copy of the key, 32 bytes; the caller zeroes it.</summary>
    public byte[] Export()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return [.. key];
    }

    /// <summary>Wraps a data key, in the format of <see cref="Sealer"/> with this key's <see cref="Id"/>, bound to the data key's id.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> dataKey, string dataKeyId)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        // Wraps a few keys in its life: what it seals is not counted.
        return Sealer.Seal(wrapping, dataKey, Purpose(dataKeyId));
    }

    /// <summary>Unwraps a data key; false where it is altered, of another master key or wrapped under another id.</summary>
    public bool TryUnwrap(
        ReadOnlySpan<byte> wrapped,
        string dataKeyId,
        [NotNullWhen(true)] out byte[]? dataKey
    )
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        dataKey = null;
        if (
            !Sealer.TryReadHeader(wrapped, out var header) || !header.SequenceEqual(wrapping.Header)
        )
        {
            return false;
        }

        try
        {
            dataKey = Sealer.Open(wrapping, wrapped, Purpose(dataKeyId));
            return true;
        }
        catch (SealException)
        {
            return false;
        }
    }

    /// <summary>
    /// Derives the key of a purpose (1 to 8160 bytes), as it was done before there was a <see cref="DerivationKey"/>, which
    /// outlives this one; different purposes give independent keys.
    /// </summary>
    public byte[] Derive(string purpose, int length)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        ObjectDisposedException.ThrowIf(disposed, this);
        var derived = new byte[length];
        Derive(Encoding.UTF8.GetBytes("vaultportal/derived/" + purpose), derived);
        return derived;
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(key);
        wrapping.Dispose();
    }

    private static byte[] Purpose(string dataKeyId) =>
        Encoding.UTF8.GetBytes("vaultportal/data-key/v1|" + dataKeyId);

    private void Derive(ReadOnlySpan<byte> info, Span<byte> output) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, output, default, info);
}
