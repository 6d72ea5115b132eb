using VaultPortal.Core.Access;

namespace VaultPortal.Background;

/// <summary>At a start without an account: a new set-up token, on the console and nowhere else (DESIGN section 7).</summary>
public sealed class SetupAnnouncement(SetupService setup) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var caller = Caller.System(Guid.NewGuid().ToString("N"));
        if (await setup.RenewTokenAsync(caller, cancellationToken) is { } token)
        {
            // Not the log: logs are kept and sent elsewhere.
            await Console.Out.WriteLineAsync(
                $"""

                There is no account yet. Open /setup in a browser and type this one-time token:

                    {token}

                """
            );
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
