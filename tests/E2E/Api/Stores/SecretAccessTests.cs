using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>Who may call what in the secrets API, with which credential, and in which order it is decided.</summary>
[Collection(StoresCollection.Name)]
public sealed class SecretAccessTests(Stores stores)
{
    private static readonly string[] Permissions =
    [
        "secrets.read",
        "secrets.write",
        "secrets.delete",
    ];

    private static readonly (string Method, string Path, string? Body, string Permission)[] Calls =
    [
        ("GET", "", null, "secrets.read"),
        ("GET", "/A", null, "secrets.read"),
        ("GET", "/A/versions", null, "secrets.read"),
        ("GET", "/-/export", null, "secrets.read"),
        ("POST", "/A/verify", """{"value":"v"}""", "secrets.read"),
        ("POST", "", """{"key":"A","value":"v"}""", "secrets.write"),
        ("PUT", "/A", """{"value":"v"}""", "secrets.write"),
        ("POST", "/A/rotate", """{"value":"v"}""", "secrets.write"),
        ("POST", "/A/versions/1/restore", "{}", "secrets.write"),
        ("POST", "/-/import", """{"secrets":[{"key":"A","value":"v"}]}""", "secrets.write"),
        ("DELETE", "/A", null, "secrets.delete"),
    ];

    public static TheoryData<string, string, string?, string> CallData()
    {
        var data = new TheoryData<string, string, string?, string>();
        foreach (var (method, path, body, permission) in Calls)
        {
            data.Add(method, path, body, permission);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(CallData))]
    public async Task Call_without_its_permission_is_refused(
        string method,
        string path,
        string? body,
        string permission
    )
    {
        var others = Permissions.Except([permission]);
        var client = await stores.With(string.Join(',', others) + ",workflows.vault.all");

        (await stores.Refuse(() => Send(client, method, path, body))).ShouldBeSecretsError(
            403,
            "AUTH_UNAUTHORIZED",
            "Admin access required"
        );
    }

    [Theory]
    [MemberData(nameof(CallData))]
    public async Task Call_without_a_credential_is_refused(
        string method,
        string path,
        string? body,
        string permission
    )
    {
        permission.ShouldStartWith("secrets.");

        (await stores.Refuse(() => Send(stores.Nobody, method, path, body))).ShouldBeSecretsError(
            401,
            "AUTH_INVALID_CREDENTIALS"
        );
    }

    [Theory]
    [InlineData("Basic b3duZXI6eA==", "AUTH_INVALID_CREDENTIALS")]
    [InlineData("Bearer", "AUTH_INVALID_CREDENTIALS")]
    [InlineData("Bearer ik_", "AUTH_INVALID_API_KEY")]
    [InlineData("Bearer rk_0123456789abcdef.0123456789", "AUTH_INVALID_API_KEY")]
    [InlineData("$unknown ik", "AUTH_INVALID_API_KEY")]
    [InlineData("Bearer x", "AUTH_UNAUTHORIZED")]
    [InlineData("Bearer a.b.c", "AUTH_UNAUTHORIZED")]
    [InlineData("$none", "AUTH_UNAUTHORIZED")]
    [InlineData("$hs256", "AUTH_UNAUTHORIZED")]
    [InlineData("$altered", "AUTH_UNAUTHORIZED")]
    [InlineData("$huge", "AUTH_UNAUTHORIZED")]
    public async Task Credential_that_is_not_good_is_refused_in_its_dialect(
        string header,
        string error
    )
    {
        var authorization = header switch
        {
            "$unknown ik" => $"Bearer ik_{new string('0', 64)}",
            "$none" => $"Bearer {Unsigned("none")}.",
            "$hs256" => $"Bearer {Unsigned("HS256")}.AAAA",
            "$altered" => Altered(await stores.Token()),
            "$huge" => $"Bearer {new string('a', 9_000)}.b.c",
            _ => header,
        };

        var answer = await stores.Client(("Authorization", authorization)).Get(StoreClient.Secrets);

        answer.ShouldBeSecretsError(401, error);
        answer.Headers["WWW-Authenticate"].ShouldStartWith("Bearer realm=");
    }

    [Fact]
    public async Task Key_is_taken_as_bearer_and_in_its_own_header()
    {
        var portalKey = await stores.KeyWith("secrets.all");
        foreach (var key in new[] { stores.SecretsKey, portalKey })
        {
            (await stores.Bearer(key).Get(StoreClient.Secrets)).ShouldSucceed();
            (await stores.Client(("x-api-key", key)).Get(StoreClient.Secrets)).ShouldSucceed();
            (
                await stores
                    .Client(("x-api-key", key), ("Authorization", $"Bearer {key}"))
                    .Get(StoreClient.Secrets)
            ).ShouldSucceed();
        }
    }

    [Fact]
    public async Task Two_credentials_that_differ_are_refused()
    {
        var other = await stores.KeyWith("secrets.all");
        foreach (var second in new[] { other, await stores.Token() })
        {
            (
                await stores
                    .Client(("x-api-key", stores.SecretsKey), ("Authorization", $"Bearer {second}"))
                    .Get(StoreClient.Secrets)
            ).ShouldBeSecretsError(401, "AUTH_INVALID_CREDENTIALS");
        }
    }

    [Fact]
    public async Task Auditors_key_lists_but_reads_no_value()
    {
        var path = Stores.PathOf(await stores.Made("canary"));
        var auditor = await stores.With("secrets.all", Stores.AuditorEmail);

        (await auditor.Get(StoreClient.Secrets)).ShouldSucceed();
        (await auditor.Get($"{path}/versions")).ShouldSucceed();
        (await auditor.Get(path)).ShouldBeSecretsError(403, "AUTH_UNAUTHORIZED");
        (await auditor.Put(path, new JsonObject { ["value"] = "v" })).ShouldBeSecretsError(
            403,
            "AUTH_UNAUTHORIZED"
        );
    }

    [Fact]
    public async Task Credential_comes_before_form_and_form_before_permission_and_object()
    {
        var reader = await stores.With("secrets.read");
        var unknown = Stores.PathOf("NOBODY_HAS_THIS");
        var bad = new JsonObject { ["value"] = 1 };
        var good = new JsonObject { ["value"] = "v" };
        var stale = ("If-Match", "\"9\"");

        (await stores.Nobody.Put(unknown, bad)).ShouldBeSecretsError(
            401,
            "AUTH_INVALID_CREDENTIALS"
        );
        (await reader.Put(unknown, bad)).ShouldBeSecretsError(400, "INVALID_INPUT");
        (await reader.Put(unknown, good)).ShouldBeSecretsError(403, "AUTH_UNAUTHORIZED");
        (await stores.Secrets.Put(unknown, good, stale)).ShouldBeSecretsError(404, "NOT_FOUND");
        var known = Stores.PathOf(await stores.Made());
        // If-Match comes before content: there is nothing to update.
        (await stores.Secrets.Put(known, new JsonObject(), stale)).ShouldBeSecretsError(
            412,
            "VERSION_CONFLICT"
        );
    }

    [Fact]
    public async Task Answers_to_a_known_caller_carry_the_rate_limit()
    {
        foreach (
            var answer in new[]
            {
                await stores.Secrets.Get(StoreClient.Secrets),
                await stores.Secrets.Get(Stores.PathOf("NOBODY_HAS_THIS")),
            }
        )
        {
            answer.Headers.ShouldContainKey("RateLimit");
            answer.Headers.ShouldContainKey("RateLimit-Policy");
        }
    }

    [Fact]
    public async Task Key_rotates_itself_and_the_old_one_ends_after_its_grace()
    {
        var old = await stores.Process.Commands.CreateApiKey(
            Stores.OwnerEmail,
            "secrets.all",
            "--format",
            "ik"
        );
        var client = stores.Bearer(old);
        var path = StoreClient.Secrets + "/api-key/rotate";

        var answer = (
            await client.Post(path, new JsonObject { ["gracePeriodHours"] = 0 })
        ).ShouldSucceed();

        answer.Json.ShouldHaveMembers("success message apiKey oldKeyExpiresAt");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        var fresh = (string)answer.Json["apiKey"]!;
        fresh.ShouldMatch("^ik_[0-9a-f]{64}$");
        (await client.Get(StoreClient.Secrets)).ShouldBeSecretsError(401, "AUTH_INVALID_API_KEY");
        var next = stores.Bearer(fresh);
        (await next.Post(path)).ShouldSucceed();
        (await next.Get(StoreClient.Secrets)).ShouldSucceed();
    }

    [Theory]
    [InlineData("""{"gracePeriodHours":-1}""")]
    [InlineData("""{"gracePeriodHours":169}""")]
    [InlineData("""{"gracePeriodHours":1.5}""")]
    [InlineData("""{"gracePeriodHours":"24"}""")]
    [InlineData("""{"gracePeriodHours":null}""")]
    [InlineData("""{"hours":1}""")]
    [InlineData("""[]""")]
    public async Task Rotation_of_a_key_with_a_body_of_the_wrong_form_is_invalid(string body) =>
        (
            await stores.Secrets.Send(
                "POST",
                StoreClient.Secrets + "/api-key/rotate",
                StoreClient.Text(body)
            )
        ).ShouldBeSecretsError(400, "INVALID_INPUT");

    [Fact]
    public async Task Rotation_is_for_ik_keys_only()
    {
        var path = StoreClient.Secrets + "/api-key/rotate";

        (await (await stores.With("secrets.all")).Post(path)).ShouldBeSecretsError(
            403,
            "AUTH_UNAUTHORIZED"
        );
        (await stores.Bearer(await stores.Token()).Post(path)).ShouldBeSecretsError(
            403,
            "AUTH_UNAUTHORIZED"
        );
    }

    private static Task<Answer> Send(
        StoreClient client,
        string method,
        string path,
        string? body
    ) =>
        client.Send(
            method,
            StoreClient.Secrets + path,
            body is null ? null : StoreClient.Text(body)
        );

    private static string Unsigned(string algorithm) =>
        $"{Encoded($$"""{"alg":"{{algorithm}}"}""")}.{Encoded("""{"sub":"x"}""")}";

    private static string Encoded(string text) =>
        Convert
            .ToBase64String(Encoding.UTF8.GetBytes(text))
            .TrimEnd('=')
            .Replace('+', '-')
            .Replace('/', '_');

    private static string Altered(string token) =>
        $"Bearer {token[..^5]}{(token[^5] == 'A' ? 'B' : 'A')}{token[^4..]}";
}
