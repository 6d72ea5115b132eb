using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Access;

/// <summary>
/// The look-ups that every call makes: what a credential is worth, what is granted, whose a signing key is. They run on the
/// connection of whoever decides and are not cached: a point look-up costs microseconds, and so a revocation is in force with
/// the commit that made it.
/// </summary>
internal sealed class AccessCommands : ICommandSet<AccessCommands>
{
    private readonly PreparedCommand _apiKeyById;
    private readonly PreparedCommand _apiKeyByAccessKey;
    private readonly PreparedCommand _session;
    private readonly PreparedCommand _grant;
    private readonly PreparedCommand _insertGrant;
    private readonly PreparedCommand _keyByPublicId;
    private readonly PreparedCommand _activeKeys;
    private readonly PreparedCommand _principalName;
    private readonly PreparedCommand _issuerRevision;
    private readonly PreparedCommand _hasSigner;

    private AccessCommands(DbConnection connection)
    {
        const string apiKey = """
            SELECT k.id, k.access_key, k.hash, k.owner_id, k.agent_id, k.permissions, k.allow_list, k.expires_at, k.revoked_at,
                   a.public_id, a.role, a.disabled_at, g.public_id, g.archived_at, k.public_id, k.scope
            FROM api_key k JOIN account a ON a.id = k.owner_id LEFT JOIN agent g ON g.id = k.agent_id
            """;
        _apiKeyById = new(connection, $"{apiKey} WHERE k.id = $1");
        _apiKeyByAccessKey = new(connection, $"{apiKey} WHERE k.access_key = $1");
        _session = new(
            connection,
            """
            SELECT a.role, a.disabled_at, s.expires_at, s.revoked_at, s.kind, s.step_up_at
            FROM portal_session s JOIN account a ON a.id = s.account_id
            WHERE s.id = $1 AND s.account_id = $2
            """
        );
        _grant = new(
            connection,
            """
            SELECT level FROM access_grant
            WHERE principal_kind = $1 AND principal_id = $2 AND asset_kind = $3 AND asset_id = $4 AND ended IS NULL
            """
        );
        _insertGrant = new(
            connection,
            """
            INSERT INTO access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at, opened)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """
        );
        _keyByPublicId = new(
            connection,
            "SELECT id, owner_kind, owner_id, state, algorithm, spki, expires_at FROM registered_key WHERE public_id = $1"
        );
        _activeKeys = new(
            connection,
            "SELECT fingerprint FROM registered_key WHERE owner_kind = $1 AND owner_id = $2 AND state = 1 ORDER BY id"
        );
        _issuerRevision = new(
            connection,
            """
            SELECT revision FROM trusted_issuer
            WHERE id = $1 AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
            """
        );
        _hasSigner = new(
            connection,
            """
            SELECT 1 FROM registered_key
            WHERE owner_kind = $1 AND owner_id = $2 AND state = 1 AND (expires_at IS NULL OR expires_at > $3)
            LIMIT 1
            """
        );
        _principalName = new(
            connection,
            """
            SELECT public_id, email FROM account WHERE $1 = 1 AND id = $2
            UNION ALL SELECT public_id, name FROM agent WHERE $1 = 2 AND id = $2
            """
        );
    }

    public static AccessCommands Create(DbConnection connection) => new(connection);

    public ApiKeyRow? FindApiKey(long id) => Read(_apiKeyById, id);

    public ApiKeyRow? FindApiKey(string accessKey) => Read(_apiKeyByAccessKey, accessKey);

    public SessionRow? FindSession(long id, long accountId)
    {
        using var row = _session.Query(id, accountId);
        return row.Read()
            ? new SessionRow(
                (Role)row.GetInt32(0),
                row.OptionalTime(1),
                row.Time(2),
                row.OptionalTime(3),
                (SessionKind)row.GetInt32(4),
                row.OptionalTime(5)
            )
            : null;
    }

    /// <summary>The state that a trusted issuer is in; null when its tokens are not taken. From its expiry on they are not.</summary>
    public long? RevisionOfIssuer(long id, DateTimeOffset now) => _issuerRevision.Number(id, now);

    /// <summary>The key, if what it signs is taken now.</summary>
    public RegisteredKeyRow? FindSigner(PublicId id, DateTimeOffset now) =>
        FindKey(id) is { State: RegisteredKeyState.Active } key && !(key.ExpiresAt <= now)
            ? key
            : null;

    /// <summary>Whether the principal has a key whose signatures are taken now.</summary>
    public bool HasSigner(PrincipalRef principal, DateTimeOffset now) =>
        _hasSigner.Any(principal.Kind, principal.Id, now);

    /// <summary>Which kind of lifetime a registered key of such an owner has.</summary>
    public static LifetimeKind KindOf(PrincipalKind owner) =>
        owner == PrincipalKind.Agent ? LifetimeKind.AgentKey : LifetimeKind.UserKey;

    public AccessLevel? FindGrant(PrincipalRef principal, GrantedAsset kind, long assetId) =>
        (AccessLevel?)_grant.Number(principal.Kind, principal.Id, kind, assetId);

    public void InsertGrant(
        GrantedAsset kind,
        long assetId,
        PrincipalRef principal,
        AccessLevel level,
        DateTimeOffset now,
        long commit
    ) => _insertGrant.ExecuteOne(kind, assetId, principal.Kind, principal.Id, level, now, commit);

    public RegisteredKeyRow? FindKey(PublicId id)
    {
        using var row = _keyByPublicId.Query(id);
        return row.Read()
            ? new RegisteredKeyRow(
                row.GetInt64(0),
                new PrincipalRef((PrincipalKind)row.GetInt32(1), row.GetInt64(2)),
                (RegisteredKeyState)row.GetInt32(3),
                (SignatureAlgorithm)row.GetInt32(4),
                row.Bytes(5),
                row.OptionalTime(6)
            )
            : null;
    }

    /// <summary>Fingerprints of the principal's active signing keys, 64 hex characters each.</summary>
    public List<string> ActiveFingerprints(PrincipalRef principal)
    {
        using var row = _activeKeys.Query(principal.Kind, principal.Id);
        var prints = new List<string>();
        while (row.Read())
        {
            prints.Add(Convert.ToHexStringLower(row.Bytes(0)));
        }

        return prints;
    }

    /// <summary>Id and name (a user's e-mail address) for showing and for signing.</summary>
    public (PublicId Id, string Name) NameOf(PrincipalRef principal)
    {
        using var row = _principalName.Query(principal.Kind, principal.Id);
        return row.Read()
            ? (row.Id(0), row.GetString(1))
            : throw new InvalidDataException("A row names a principal that does not exist.");
    }

    private static ApiKeyRow? Read(PreparedCommand command, object key)
    {
        using var row = command.Query(key);
        return row.Read()
            ? new ApiKeyRow(
                row.GetInt64(0),
                row.GetString(1),
                row.Bytes(2),
                row.GetInt64(3),
                row.OptionalLong(4),
                (Permissions)row.GetInt64(5),
                row.GetString(6),
                row.OptionalTime(7),
                row.OptionalTime(8),
                row.Id(9),
                (Role)row.GetInt32(10),
                row.OptionalTime(11),
                row.OptionalId(12),
                row.OptionalTime(13),
                row.Id(14),
                (ApiKeyScope)row.GetInt32(15)
            )
            : null;
    }
}

/// <summary>An API key with its owner and its agent.</summary>
internal sealed record ApiKeyRow(
    long Id,
    string AccessKey,
    byte[] Hash,
    long OwnerId,
    long? AgentId,
    Permissions Permissions,
    string AllowList,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    PublicId OwnerPublicId,
    Role OwnerRole,
    DateTimeOffset? OwnerDisabledAt,
    PublicId? AgentPublicId,
    DateTimeOffset? AgentArchivedAt,
    PublicId PublicId,
    ApiKeyScope Scope
)
{
    public bool IsActive(DateTimeOffset now) => IsEndedByNobody && !IsExpired(now);

    /// <summary>Whether neither it nor its owner nor its agent was ended.</summary>
    public bool IsEndedByNobody =>
        RevokedAt is null && OwnerDisabledAt is null && AgentArchivedAt is null;

    /// <summary>From the very instant of its expiry on it is worth nothing; no policy changes that.</summary>
    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;
}

internal sealed record SessionRow(
    Role Role,
    DateTimeOffset? AccountDisabledAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt,
    SessionKind Kind,
    DateTimeOffset? StepUpAt
)
{
    public bool IsActive(DateTimeOffset now) =>
        RevokedAt is null && AccountDisabledAt is null && ExpiresAt > now;
}

internal sealed record RegisteredKeyRow(
    long Id,
    PrincipalRef Owner,
    RegisteredKeyState State,
    SignatureAlgorithm Algorithm,
    byte[] Spki,
    DateTimeOffset? ExpiresAt
);
