using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace VaultPortal.Cryptography;

/// <summary>
/// An Ed25519 private key (RFC 8032, section 5.1): the portal's own, and those of the demo. Safe for concurrent use; disposing
/// zeroes it.
/// </summary>
public sealed class SigningKey : IDisposable
{
    private const int SeedLength = 32;

    // PKCS #8 version 0, id-Ed25519, an octet string in an octet string (RFC 8410, section 7).
    private static readonly byte[] Pkcs8Prefix = Convert.FromHexString(
        "302e020100300506032b657004220420"
    );

    // Seed and public key; pinned, so that the collector leaves no copies behind.
    private readonly byte[] secretKey = GC.AllocateArray<byte>(64, pinned: true);
    private volatile bool disposed;

    private SigningKey(ReadOnlySpan<byte> seed)
    {
        Span<byte> point = stackalloc byte[32];
        Sodium.MakeEd25519(seed, point, secretKey);
        PublicKey = VerificationKey.FromEd25519(point);
    }

    /// <summary>The key that verifies this one's signatures.</summary>
    public VerificationKey PublicKey { get; }

    /// <summary>Makes a new random key.</summary>
    public static SigningKey Generate()
    {
        Span<byte> seed = stackalloc byte[SeedLength];
        RandomNumberGenerator.Fill(seed);
        var key = new SigningKey(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <summary>The key of a seed of 32 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Another length.</exception>
    public static SigningKey FromSeed(ReadOnlySpan<byte> seed32) => new(seed32);

    /// <summary>Reads one PEM block "PRIVATE KEY" with an Ed25519 key in the form of RFC 8410, section 7, without attributes.</summary>
    public static bool TryFromPkcs8Pem(string pem, [NotNullWhen(true)] out SigningKey? key)
    {
        key = null;
        if (!Pem.TryRead(pem, Pem.PrivateKey, out var der, out _))
        {
            return false;
        }

        if (der.Length == Pkcs8Prefix.Length + SeedLength && der.AsSpan().StartsWith(Pkcs8Prefix))
        {
            key = new SigningKey(der.AsSpan(Pkcs8Prefix.Length));
        }

        CryptographicOperations.ZeroMemory(der);
        return key is not null;
    }

    /// <summary>A copy of the seed, 32 bytes; the caller zeroes it.</summary>
    public byte[] ExportSeed()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return secretKey[..SeedLength];
    }

    /// <summary>The private key as one PEM block "PRIVATE KEY" with a line break at its end.</summary>
    public string ExportPkcs8Pem()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Span<byte> der = [.. Pkcs8Prefix, .. secretKey.AsSpan(0, SeedLength)];
        var pem = Pem.Write(Pem.PrivateKey, der);
        CryptographicOperations.ZeroMemory(der);
        return pem;
    }

    /// <summary>The signature over <paramref name="message"/>, 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var signature = new byte[64];
        Sodium.SignEd25519(message, secretKey, signature);
        return signature;
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(secretKey);
    }
}
