using VaultPortal.Core.Keys;

namespace VaultPortal.Background;

/// <summary>When the server starts: what is not as it should be about where the master key lies. Commands do not repeat it.</summary>
public sealed partial class KeyWarnings(IMasterKeySource source, ILogger<KeyWarnings> logger)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in source.Warnings())
        {
            LogWarning(logger, warning);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
