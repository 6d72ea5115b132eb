namespace VaultPortal.Core.Access;

/// <summary>Configuration section <c>RateLimit</c>.</summary>
public sealed class RateLimitOptions
{
    public const string Section = "RateLimit";

    /// <summary>Requests a second that each key may make on average; for a moment twice that. At least 1.</summary>
    public int PerKey { get; set; } = 100;
}
