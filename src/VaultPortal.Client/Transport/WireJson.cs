using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using VaultPortal.Cryptography;

namespace VaultPortal.Client;

/// <summary>How the records of this client are written and read: member names and enumerations as the contract spells them.</summary>
internal static class WireJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // What the server leaves out or sets to null against the contract is refused here, and not met later.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseUpper, false) },
    };

    /// <summary>
    /// For what is signed. A checkpoint holds no name of its kind: only its members keep one that was signed as an item's detail
    /// from passing for the vault's directory.
    /// </summary>
    public static readonly JsonSerializerOptions Exact = new(Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static JsonNode? Node<T>(T value) => JsonSerializer.SerializeToNode(value, Options);

    /// <summary>The RFC 8785 form of a record.</summary>
    public static byte[] Canonical<T>(T value) =>
        CanonicalJson.Canonicalize(JsonSerializer.SerializeToUtf8Bytes(value, Options));

    /// <exception cref="VaultPortalException">The answer is not what the contract says.</exception>
    public static T Read<T>(JsonElement element)
    {
        try
        {
            return element.Deserialize<T>(Options)
                ?? throw VaultPortalException.InvalidResponse("null");
        }
        catch (JsonException fault)
        {
            // The path names members; the message might quote the text.
            throw VaultPortalException.InvalidResponse(fault.Path ?? "$");
        }
    }
}
