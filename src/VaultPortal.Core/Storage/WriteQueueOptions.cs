namespace VaultPortal.Core.Storage;

/// <summary>The limits of the write queue. The defaults are the product's; tests set smaller ones.</summary>
public sealed record WriteQueueOptions
{
    /// <summary>How many items may wait in each lane; beyond it callers get a <see cref="WriteQueueFullException"/>.</summary>
    public int Capacity { get; init; } = 4096;

    /// <summary>How many items share one transaction at most.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>How often, without work, it is looked whether another process wrote.</summary>
    public TimeSpan IdlePoll { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>When the write-ahead log is moved into the database.</summary>
    public LogLimits Log { get; init; } = new();
}
