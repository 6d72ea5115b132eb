using System.Net;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Hardening;

/// <summary>How many circuits there are at a time.</summary>
public sealed class CircuitLimitTests : IAsyncLifetime
{
    private const int PerAccount = 50;
    private const int InAll = 52;
    private const string Other = "other@example.com";

    private readonly Circuits _circuits = new();
    private PortalProcess _process = null!;
    private Visitor _visitor = null!;

    public async Task InitializeAsync()
    {
        _process = await PortalProcess.StartAsync(
            new() { ["VAULTPORTAL__Limits__Circuits"] = $"{InAll}" }
        );
        await _process.Commands.CreateAccount(Portal.OwnerEmail);
        await _process.Commands.CreateAccount(Other);
        _visitor = await SignedIn(Portal.OwnerEmail);
    }

    public async Task DisposeAsync()
    {
        _circuits.Dispose();
        _visitor.Dispose();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task Account_holds_fifty_circuits_and_the_server_as_many_as_configured()
    {
        using var again = await SignedIn(Portal.OwnerEmail);
        using var other = await SignedIn(Other);
        for (var i = 0; i < PerAccount; i++)
        {
            (await _circuits.Open(_visitor)).Status.ShouldBe(HttpStatusCode.SwitchingProtocols);
        }

        (await _circuits.Open(_visitor)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        (await _circuits.Open(again)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        using var asked = await _visitor.Send(
            HttpMethod.Post,
            Circuits.Negotiate,
            Circuits.Headers(_visitor.Origin, null)
        );
        asked.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        asked.Headers.RetryAfter.ShouldNotBeNull();

        (await _circuits.Open(other)).Status.ShouldBe(HttpStatusCode.SwitchingProtocols);
        var (last, status) = await _circuits.Open(other);
        status.ShouldBe(HttpStatusCode.SwitchingProtocols);
        (await _circuits.Open(other)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        last!.Abort();
        await Circuits.Until(async () =>
            (await _circuits.Open(other)).Status == HttpStatusCode.SwitchingProtocols
        );
    }

    private async Task<Visitor> SignedIn(string email)
    {
        var visitor = new Visitor(_process.Address);
        await visitor.SignIn(email, PortalCommand.Password);
        return visitor;
    }
}
