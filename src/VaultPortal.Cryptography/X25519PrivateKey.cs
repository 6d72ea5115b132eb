using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace VaultPortal.Cryptography;

/// <summary>A private key to receive data keys with (X25519, RFC 7748, section 5). Disposing zeroes it.</summary>
public sealed class X25519PrivateKey : IDisposable
{
    /// <summary>The length of the scalar, in bytes.</summary>
    public const int Length = 32;

    // PKCS #8 version 0, id-X25519, an octet string in an octet string (RFC 8410, section 7).
    private static readonly byte[] Pkcs8Prefix = Convert.FromHexString(
        "302e020100300506032b656e04220420"
    );

    // u = 9, little endian.
    private static readonly byte[] BasePoint = [9, .. new byte[Length - 1]];

    // Pinned, so that the collector leaves no copies behind.
    private readonly byte[] scalar = GC.AllocateArray<byte>(Length, pinned: true);
    private readonly byte[] point = new byte[Length];
    private volatile bool disposed;

    private X25519PrivateKey(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(scalar);
        if (!Sodium.MultiplyX25519(scalar, BasePoint, point))
        {
            throw new CryptographicException("The X25519 key has no public key.");
        }
    }

    /// <summary>The public key as a SubjectPublicKeyInfo, 44 bytes of DER (RFC 8410, section 4).</summary>
    public byte[] PublicSpki => [.. X25519PublicKey.Prefix, .. point];

    /// <summary>SHA-256 over <see cref="PublicSpki"/> as 64 lower-case hexadecimal digits.</summary>
    public string FingerprintHex => field ??= Convert.ToHexStringLower(SHA256.HashData(PublicSpki));

    /// <summary>The public key's 32 bytes.</summary>
    internal ReadOnlySpan<byte> PublicPoint => point;

    /// <summary>Makes a new random key.</summary>
    public static X25519PrivateKey Generate()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        var key = new X25519PrivateKey(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>The key of 32 bytes, before clamping.</summary>
    public static X25519PrivateKey FromBytes(ReadOnlySpan<byte> scalar32)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scalar32.Length, Length);
        return new X25519PrivateKey(scalar32);
    }

    /// <summary>Reads one PEM block "PRIVATE KEY" with an X25519 key in the form of RFC 8410, section 7, without attributes.</summary>
    public static bool TryFromPkcs8Pem(string pem, [NotNullWhen(true)] out X25519PrivateKey? key)
    {
        key = null;
        if (!Pem.TryRead(pem, Pem.PrivateKey, out var der, out _))
        {
            return false;
        }

        if (der.Length == Pkcs8Prefix.Length + Length && der.AsSpan().StartsWith(Pkcs8Prefix))
        {
            key = new X25519PrivateKey(der.AsSpan(Pkcs8Prefix.Length));
        }

        CryptographicOperations.ZeroMemory(der);
        return key is not null;
    }

    /// <summary>The private key as one PEM block "PRIVATE KEY" with a line break at its end.</summary>
    public string ExportPkcs8Pem()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        Span<byte> der = [.. Pkcs8Prefix, .. scalar];
        var pem = Pem.Write(Pem.PrivateKey, der);
        CryptographicOperations.ZeroMemory(der);
        return pem;
    }

    /// <summary>A copy of the 32 bytes; the caller zeroes it.</summary>
    public byte[] Export()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return [.. scalar];
    }

    /// <summary>The public key as one PEM block "PUBLIC KEY" with a line break at its end.</summary>
    public string PublicPem() => Pem.Write(Pem.PublicKey, PublicSpki);

    /// <summary>The shared secret (RFC 7748, section 6.1), 32 bytes; false when it is all zero.</summary>
    internal bool TryAgree(ReadOnlySpan<byte> otherPoint, Span<byte> secret)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return Sodium.MultiplyX25519(scalar, otherPoint, secret);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(scalar);
    }
}
