using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Background;

/// <summary>
/// Once a minute, and at the end: writes what is gathered in memory because a write for each would cost too much, or let strangers
/// fill the disk (DESIGN section 5).
/// </summary>
public sealed partial class LazyWrites : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly (string What, Func<CancellationToken, Task> Flush)[] _writes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public LazyWrites(IServiceProvider services, TimeProvider time, ILogger<LazyWrites> logger)
    {
        _time = time;
        _logger = logger;
        var refusals = services.GetRequiredService<RefusalCounter>();
        var keyUse = services.GetRequiredService<LastUsed>();
        var secretUse = services.GetRequiredService<SecretUses>();
        var assets = services.GetRequiredService<AssetSweep>();
        var sessions = services.GetRequiredService<SessionService>();
        var ended = services.GetRequiredService<SessionSweep>();
        var sealCounts = services.GetRequiredService<SealCounts>();
        var seals = services.GetRequiredService<AuditSealService>();
        var answers = services.GetRequiredService<KeptAnswers>();
        var queue = services.GetRequiredService<WriteQueue>();
        _writes =
        [
            ("refusals of strangers", refusals.FlushAsync),
            ("uses of API keys", keyUse.FlushAsync),
            ("uses of secrets", secretUse.FlushAsync),
            ("newest versions of secrets", stop => SecretSweep.RunAsync(queue, stop)),
            ("uses of sessions", stop => sessions.RecordUseAsync(Background(), stop)),
            (
                "seals of the audit",
                stop => seals.SealIfDueAsync(Background(), _time.GetUtcNow(), stop)
            ),
            ("end of unnamed attachments", stop => assets.SweepAsync(Background(), stop)),
            ("end of sessions", stop => ended.SweepAsync(Background(), stop)),
            ("end of kept answers", stop => answers.PurgeAsync(queue, stop)),
            ("counts of seals", stop => sealCounts.ReserveAsync(Background(), stop)),
        ];
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAsync(stoppingToken);
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        foreach (var (what, flush) in _writes)
        {
            try
            {
                await flush(cancellation);
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested)
            {
                // It stays gathered and is written the next time. Whatever it is, it must not end the server: a stranger who takes
                // all file handles makes the database fail to open, too.
                NotWritten(_logger, exception, what);
            }
        }
    }

    private static Caller Background() => Caller.System(Guid.NewGuid().ToString("N"));

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The {What} could not be written; it is tried again."
    )]
    private static partial void NotWritten(ILogger logger, Exception exception, string what);
}
