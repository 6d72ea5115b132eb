using VaultPortal.Core.Access;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Storage;

namespace VaultPortal.Background;

/// <summary>
/// Every half minute a sweep of the expiries, by whichever process holds the lease. The lease goes on beating while a sweep takes its
/// time; a sweep that lost it writes nothing more.
/// </summary>
public sealed partial class ExpirySweeper(
    ExpirySweep sweep,
    Leases leases,
    TimeProvider time,
    ILogger<ExpirySweeper> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Leases.BeatEvery, time);
        var (running, began) = (Task.CompletedTask, default(long?));
        try
        {
            do
            {
                if (
                    await TryBeatAsync(stoppingToken)
                    && running.IsCompleted
                    && (began is null || time.GetElapsedTime(began.Value) >= Interval)
                )
                {
                    began = time.GetTimestamp();
                    running = SweepAsync(stoppingToken);
                }
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        finally
        {
            await running;
            await TryReleaseAsync();
        }
    }

    private async Task<bool> TryBeatAsync(CancellationToken stop)
    {
        try
        {
            return await leases.BeatAsync(ExpirySweep.Lease, stop);
        }
        catch (Exception exception) when (!stop.IsCancellationRequested)
        {
            NotSwept(logger, exception);
            return false;
        }
    }

    private async Task SweepAsync(CancellationToken stop)
    {
        try
        {
            await sweep.RunAsync(
                Caller.System(Guid.NewGuid().ToString("N")),
                scope => leases.IsHeld(scope, ExpirySweep.Lease),
                stop
            );
        }
        catch (Exception exception)
        {
            // The next one goes on from what is there; whatever it is, it must not end the server.
            if (!stop.IsCancellationRequested)
            {
                NotSwept(logger, exception);
            }
        }
    }

    private async Task TryReleaseAsync()
    {
        try
        {
            await leases.ReleaseAsync(ExpirySweep.Lease);
        }
        catch (Exception exception)
        {
            // Another process waits a little longer.
            NotSwept(logger, exception);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The expiries could not be swept; it is tried again."
    )]
    private static partial void NotSwept(ILogger logger, Exception exception);
}
