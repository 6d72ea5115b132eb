using System.Security.Cryptography;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Secrets;

/// <summary>An environment secret as lists show it: never its value.</summary>
public sealed record EnvironmentSecretView
{
    public required SecretId Id { get; init; }
    public required string Key { get; init; }
    public required long Version { get; init; }
    public required bool IsActive { get; init; }
    public required bool IsReserved { get; init; }
    public required DateTimeOffset? LastUsedAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required DateTimeOffset? DeletedAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>After a rotation: until when the value before is answered.</summary>
    public required DateTimeOffset? PreviousUntil { get; init; }

    /// <summary>Whether its value is still given out when it has expired, because its policy only warns. Not said in lists.</summary>
    public bool LeavesAfterExpiry { get; init; }
}

/// <summary>A page of a list.</summary>
/// <param name="Rule">What policies say about this store, by which states are told.</param>
public sealed record SecretPage<T>(IReadOnlyList<T> Items, int Total, ExpiryRule Rule);

/// <summary>What a write of one environment secret answers.</summary>
/// <param name="Id">The secret.</param>
/// <param name="Version">The version that the write made; the present one where it changed nothing.</param>
/// <param name="UpdatedAt">When that was made.</param>
/// <param name="AuditId">The sequence of the call's entry in the audit.</param>
public sealed record SecretReceipt(
    SecretId Id,
    long Version,
    DateTimeOffset UpdatedAt,
    long AuditId
);

/// <param name="Match">Whether the value is the one that was sent.</param>
/// <param name="Version">The version whose value that is.</param>
public sealed record SecretMatch(bool Match, long Version);

/// <param name="Version">The version that the rotation made.</param>
/// <param name="PreviousUntil">Until when the value before is answered.</param>
public sealed record RotationReceipt(
    SecretId Id,
    long Version,
    DateTimeOffset UpdatedAt,
    long AuditId,
    DateTimeOffset PreviousUntil
);

/// <summary>A value on its way out; disposing zeroes it.</summary>
public sealed record RevealedSecret(SecretId Id, string Name, long Version, byte[] Value)
    : IDisposable
{
    /// <summary>The expiry of the secret that the value belongs to.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
    public bool IsReserved { get; init; }

    public void Dispose() => CryptographicOperations.ZeroMemory(Value);

    public override string ToString() => $"value of {Id}";
}

public sealed record SecretVersionView
{
    public required long Version { get; init; }
    public required SecretChange Change { get; init; }

    /// <summary>The name then (workflow items).</summary>
    public required string Name { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it, as the audit names callers.</summary>
    public required string CreatedBy { get; init; }
    public required bool IsActive { get; init; }
    public required bool IsReserved { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Whether the version has a value that can be restored.</summary>
    public required bool HasValue { get; init; }

    /// <summary>Whether it brought that value, instead of keeping the one before.</summary>
    public required bool BroughtValue { get; init; }
}

public sealed record ImportFailure(int Line, string Key, string Error);

public sealed record ImportReport(
    int Created,
    int Replaced,
    int Skipped,
    IReadOnlyList<ImportFailure> Failed
);

/// <summary>What became of one of several: null = done.</summary>
public sealed record BulkOutcome(string Name, Common.VaultError? Error);

/// <summary>An item of the workflow vault: never its secret, but for a generated key in the one answer that made it.</summary>
public sealed record WorkflowItemView : Storage.IShownOnceAnswer
{
    public required SecretId Id { get; init; }
    public required string Name { get; init; }
    public required SecretKind Kind { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
    public required DateTimeOffset? DeletedAt { get; init; }
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The generated key, shown this once; else null.</summary>
    public string? GeneratedKey { get; init; }

    public bool HoldsSecret => GeneratedKey is not null;

    public override string ToString() => $"workflow item {Id}";
}

/// <summary>A secret that a workflow asked for; disposing zeroes it.</summary>
public sealed record ResolvedItem(
    SecretId Id,
    string Name,
    byte[] Secret,
    DateTimeOffset? ExpiresAt
) : IDisposable
{
    public void Dispose() => CryptographicOperations.ZeroMemory(Secret);

    public override string ToString() => $"secret of {Id}";
}

/// <summary>What could not be resolved. One of id and name is set, as it was asked for.</summary>
/// <param name="Code"><c>not_found</c>, <c>expired</c>, <c>ambiguous_name</c>, <c>not_resolvable</c>.</param>
public sealed record UnresolvedItem(string? Id, string? Name, string Code);

public sealed record WorkflowResolution(
    IReadOnlyList<ResolvedItem> Items,
    IReadOnlyList<UnresolvedItem> Errors
) : IDisposable
{
    public void Dispose()
    {
        foreach (var item in Items)
        {
            item.Dispose();
        }
    }
}
