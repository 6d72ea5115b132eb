using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>Limits of keys and of addresses that guess them (machine.md section 2), on a host of its own with a low limit.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private PortalProcess _process = null!;
    private MachineClient _owner = null!;

    public async Task InitializeAsync()
    {
        _process = await PortalProcess.StartAsync(
            new() { ["VAULTPORTAL__RateLimit__PerKey"] = "5" }
        );
        var id = await _process.Commands.CreateAccount(Portal.OwnerEmail);
        _owner = new MachineClient(
            _process.Address,
            await _process.Commands.CreateApiKey(Portal.OwnerEmail, "machine.vault.read"),
            id
        );
    }

    public async Task DisposeAsync()
    {
        _owner.Dispose();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task Limits_hold_for_keys_and_for_who_guesses_them()
    {
        // Twice five at once, whatever they ask for; then no more.
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(i =>
                    i % 2 == 0 ? _owner.Get("me")
                    : i % 4 == 1 ? _owner.Get("nothing/here")
                    : _owner.Send(HttpMethod.Put, "me")
                )
        );
        var limited = answers.Where(a => a.Status == 429).ToArray();
        limited.Length.ShouldBeGreaterThanOrEqualTo(20);
        limited[0].ShouldBeRefused(429, "rate_limit_exceeded");
        limited[0].Headers["Retry-After"].ShouldBe("1");
        answers.ShouldAllBe(a =>
            a.Headers["RateLimit-Policy"] == "\"key\";q=10;w=2"
            && a.Headers["RateLimit"].StartsWith("\"key\";r=", StringComparison.Ordinal)
        );

        // Wherever a key is tried, it counts; a strange key learns nothing of limits.
        using var stranger = new MachineClient(
            _process.Address,
            "rk_0000000000000000.0000000000000000000000000000000000000000000000000"
        );
        for (var i = 0; i < 60; i++)
        {
            var answer = await stranger.Get(i % 2 == 0 ? "me" : "nothing/here");
            answer.Status.ShouldBe(i % 2 == 0 ? 401 : 404);
            answer.Headers.ShouldNotContainKey("RateLimit");
        }

        var locked = await stranger.Get("me");
        locked.ShouldBeRefused(429, "rate_limit_exceeded");
        int.Parse(locked.Headers["Retry-After"]).ShouldBeInRange(1, 60);
        locked.Headers.ShouldNotContainKey("RateLimit");

        // A valid key from the same address is served, and who sends none is told what is missing.
        using var other = new MachineClient(
            _process.Address,
            await _process.Commands.CreateApiKey(Portal.OwnerEmail, "machine.vault.read")
        );
        (await other.Get("me")).ShouldSucceed();
        using var keyless = new MachineClient(_process.Address, null);
        (await keyless.Get("me")).ShouldBeRefused(401, "unauthorized");
    }
}
