namespace VaultPortal.Core.Policies;

/// <summary>What has a lifetime. The two stores are kinds of their own, so a policy for a store is one for its kind.</summary>
public enum LifetimeKind
{
    VaultItem = 1,
    Field = 2,
    EnvironmentSecret = 3,
    WorkflowSecret = 4,
    ApiKey = 5,
    UserKey = 6,
    AgentKey = 7,
    TrustedIssuer = 8,
}

/// <summary>The names of kinds on the wire, in exports and in addresses, and the words for people.</summary>
public static class LifetimeKindNames
{
    private static readonly (LifetimeKind Kind, string Name, string Word, string Words)[] Names =
    [
        (LifetimeKind.VaultItem, "vault-item", "Vault item", "Vault items"),
        (LifetimeKind.Field, "field", "Field", "Fields"),
        (
            LifetimeKind.EnvironmentSecret,
            "environment-secret",
            "Environment secret",
            "Environment secrets"
        ),
        (LifetimeKind.WorkflowSecret, "workflow-secret", "Workflow item", "Workflow items"),
        (LifetimeKind.ApiKey, "api-key", "API key", "API keys"),
        (LifetimeKind.UserKey, "user-key", "User key", "User keys"),
        (LifetimeKind.AgentKey, "agent-key", "Agent key", "Agent keys"),
        (LifetimeKind.TrustedIssuer, "trusted-issuer", "Trusted issuer", "Trusted issuers"),
    ];

    public static IReadOnlyList<LifetimeKind> All { get; } = [.. Names.Select(n => n.Kind)];

    public static string WireName(this LifetimeKind kind) =>
        Array.Find(Names, n => n.Kind == kind).Name
        ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind.");

    /// <summary>As people call one of them.</summary>
    public static string Word(this LifetimeKind kind) =>
        Array.Find(Names, n => n.Kind == kind).Word ?? kind.ToString();

    /// <summary>As people call several.</summary>
    public static string Words(this LifetimeKind kind) =>
        Array.Find(Names, n => n.Kind == kind).Words ?? kind.ToString();

    /// <summary>
    /// Whether its value may leave after its expiry, where a policy only warns. Credentials and trust never outlive theirs, nor does the
    /// secret of a workflow: its contract says that it cannot be used any more.
    /// </summary>
    public static bool MayOnlyBeWarnedOf(this LifetimeKind kind) =>
        kind is LifetimeKind.VaultItem or LifetimeKind.Field or LifetimeKind.EnvironmentSecret;

    public static bool TryParse(string? name, out LifetimeKind kind)
    {
        kind = Array.Find(Names, n => n.Name == name).Kind;
        return kind != default;
    }
}
