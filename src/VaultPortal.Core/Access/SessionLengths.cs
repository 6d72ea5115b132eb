namespace VaultPortal.Core.Access;

/// <summary>How long a session of the portal lives. The defaults are the product's.</summary>
public sealed record SessionLengths
{
    /// <summary>How long after its last use.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long at most, however much it is used.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(12);
}
