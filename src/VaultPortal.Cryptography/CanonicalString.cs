using System.Buffers;
using System.Text.Unicode;

namespace VaultPortal.Cryptography;

/// <summary>Strings in canonical JSON (RFC 8785, section 3.2.2.2): only quote, backslash and control characters are escaped.</summary>
internal static class CanonicalString
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"
            + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"
    );

    /// <summary>The bytes that <see cref="Format"/> needs at most, quotes included.</summary>
    public static int MaxLength(ReadOnlySpan<char> value) =>
        checked(2 + (value.ContainsAny(Escaped) ? 6 : 3) * value.Length);

    /// <summary>Writes the quoted string and returns the number of bytes.</summary>
    public static int Format(ReadOnlySpan<char> value, Span<byte> output)
    {
        var length = 0;
        output[length++] = (byte)'"';
        while (true)
        {
            var plain = value.IndexOfAny(Escaped);
            var run = plain < 0 ? value : value[..plain];
            if (
                Utf8.FromUtf16(
                    run,
                    output[length..],
                    out _,
                    out var written,
                    replaceInvalidSequences: false
                ) != OperationStatus.Done
            )
            {
                throw new CanonicalJsonException("A string holds a lone surrogate.");
            }

            length += written;
            if (plain < 0)
            {
                break;
            }

            length += Escape(value[plain], output[length..]);
            value = value[(plain + 1)..];
        }

        output[length++] = (byte)'"';
        return length;
    }

    /// <summary>Orders two names in canonical form, without their quotes, by the UTF-16 code units that they stand for.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length - right.Length;
        }

        return left.Contains((byte)'\\') || right.Contains((byte)'\\')
            ? CompareEscaped(left, right)
            : Weight(left[same]) - Weight(right[same]);
    }

    private static int CompareEscaped(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int i = 0,
            j = 0;
        while (i < left.Length && j < right.Length)
        {
            var order = Weight(Next(left, ref i)) - Weight(Next(right, ref j));
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length - i - (right.Length - j);
    }

    // UTF-8 sorts by code point, UTF-16 puts surrogate pairs (lead bytes F0 to F4) before U+E000 to U+FFFF (EE and EF).
    private static int Weight(byte unit) => unit is 0xEE or 0xEF ? unit + 0x10 : unit;

    private static byte Next(ReadOnlySpan<byte> name, ref int at)
    {
        var unit = name[at++];
        if (unit != '\\')
        {
            return unit;
        }

        switch (name[at++])
        {
            case (byte)'b':
                return (byte)'\b';
            case (byte)'t':
                return (byte)'\t';
            case (byte)'n':
                return (byte)'\n';
            case (byte)'f':
                return (byte)'\f';
            case (byte)'r':
                return (byte)'\r';
            case (byte)'u':
                at += 4;
                var low = name[at - 1];
                return (byte)(
                    ((name[at - 2] - '0') << 4) | (low <= '9' ? low - '0' : low - 'a' + 10)
                );
            default:
                return name[at - 1];
        }
    }

    private static int Escape(char unit, Span<byte> output)
    {
        output[0] = (byte)'\\';
        output[1] = unit switch
        {
            '\b' => (byte)'b',
            '\t' => (byte)'t',
            '\n' => (byte)'n',
            '\f' => (byte)'f',
            '\r' => (byte)'r',
            '"' or '\\' => (byte)unit,
            _ => (byte)'u',
        };
        if (output[1] != 'u')
        {
            return 2;
        }

        "00"u8.CopyTo(output[2..]);
        output[4] = (byte)('0' + (unit >> 4));
        output[5] = "0123456789abcdef"u8[unit & 15];
        return 6;
    }
}
