using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>A master key as text: base64 of 32 bytes (RFC 4648, section 4), 44 characters, white space around it.</summary>
public static class MasterKeyText
{
    private const int Length = 44;

    /// <summary>Reads it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What it is read from, to begin a sentence with.</param>
    /// <exception cref="StartRefusedException">It is none; the message does not quote it.</exception>
    public static MasterKey Parse(ReadOnlySpan<char> text, string source)
    {
        Span<byte> key = stackalloc byte[MasterKey.Length];
        try
        {
            var trimmed = text.Trim();
            return
                trimmed.Length == Length
                && Convert.TryFromBase64Chars(trimmed, key, out var length)
                && length == MasterKey.Length
                ? MasterKey.FromBytes(key)
                : throw new StartRefusedException(
                    $"{source} does not hold a master key: it is base64 of 32 bytes (44 characters). Nothing was changed."
                );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, string)"/>
    public static MasterKey Parse(ReadOnlySpan<byte> utf8, string source)
    {
        var text = new char[Encoding.UTF8.GetCharCount(utf8)];
        try
        {
            Encoding.UTF8.GetChars(utf8, text);
            return Parse(text, source);
        }
        finally
        {
            Array.Clear(text);
        }
    }

    /// <summary>Writes it, with a line break at its end; the caller zeroes it.</summary>
    public static byte[] Write(MasterKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var bytes = key.Export();
        var text = new byte[Length + 1];
        Base64.EncodeToUtf8(bytes, text, out _, out _);
        text[Length] = (byte)'\n';
        CryptographicOperations.ZeroMemory(bytes);
        return text;
    }
}
