using System.Text;
using System.Text.Json;

namespace VaultPortal.Core.Common;

/// <summary>A place in a JSON document (RFC 6901), built from the inside out so that it costs nothing until it is written.</summary>
public sealed class JsonPointer
{
    public static readonly JsonPointer Root = new(null, "", -1);

    private readonly JsonPointer? _parent;
    private readonly string? _name;
    private readonly int _index;

    private JsonPointer(JsonPointer? parent, string? name, int index) =>
        (_parent, _name, _index) = (parent, name, index);

    public JsonPointer Member(string name) => new(this, name, -1);

    public JsonPointer Element(int index) => new(this, null, index);

    public override string ToString()
    {
        if (_parent is null)
        {
            return "";
        }

        var token = _name is null
            ? _index.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : _name
                .Replace("~", "~0", StringComparison.Ordinal)
                .Replace("/", "~1", StringComparison.Ordinal);
        return $"{_parent}/{token}";
    }

    /// <summary>Where a reader with this depth limit stops: the pointer to the value at which the document is no longer JSON.</summary>
    internal static string OfFault(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        var open = new Stack<(bool Array, string Name, int Index)>();
        try
        {
            while (reader.Read())
            {
                Advance(ref reader, open);
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Expected: this is the fault that is being looked for.
        }

        var text = new StringBuilder();
        foreach (var (array, name, index) in open.Reverse())
        {
            if (array ? index >= 0 : name.Length > 0)
            {
                text.Append('/');
                text.Append(
                    array
                        ? index.ToString(System.Globalization.CultureInfo.InvariantCulture)
                        : name.Replace("~", "~0", StringComparison.Ordinal)
                            .Replace("/", "~1", StringComparison.Ordinal)
                );
            }
        }

        return text.ToString();
    }

    private static void Advance(
        ref Utf8JsonReader reader,
        Stack<(bool Array, string Name, int Index)> open
    )
    {
        if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
        {
            open.Pop();
            return;
        }

        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            open.Pop();
            var name = reader.GetString()!;
            // The caller's own text, shown back to him: only as much as tells the place.
            open.Push((false, name.Length <= 64 ? name : name[..64], -1));
            return;
        }

        if (open.TryPeek(out var top) && top.Array)
        {
            open.Pop();
            open.Push(top with { Index = top.Index + 1 });
        }

        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
        {
            open.Push((reader.TokenType == JsonTokenType.StartArray, "", -1));
        }
    }
}
