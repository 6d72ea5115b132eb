using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace VaultPortal.Cryptography;

/// <summary>
/// The format of everything that the server seals, with AES-256-GCM (NIST SP 800-38D):
/// <code>format (1 byte: 1) | length of key id (1 byte) | key id (ASCII) | nonce (12 bytes, random) | ciphertext | tag (16 bytes)</code>
/// The header up to the key id is authenticated before the caller's additional data.
/// </summary>
public static class Sealer
{
    internal const int TagLength = 16;

    private const byte Format = 1;
    private const int NonceLength = 12;
    private const int MaxStackLength = 512;

    /// <summary>The bytes that sealing adds under a key with an id of <paramref name="keyIdLength"/> characters.</summary>
    public static int Overhead(int keyIdLength) => 2 + keyIdLength + NonceLength + TagLength;

    /// <summary>Reads which key something was sealed under, without opening it; what it says is not authenticated yet.</summary>
    public static bool TryReadKeyId(
        ReadOnlySpan<byte> ciphertext,
        [NotNullWhen(true)] out string? keyId
    )
    {
        keyId = TryReadHeader(ciphertext, out var header)
            ? Encoding.ASCII.GetString(header[2..])
            : null;
        return keyId is not null;
    }

    internal static byte[] MakeHeader(string keyId)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyId);
        if (keyId.Length > byte.MaxValue || keyId.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException(
                "A key id has 1 to 255 visible ASCII characters.",
                nameof(keyId)
            );
        }

        return [Format, (byte)keyId.Length, .. Encoding.ASCII.GetBytes(keyId)];
    }

    internal static bool TryReadHeader(ReadOnlySpan<byte> ciphertext, out ReadOnlySpan<byte> header)
    {
        header = default;
        if (
            ciphertext.Length < 2
            || ciphertext[0] != Format
            || ciphertext.Length < Overhead(ciphertext[1])
        )
        {
            return false;
        }

        header = ciphertext[..(2 + ciphertext[1])];
        return true;
    }

    /// <summary>Seals; whoever calls has counted the seal.</summary>
    internal static byte[] Seal(
        SealingKey key,
        ReadOnlySpan<byte> plaintext,
        ReadOnlySpan<byte> additionalData
    )
    {
        var header = key.Header;
        var output = new byte[Overhead(header.Length - 2) + plaintext.Length];
        header.CopyTo(output, 0);
        var nonce = output.AsSpan(header.Length, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        var body = output.AsSpan(header.Length + NonceLength);
        var boundLength = header.Length + additionalData.Length;
        var bound =
            boundLength <= MaxStackLength ? stackalloc byte[boundLength] : new byte[boundLength];
        header.CopyTo(bound);
        additionalData.CopyTo(bound[header.Length..]);
        var cipher = key.Rent();
        try
        {
            cipher.Encrypt(nonce, plaintext, body[..^TagLength], body[^TagLength..], bound);
        }
        finally
        {
            key.Return(cipher);
        }

        return output;
    }

    /// <summary>Opens what begins with the key's own header.</summary>
    /// <exception cref="SealException">It is altered or was sealed with other additional data.</exception>
    internal static byte[] Open(
        SealingKey key,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> additionalData
    )
    {
        var header = key.Header;
        var nonce = ciphertext.Slice(header.Length, NonceLength);
        var body = ciphertext[(header.Length + NonceLength)..];
        var plaintext = new byte[body.Length - TagLength];
        var boundLength = header.Length + additionalData.Length;
        var bound =
            boundLength <= MaxStackLength ? stackalloc byte[boundLength] : new byte[boundLength];
        header.CopyTo(bound);
        additionalData.CopyTo(bound[header.Length..]);
        var cipher = key.Rent();
        try
        {
            cipher.Decrypt(nonce, body[..^TagLength], body[^TagLength..], plaintext, bound);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealException("What was sealed has been altered or moved.");
        }
        finally
        {
            key.Return(cipher);
        }

        return plaintext;
    }
}
