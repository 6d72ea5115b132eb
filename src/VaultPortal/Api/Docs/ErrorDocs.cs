using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VaultPortal.Api.Docs;

/// <summary>What the pages about errors show besides the catalog's own words.</summary>
internal static class ErrorDocs
{
    /// <summary>The index; a code's page lies below it.</summary>
    public const string Path = "/docs/errors";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string NameOf(ErrorApi api) =>
        api switch
        {
            ErrorApi.Machine => "Machine API",
            ErrorApi.Secrets => "Secrets API",
            ErrorApi.Workflows => "Workflow vault API",
            ErrorApi.Resolve => "Workflow vault API, items that were not resolved",
            ErrorApi.Management => "Portal API",
            _ => throw new ArgumentOutOfRangeException(nameof(api)),
        };

    /// <summary>An answer's body with this error in it.</summary>
    public static string ExampleOf(ErrorEntry entry) =>
        (
            entry.Api switch
            {
                ErrorApi.Machine => new JsonObject
                {
                    ["error"] = new JsonObject
                    {
                        ["code"] = entry.Code,
                        ["message"] = entry.Message,
                    },
                },
                ErrorApi.Secrets => new JsonObject
                {
                    ["error"] = entry.Code,
                    ["message"] = entry.Message,
                    ["statusCode"] = entry.Status,
                    ["nextActions"] = entry.Remedy,
                },
                ErrorApi.Workflows => new JsonObject
                {
                    ["type"] = entry.Type,
                    ["code"] = entry.Code,
                    ["message"] = entry.Message,
                    ["doc_url"] = $"https://vault.example.com{Path}/{entry.Code}",
                },
                ErrorApi.Management => new JsonObject
                {
                    ["type"] = $"urn:vaultportal:problem:{entry.Code}",
                    ["title"] = entry.Message,
                    ["status"] = entry.Status,
                    ["code"] = entry.Code,
                    ["correlationId"] = "0HN7",
                },
                _ => new JsonObject
                {
                    ["items"] = new JsonArray(),
                    ["errors"] = new JsonArray(
                        new JsonObject { ["name"] = "Deploy token", ["code"] = entry.Code }
                    ),
                },
            }
        ).ToJsonString(Readable);
}
