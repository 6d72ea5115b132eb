using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>
/// Requests to the machine API: an Idempotency-Key on every write, so that one whose answer was lost can be sent again; tries
/// again after transport faults, 429 and 503 as the server wishes; every refusal as a typed exception.
/// </summary>
internal sealed class MachineTransport : IDisposable
{
    private const string BasePath = "api/v1/machine/";

    private readonly HttpClient http;
    private readonly VaultPortalClientOptions options;

    public MachineTransport(Uri address, string apiKey, VaultPortalClientOptions options)
    {
        this.options = options;
        http = new HttpClient(
            options.Handler ?? new SocketsHttpHandler { AllowAutoRedirect = false },
            disposeHandler: options.Handler is null
        )
        {
            BaseAddress = new Uri(
                address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/"),
                BasePath
            ),
            Timeout = options.Timeout,
        };
        http.DefaultRequestHeaders.TryAddWithoutValidation("X-API-Key", apiKey);
    }

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        WireJson.Read<T>(await SendAsync(HttpMethod.Get, path, null, cancellation));

    public async Task<T> PostAsync<T>(string path, JsonNode body, CancellationToken cancellation) =>
        WireJson.Read<T>(await SendAsync(HttpMethod.Post, path, body, cancellation));

    /// <summary>The pages of a list, one after the other, until the last one.</summary>
    public static async IAsyncEnumerable<T> PagesAsync<T>(
        Func<int, Task<(IReadOnlyList<T> Entries, Pagination? Pagination)>> fetch,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        for (var page = 1; ; page++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (entries, pagination) = await fetch(page);
            foreach (var entry in entries)
            {
                yield return entry;
            }

            if (pagination is null || page >= pagination.TotalPages || entries.Count == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>Sends JSON and answers JSON; an undefined element where the answer has no body.</summary>
    public async Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        JsonNode? body,
        CancellationToken cancellation
    )
    {
        var bytes = body is null
            ? null
            : JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Options);
        var idempotencyKey = method == HttpMethod.Get ? null : NewIdempotencyKey();
        using var response = await SendWithRetriesAsync(
            () =>
            {
                var request = new HttpRequestMessage(method, path);
                if (bytes is not null)
                {
                    request.Content = new ByteArrayContent(bytes);
                    request.Content.Headers.ContentType = new("application/json");
                }

                if (idempotencyKey is not null)
                {
                    request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
                }

                return request;
            },
            mayRepeatUnanswered: true,
            cancellation
        );
        return await ReadAsync(response, cancellation);
    }

    /// <summary>
    /// Sends a stream of bytes. Each try makes new content, because it is encrypted anew; so it is tried again only where the
    /// server said that it took nothing.
    /// </summary>
    public async Task UploadAsync(
        string path,
        Func<HttpContent> content,
        bool canRepeat,
        CancellationToken cancellation
    )
    {
        var sent = false;
        using var response = await SendWithRetriesAsync(
            () =>
            {
                (sent, var again) = (true, sent);
                return again && !canRepeat
                    ? null
                    : new HttpRequestMessage(HttpMethod.Post, path) { Content = content() };
            },
            mayRepeatUnanswered: false,
            cancellation
        );
    }

    /// <summary>Reads a stream of bytes; the caller disposes the response.</summary>
    public Task<HttpResponseMessage> DownloadAsync(string path, CancellationToken cancellation) =>
        SendWithRetriesAsync(
            () => new HttpRequestMessage(HttpMethod.Get, path),
            mayRepeatUnanswered: true,
            cancellation
        );

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendWithRetriesAsync(
        Func<HttpRequestMessage?> makeRequest,
        bool mayRepeatUnanswered,
        CancellationToken cancellation
    )
    {
        VaultPortalException? fault = null;
        for (var attempt = 1; ; attempt++)
        {
            using var request = makeRequest();
            if (request is null)
            {
                throw fault!;
            }

            bool repeat;
            try
            {
                var response = await http.SendAsync(
                    request,
                    HttpCompletionOption.ResponseHeadersRead,
                    cancellation
                );
                if (response.IsSuccessStatusCode)
                {
                    return response;
                }

                fault = await RefusalAsync(response, cancellation);
                repeat = MaySendAgain(fault);
            }
            catch (Exception error)
                when (error is HttpRequestException or IOException or OperationCanceledException
                    && !cancellation.IsCancellationRequested
                )
            {
                fault = new(0, "unreachable", "The server gave no answer.", inner: error);
                repeat = mayRepeatUnanswered;
            }

            var delay = fault.RetryAfter ?? Backoff(attempt);
            if (!repeat || attempt >= options.MaxAttempts || delay > options.MaxRetryDelay)
            {
                throw fault;
            }

            await Task.Delay(delay, options.Time, cancellation);
        }
    }

    private static bool MaySendAgain(VaultPortalException fault) =>
        fault.Status
            is (int)HttpStatusCode.TooManyRequests
                or (int)HttpStatusCode.ServiceUnavailable
        || fault.Code == "idempotency_in_progress";

    /// <summary>0.2 s, doubled each time, and up to half as much again, so that many clients do not come back together.</summary>
    private static TimeSpan Backoff(int attempt) =>
        TimeSpan.FromMilliseconds(
            (100 << attempt) * (1 + (RandomNumberGenerator.GetInt32(500) / 1000.0))
        );

    private static async Task<JsonElement> ReadAsync(
        HttpResponseMessage response,
        CancellationToken cancellation
    )
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        if (body.Length == 0)
        {
            return default;
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw VaultPortalException.InvalidResponse("$");
        }
    }

    private async Task<VaultPortalException> RefusalAsync(
        HttpResponseMessage response,
        CancellationToken cancellation
    )
    {
        using (response)
        {
            var status = (int)response.StatusCode;
            var retryAfter = RetryAfterOf(response.Headers.RetryAfter);
            ErrorBody? body;
            try
            {
                body = WireJson.Read<ErrorBody>(await ReadAsync(response, cancellation));
            }
            catch (Exception fault)
                when (fault is VaultPortalException or InvalidOperationException)
            {
                body = null; // Somebody between us and the server answered.
            }

            return body is null
                ? new(status, $"http_{status}", $"The answer was {status}.", null, retryAfter)
                : new(status, body.Error.Code, body.Error.Message, body.Error.Details, retryAfter);
        }
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header) =>
        header?.Delta
        ?? (header?.Date is { } date ? Max(date - options.Time.GetUtcNow(), TimeSpan.Zero) : null);

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static string NewIdempotencyKey() =>
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private sealed record ErrorBody(ErrorContent Error);

    private sealed record ErrorContent(string Code, string Message, JsonElement? Details = null);
}
