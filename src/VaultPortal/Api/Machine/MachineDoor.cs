using System.Text.Json;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Api.Machine;

/// <summary>
/// What every call of this door goes through before its service, in the contract's order (machine.md section 2): size and
/// media type, credential, rate limit, JSON form. The rest is decided by the services.
/// </summary>
internal sealed class MachineDoor(
    ApiKeyAuthenticator keys,
    RateLimiter limiter,
    KeptAnswers answers
)
{
    public const string BasePath = "/api/v1/machine";

    /// <summary>Largest body of a route that can take a summary checkpoint, in bytes.</summary>
    public const int SummaryLimit = 8 << 20;

    /// <summary>Largest body of every other route, in bytes.</summary>
    public const int PlainLimit = 1 << 20;

    private const int MaxIdempotencyKey = 255;

    /// <summary>A call without a body.</summary>
    public Task ReadAsync(HttpContext http, Func<Caller, Task> serve)
    {
        var admitted = Credential(http);
        return admitted.Error is { } stranger
            ? MachineErrors.WriteAsync(http, stranger)
            : serve(admitted.Value);
    }

    /// <summary>A call with a JSON body: <paramref name="read"/> makes a request record of it, <paramref name="serve"/> hands it to the service.</summary>
    public async Task WriteAsync<TRequest>(
        HttpContext http,
        int limit,
        Func<JsonInput, JsonElement, TRequest> read,
        Func<Caller, TRequest, Task> serve
    )
    {
        if (http.Request.ContentLength > limit)
        {
            await MachineErrors.WriteAsync(http, MachineErrors.TooLarge(limit));
            return;
        }

        if (!RequestBody.IsJson(http.Request))
        {
            await MachineErrors.WriteAsync(http, MachineErrors.UnsupportedMediaType);
            return;
        }

        var admitted = Credential(http);
        if (admitted.Error is { } stranger)
        {
            await MachineErrors.WriteAsync(http, stranger);
            return;
        }

        using var body = await RequestBody.ReadAsync(http.Request, limit, http.RequestAborted);
        var parsed = body is null
            ? MachineErrors.TooLarge(limit)
            : Parse(http, admitted.Value, body, read);
        await (
            parsed.Error is { } refused
                ? MachineErrors.WriteAsync(http, refused)
                : serve(parsed.Value.Caller, parsed.Value.Request)
        );
    }

    /// <summary>Success without a body, or the refusal.</summary>
    public static Task AnswerAsync(
        HttpContext http,
        Result<Unit> result,
        int status = StatusCodes.Status200OK
    ) =>
        result.Error is { } refused
            ? MachineErrors.WriteAsync(http, refused)
            : Succeed(http, status, result.Replayed);

    /// <summary>Success with a body, or the refusal.</summary>
    public static Task AnswerAsync<T>(
        HttpContext http,
        Result<T> result,
        Action<Utf8JsonWriter, T> write,
        int status = StatusCodes.Status200OK
    )
    {
        if (result.Error is { } refused)
        {
            return MachineErrors.WriteAsync(http, refused);
        }

        Succeed(http, status, result.Replayed);
        return MachineJson.WriteAsync(http, writer => write(writer, result.Value));
    }

    /// <summary>The id in the path. A text that is no id names nothing: it becomes an id that nothing has, and is not found as such.</summary>
    public static PublicId Id(HttpContext http, string name) =>
        PublicId.TryParse(http.Request.RouteValues[name] as string, out var id)
            ? id
            : PublicId.New(DateTimeOffset.UtcNow);

    private static Task Succeed(HttpContext http, int status, bool replayed)
    {
        http.Response.StatusCode = status;
        if (replayed)
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }

        return Task.CompletedTask;
    }

    private Result<Caller> Credential(HttpContext http)
    {
        string? key = http.Request.Headers["X-API-Key"];
        var caller = keys.Authenticate(key, http.Connection.RemoteIpAddress, http.TraceIdentifier);
        if (!caller.Succeeded)
        {
            return caller;
        }

        var allowance = limiter.Take(caller.Value.RateLimitKey);
        http.Response.Headers["RateLimit"] = allowance.Header;
        http.Response.Headers["RateLimit-Policy"] = allowance.PolicyHeader;
        return allowance.Refusal is { } limited ? limited : caller;
    }

    private Result<(Caller Caller, TRequest Request)> Parse<TRequest>(
        HttpContext http,
        Caller caller,
        RequestBody body,
        Func<JsonInput, JsonElement, TRequest> read
    )
    {
        var input = new JsonInput();
        using var document = input.Parse(body.Bytes);
        if (document is null)
        {
            return input.Error!;
        }

        var request = read(input, document.RootElement);
        if (input.Error is { } form)
        {
            return form;
        }

        var token = Token(http, caller, body.Bytes.Span);
        return token.Error is { } bad ? bad : (caller with { Idempotency = token.Value }, request);
    }

    private Result<IdempotencyToken?> Token(
        HttpContext http,
        Caller caller,
        ReadOnlySpan<byte> body
    )
    {
        if (!http.Request.Headers.TryGetValue("Idempotency-Key", out var sent))
        {
            return (IdempotencyToken?)null;
        }

        var key = sent.ToString();
        if (
            sent.Count != 1
            || key.Length is 0 or > MaxIdempotencyKey
            || key.AsSpan().ContainsAnyExceptInRange('!', '~')
        )
        {
            return new VaultError(
                ErrorKind.Invalid,
                "invalid_request",
                $"An Idempotency-Key has 1 to {MaxIdempotencyKey} visible ASCII characters."
            );
        }

        var principal = caller.IsAgent
            ? $"agent:{caller.AgentPublicId}"
            : $"user:{caller.AccountPublicId}";
        return answers.Token(principal, http.Request.Method, http.Request.Path, key, body);
    }
}
