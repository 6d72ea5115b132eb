using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace VaultPortal.Cryptography;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): members sorted by UTF-16 code units (section 3.2.3), ECMAScript numbers
/// (3.2.2.3), the shortest string escapes (3.2.2.2), UTF-8 without white space (3.2.4). At most 64 levels deep.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Returns the canonical form of <paramref name="element"/> as UTF-8.</summary>
    /// <exception cref="CanonicalJsonException">A number is not finite as an IEEE 754 double, a string holds a lone surrogate
    /// or invalid UTF-8, a member stands twice in one object, or the nesting is too deep.</exception>
    public static byte[] Canonicalize(JsonElement element) => Canonicalize(RawText(element));

    /// <summary>Parses one JSON text (RFC 8259; no comments, no trailing commas, no byte order mark) and returns its
    /// canonical form as UTF-8.</summary>
    /// <exception cref="CanonicalJsonException">Not one JSON text, or as for an element.</exception>
    public static byte[] Canonicalize(ReadOnlySpan<byte> utf8Json)
    {
        var builder = new CanonicalJsonBuilder(utf8Json.Length);
        try
        {
            builder.AppendDocument(utf8Json);
            return builder.Written.ToArray();
        }
        finally
        {
            builder.Release();
        }
    }

    /// <summary>Appends the canonical form of <paramref name="element"/> to <paramref name="output"/>, or nothing at all.</summary>
    /// <exception cref="CanonicalJsonException">As for <see cref="Canonicalize(JsonElement)"/>.</exception>
    public static void Write(JsonElement element, IBufferWriter<byte> output)
    {
        var text = RawText(element);
        var builder = new CanonicalJsonBuilder(text.Length);
        try
        {
            builder.AppendDocument(text);
            output.Write(builder.Written);
        }
        finally
        {
            builder.Release();
        }
    }

    /// <summary>Appends <paramref name="value"/> as a quoted JSON string with the escapes of RFC 8785, section 3.2.2.2.</summary>
    /// <exception cref="CanonicalJsonException">The value holds a lone surrogate.</exception>
    public static void WriteString(ReadOnlySpan<char> value, IBufferWriter<byte> output) =>
        output.Advance(
            CanonicalString.Format(value, output.GetSpan(CanonicalString.MaxLength(value)))
        );

    private static ReadOnlySpan<byte> RawText(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined
            ? throw new CanonicalJsonException("An undefined element has no canonical form.")
            : JsonMarshal.GetRawUtf8Value(element);
}
