namespace VaultPortal.Client;

/// <summary>Who an API key is.</summary>
/// <param name="KeyId">The key's id.</param>
/// <param name="Scope">USER, TENANT, ORG or AGENT.</param>
/// <param name="Owner">The user that it acts for, or whose agent it is.</param>
/// <param name="Permissions">What it may call, groups expanded.</param>
/// <param name="Agent">The agent that it acts for, or null.</param>
/// <param name="ExpiresAt">When it ends, UTC; null for never.</param>
public sealed record Me(
    string KeyId,
    string Scope,
    NamedPrincipal Owner,
    IReadOnlyList<string> Permissions,
    NamedPrincipal? Agent = null,
    DateTimeOffset? ExpiresAt = null
)
{
    /// <summary>Who acts: the agent, or the user.</summary>
    internal NamedPrincipal Principal => Agent ?? Owner;

    internal PrincipalType PrincipalType =>
        Agent is null ? PrincipalType.User : PrincipalType.Agent;
}
