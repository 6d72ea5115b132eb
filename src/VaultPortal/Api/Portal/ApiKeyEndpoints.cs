using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Portal;

/// <summary>API keys, where their text leaves the portal: once, to whoever made them.</summary>
internal sealed class ApiKeyEndpoints(PortalDoor door, ApiKeyService keys)
{
    private static readonly string[] NewMembers =
    [
        "name",
        "format",
        "permissions",
        "expiresAt",
        "allowList",
    ];
    private static readonly string[] RotationMembers = ["graceHours"];

    /// <summary>201 with the id of the caller's new key and, this once, its text.</summary>
    public Task CreateAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            ReadNew,
            async (caller, wanted) =>
                await PortalJson.AnswerAsync(
                    http,
                    await keys.CreateAsync(
                        caller,
                        wanted with
                        {
                            Owner = caller.AccountPublicId.ToString(),
                        },
                        http.RequestAborted
                    ),
                    (writer, created) => WriteKey(writer, created.Id, created.Key),
                    StatusCodes.Status201Created
                )
        );

    /// <summary>200 with the successor's id and, this once, its text, and when the old key ends.</summary>
    public Task RotateAsync(HttpContext http) =>
        door.ServeAsync(
            http,
            (input, body) =>
                PortalReader.Grace(
                    input,
                    input.Members(body, JsonPointer.Root, RotationMembers)[0]
                ),
            async (caller, graceHours) =>
            {
                if (!PublicId.TryParse(http.Request.RouteValues["id"] as string, out var id))
                {
                    await PortalProblem.WriteAsync(http, AccessErrors.NotFound);
                    return;
                }

                await PortalJson.AnswerAsync(
                    http,
                    await keys.RotateAsync(caller, id, graceHours, http.RequestAborted),
                    (writer, rotated) =>
                    {
                        WriteKey(writer, rotated.Id, rotated.Key);
                        PortalJson.WriteTime(writer, "oldKeyExpiresAt", rotated.OldKeyExpiresAt);
                    }
                );
            }
        );

    private static NewApiKey ReadNew(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, NewMembers);
        return new NewApiKey
        {
            Owner = "",
            Name = input.Text(m[0], At("name")),
            Format = Format(input, m[1]),
            Permissions = input.List(m[2], At("permissions"), 64, Text),
            ExpiresAt = input.OptionalTime(m[3], At("expiresAt")),
            NeverExpires = m[3].ValueKind == JsonValueKind.Null,
            AllowList =
                m[4].ValueKind == JsonValueKind.Undefined
                    ? []
                    : input.List(m[4], At("allowList"), AllowList.MaxEntries, Text),
        };
    }

    private static ApiKeyFormat Format(JsonInput input, JsonElement element)
    {
        switch (input.Text(element, At("format")))
        {
            case "rk":
                return ApiKeyFormat.Portal;
            case "ik":
                return ApiKeyFormat.Secrets;
            default:
                input.Fail(At("format"), "A format is rk or ik.");
                return ApiKeyFormat.Portal;
        }
    }

    private static void WriteKey(Utf8JsonWriter writer, PublicId id, string key)
    {
        writer.WriteString("id", id.ToString());
        writer.WriteString("shownOnce", key);
    }

    private static string Text(JsonInput input, JsonElement element, JsonPointer at) =>
        input.Text(element, at);

    private static JsonPointer At(string name) => JsonPointer.Root.Member(name);
}
