namespace VaultPortal.Core.Audit;

/// <summary>When the chain is sealed: after so many entries or so much time, whichever is first, and never without a new entry.</summary>
public sealed record AuditSealOptions
{
    public long Entries { get; init; } = 1_000;

    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(10);
}
