using System.Buffers;
using System.Globalization;

namespace VaultPortal.Cryptography;

/// <summary>Numbers in canonical JSON (RFC 8785, section 3.2.2.3): ECMAScript's Number::toString of the nearest double.</summary>
internal static class CanonicalNumber
{
    /// <summary>The most bytes that <see cref="Format"/> writes: sign, "0.", five zeros, 17 digits, or an exponent.</summary>
    public const int MaxLength = 32;

    // 15 digits and less are exact in a double, so the text of such an integer is its own canonical form.
    private const int ExactDigits = 15;

    private static readonly SearchValues<byte> NotAnInteger = SearchValues.Create(".eE"u8);

    /// <summary>Whether the JSON number is its own canonical form; false may also mean "not known without a look".</summary>
    public static bool IsCanonicalInteger(ReadOnlySpan<byte> number) =>
        number.Length <= ExactDigits
        && !number.ContainsAny(NotAnInteger)
        && !(number.Length == 2 && number[0] == '-' && number[1] == '0');

    /// <summary>Writes the canonical form of a JSON number and returns the number of bytes.</summary>
    public static int Format(ReadOnlySpan<byte> number, Span<byte> output)
    {
        var value = double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
        {
            throw new CanonicalJsonException("A number is out of the range of a double.");
        }

        if (value == 0)
        {
            output[0] = (byte)'0';
            return 1;
        }

        var length = 0;
        if (value < 0)
        {
            output[length++] = (byte)'-';
        }

        Span<byte> digits = stackalloc byte[MaxLength];
        var count = ShortestDigits(Math.Abs(value), digits, out var point);
        return length + Layout(digits[..count], point, output[length..]);
    }

    /// <summary>The shortest digits d1…dk that round-trip, with value = 0.d1…dk × 10^point.</summary>
    private static int ShortestDigits(double value, Span<byte> digits, out int point)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        text = text[..length];
        var exponentAt = text.IndexOf((byte)'E');
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        point =
            exponentAt < 0
                ? 0
                : int.Parse(
                    text[(exponentAt + 1)..],
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture
                );

        var dot = mantissa.IndexOf((byte)'.');
        point += dot < 0 ? mantissa.Length : dot;
        var count = 0;
        foreach (var unit in mantissa)
        {
            if (unit == '.')
            {
                continue;
            }

            if (count == 0 && unit == '0')
            {
                point--;
                continue;
            }

            digits[count++] = unit;
        }

        return digits[..count].TrimEnd((byte)'0').Length;
    }

    /// <summary>ECMA-262, Number::toString, steps 6 to 10.</summary>
    private static int Layout(ReadOnlySpan<byte> digits, int point, Span<byte> output)
    {
        var length = 0;
        switch (point)
        {
            case > 0 and <= 21 when digits.Length <= point:
                digits.CopyTo(output);
                output[digits.Length..point].Fill((byte)'0');
                return point;
            case > 0 and <= 21:
                digits[..point].CopyTo(output);
                output[point] = (byte)'.';
                digits[point..].CopyTo(output[(point + 1)..]);
                return digits.Length + 1;
            case > -6 and <= 0:
                "0."u8.CopyTo(output);
                output.Slice(2, -point).Fill((byte)'0');
                digits.CopyTo(output[(2 - point)..]);
                return 2 - point + digits.Length;
            default:
                output[length++] = digits[0];
                if (digits.Length > 1)
                {
                    output[length++] = (byte)'.';
                    digits[1..].CopyTo(output[length..]);
                    length += digits.Length - 1;
                }

                output[length++] = (byte)'e';
                output[length++] = point > 0 ? (byte)'+' : (byte)'-';
                Math.Abs(point - 1)
                    .TryFormat(
                        output[length..],
                        out var written,
                        default,
                        CultureInfo.InvariantCulture
                    );
                return length + written;
        }
    }
}
