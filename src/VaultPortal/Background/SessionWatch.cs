using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Background;

/// <summary>Every half minute: closes circuits whose session has ended elsewhere or by time (DESIGN section 7: within 60 s).</summary>
public sealed class SessionWatch(OpenCircuits circuits, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            circuits.CloseEnded();
        }
    }
}
