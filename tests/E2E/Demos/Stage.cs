using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VaultPortal.Client;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.Demos;

/// <summary>
/// A host with the defaults that <c>./run</c> gives it, and the people of one walk. With <c>VAULTPORTAL_DEMO_URL</c> a walk on demo data
/// goes to a portal that runs already; <c>VAULTPORTAL_DEMO_SEED</c> is then the file with the answer of <c>demo seed --json</c>, and
/// <c>VAULTPORTAL_DATA</c> the folder of its data.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    private static readonly string? Running = Environment.GetEnvironmentVariable(
        "VAULTPORTAL_DEMO_URL"
    );

    private readonly List<Browser> _browsers = [];
    private readonly PortalProcess? _host;
    private readonly JsonObject _demo;
    private readonly Film _film;

    private Stage(string walk, PortalProcess? host, JsonObject demo)
    {
        (_host, _demo) = (host, demo);
        Address = host?.Address ?? new Uri(Running!);
        Commands =
            host?.Commands ?? new PortalCommand(Path.GetFullPath(Needed("VAULTPORTAL_DATA")));
        _film = new Film(walk);
    }

    public Uri Address { get; }

    public PortalCommand Commands { get; }

    /// <summary>What the server wrote to its console.</summary>
    public string Console => _host!.Log;

    public string OwnerEmail => (string)_demo["email"]!;

    public string OwnerPassword => (string)_demo["password"]!;

    public string OwnerPassphrase => (string)_demo["passphrase"]!;

    /// <summary>A host without an account.</summary>
    public static async Task<Stage> EmptyAsync(string walk) =>
        new(walk, await PortalProcess.StartAsync(settings: []), []);

    /// <summary>A host on what <c>demo seed</c> makes.</summary>
    public static async Task<Stage> SeededAsync(string walk)
    {
        if (Running is not null)
        {
            var answer = await File.ReadAllTextAsync(Needed("VAULTPORTAL_DEMO_SEED"));
            return new(walk, null, JsonNode.Parse(answer)!.AsObject());
        }

        var folder = Directory.CreateTempSubdirectory("vaultportal-").FullName;
        var demo = await new PortalCommand(folder).RunJson(["demo", "seed"]);
        return new(walk, await PortalProcess.StartAsync(settings: [], folder), demo);
    }

    /// <summary>The address of somebody; a portal that runs already may have seen an earlier walk.</summary>
    public static string Email(string name) =>
        Running is null
            ? $"{name}@example.com"
            : $"{name}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}@example.com";

    /// <summary>Somebody with a browser of his own.</summary>
    public async Task<Actor> EnterAsync(string name)
    {
        var browser = await Browser.OpenAsync(Address);
        _browsers.Add(browser);
        await browser.OpenRoots();
        await browser.Page.SetViewportSizeAsync(1280, 800);
        browser.Page.SetDefaultTimeout(30_000);
        Microsoft.Playwright.Assertions.SetDefaultExpectTimeout(20_000);
        await browser.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        return new Actor(name, browser, _film);
    }

    /// <summary>The demo's owner as a program: it verifies what the walk has signed.</summary>
    public VaultPortalClient Owner() =>
        Program(
            (string)_demo["apiKey"]!,
            new MemberKey(
                (string)_demo["signerUserKeyPairId"]!,
                KeyPair.FromPem(
                    File.ReadAllText((string)_demo["keyFile"]!),
                    File.ReadAllText((string)_demo["encryptionKeyFile"]!)
                )
            )
        );

    public VaultPortalClient Program(string apiKey, MemberKey? key = null) =>
        new(Address, apiKey, new VaultPortalClientOptions { Key = key, Pins = new MemoryPins() });

    public async ValueTask DisposeAsync()
    {
        await _film.DisposeAsync();
        foreach (var browser in _browsers)
        {
            await browser.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    private static string Needed(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"With VAULTPORTAL_DEMO_URL set {name} too.");
}
