using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaultPortal.Core.Secrets;

/// <summary>The id of a secret, 128 bits, time-ordered; each store writes it in its own form.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct SecretId
{
    public const int Size = 16;
    private const string WorkflowPrefix = "vlt_";
    private const int UlidLength = 26;
    private const string Crockford = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly ulong _high;
    private readonly ulong _low;

    private SecretId(ulong high, ulong low) => (_high, _low) = (high, low);

    /// <summary>A UUID of version 7 (RFC 9562 section 5.7): 48 bits of milliseconds since 1970, 74 bits from a CSPRNG.</summary>
    public static SecretId NewUuid(DateTimeOffset now)
    {
        var made = NewUlid(now);
        return new(made._high & ~0xF000UL | 0x7000UL, made._low & ~(0b11UL << 62) | 0b10UL << 62);
    }

    /// <summary>A ULID: 48 bits of milliseconds since 1970, 80 bits from a CSPRNG.</summary>
    public static SecretId NewUlid(DateTimeOffset now)
    {
        Span<byte> random = stackalloc byte[Size];
        RandomNumberGenerator.Fill(random);
        var id = FromBytes(random);
        var time = unchecked((ulong)now.ToUnixTimeMilliseconds()) << 16;
        return new(time | id._high & 0xFFFF, id._low);
    }

    public static SecretId FromBytes(ReadOnlySpan<byte> sixteen)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sixteen.Length, Size);
        return new(
            BinaryPrimitives.ReadUInt64BigEndian(sixteen),
            BinaryPrimitives.ReadUInt64BigEndian(sixteen[8..])
        );
    }

    /// <summary><c>vlt_</c> and 26 lower-case Crockford base32 characters of a ULID; nothing else.</summary>
    public static bool TryParseWorkflow([NotNullWhen(true)] string? text, out SecretId id)
    {
        id = default;
        if (
            text is not { Length: 4 + UlidLength }
            || !text.StartsWith(WorkflowPrefix, StringComparison.Ordinal)
        )
        {
            return false;
        }

        var bits = UInt128.Zero;
        for (var i = WorkflowPrefix.Length; i < text.Length; i++)
        {
            var digit = Crockford.IndexOf(text[i], StringComparison.Ordinal);
            // 26 characters hold 130 bits: the first one is at most 7.
            if (digit < 0 || i == WorkflowPrefix.Length && digit > 7)
            {
                return false;
            }

            bits = bits << 5 | (uint)digit;
        }

        id = new((ulong)(bits >> 64), (ulong)bits);
        return true;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Writes the 16 bytes.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
    }

    /// <summary>A UUID in lower case with hyphens: environment secrets.</summary>
    public string ToUuid()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return new Guid(bytes, bigEndian: true).ToString("D", CultureInfo.InvariantCulture);
    }

    /// <summary>A workflow item's id: <c>vlt_…</c>.</summary>
    public string ToWorkflow()
    {
        var bits = new UInt128(_high, _low);
        Span<char> digits = stackalloc char[UlidLength];
        for (var i = UlidLength - 1; i >= 0; i--)
        {
            digits[i] = Crockford[(int)(uint)(bits & 31)];
            bits >>= 5;
        }

        return string.Concat(WorkflowPrefix, digits);
    }

    /// <summary>32 lower-case hexadecimal characters, whatever the store.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>For kept answers; each door writes ids in its store's own form.</summary>
    private sealed class Converter : JsonConverter<SecretId>
    {
        public override SecretId Read(
            ref Utf8JsonReader reader,
            Type type,
            JsonSerializerOptions options
        )
        {
            Span<byte> bytes = stackalloc byte[Size];
            return
                reader.GetString() is { Length: 2 * Size } text
                && Convert.FromHexString(text, bytes, out _, out _)
                    == System.Buffers.OperationStatus.Done
                ? FromBytes(bytes)
                : throw new JsonException("This is no id of a secret.");
        }

        public override void Write(
            Utf8JsonWriter writer,
            SecretId value,
            JsonSerializerOptions options
        ) => writer.WriteStringValue(value.ToString());
    }
}
