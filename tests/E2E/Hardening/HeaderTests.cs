using System.Net;
using System.Text.RegularExpressions;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Hardening;

/// <summary>What every answer says to browsers: pages, and everything that is none.</summary>
[Collection(PortalCollection.Name)]
public sealed partial class HeaderTests(Portal portal) : IAsyncLifetime
{
    private const string Html = "text/html,application/xhtml+xml";

    private static readonly Dictionary<string, string> Always = new()
    {
        ["X-Content-Type-Options"] = "nosniff",
        ["X-Frame-Options"] = "DENY",
        ["Referrer-Policy"] = "no-referrer",
        ["Permissions-Policy"] =
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
            + "microphone=(), midi=(), payment=(), usb=(), clipboard-write=(self), publickey-credentials-get=(self), "
            + "publickey-credentials-create=(self)",
        ["Cross-Origin-Opener-Policy"] = "same-origin",
        ["Cross-Origin-Resource-Policy"] = "same-origin",
    };

    private readonly Visitor _visitor = new(portal.Process.Address);
    private readonly HashSet<string> _nonces = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _visitor.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Every_page_has_the_policy_and_a_nonce_of_its_own()
    {
        await _visitor.SignIn(Portal.OwnerEmail, PortalCommand.Password);
        Routes.Templates.Count.ShouldBeGreaterThan(25);
        var pages = 0;
        foreach (var template in Routes.Templates)
        {
            using var answer = await Get(Routes.Address(template));
            if (answer.StatusCode == HttpStatusCode.Redirect)
            {
                HasPolicy(answer, nonce: null);
                continue;
            }

            await IsPage(answer);
            pages++;
        }

        // Only the home page, sign-in, sign-out and set-up send somebody with a session elsewhere.
        pages.ShouldBeGreaterThanOrEqualTo(Routes.Templates.Count - 4);
        _nonces.Count.ShouldBe(pages);
    }

    [Theory]
    [InlineData("/sign-in", 200)]
    [InlineData("/docs/api", 200)]
    [InlineData("/docs/errors", 200)]
    [InlineData("/docs/errors/invalid_request", 200)]
    [InlineData("/docs/errors/no_such_code", 404)]
    [InlineData("/not-found", 200)]
    [InlineData("/nowhere", 404)]
    public async Task Page_for_strangers_has_the_policy(string path, int status)
    {
        using var answer = await Get(path);

        ((int)answer.StatusCode).ShouldBe(status);
        await IsPage(answer);
    }

    [Fact]
    public async Task Same_page_has_another_nonce_each_time()
    {
        for (var i = 0; i < 20; i++)
        {
            using var answer = await Get("/sign-in");
            await IsPage(answer);
        }

        _nonces.Count.ShouldBe(20);
    }

    [Theory]
    [InlineData("GET", "/vaults", 302)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/health/ready", 200)]
    [InlineData("GET", "/session", 401)]
    [InlineData("POST", "/health/live", 405)]
    [InlineData("GET", "/api/v1/machine/vaults", 401)]
    [InlineData("GET", "/api/v1/machine/nothing", 404)]
    [InlineData("GET", "/api/v1/portal/antiforgery", 401)]
    [InlineData("POST", "/api/v1/portal/step-up", 403)]
    [InlineData("GET", "/api/secrets", 401)]
    [InlineData("POST", "/_blazor/negotiate", 403)]
    [InlineData("GET", "/_blazor", 400)]
    public async Task Answer_that_is_no_page_has_the_policy_without_a_nonce(
        string method,
        string path,
        int status
    )
    {
        using var answer = await _visitor.Send(new HttpMethod(method), path);

        ((int)answer.StatusCode).ShouldBe(status);
        HasPolicy(answer, nonce: null);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Files_have_the_policy_and_those_of_a_page_are_kept_for_good()
    {
        var page = await _visitor.Http.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        var files = File()
            .Matches(page)
            .Select(match => match.Groups[1].Value.TrimStart('.', '/'))
            .ToHashSet();
        files.Count(file => file.EndsWith(".js", StringComparison.Ordinal)).ShouldBeGreaterThan(30);
        foreach (var file in files)
        {
            using var answer = await Get($"/{file}");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, file);
            HasPolicy(answer, nonce: null);
            answer.Headers.CacheControl!.ToString().ShouldBe("max-age=31536000, immutable", file);
        }

        using var plain = await Get("/js/portal.js");
        HasPolicy(plain, nonce: null);
        plain.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        using var contract = await Get("/openapi/v1.json");
        contract.StatusCode.ShouldBe(HttpStatusCode.OK);
        HasPolicy(contract, nonce: null);
    }

    [Fact]
    public async Task Map_of_a_page_names_every_module_that_pages_use()
    {
        using var answer = await Get("/sign-in");
        var map = Map().Match(await answer.Content.ReadAsStringAsync()).Groups[2].Value;
        var folder = Path.Combine(
            Path.GetDirectoryName(PortalCommand.HostAssembly)!,
            "..",
            "..",
            "..",
            "wwwroot",
            "js"
        );
        var scripts = Directory
            .EnumerateFiles(folder, "*.js", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("sealed/node/", StringComparison.Ordinal))
            .ToList();

        scripts.ShouldContain("sealed/page.js");
        foreach (var script in scripts)
        {
            map.ShouldContain($"\"./js/{script}\": \"./js/{script[..^3]}.");
        }
    }

    [Fact]
    public async Task Strict_transport_is_demanded_behind_tls_of_a_trusted_proxy_only()
    {
        const string header = "Strict-Transport-Security";
        using var stranger = await Get("/sign-in", ("X-Forwarded-Proto", "https"));
        stranger.Headers.Contains(header).ShouldBeFalse();

        await using var process = await PortalProcess.StartAsync(
            new() { ["VAULTPORTAL__Proxies__Trusted__0"] = "127.0.0.1" }
        );
        using var visitor = new Visitor(process.Address);
        foreach (var path in new[] { "/setup", "/health/live", "/api/v1/machine/vaults" })
        {
            using var plain = await visitor.Send(HttpMethod.Get, path);
            plain.Headers.Contains(header).ShouldBeFalse();
            using var secure = await visitor.Send(
                HttpMethod.Get,
                path,
                ("X-Forwarded-Proto", "https")
            );
            secure.Headers.GetValues(header).ShouldBe(["max-age=31536000"]);
        }
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/nowhere")]
    public async Task Large_body_is_refused_outside_of_the_apis(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new ByteArrayContent(new byte[(64 << 10) + 1]);

        using var answer = await _visitor.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        HasPolicy(answer, nonce: null);
    }

    [Fact]
    public async Task Large_body_of_unknown_length_is_refused_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in");
        request.Headers.TransferEncodingChunked = true;
        request.Content = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["Input.Email"] = new('x', 64 << 10) }
        );

        using var answer = await _visitor.Http.SendAsync(request);

        answer.StatusCode.ShouldBeOneOf(
            HttpStatusCode.RequestEntityTooLarge,
            HttpStatusCode.BadRequest
        );
    }

    private Task<HttpResponseMessage> Get(
        string path,
        params (string Name, string Value)[] headers
    ) => _visitor.Send(HttpMethod.Get, path, [("Accept", Html), .. headers]);

    private async Task IsPage(HttpResponseMessage answer)
    {
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var html = await answer.Content.ReadAsStringAsync();
        var nonce = WebUtility.HtmlDecode(Map().Match(html).Groups[1].Value);
        Convert.FromBase64String(nonce).Length.ShouldBe(16);
        _nonces.Add(nonce).ShouldBeTrue("a nonce was used twice");
        HasPolicy(answer, nonce);
        // Whatever else could run by itself.
        InlineScript().Count(html).ShouldBe(1);
        InlineHandler().Match(html).Value.ShouldBeEmpty();
        html.ShouldNotContain("javascript:");
        html.ShouldNotContain("<style");
    }

    private static void HasPolicy(HttpResponseMessage answer, string? nonce)
    {
        var path = answer.RequestMessage!.RequestUri!.AbsolutePath;
        var scripts = nonce is null ? "script-src 'self'" : $"script-src 'self' 'nonce-{nonce}'";
        answer
            .Headers.GetValues("Content-Security-Policy")
            .ShouldBe(
                [
                    $"default-src 'self'; {scripts}; style-src 'self'; style-src-attr 'unsafe-inline'; connect-src 'self'; "
                        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
                ],
                path
            );
        var reported = answer.Headers.TryGetValues(
            "Content-Security-Policy-Report-Only",
            out var policies
        )
            ? policies
            : [];
        reported.ShouldBe(
            nonce is null ? [] : ["require-trusted-types-for 'script'; trusted-types default"],
            path
        );
        foreach (var (name, value) in Always)
        {
            answer.Headers.GetValues(name).ShouldBe([value], path);
        }

        answer.Headers.Contains("Server").ShouldBeFalse();
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }

    [GeneratedRegex(
        "<script type=\"importmap\" nonce=\"([^\"]+)\">(.*?)</script>",
        RegexOptions.Singleline
    )]
    private static partial Regex Map();

    [GeneratedRegex("<script(?![^>]*\\ssrc=)", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();

    [GeneratedRegex("<[a-z][^>]*\\son[a-z]+\\s*=[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex InlineHandler();

    [GeneratedRegex("(?:src=|href=|: )\"((?:\\./)?(?:js|css)/[^\"]+|favicon[^\"]+)\"")]
    private static partial Regex File();
}
