using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace VaultPortal.Cryptography;

/// <summary>Public encryption keys (RFC 7748, section 5), as members register them to receive data encryption keys.</summary>
public static class X25519PublicKey
{
    // id-X25519 without parameters and a bit string of 32 bytes (RFC 8410, section 4).
    internal static readonly byte[] Prefix = Convert.FromHexString("302a300506032b656e032100");

    /// <summary>
    /// Reads an untrusted key: one PEM block "PUBLIC KEY" (RFC 7468) with an X25519 SubjectPublicKeyInfo. Refuses points of low
    /// order (RFC 7748, section 6.1) and coordinates that are not reduced, which would give one key several fingerprints.
    /// </summary>
    /// <param name="pem">The text; white space around the block is allowed, a second block is not.</param>
    /// <param name="spki">The SubjectPublicKeyInfo, 44 bytes of DER.</param>
    /// <param name="fingerprint">SHA-256 over <paramref name="spki"/>, 32 bytes.</param>
    /// <param name="problem">Why it was refused, as a sentence without any of the text.</param>
    public static bool TryFromPem(
        string pem,
        [NotNullWhen(true)] out byte[]? spki,
        [NotNullWhen(true)] out byte[]? fingerprint,
        [NotNullWhen(false)] out string? problem
    )
    {
        fingerprint = null;
        if (!Pem.TryRead(pem, Pem.PublicKey, out spki, out problem))
        {
            return false;
        }

        if (spki.Length != Prefix.Length + 32 || !spki.AsSpan().StartsWith(Prefix))
        {
            problem =
                "The key is not an X25519 public key as a SubjectPublicKeyInfo in canonical DER.";
        }
        else if (!IsUsable(spki.AsSpan(Prefix.Length)))
        {
            problem = "The X25519 key is of low order or not reduced.";
        }

        if (problem is not null)
        {
            spki = null;
            return false;
        }

        fingerprint = SHA256.HashData(spki);
        return true;
    }

    private static bool IsUsable(ReadOnlySpan<byte> coordinate)
    {
        // p = 2^255 - 19, little endian: ED, thirty times FF, 7F.
        var atLeastP =
            coordinate[31] == 0x7F
            && !coordinate[1..31].ContainsAnyExcept((byte)0xFF)
            && coordinate[0] >= 0xED;
        if (coordinate[31] > 0x7F || atLeastP)
        {
            return false;
        }

        // A clamped scalar is a multiple of the cofactor, so exactly the points of low order give zero.
        Span<byte> scalar = stackalloc byte[32];
        Span<byte> product = stackalloc byte[32];
        scalar.Fill(0x40);
        return Sodium.MultiplyX25519(scalar, coordinate, product);
    }
}
