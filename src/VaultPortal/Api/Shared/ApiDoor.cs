using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;

namespace VaultPortal.Api.Shared;

/// <summary>
/// What every call of an API goes through before its service, in the contracts' order: size and media type, credential, rate limit,
/// form of the request. The rest is decided by the services.
/// </summary>
internal abstract class ApiDoor(RateLimiter limiter, KeptAnswers answers)
{
    private const int MaxIdempotencyKey = 255;
    private const string LimitHeader = "RateLimit";

    private static readonly ReadOnlyMemory<byte> EmptyObject = "{}"u8.ToArray();

    /// <summary>Everything at and below these paths is answered in this door's form.</summary>
    public abstract IReadOnlyList<PathString> Paths { get; }

    public abstract ErrorDialect Errors { get; }

    /// <summary>Largest body of any route, in bytes.</summary>
    public abstract int LargestBody { get; }

    protected abstract ValueTask<Result<Caller>> AuthenticateAsync(HttpContext http);

    public bool Covers(PathString path)
    {
        foreach (var own in Paths)
        {
            // As routing compares.
            if (path.StartsWithSegments(own, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A read: no body, nothing to repeat.</summary>
    public async Task ReadAsync(HttpContext http, Func<Caller, Task> serve)
    {
        var admitted = await AdmitAsync(http);
        await (
            admitted.Error is { } stranger
                ? Errors.WriteAsync(http, stranger)
                : serve(admitted.Value)
        );
    }

    /// <summary>A change that has no body.</summary>
    public Task ChangeAsync(HttpContext http, Func<Caller, Task> serve) =>
        ReadAsync(
            http,
            caller =>
            {
                var token = Token(http, caller, []);
                return token.Error is { } bad
                    ? Errors.WriteAsync(http, bad)
                    : serve(caller with { Idempotency = token.Value });
            }
        );

    /// <summary>A call with a JSON body: <paramref name="read"/> makes a request record of it, <paramref name="serve"/> hands it to the service.</summary>
    public Task WriteAsync<TRequest>(
        HttpContext http,
        BodyRules rules,
        Func<JsonInput, JsonElement, TRequest> read,
        Func<Caller, TRequest, Task> serve
    ) => TakeAsync(http, rules, AdmitAsync, (input, body) => FromJson(input, body, read), serve);

    /// <summary>The same with a body in any form.</summary>
    public Task WriteBodyAsync<TRequest>(
        HttpContext http,
        BodyRules rules,
        Func<JsonInput, ReadOnlyMemory<byte>, TRequest> read,
        Func<Caller, TRequest, Task> serve
    ) => TakeAsync(http, rules, AdmitAsync, read, serve);

    /// <summary>
    /// A call with bytes for a body, which its service reads piece by piece. With an Idempotency-Key it is the service that completes
    /// the token by the body.
    /// </summary>
    public Task UploadAsync(
        HttpContext http,
        int limit,
        string mediaType,
        Func<Caller, Task> serve
    ) =>
        http.Request.ContentLength > limit ? Errors.WriteAsync(http, DoorErrors.TooLarge(limit))
        : !RequestBody.Is(http.Request, mediaType)
            ? Errors.WriteAsync(http, DoorErrors.NotOf(mediaType))
        : ChangeAsync(http, serve);

    /// <summary>A call with a JSON body by somebody who has no credential yet.</summary>
    public Task WriteAsStrangerAsync<TRequest>(
        HttpContext http,
        BodyRules rules,
        Func<JsonInput, JsonElement, TRequest> read,
        Func<Caller, TRequest, Task> serve
    ) =>
        TakeAsync(
            http,
            rules with
            {
                Repeatable = false,
            },
            stranger =>
                ValueTask.FromResult<Result<Caller>>(
                    Hosting.Sessions.CallerFactory.Anonymous(stranger)
                ),
            (input, body) => FromJson(input, body, read),
            serve
        );

    /// <summary>Hands on what <c>If-Match</c> says, null when it was not sent; or refuses one that is malformed.</summary>
    public Task IfMatchAsync(HttpContext http, Func<VersionCondition?, Task> serve)
    {
        var condition = EntityTags.IfMatch(http.Request);
        return condition.Error is { } malformed
            ? Errors.WriteAsync(http, malformed)
            : serve(condition.Value);
    }

    /// <summary>Success without a body, or the refusal.</summary>
    public Task AnswerAsync(
        HttpContext http,
        Result<Unit> result,
        int status = StatusCodes.Status200OK
    )
    {
        if (result.Error is { } refused)
        {
            return Errors.WriteAsync(http, refused);
        }

        Succeed(http, status, result.Replayed);
        return Task.CompletedTask;
    }

    /// <summary>Success with a body, or the refusal.</summary>
    /// <param name="version">The version of the one thing that the answer is about: its entity tag.</param>
    public async Task AnswerAsync<T>(
        HttpContext http,
        Result<T> result,
        Action<Utf8JsonWriter, T> write,
        int status = StatusCodes.Status200OK,
        Func<T, long>? version = null
    )
    {
        if (result.Error is { } refused)
        {
            await Errors.WriteAsync(http, refused);
            return;
        }

        Succeed(http, status, result.Replayed);
        using var buffer = new PooledBuffer();
        JsonAnswer.Render(buffer, writer => write(writer, result.Value));
        var tag = version is null
            ? TagOf(http, buffer.Written.Span)
            : EntityTags.Of(version(result.Value));
        if (tag is not null)
        {
            http.Response.Headers.ETag = tag;
            if (HttpMethods.IsGet(http.Request.Method) && EntityTags.IsKnown(http.Request, tag))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        await JsonAnswer.SendAsync(http, buffer);
    }

    /// <summary>An entity tag for an answer that names no version; null = none.</summary>
    protected virtual string? TagOf(HttpContext http, ReadOnlySpan<byte> answer) => null;

    /// <summary>
    /// Counts a request that is refused before anything is asked of its key, so that such answers carry the key's limit too. An unknown
    /// key counts as a guess here as anywhere: else whoever tries keys could do so behind a path that does not exist.
    /// </summary>
    /// <returns>The refusal of a known key that has none left.</returns>
    public async ValueTask<VaultError?> CountAsync(HttpContext http)
    {
        if (
            http.Response.Headers.ContainsKey(LimitHeader)
            || (
                !http.Request.Headers.ContainsKey("X-API-Key")
                && http.Request.Headers.Authorization.Count == 0
            )
        )
        {
            return null;
        }

        var admitted = await AdmitAsync(http);
        return http.Response.Headers.ContainsKey(LimitHeader) ? admitted.Error : null;
    }

    private static void Succeed(HttpContext http, int status, bool replayed)
    {
        http.Response.StatusCode = status;
        if (replayed)
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }
    }

    private async Task TakeAsync<TRequest>(
        HttpContext http,
        BodyRules rules,
        Func<HttpContext, ValueTask<Result<Caller>>> admit,
        Func<JsonInput, ReadOnlyMemory<byte>, TRequest> read,
        Func<Caller, TRequest, Task> serve
    )
    {
        if (http.Request.ContentLength > rules.Limit)
        {
            await CountAsync(http);
            await Errors.WriteAsync(http, DoorErrors.TooLarge(rules.Limit));
            return;
        }

        var hasBody = !rules.Optional || RequestBody.CanHaveOne(http.Request);
        if (hasBody && !rules.MediaTypes.Any(type => RequestBody.Is(http.Request, type)))
        {
            await CountAsync(http);
            await Errors.WriteAsync(http, DoorErrors.NotOf(rules.MediaTypes));
            return;
        }

        var admitted = await admit(http);
        if (admitted.Error is { } stranger)
        {
            await Errors.WriteAsync(http, stranger);
            return;
        }

        using var body = await RequestBody.ReadAsync(
            http.Request,
            rules.Limit,
            http.RequestAborted
        );
        if (body is null)
        {
            await Errors.WriteAsync(http, DoorErrors.TooLarge(rules.Limit));
            return;
        }

        // Secret texts that it read live as long as the call.
        using var input = new JsonInput();
        var request = read(input, hasBody ? body.Bytes : EmptyObject);
        using var held = request as IDisposable;
        var caller = admitted.Value;
        if (input.Error is null && rules.Repeatable)
        {
            var token = Token(http, caller, body.Bytes.Span);
            if (token.Error is { } bad)
            {
                await Errors.WriteAsync(http, bad);
                return;
            }

            caller = token.Value is null ? caller : caller with { Idempotency = token.Value };
        }

        await (
            input.Error is { } refused ? Errors.WriteAsync(http, refused) : serve(caller, request)
        );
    }

    private static TRequest FromJson<TRequest>(
        JsonInput input,
        ReadOnlyMemory<byte> body,
        Func<JsonInput, JsonElement, TRequest> read
    )
    {
        using var document = input.Parse(body);
        return document is null ? default! : read(input, document.RootElement);
    }

    private async ValueTask<Result<Caller>> AdmitAsync(HttpContext http)
    {
        var caller = await AuthenticateAsync(http);
        if (!caller.Succeeded)
        {
            return caller;
        }

        var allowance = limiter.Take(caller.Value.RateLimitKey);
        http.Response.Headers[LimitHeader] = allowance.Header;
        http.Response.Headers["RateLimit-Policy"] = allowance.PolicyHeader;
        return allowance.Refusal is { } limited ? limited : caller;
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

        return answers.Token(
            PrincipalOf(caller),
            http.Request.Method,
            http.Request.Path,
            key,
            http.Request.QueryString.HasValue ? WithQuery(http.Request, body) : body
        );
    }

    /// <summary>Whose request it is: an agent, an account whatever it holds, or a subject of a trusted issuer.</summary>
    private static string PrincipalOf(Caller caller) =>
        caller.IsAgent ? $"agent:{caller.AgentPublicId}"
        : caller.Issued is not null ? caller.Actor
        : $"user:{caller.AccountPublicId}";

    /// <summary>The query says what is to be done, as the body does: with another one it is another request.</summary>
    private static byte[] WithQuery(HttpRequest request, ReadOnlySpan<byte> body) =>
        [.. System.Text.Encoding.UTF8.GetBytes(request.QueryString.Value!), (byte)'\n', .. body];
}
