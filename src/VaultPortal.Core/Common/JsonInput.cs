using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;

namespace VaultPortal.Core.Common;

/// <summary>
/// Reads a hostile JSON document member by member. The first fault is kept with its pointer and everything read after it is a
/// default, so that a request record is built in one go and judged once, by <see cref="Error"/>. Duplicate and unknown members
/// are faults; so are broken UTF-8, lone surrogates and nesting below <see cref="MaxDepth"/>. Disposing zeroes the secret texts that
/// were read.
/// </summary>
public sealed class JsonInput : IDisposable
{
    public const int MaxDepth = 16;

    /// <summary>Most values, names, brackets and braces of a document. The largest request, an import of 131,072 entries, has 1.4 million.</summary>
    public const int MaxTokens = 2_000_000;

    private const string LoneSurrogate = "This string holds a lone surrogate.";

    private List<byte[]>? _secrets;

    public VaultError? Error { get; private set; }

    /// <summary>Parses a request body. The document is the caller's to dispose; null when it is not JSON.</summary>
    public JsonDocument? Parse(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            Fail(JsonPointer.Root, "The body is not valid UTF-8.", InputFault.Malformed);
            return null;
        }

        // Of nothing but brackets the document in memory would be ten times what was sent.
        if (utf8.Length > MaxTokens && HasTooManyTokens(utf8.Span))
        {
            Fail(JsonPointer.Root, "The body holds too many values.", InputFault.Malformed);
            return null;
        }

        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException)
        {
            Error ??= VaultError.Invalid(
                JsonPointer.OfFault(utf8.Span, MaxDepth),
                $"The body is not JSON, or is nested more than {MaxDepth} levels deep."
            ) with
            {
                Fault = InputFault.Malformed,
            };
            return null;
        }
    }

    public void Fail(JsonPointer at, string message, InputFault fault = InputFault.WrongForm) =>
        Error ??= VaultError.Invalid(at.ToString(), message) with { Fault = fault };

    /// <summary>The members of an object in the order of <paramref name="names"/>; one that is absent has kind Undefined.</summary>
    public JsonElement[] Members(JsonElement element, JsonPointer at, string[] names)
    {
        var members = new JsonElement[names.Length];
        if (element.ValueKind != JsonValueKind.Object)
        {
            Fail(at, "An object is expected here.");
            return members;
        }

        var last = -1;
        foreach (var property in element.EnumerateObject())
        {
            var index = IndexOf(property, names, last + 1);
            if (index < 0)
            {
                Fail(Unknown(property, at), "There is no such member here.", InputFault.Unknown);
            }
            else if (members[index].ValueKind != JsonValueKind.Undefined)
            {
                Fail(at.Member(names[index]), "This member stands twice.");
            }
            else
            {
                members[index] = property.Value;
                last = index;
            }
        }

        return members;
    }

    public bool Required(JsonElement element, JsonPointer at)
    {
        if (element.ValueKind != JsonValueKind.Undefined)
        {
            return true;
        }

        Fail(at, "This member is required.", InputFault.Missing);
        return false;
    }

    /// <summary>The elements of an array; empty when it is absent, not an array, or longer than <paramref name="most"/>.</summary>
    private JsonElement[] Array(JsonElement element, JsonPointer at, int most)
    {
        if (!Required(element, at))
        {
            return [];
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            Fail(at, "An array is expected here.");
            return [];
        }

        if (element.GetArrayLength() > most)
        {
            Fail(at, $"At most {most} entries are allowed here.");
            return [];
        }

        return [.. element.EnumerateArray()];
    }

    /// <summary>The elements of an array, each read by <paramref name="read"/>; empty after a fault.</summary>
    public T[] List<T>(
        JsonElement element,
        JsonPointer at,
        int most,
        Func<JsonInput, JsonElement, JsonPointer, T> read
    )
    {
        var elements = Array(element, at, most);
        var list = new T[elements.Length];
        for (var i = 0; i < elements.Length && Error is null; i++)
        {
            list[i] = read(this, elements[i], at.Element(i));
        }

        return Error is null ? list : [];
    }

    public string Text(JsonElement element, JsonPointer at) =>
        Required(element, at) && TryText(element, at, out var text) ? text : "";

    /// <summary>A string, or null when the member is absent; JSON null is a fault.</summary>
    public string? OptionalText(JsonElement element, JsonPointer at) =>
        element.ValueKind != JsonValueKind.Undefined && TryText(element, at, out var text)
            ? text
            : null;

    /// <summary>
    /// A string as UTF-8, without making a managed string of it: for values that are secret. The bytes are zeroed when this is disposed.
    /// </summary>
    public byte[] SecretText(JsonElement element, JsonPointer at)
    {
        if (!Required(element, at))
        {
            return [];
        }

        if (element.ValueKind != JsonValueKind.String)
        {
            Fail(at, "A string is expected here.");
            return [];
        }

        var raw = JsonMarshal.GetRawUtf8Value(element);
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        if (!reader.ValueIsEscaped)
        {
            return Keep(reader.ValueSpan.ToArray());
        }

        var longest = Keep(new byte[raw.Length]);
        try
        {
            return Keep(longest[..reader.CopyString(longest)]);
        }
        catch (InvalidOperationException)
        {
            Fail(at, LoneSurrogate);
            return [];
        }
    }

    /// <summary>A string as UTF-8, as <see cref="SecretText"/> reads it, or null when the member is absent; JSON null is a fault.</summary>
    public ReadOnlyMemory<byte>? OptionalSecretText(JsonElement element, JsonPointer at) =>
        // The cast keeps an absent member null: without it null would be a byte array, and that an empty memory.
        element.ValueKind == JsonValueKind.Undefined
            ? (ReadOnlyMemory<byte>?)null
            : SecretText(element, at);

    /// <summary>A boolean, or null when the member is absent; JSON null is a fault.</summary>
    public bool? OptionalFlag(JsonElement element, JsonPointer at)
    {
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return element.ValueKind == JsonValueKind.True;
        }

        if (element.ValueKind != JsonValueKind.Undefined)
        {
            Fail(at, "true or false is expected here.");
        }

        return null;
    }

    /// <summary>An RFC 3339 time with an offset, or null when the member is absent or JSON null.</summary>
    public DateTimeOffset? OptionalTime(JsonElement element, JsonPointer at)
    {
        if (
            element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
            || !TryText(element, at, out var text)
        )
        {
            return null;
        }

        if (UtcTime.TryParse(text, out var time))
        {
            return time;
        }

        Fail(
            at,
            "A time is expected here as in RFC 3339, with an offset: 2027-01-31T10:00:00Z, for instance."
        );
        return null;
    }

    /// <summary>Takes a buffer with a secret in it, to be zeroed when this is disposed.</summary>
    public byte[] Keep(byte[] secret)
    {
        (_secrets ??= []).Add(secret);
        return secret;
    }

    public void Dispose()
    {
        foreach (var secret in _secrets ?? [])
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        _secrets = null;
    }

    public PublicId Id(JsonElement element, JsonPointer at) =>
        IsPlainId(element, out var id) ? id : IdOf(Text(element, at), at);

    /// <summary>An id, or null when the member is absent or JSON null.</summary>
    public PublicId? OptionalId(JsonElement element, JsonPointer at) =>
        element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : Id(element, at);

    /// <summary>A whole number, written without fraction or exponent.</summary>
    public long WholeNumber(JsonElement element, JsonPointer at, long least, long most)
    {
        if (!Required(element, at))
        {
            return least;
        }

        if (
            element.ValueKind == JsonValueKind.Number
            && element.TryGetInt64(out var value)
            && value >= least
            && value <= most
        )
        {
            return value;
        }

        Fail(at, $"A whole number from {least} to {most} is expected here.");
        return least;
    }

    private static bool HasTooManyTokens(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        var tokens = 0;
        try
        {
            while (reader.Read() && tokens <= MaxTokens)
            {
                tokens++;
            }
        }
        catch (JsonException)
        {
            // The parser gets no further than to here either, and says what is wrong.
        }

        return tokens > MaxTokens;
    }

    /// <summary>An id without escapes, read where it stands: a summary has thousands of them.</summary>
    private static bool IsPlainId(JsonElement element, out PublicId id)
    {
        id = default;
        return element.ValueKind == JsonValueKind.String
            && JsonMarshal.GetRawUtf8Value(element) is { Length: PublicId.TextLength + 2 } quoted
            && PublicId.TryParse(quoted[1..^1], out id);
    }

    private PublicId IdOf(string text, JsonPointer at)
    {
        if (PublicId.TryParse(text, out var id))
        {
            return id;
        }

        Fail(at, "An id is 24 lower-case hexadecimal characters.");
        return default;
    }

    private bool TryText(JsonElement element, JsonPointer at, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (element.ValueKind != JsonValueKind.String)
        {
            Fail(at, "A string is expected here.");
            return false;
        }

        try
        {
            text = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // The platform's answer to an escaped lone surrogate, which has no UTF-8 form.
            Fail(at, LoneSurrogate);
            return false;
        }
    }

    /// <param name="first">Where to begin: members mostly follow each other in the same order.</param>
    private static int IndexOf(JsonProperty property, string[] names, int first)
    {
        try
        {
            for (var i = 0; i < names.Length; i++)
            {
                var index = (first + i) % names.Length;
                if (property.NameEquals(names[index]))
                {
                    return index;
                }
            }
        }
        catch (InvalidOperationException)
        {
            // The platform's answer to a name with an escaped lone surrogate, which no member has.
        }

        return -1;
    }

    /// <summary>Names an unknown member only where it is short and printable: it is the caller's text, shown back to him.</summary>
    private static JsonPointer Unknown(JsonProperty property, JsonPointer at)
    {
        try
        {
            var name = property.Name;
            return name.Length <= 64 ? at.Member(name) : at;
        }
        catch (InvalidOperationException)
        {
            return at;
        }
    }
}
