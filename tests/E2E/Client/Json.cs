using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>Small pieces for building requests.</summary>
public static class Json
{
    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static JsonArray Strings(IEnumerable<string> values) =>
        new([.. values.Select(value => JsonValue.Create(value))]);

    public static string Text(JsonNode? node) => node?.ToJsonString(Relaxed) ?? "null";

    public static JsonObject Copy(this JsonObject node) => node.DeepClone().AsObject();

    /// <summary>The node at a JSON Pointer of plain member names and indices.</summary>
    public static JsonNode? At(this JsonNode node, string pointer) =>
        pointer
            .Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(
                (JsonNode?)node,
                (current, step) =>
                    current is JsonArray array
                        ? array[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]
                        : current?[step]
            );

    /// <summary>Sets, replaces or (with <see cref="Absent"/>) removes the member at a JSON Pointer.</summary>
    public static void Set(this JsonNode node, string pointer, JsonNode? value)
    {
        var cut = pointer.LastIndexOf('/');
        var parent = node.At(pointer[..cut])!;
        var last = pointer[(cut + 1)..];
        if (parent is JsonArray array)
        {
            var index = int.Parse(last, System.Globalization.CultureInfo.InvariantCulture);
            if (ReferenceEquals(value, Absent))
            {
                array.RemoveAt(index);
            }
            else if (index == array.Count)
            {
                array.Add(value);
            }
            else
            {
                array[index] = value;
            }
        }
        else if (ReferenceEquals(value, Absent))
        {
            parent.AsObject().Remove(last);
        }
        else
        {
            parent[last] = value;
        }
    }

    /// <summary>Stands for a member that is to be removed.</summary>
    public static JsonNode Absent { get; } = JsonValue.Create("absent");

    /// <summary>The text of a v3 envelope as a client would seal it; the bytes are random, nobody can open it.</summary>
    public static string Envelope(int size = 24) =>
        $$"""{"v":3,"iv":"{{Random(12)}}","t":"{{Random(16)}}","d":"{{Random(size)}}"}""";

    private static string Random(int size) =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(size));
}
