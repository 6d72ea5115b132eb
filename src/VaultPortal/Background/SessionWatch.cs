using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Background;

/// <summary>Every half minute: writes which sessions were used, and closes circuits whose session has ended (DESIGN section 7: within 60 s).</summary>
public sealed partial class SessionWatch(
    SessionService sessions,
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
            circuits.CloseEnded();
            try
            {
                await sessions.RecordUseAsync(
                    Caller.System(Guid.NewGuid().ToString("N")),
                    stoppingToken
                );
            }
            catch (Exception exception)
                when (exception is StorageUnavailableException or WriteQueueFullException)
            {
                // The sessions live on as they are; the next use is written the next time.
                NotRecorded(logger, exception);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The use of sessions could not be written; it is tried again."
    )]
    private static partial void NotRecorded(ILogger logger, Exception exception);
}
