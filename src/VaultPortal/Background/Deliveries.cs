using VaultPortal.Core.Notifications;

namespace VaultPortal.Background;

/// <summary>
/// Looks every second for messages that are due, and sends them, as long as this process has the turn: of several, one at a time sends.
/// No request waits for it, and none fails with it.
/// </summary>
public sealed partial class Deliveries(
    DeliveryRun run,
    DeliveryTurn turn,
    ILogger<Deliveries> logger
) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        run.OnFault = fault => NotRecorded(logger, fault);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await turn.HasItAsync(stoppingToken))
                {
                    run.Start(stoppingToken);
                }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                // Storage that does not answer for a moment must not end the server.
                NotLookedFor(logger, fault);
            }

            await run.WaitAsync(Interval, stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await turn.EndAsync(cancellationToken);
        }
        catch (Exception fault)
        {
            // Then others wait until it was silent for long enough.
            NotLookedFor(logger, fault);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A message could not be sent, or what came of it not be written; it is tried again."
    )]
    private static partial void NotRecorded(ILogger logger, Exception fault);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Messages that are due could not be looked for; it is tried again."
    )]
    private static partial void NotLookedFor(ILogger logger, Exception fault);
}
