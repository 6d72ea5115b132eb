using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>A caller of the two stores' APIs, with whatever credential headers it was given.</summary>
public sealed class StoreClient : IDisposable
{
    public const string Secrets = "/api/secrets";
    public const string Sessions = "/api/auth/admin/sessions";
    public const string Workflows = "/workflows/vault";

    private readonly HttpClient _http;
    private readonly (string Name, string Value)[] _credentials;

    public StoreClient(Uri address, params (string Name, string Value)[] credentials)
        : this(address, Handler(), credentials) { }

    private StoreClient(
        Uri address,
        SocketsHttpHandler handler,
        (string Name, string Value)[] credentials
    )
    {
        _credentials = credentials;
        _http = new HttpClient(handler) { BaseAddress = address };
    }

    /// <summary>Somebody without credentials who tries to sign in: tries are limited for each address.</summary>
    public static StoreClient Stranger(Uri address) => new(address, Handler().FromOwnAddress(), []);

    public static StoreClient Bearer(Uri address, string token) =>
        new(address, ("Authorization", $"Bearer {token}"));

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) =>
        Send("GET", path, null, headers);

    public Task<Answer> Post(
        string path,
        JsonNode? body = null,
        params (string Name, string Value)[] headers
    ) => Send("POST", path, body is null ? null : Json(body), headers);

    public Task<Answer> Put(
        string path,
        JsonNode body,
        params (string Name, string Value)[] headers
    ) => Send("PUT", path, Json(body), headers);

    public Task<Answer> Delete(string path, params (string Name, string Value)[] headers) =>
        Send("DELETE", path, null, headers);

    public async Task<Answer> Send(
        string method,
        string path,
        HttpContent? content,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = content,
        };
        foreach (var (name, value) in _credentials.Concat(headers))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        return new Answer(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(
                    header => header.Key,
                    header => string.Join(", ", header.Value),
                    StringComparer.OrdinalIgnoreCase
                )
        );
    }

    public static HttpContent Json(JsonNode body) => Text(Client.Json.Text(body));

    public static HttpContent Text(string body, string? mediaType = "application/json") =>
        Bytes(Encoding.UTF8.GetBytes(body), mediaType);

    public static HttpContent Bytes(byte[] body, string? mediaType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = mediaType is null
            ? null
            : MediaTypeHeaderValue.Parse(mediaType);
        return content;
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Handler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = 64,
        };
}
