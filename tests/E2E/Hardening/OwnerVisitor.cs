using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Hardening;

/// <summary>One session of the portal's owner for the tests of a class: signing in is limited for each address.</summary>
public sealed class OwnerVisitor(Portal portal) : IAsyncLifetime
{
    public Visitor Visitor { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Visitor = new Visitor(portal.Process.Address);
        await Visitor.SignIn(Portal.OwnerEmail, PortalCommand.Password);
    }

    public Task DisposeAsync()
    {
        Visitor.Dispose();
        return Task.CompletedTask;
    }
}
