using VaultPortal.Core.Audit;
using VaultPortal.Core.Storage;

namespace VaultPortal.Background;

/// <summary>Once a minute, and at the end: writes the refusals of strangers, one entry for each address and reason (DESIGN section 5).</summary>
public sealed partial class RefusalEntries(
    RefusalCounter refusals,
    TimeProvider time,
    ILogger<RefusalEntries> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAsync(stoppingToken);
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        try
        {
            await refusals.FlushAsync(cancellation);
        }
        catch (Exception exception)
            when (exception is StorageUnavailableException or WriteQueueFullException)
        {
            // They stay counted and are written the next time.
            NotWritten(logger, exception);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The refusals of the last minute could not be written; it is tried again."
    )]
    private static partial void NotWritten(ILogger logger, Exception exception);
}
