using System.Globalization;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>Attachments: bytes in and out, nothing of them in memory for longer than it takes to hand them on.</summary>
internal sealed class AssetEndpoints(MachineDoor door, AssetService assets, AssetReadService reads)
{
    private const string Bytes = "application/octet-stream";

    public Task StoreAsync(HttpContext http) =>
        door.UploadAsync(http, AssetForm.Longest, Bytes, caller => StoreAsync(http, caller));

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var opened = await reads.OpenAsync(
                    caller,
                    MachineDoor.Id(http, "id"),
                    MachineDoor.Id(http, "assetId"),
                    http.RequestAborted
                );
                await (
                    opened.Error is { } refused
                        ? door.Errors.WriteAsync(http, refused)
                        : SendAsync(http, opened.Value)
                );
            }
        );

    private async Task StoreAsync(HttpContext http, Caller caller)
    {
        var form = Form(http.Request);
        await (
            form.Error is { } malformed
                ? door.Errors.WriteAsync(http, malformed)
                : door.AnswerAsync(
                    http,
                    await assets.StoreAsync(
                        caller,
                        MachineDoor.Id(http, "id"),
                        new AssetUpload(
                            MachineDoor.Id(http, "assetId"),
                            form.Value,
                            http.Request.Body
                        ),
                        http.RequestAborted
                    ),
                    MachineJson.WriteCreated,
                    StatusCodes.Status201Created
                )
        );
    }

    /// <summary>What can be said before the bytes: their number, the id, and the version of the data key.</summary>
    private static Result<int?> Form(HttpRequest request)
    {
        if (request.ContentLength is { } length && !AssetForm.IsPossible(length))
        {
            return VaultErrors.AssetMalformed;
        }

        // An id that is chosen is made, not looked for: a malformed one is not "not found".
        if (!PublicId.TryParse(request.RouteValues["assetId"] as string, out _))
        {
            return VaultError.Invalid("/assetId", "An id is 24 lower-case hexadecimal characters.");
        }

        if (!request.Query.TryGetValue("dekVersion", out var sent))
        {
            return (int?)null;
        }

        return
            int.TryParse(
                sent.ToString(),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var version
            )
            && version >= 1
            ? (int?)version
            : VaultError.Invalid("/dekVersion", "A whole number from 1 is expected here.");
    }

    private static async Task SendAsync(HttpContext http, AssetContent content)
    {
        var tag = $"\"{content.Tag}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.Vary = "X-API-Key";
        if (EntityTags.IsKnown(http.Request, tag))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = Bytes;
        http.Response.ContentLength = content.Size;
        await content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
