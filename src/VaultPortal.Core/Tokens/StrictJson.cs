using System.Text.Json;
using System.Text.Unicode;

namespace VaultPortal.Core.Tokens;

/// <summary>Reads hostile JSON whose form is not ours: valid UTF-8, an object, no member twice at any depth, at most 16 levels.</summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new()
    {
        MaxDepth = 16,
        AllowDuplicateProperties = false,
    };

    /// <summary>The object; null for everything else.</summary>
    public static JsonElement? Object(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is the platform's answer to a name with an escaped lone surrogate.
            return null;
        }
    }

    /// <summary>The member as text. False when it stands there and is no string; absent is null and true.</summary>
    public static bool TryText(JsonElement element, string member, out string? text)
    {
        text = null;
        if (!element.TryGetProperty(member, out var value))
        {
            return true;
        }

        return TryText(value, out text);
    }

    public static bool TryText(JsonElement value, out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // The platform's answer to an escaped lone surrogate, which has no UTF-8 form.
            return false;
        }
    }
}
