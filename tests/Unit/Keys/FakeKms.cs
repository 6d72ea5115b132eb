using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace VaultPortal.Tests.Unit.Keys;

/// <summary>A key service that speaks as much of AWS KMS (JSON 1.1) as is used: GenerateDataKey and Decrypt.</summary>
internal sealed class FakeKms : IAsyncDisposable
{
    public const string KeyId = "arn:aws:kms:eu-central-1:000000000000:key/test";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly WebApplication _app;

    private FakeKms(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    /// <summary>What every request is refused with; null = none is.</summary>
    public string? Refusal { get; set; }

    /// <summary>The encryption contexts that were sent, with the action.</summary>
    public ConcurrentQueue<(string Action, string Context)> Calls { get; } = [];

    public static async Task<FakeKms> StartAsync()
    {
        // The SDK signs its requests; nobody checks them here.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "test");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "test");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var kms = new FakeKms(app);
        app.MapPost("/", kms.AnswerAsync);
        await app.StartAsync();
        kms.Url = app.Urls.First();
        return kms;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var body = (await JsonNode.ParseAsync(http.Request.Body))!;
        var context = body["EncryptionContext"]!.ToJsonString();
        var action = http.Request.Headers["X-Amz-Target"].ToString();
        Calls.Enqueue((action, context));
        var answer = Refusal is { } refusal
            ? Refused(refusal)
            : action switch
            {
                "TrentService.GenerateDataKey" => Generate(context),
                "TrentService.Decrypt" => Decrypt(body, context),
                _ => Refused("UnknownOperationException"),
            };
        http.Response.StatusCode = answer["__type"] is null ? 200 : 400;
        http.Response.ContentType = "application/x-amz-json-1.1";
        await http.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Generate(string context)
    {
        var plaintext = RandomNumberGenerator.GetBytes(32);
        var ciphertext = new byte[12 + 32 + 16];
        using var aes = new AesGcm(_key, 16);
        RandomNumberGenerator.Fill(ciphertext.AsSpan(0, 12));
        aes.Encrypt(
            ciphertext.AsSpan(0, 12),
            plaintext,
            ciphertext.AsSpan(12, 32),
            ciphertext.AsSpan(44),
            Encoding.UTF8.GetBytes(context)
        );
        return new()
        {
            ["KeyId"] = KeyId,
            ["Plaintext"] = Convert.ToBase64String(plaintext),
            ["CiphertextBlob"] = Convert.ToBase64String(ciphertext),
        };
    }

    private JsonObject Decrypt(JsonNode body, string context)
    {
        var ciphertext = Convert.FromBase64String((string)body["CiphertextBlob"]!);
        var plaintext = new byte[32];
        try
        {
            using var aes = new AesGcm(_key, 16);
            aes.Decrypt(
                ciphertext.AsSpan(0, 12),
                ciphertext.AsSpan(12, 32),
                ciphertext.AsSpan(44),
                plaintext,
                Encoding.UTF8.GetBytes(context)
            );
        }
        catch (CryptographicException)
        {
            return Refused("InvalidCiphertextException");
        }

        return new() { ["KeyId"] = KeyId, ["Plaintext"] = Convert.ToBase64String(plaintext) };
    }

    private static JsonObject Refused(string code) =>
        new() { ["__type"] = code, ["message"] = "refused" };
}
