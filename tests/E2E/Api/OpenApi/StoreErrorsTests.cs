using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Api.Stores;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.OpenApi;

/// <summary>Walks the document of the two stores: every refusal that an operation declares is really answered, in the documented form.</summary>
[Collection(StoresCollection.Name)]
public sealed class StoreErrorsTests(Stores.Stores stores)
{
    private const string Foreign = "eyJhbGciOiJFZERTQSIsImtpZCI6IngifQ.e30.AAAA";

    /// <summary>What cannot be brought about here cheaply, and which tests do.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["INTERNAL_ERROR"] = "StatementFaultTests, DoorGuard",
        ["internal_error"] = "StatementFaultTests, DoorGuard",
        ["SERVICE_UNAVAILABLE"] = "FileFaultTests, CrashTests",
        ["unavailable"] = "FileFaultTests, CrashTests",
        ["RATE_LIMITED"] = "LimitTests: one limiter for all doors",
        ["rate_limited"] = "LimitTests: one limiter for all doors",
        ["IDEMPOTENCY_IN_PROGRESS"] = "IdempotencyTests: the gate's, for all writes",
        ["idempotency_in_progress"] = "IdempotencyTests: the gate's, for all writes",
        ["IDEMPOTENCY_KEY_REUSED"] = "IdempotencyTests: the gate's, for all writes",
        ["idempotency_key_reused"] = "IdempotencyTests: the gate's, for all writes",
        ["idempotency_secret_gone"] = "KeptAnswersTests: needs ten minutes to pass",
        ["AUTH_TOTP_REQUIRED"] = "AdminSessionTests: needs a second factor",
        ["token_expired"] = "TokenAuthenticatorTests: needs a token to grow old",
    };

    [Fact]
    public async Task Every_declared_refusal_is_answered()
    {
        var document = (await stores.Nobody.Get("/openapi/v1.json")).ShouldSucceed().Json;
        var declared = Declared
            .In(document, StoreClient.Secrets)
            .Concat(Declared.In(document, StoreClient.Sessions))
            .Concat(Declared.In(document, StoreClient.Workflows))
            .ToArray();
        var wrong = new List<string>();
        foreach (var one in declared.Where(one => !Elsewhere.ContainsKey(one.Code)))
        {
            var answer = await Provoke(one);
            if (answer is null)
            {
                wrong.Add($"{one}: there is no scene");
            }
            else if (!HasForm(one, answer))
            {
                wrong.Add($"{one}: {answer}");
            }
        }

        declared.Length.ShouldBeGreaterThan(200);
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    private static bool HasForm(Declared one, Answer answer) =>
        answer.Status == one.Status
        && (string?)(answer.Json["code"] ?? answer.Json["error"]) == one.Code
        && answer
            .Json.AsObject()
            .Select(m => m.Key)
            .Order()
            .SequenceEqual(one.Example.AsObject().Select(m => m.Key).Order());

    private async Task<Answer?> Provoke(Declared one)
    {
        var all = one.Path.StartsWith(StoreClient.Workflows, StringComparison.Ordinal)
            ? stores.Workflows
            : stores.Secrets;
        return (one.Code, one.Status) switch
        {
            ("AUTH_UNAUTHORIZED", 401) when one.Operation == "signIn" => await stores.SignIn(
                "nobody@example.com"
            ),
            ("AUTH_UNAUTHORIZED", 403) when one.Operation == "signIn" => await stores.SignIn(
                Stores.Stores.AuditorEmail
            ),
            ("AUTH_UNAUTHORIZED", 403) when one.Operation == "rotateOwnKey" => await Send(
                one,
                await stores.With("secrets.all")
            ),
            ("AUTH_INVALID_CREDENTIALS" or "token_missing", _) => await Send(one, stores.Nobody),
            ("AUTH_INVALID_API_KEY", _) => await Send(
                one,
                stores.Client(("x-api-key", $"ik_{new string('0', 64)}"))
            ),
            ("AUTH_UNAUTHORIZED", 401) or ("token_invalid", _) => await Send(
                one,
                stores.Bearer(Foreign)
            ),
            ("AUTH_UNAUTHORIZED", 403) or ("insufficient_scope", _) => await Send(
                one,
                await stores.With("machine.vault.read")
            ),
            ("PAYLOAD_TOO_LARGE" or "payload_too_large", _) => await Send(
                one,
                all,
                StoreClient.Bytes(new byte[17 << 20])
            ),
            ("UNSUPPORTED_MEDIA_TYPE" or "unsupported_media_type", _) => await Send(
                one,
                all,
                StoreClient.Text("<x/>", "application/xml")
            ),
            ("malformed_json", _) => await Send(one, all, StoreClient.Text("{")),
            ("parameter_unknown", _) => await Send(
                one,
                all,
                StoreClient.Json(With(one.Body, "nothing", 1))
            ),
            ("parameter_missing", _) => await Send(one, all, StoreClient.Text("{}")),
            ("parameter_invalid" or "INVALID_INPUT", _) when one.Body is not null => await Send(
                one,
                all,
                StoreClient.Text("[]")
            ),
            ("parameter_invalid" or "INVALID_INPUT", _) => await Invalid(one, all),
            ("NOT_FOUND" or "resource_not_found", _) => await Send(one, all),
            _ => await Content(one, all),
        };
    }

    /// <summary>What is wrong with a request that has no body: its query, or its headers.</summary>
    private static Task<Answer> Invalid(Declared one, StoreClient all) =>
        one.Method == "GET"
            ? all.Get(Path(one) + "?version=x&format=x")
            : all.Send(one.Method, Path(one), null, ("Idempotency-Key", "a b"));

    /// <summary>What is decided last: about the thing itself, and about what is to be written.</summary>
    private async Task<Answer?> Content(Declared one, StoreClient all)
    {
        switch (one.Code)
        {
            case "SECRET_ALREADY_EXISTS":
                return await all.Post(
                    StoreClient.Secrets,
                    With(one.Body, "key", await stores.Made())
                );
            case "FORBIDDEN":
                return await all.Delete(
                    Stores.Stores.PathOf(
                        await stores.Made(more: new JsonObject { ["isReserved"] = true })
                    )
                );
            case "VERSION_CONFLICT" when one.Operation == "createSecret":
                return await all.Send(
                    "POST",
                    StoreClient.Secrets,
                    StoreClient.Json(With(one.Body, "key", await stores.Made())),
                    ("If-None-Match", "*")
                );
            case "VERSION_CONFLICT":
                var secret = Stores.Stores.PathOf(await stores.Made());
                return await all.Send(
                    one.Method,
                    Path(one)
                        .Replace(Stores.Stores.PathOf("ABSENT"), secret, StringComparison.Ordinal),
                    Json(one.Body),
                    ("If-Match", "\"999\"")
                );
            case "version_conflict":
                return await all.Send(
                    one.Method,
                    await ItemOf(one),
                    Json(one.Body),
                    ("If-Match", "\"999\"")
                );
            default:
                return Fault(one) is { } body
                    ? await all.Send(one.Method, await ItemOf(one), StoreClient.Json(body))
                    : null;
        }
    }

    private static JsonObject? Fault(Declared one) =>
        one.Code switch
        {
            "name_too_short" => With(one.Body, "name", "ab"),
            "name_too_long" => With(one.Body, "name", new string('a', 51)),
            "secret_empty" => With(one.Body, "secret", ""),
            "secret_too_long" => With(one.Body, "secret", new string('a', 2_001)),
            "expires_at_in_past" => With(one.Body, "expires_at", "2020-01-01T00:00:00Z"),
            "secret_not_allowed" => With(one.Body, "name", "api-key:deploy"),
            "prefix_immutable" => With(one.Body, "name", "api-key:deploy", without: "secret"),
            _ => null,
        };

    /// <summary>The path of an item that is there: where it is about a generated key, of one with such a key.</summary>
    private async Task<string> ItemOf(Declared one)
    {
        if (!one.Path.Contains('{'))
        {
            return one.Path;
        }

        if (one.Operation != "rotateKey" && one.Code != "secret_not_allowed")
        {
            return one.Path.Replace(
                StoreClient.Workflows + "/{vaultId}",
                await stores.MadeItem(),
                StringComparison.Ordinal
            );
        }

        var made = await stores.Workflows.Post(
            StoreClient.Workflows,
            new JsonObject { ["name"] = "api-key:walk" }
        );
        return one.Path.Replace(
            StoreClient.Workflows + "/{vaultId}",
            Stores.Stores.PathOf(made.ShouldSucceed(201)),
            StringComparison.Ordinal
        );
    }

    private static Task<Answer> Send(
        Declared one,
        StoreClient client,
        HttpContent? content = null
    ) => client.Send(one.Method, Path(one), content ?? Json(one.Body));

    private static HttpContent? Json(JsonNode? body) =>
        body is null ? null : StoreClient.Json(body);

    private static string Path(Declared one) =>
        one
            .Path.Replace("{key}", "ABSENT", StringComparison.Ordinal)
            .Replace("{version}", "1", StringComparison.Ordinal)
            .Replace("{vaultId}", "vlt_00000000000000000000000000", StringComparison.Ordinal);

    private static JsonObject With(
        JsonNode? body,
        string member,
        JsonNode value,
        string? without = null
    )
    {
        var changed = body!.DeepClone().AsObject();
        changed[member] = value;
        if (without is not null)
        {
            changed.Remove(without);
        }

        return changed;
    }
}
