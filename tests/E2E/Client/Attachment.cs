using System.Security.Cryptography;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>Attachments in the form of machine.md section 6. What the chunks hold is random: the server cannot tell.</summary>
public static class Attachment
{
    public const int Chunk = 12 + 65_536 + 16;

    /// <summary>As many encrypted bytes as this many of plaintext make.</summary>
    public static byte[] Bytes(int plain) =>
        RandomNumberGenerator.GetBytes(plain + (28 * Math.Max(1, (plain + 65_535) / 65_536)));

    public static Task<Answer> Upload(
        this MachineClient client,
        string vaultId,
        string assetId,
        byte[] bytes,
        string? idempotencyKey = null,
        string query = ""
    ) =>
        client.Send(
            HttpMethod.Post,
            $"vault/{vaultId}/assets/{assetId}{query}",
            MachineClient.Content(bytes, "application/octet-stream"),
            idempotencyKey
        );

    /// <summary>Bytes whose number is not said beforehand.</summary>
    public static Task<Answer> UploadChunked(
        this MachineClient client,
        string vaultId,
        string assetId,
        Stream bytes
    )
    {
        var content = new StreamContent(bytes);
        content.Headers.ContentType = new("application/octet-stream");
        return client.Send(HttpMethod.Post, $"vault/{vaultId}/assets/{assetId}", content);
    }

    /// <summary>The bytes of an attachment, with the answer's status and headers.</summary>
    public static async Task<(int Status, byte[] Bytes, HttpResponseMessage Answer)> Download(
        this MachineClient client,
        string vaultId,
        string assetId,
        string? tag = null
    )
    {
        using var http = new HttpClient { BaseAddress = client.Address };
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"{MachineClient.Base}vault/{vaultId}/assets/{assetId}"
        );
        request.Headers.Add("X-API-Key", client.Key);
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        }

        var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(), answer);
    }
}
