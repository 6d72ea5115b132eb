namespace VaultPortal.Core.Policies;

/// <summary>Whether the values of one moment are refused. Asks for the policies once, and only when one has expired.</summary>
internal sealed class ExpiryVerdicts(PolicyCommands commands, DateTimeOffset now)
{
    private PolicySet? _policies;

    /// <summary>Whether a value that expires then is refused now. That one was taken all the same, <see cref="Taken"/> notes.</summary>
    public bool Refuse(LifetimeTraits traits, DateTimeOffset? expiresAt) =>
        expiresAt <= now
        && (_policies ??= commands.All()).RuleFor(traits).OnExpiry == OnExpiry.Block;

    /// <summary>A value that had expired leaves: the audit is to say so.</summary>
    public void Taken() => commands.NoteTaken();
}
