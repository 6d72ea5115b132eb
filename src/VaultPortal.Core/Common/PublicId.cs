using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaultPortal.Core.Common;

/// <summary>
/// The id of a vault, item, group, field, field instance, asset, key, user or agent: 12 bytes, on the wire 24 lower-case
/// hexadecimal characters. Ids made here begin with the time (4 bytes, seconds since 1970, big endian) so that they sort by age.
/// </summary>
[JsonConverter(typeof(Converter))]
public readonly struct PublicId : IEquatable<PublicId>, IComparable<PublicId>
{
    public const int Size = 12;
    public const int TextLength = 24;

    private readonly ulong _high;
    private readonly uint _low;

    public PublicId(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        _high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
    }

    /// <summary>A new id: 4 bytes of time, 8 bytes from a CSPRNG.</summary>
    public static PublicId New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, unchecked((uint)now.ToUnixTimeSeconds()));
        RandomNumberGenerator.Fill(bytes[4..]);
        return new PublicId(bytes);
    }

    /// <summary>Accepts exactly 24 characters of <c>0-9a-f</c>; upper case is not an id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PublicId id)
    {
        id = default;
        Span<byte> utf8 = stackalloc byte[TextLength];
        return text is { Length: TextLength }
            && Ascii.FromUtf16(text, utf8, out _) == OperationStatus.Done
            && TryParse(utf8, out id);
    }

    /// <summary>Likewise from UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out PublicId id)
    {
        id = default;
        if (utf8.Length != TextLength)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Size];
        for (var i = 0; i < Size; i++)
        {
            var high = Digit(utf8[2 * i]);
            var low = Digit(utf8[2 * i + 1]);
            if (high < 0 || low < 0)
            {
                return false;
            }

            bytes[i] = (byte)(high << 4 | low);
        }

        id = new PublicId(bytes);
        return true;
    }

    public static PublicId Parse(string text) =>
        TryParse(text, out var id)
            ? id
            : throw new FormatException("An id is 24 lower-case hexadecimal characters.");

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Writes the 12 bytes.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], _low);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    public bool Equals(PublicId other) => _high == other._high && _low == other._low;

    public override bool Equals(object? obj) => obj is PublicId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_high, _low);

    public int CompareTo(PublicId other) =>
        _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low);

    public static bool operator ==(PublicId left, PublicId right) => left.Equals(right);

    public static bool operator !=(PublicId left, PublicId right) => !left.Equals(right);

    public static bool operator <(PublicId left, PublicId right) => left.CompareTo(right) < 0;

    public static bool operator >(PublicId left, PublicId right) => left.CompareTo(right) > 0;

    public static bool operator <=(PublicId left, PublicId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PublicId left, PublicId right) => left.CompareTo(right) >= 0;

    private static int Digit(byte c) =>
        c switch
        {
            >= (byte)'0' and <= (byte)'9' => c - '0',
            >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
            _ => -1,
        };

    private sealed class Converter : JsonConverter<PublicId>
    {
        public override PublicId Read(
            ref Utf8JsonReader reader,
            Type type,
            JsonSerializerOptions options
        ) =>
            TryParse(reader.GetString(), out var id)
                ? id
                : throw new JsonException("This is no id.");

        public override void Write(
            Utf8JsonWriter writer,
            PublicId value,
            JsonSerializerOptions options
        ) => writer.WriteStringValue(value.ToString());
    }
}
