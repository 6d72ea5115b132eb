using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>Where the objects of each kind lie, which of them count, and how old the value of a secret is: for scans and for rows alike.</summary>
internal static class LifetimeTables
{
    public const string ApiKeys =
        "api_key k JOIN account a ON a.id = k.owner_id LEFT JOIN agent n ON n.id = k.agent_id";

    public const string UserKeys =
        "registered_key k JOIN account a ON k.owner_kind = 1 AND a.id = k.owner_id";

    public const string AgentKeys = """
        registered_key k JOIN agent n ON k.owner_kind = 2 AND n.id = k.owner_id JOIN account a ON a.id = n.owner_id
        """;

    /// <summary>The newest noted version of each secret, where its row does not name it yet.</summary>
    public const string Recent =
        "recent AS MATERIALIZED (SELECT secret_id, max(id) AS id, updated_at FROM secret_recent GROUP BY secret_id)";

    public const string WithRecent =
        "LEFT JOIN recent r ON r.secret_id = s.id AND r.id > s.version_id";

    /// <summary>Of a generated key nothing is kept as a value: it is as old as its row among the keys.</summary>
    public const string SecretValueAt = """
        coalesce(r.updated_at, (SELECT o.created_at FROM secret_version o WHERE o.id = s.value_id),
            (SELECT max(w.created_at) FROM workflow_key w WHERE w.secret_id = s.id AND w.valid_until IS NULL), s.created_at)
        """;

    public const string ActiveSecret = "s.deleted_at IS NULL AND s.is_active = 1";

    /// <summary>What people tell registered keys apart by.</summary>
    public const string Fingerprint = "lower(hex(substr(k.fingerprint, 1, 8)))";

    public static string ActiveKey(LifetimeKind kind) =>
        kind switch
        {
            LifetimeKind.ApiKey =>
                "k.revoked_at IS NULL AND k.successor_id IS NULL AND a.disabled_at IS NULL AND n.archived_at IS NULL",
            LifetimeKind.UserKey => "k.state <> 3 AND a.disabled_at IS NULL",
            _ => "k.state <> 3 AND n.archived_at IS NULL AND a.disabled_at IS NULL",
        };
}
