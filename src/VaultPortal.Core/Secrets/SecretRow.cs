using VaultPortal.Core.Policies;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Secrets;

/// <summary>A secret's row as the services work on it.</summary>
internal sealed class SecretRow
{
    /// <summary>0 until it is written.</summary>
    public long Id { get; set; }
    public required SecretId PublicId { get; init; }
    public required SecretStore Store { get; init; }
    public required SecretKind Kind { get; init; }
    public required string Name { get; set; }
    public bool IsActive { get; set; }
    public bool IsReserved { get; set; }
    public long Version { get; set; }
    public long VersionId { get; set; }
    public long ValueId { get; set; }
    public long PreviousValueId { get; set; }
    public DateTimeOffset? PreviousUntil { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>What its row in the database says, apart from its newest version.</summary>
    public SecretState Written { get; set; }

    /// <summary>The same as it is to be.</summary>
    public SecretState State =>
        new(Name, DeletedAt, IsActive, IsReserved, ExpiresAt, PreviousValueId, PreviousUntil);

    public bool IsDeleted => DeletedAt is not null;

    /// <summary>What policies match it on.</summary>
    public LifetimeTraits Traits => new(SecretRules.KindOf(Store));

    /// <summary>
    /// Whether its value may be used now; at the very instant of its expiry it may not any more, unless its policy only warns. Policies
    /// are asked only of what has expired.
    /// </summary>
    public bool IsUsable(PolicyCommands policies, DateTimeOffset now) =>
        IsActive && !IsDeleted && !policies.Refuses(Traits, ExpiresAt, now);

    public bool IsExpired(DateTimeOffset now) => ExpiresAt <= now;

    public EnvironmentSecretView ToEnvironment(DateTimeOffset now) =>
        new()
        {
            Id = PublicId,
            Key = Name,
            Version = Version,
            IsActive = IsActive,
            IsReserved = IsReserved,
            LastUsedAt = LastUsedAt,
            ExpiresAt = ExpiresAt,
            DeletedAt = DeletedAt,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            PreviousUntil = PreviousUntil > now ? PreviousUntil : null,
        };

    public WorkflowItemView ToWorkflow(string? generatedKey = null) =>
        new()
        {
            Id = PublicId,
            Name = Name,
            Kind = Kind,
            Version = Version,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
            ExpiresAt = ExpiresAt,
            DeletedAt = DeletedAt,
            LastUsedAt = LastUsedAt,
            GeneratedKey = generatedKey,
        };
}

/// <summary>What may change of a secret besides its value.</summary>
internal readonly record struct SecretState(
    string Name,
    DateTimeOffset? DeletedAt,
    bool IsActive,
    bool IsReserved,
    DateTimeOffset? ExpiresAt,
    long PreviousValueId,
    DateTimeOffset? PreviousUntil
)
{
    /// <summary>Whether the entries of the database's indexes stay as they are.</summary>
    public bool HasIndexesOf(SecretState other) =>
        Name == other.Name && DeletedAt == other.DeletedAt;
}

/// <summary>A sealed value, taken in the queue to be opened outside.</summary>
/// <param name="Of">The secret as it stood.</param>
/// <param name="Version">The version that brought the value.</param>
/// <param name="Sealed">The ciphertext.</param>
internal readonly record struct SealedValue(SecretRow Of, long Version, byte[] Sealed)
{
    /// <exception cref="SealException">It was altered, or belongs elsewhere.</exception>
    public byte[] Open(KeyRing keys) =>
        keys.Open(Sealed, SecretBinding.Of(Of.Store, Of.PublicId, Version));

    /// <inheritdoc cref="Open"/>
    public RevealedSecret Reveal(KeyRing keys) =>
        new(Of.PublicId, Of.Name, Of.Version, Open(keys))
        {
            ExpiresAt = Of.ExpiresAt,
            IsReserved = Of.IsReserved,
        };
}
