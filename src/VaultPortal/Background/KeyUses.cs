using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Background;

/// <summary>Once a minute, and at the end: writes when and from where each key was last used.</summary>
public sealed partial class KeyUses(LastUsed lastUsed, TimeProvider time, ILogger<KeyUses> logger)
    : BackgroundService
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
            await lastUsed.FlushAsync(cancellation);
        }
        catch (Exception exception)
            when (exception is StorageUnavailableException or WriteQueueFullException)
        {
            // They stay noted and are written the next time.
            NotWritten(logger, exception);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The last uses of keys could not be written; it is tried again."
    )]
    private static partial void NotWritten(ILogger logger, Exception exception);
}
