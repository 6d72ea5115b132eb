using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Background;

/// <summary>Every half minute: closes circuits whose session has ended elsewhere or by time (DESIGN section 7: within 60 s).</summary>
public sealed partial class SessionWatch(
    OpenCircuits circuits,
    TimeProvider time,
    ILogger<SessionWatch> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                circuits.CloseEnded();
            }
            catch (Exception exception)
            {
                // Tried again at the next turn: a database that cannot be read for a moment must not end the server.
                NotClosed(logger, exception);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Circuits of ended sessions could not be looked for; it is tried again."
    )]
    private static partial void NotClosed(ILogger logger, Exception exception);
}
