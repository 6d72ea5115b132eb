using System.Text.Json;
using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>
/// The door of the sealed module: every vault call of the machine API, as its OpenAPI document lists them, for sessions of this
/// portal's own pages and nobody else.
/// </summary>
public sealed class SealedDoorTests(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private const string Door = "/api/v1/portal/sealed";
    private const string Machine = "/api/v1/machine";

    private static readonly string[] ForMachinesOnly =
    [
        "/me",
        "/search",
        "/vault/sync",
        "/agent",
        "/agent/{id}/archive",
        "/agent/{id}/regenerate-api-key",
        "/vault/public-key",
    ];

    private IAPIRequestContext Requests => demo.Browser.Page.Context.APIRequest;

    [Fact]
    public async Task Every_call_without_a_session_is_401_also_with_a_key()
    {
        await demo.GoToSignIn();
        var key = await demo.Process.Commands.CreateApiKey(demo.Email, "machine.all");

        foreach (var (method, path) in await Calls())
        {
            var headers = Headers(null);
            headers["X-API-Key"] = key;
            headers["Authorization"] = $"Bearer {key}";
            await Refused(await Send(method, path, headers), 401, "session_ended");
        }
    }

    [Fact]
    public async Task Every_change_without_a_good_antiforgery_token_is_403()
    {
        await SignedIn();

        foreach (var (method, path) in (await Calls()).Where(call => call.Method != "GET"))
        {
            await Refused(await Send(method, path, Headers(null)), 403, "antiforgery_refused");
            await Refused(await Send(method, path, Headers("x")), 403, "antiforgery_refused");
        }
    }

    [Theory]
    [InlineData("http://evil.example", null)]
    [InlineData("null", null)]
    [InlineData(null, "cross-site")]
    [InlineData(null, "same-site")]
    public async Task Every_change_of_another_page_is_403(string? origin, string? site)
    {
        await SignedIn();
        var headers = Headers(await Token());
        headers["Origin"] = origin ?? headers["Origin"];
        if (site is not null)
        {
            headers["Sec-Fetch-Site"] = site;
        }

        foreach (var (method, path) in (await Calls()).Where(call => call.Method != "GET"))
        {
            await Refused(await Send(method, path, headers), 403, "origin_refused");
        }
    }

    [Fact]
    public async Task Every_read_of_another_page_is_403()
    {
        await SignedIn();
        var headers = new Dictionary<string, string> { ["Sec-Fetch-Site"] = "cross-site" };

        foreach (var (method, path) in (await Calls()).Where(call => call.Method == "GET"))
        {
            await Refused(await Send(method, path, headers), 403, "origin_refused");
        }
    }

    [Fact]
    public async Task Good_call_reaches_the_service_and_is_not_kept()
    {
        await SignedIn();

        var vault = await Send("GET", $"{Door}/vault/{DemoPortal.Vault}", []);
        vault.Status.ShouldBe(200);
        vault.Headers["cache-control"].ShouldBe("no-store");
        vault.Headers.ShouldNotContainKey("etag");
        var refused = await Send(
            "PATCH",
            $"{Door}/vault/{DemoPortal.Vault}/update",
            Headers(await Token())
        );
        (await Refused(refused, 400, "invalid_request"))
            .GetProperty("pointer")
            .GetString()
            .ShouldBe("/directoryCheckpoint");
        refused.Headers["content-type"].ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Calls_for_machines_only_are_not_here()
    {
        await SignedIn();
        var headers = Headers(await Token());

        foreach (var path in ForMachinesOnly.Skip(1))
        {
            var answer = await Send("POST", Door + Filled(path), headers);
            answer.Status.ShouldBeOneOf(404, 405);
        }
    }

    [Fact]
    public async Task Auditor_gets_no_value_here_either()
    {
        await demo.Process.Commands.CreateAccount("auditor@example.org", "Auditor");
        await demo.SignIn("auditor@example.org", PortalCommand.Password);

        var item = await Send(
            "GET",
            $"{Door}/vault/{DemoPortal.Vault}/items/{DemoPortal.Item}",
            []
        );
        item.Status.ShouldBe(200);
        foreach (var field in (await Json(item)).GetProperty("fields").EnumerateArray())
        {
            field.TryGetProperty("value", out _).ShouldBeFalse();
        }

        await demo.GoToSignIn();
    }

    /// <summary>The calls that both doors have, with ids that name nothing.</summary>
    private async Task<IReadOnlyList<(string Method, string Path)>> Calls()
    {
        var document = await Json(await Requests.GetAsync("/openapi/v1.json"));
        (string, string)[] calls =
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
            where path.Name.StartsWith(Machine, StringComparison.Ordinal)
            let rest = path.Name[Machine.Length..]
            where !ForMachinesOnly.Contains(rest)
            from operation in path.Value.EnumerateObject()
            where operation.Value.ValueKind == JsonValueKind.Object
            select (operation.Name.ToUpperInvariant(), Door + Filled(rest)),
        ];
        calls.Length.ShouldBeGreaterThan(30);
        return calls;
    }

    private static string Filled(string path) =>
        System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", "507f1f77bcf86cd799439fff");

    private Task SignedIn() => demo.IsSignedIn ? Task.CompletedTask : demo.SignIn();

    private async Task<string> Token() =>
        (await Json(await Requests.GetAsync("/api/v1/portal/antiforgery")))
            .GetProperty("token")
            .GetString()!;

    private Dictionary<string, string> Headers(string? token)
    {
        var headers = new Dictionary<string, string>
        {
            ["Content-Type"] = "application/json",
            ["Origin"] = demo.Process.Address.GetLeftPart(UriPartial.Authority),
        };
        if (token is not null)
        {
            headers["RequestVerificationToken"] = token;
        }

        return headers;
    }

    private Task<IAPIResponse> Send(string method, string path, Dictionary<string, string> headers)
    {
        // Attachments come as bytes, everything else as JSON.
        var isUpload = path.Contains("/assets/", StringComparison.Ordinal);
        var sent = new Dictionary<string, string>(headers);
        if (isUpload && method != "GET")
        {
            sent["Content-Type"] = "application/octet-stream";
        }

        return Requests.FetchAsync(
            path,
            new APIRequestContextOptions
            {
                Method = method,
                Headers = sent,
                DataString =
                    method == "GET" ? null
                    : isUpload ? new string('x', 100)
                    : "{}",
            }
        );
    }

    private static async Task<JsonElement> Refused(IAPIResponse answer, int status, string code)
    {
        answer.Status.ShouldBe(status, answer.Url);
        var problem = await Json(answer);
        problem.GetProperty("code").GetString().ShouldBe(code, answer.Url);
        return problem;
    }

    private static async Task<JsonElement> Json(IAPIResponse answer) =>
        (await answer.JsonAsync())!.Value;
}
