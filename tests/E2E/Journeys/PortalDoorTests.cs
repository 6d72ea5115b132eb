using System.Text.Json;
using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>The portal's own API answers its own pages in a session, and nobody else.</summary>
public sealed class PortalDoorTests(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private const string Door = "/api/v1/portal";
    private const string Create = $"{Door}/secrets/environment";
    private const string Principals = $"{Door}/principals";
    private const string Long =
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    private IAPIRequestContext Requests => demo.Browser.Page.Context.APIRequest;

    [Fact]
    public async Task Call_without_a_session_is_401()
    {
        await demo.GoToSignIn();

        await Refused(await Post(Create, Headers(null)), 401, "session_ended");
        await Refused(await Requests.GetAsync($"{Door}/antiforgery"), 401, "session_ended");
    }

    [Fact]
    public async Task Key_of_a_machine_is_worth_nothing_here()
    {
        await demo.GoToSignIn();
        var key = await demo.Process.Commands.CreateApiKey(demo.Email, "secrets.all");

        await Refused(
            await Post(
                Create,
                new(Headers(null)) { ["X-API-Key"] = key, ["Authorization"] = $"Bearer {key}" }
            ),
            401,
            "session_ended"
        );
    }

    [Theory]
    [InlineData("http://evil.example", null)]
    [InlineData("null", null)]
    [InlineData("", null)]
    [InlineData(null, "cross-site")]
    [InlineData(null, "same-site")]
    [InlineData(null, "none")]
    public async Task Call_of_another_page_is_403(string? origin, string? site)
    {
        await SignedIn();
        var headers = Headers(await Token());
        headers["Origin"] = origin ?? headers["Origin"];
        if (site is not null)
        {
            headers["Sec-Fetch-Site"] = site;
        }

        await Refused(await Post(Create, headers), 403, "origin_refused");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not a token")]
    public async Task Call_without_a_good_antiforgery_token_is_403(string? token)
    {
        await SignedIn();

        await Refused(await Post(Create, Headers(token)), 403, "antiforgery_refused");
    }

    [Fact]
    public async Task Form_of_another_page_is_415_even_with_the_cookie()
    {
        await SignedIn();
        var headers = Headers(await Token());
        headers["Content-Type"] = "text/plain";

        await Refused(await Post(Create, headers), 415, "unsupported_media_type");
    }

    [Fact]
    public async Task Refusal_names_the_member_and_is_not_kept()
    {
        await SignedIn();

        var answer = await Post(Create, Headers(await Token()), """{"key":"lower","value":"x"}""");

        answer.Headers["content-type"].ShouldBe("application/problem+json");
        answer.Headers["cache-control"].ShouldContain("no-store");
        (await Refused(answer, 400, "invalid_request"))
            .GetProperty("pointer")
            .GetString()
            .ShouldBe("/key");
    }

    [Fact]
    public async Task Whom_to_share_with_is_read_with_a_session_alone()
    {
        await SignedIn();

        var answer = await Requests.GetAsync($"{Principals}?q=demo");

        answer.Status.ShouldBe(200);
        answer.Headers["cache-control"].ShouldContain("no-store");
        var person = (await answer.JsonAsync())!
            .Value.GetProperty("principals")
            .EnumerateArray()
            .First();
        person.GetProperty("type").GetString().ShouldBe("USER");
        person.GetProperty("name").GetString().ShouldBe(demo.Email);
        person.GetProperty("role").GetString().ShouldBe("Owner");
        var key = person.GetProperty("keys").EnumerateArray().First();
        key.GetProperty("publicKey").GetString()!.ShouldStartWith("-----BEGIN PUBLIC KEY-----");
        key.GetProperty("ownerId").GetString().ShouldBe(person.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Read_of_another_page_is_403(string header, string value)
    {
        await SignedIn();

        var answer = await Requests.GetAsync(
            Principals,
            new() { Headers = new Dictionary<string, string> { [header] = value } }
        );

        await Refused(answer, 403, "origin_refused");
    }

    [Theory]
    [InlineData("?q=a&q=b")]
    [InlineData("?other=1")]
    [InlineData("?q=%00")]
    [InlineData("?q=" + Long)]
    public async Task Read_with_a_question_that_makes_no_sense_is_400(string query)
    {
        await SignedIn();

        await Refused(await Requests.GetAsync(Principals + query), 400, "invalid_request");
    }

    [Fact]
    public async Task Read_without_a_session_is_401()
    {
        await demo.GoToSignIn();

        await Refused(await Requests.GetAsync(Principals), 401, "session_ended");
    }

    [Fact]
    public async Task Auditor_reads_no_value()
    {
        await demo.Process.Commands.CreateAccount("auditor@example.org", "Auditor");
        await demo.SignIn("auditor@example.org", PortalCommand.Password);

        await Refused(
            await Post($"{Create}/ANY/reveal", Headers(await Token()), "{}"),
            403,
            "forbidden"
        );
        await Refused(
            await Post($"{Create}/-/export", Headers(await Token()), """{"format":"env"}"""),
            403,
            "forbidden"
        );
        await demo.GoToSignIn();
    }

    private Task SignedIn() => demo.IsSignedIn ? Task.CompletedTask : demo.SignIn();

    private async Task<string> Token()
    {
        var answer = await Requests.GetAsync($"{Door}/antiforgery");
        return (await answer.JsonAsync())!.Value.GetProperty("token").GetString()!;
    }

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

    private Task<IAPIResponse> Post(
        string path,
        Dictionary<string, string> headers,
        string body = """{"key":"DOOR","value":"x"}"""
    ) =>
        Requests.PostAsync(
            path,
            new APIRequestContextOptions { Headers = headers, DataString = body }
        );

    private static async Task<JsonElement> Refused(IAPIResponse answer, int status, string code)
    {
        answer.Status.ShouldBe(status);
        var problem = (await answer.JsonAsync())!.Value;
        problem.GetProperty("code").GetString().ShouldBe(code);
        return problem;
    }
}
