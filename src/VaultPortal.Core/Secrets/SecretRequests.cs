using VaultPortal.Core.Common;

namespace VaultPortal.Core.Secrets;

/// <summary>What a new environment secret is made of. The value is UTF-8; whoever made the buffer zeroes it.</summary>
public sealed record NewEnvironmentSecret
{
    public required string Key { get; init; }
    public required ReadOnlyMemory<byte> Value { get; init; }
    public bool IsReserved { get; init; }

    /// <summary>Null = never, or as a policy has it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether a null is meant as never.</summary>
    public bool NeverExpires { get; init; }

    /// <summary><c>If-None-Match: *</c>: refuse any row of this key, deleted ones included.</summary>
    public bool Strict { get; init; }

    /// <summary>Without the value, which stands in no log.</summary>
    public override string ToString() => $"new secret {Key}";
}

/// <summary>What is to change; what is null stays.</summary>
public sealed record EnvironmentSecretChange
{
    public ReadOnlyMemory<byte>? Value { get; init; }
    public bool? IsActive { get; init; }
    public bool? IsReserved { get; init; }
    public Given<DateTimeOffset?>? ExpiresAt { get; init; }
    public VersionCondition? IfMatch { get; init; }

    public override string ToString() => "change of a secret";
}

/// <summary>A new value, given or generated, with the old one readable for a while.</summary>
public sealed record SecretRotation
{
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>Length of a value to generate, in characters; exactly one of this and <see cref="Value"/>.</summary>
    public int? GenerateLength { get; init; }

    /// <summary>0 to 168.</summary>
    public int GraceHours { get; init; }
    public VersionCondition? IfMatch { get; init; }

    public override string ToString() => "rotation of a secret";
}

public enum ImportConflict
{
    Fail,
    Skip,
    Replace,
}

/// <summary>One entry of an import. A line of 1 and more in a <c>.env</c> file, or the entry's place in a JSON document, counted from 1.</summary>
public sealed record ImportEntry
{
    public required int Line { get; init; }

    /// <summary>As it was written: whether it is a good key is decided with everything else.</summary>
    public required string Key { get; init; }
    public required ReadOnlyMemory<byte> Value { get; init; }
    public bool? IsReserved { get; init; }
    public Given<DateTimeOffset?>? ExpiresAt { get; init; }

    public override string ToString() => $"line {Line}";
}

public sealed record SecretImport
{
    public required IReadOnlyList<ImportEntry> Entries { get; init; }
    public bool DryRun { get; init; }
    public ImportConflict OnConflict { get; init; }
}

/// <summary>Which secrets of a store the portal lists, and how.</summary>
public sealed record SecretQuery
{
    /// <summary>Part of the key or name, whatever its case.</summary>
    public string? Search { get; init; }
    public SecretListState? State { get; init; }
    public SecretSort Sort { get; init; } = SecretSort.Newest;

    /// <summary>The other way round: of <see cref="SecretSort.Newest"/> the oldest first, of the others the highest first.</summary>
    public bool Descending { get; init; }

    /// <summary>Counted from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>1 to 200.</summary>
    public int PageSize { get; init; } = 50;
}

public enum SecretListState
{
    Active = 1,
    Inactive,

    /// <summary>Expires, and its policy says that it is due.</summary>
    DueSoon,
    Expired,

    /// <summary>In the trash. Without this filter the trash is not listed.</summary>
    Trash,
}

public enum SecretSort
{
    Newest,
    Name,
    Updated,
    Expires,
    LastUsed,
}

/// <summary>A new item of the workflow vault: a secret of 1 to 2,000 characters, or none where the name begins with <c>api-key:</c>.</summary>
public sealed record NewWorkflowItem
{
    public required string Name { get; init; }

    /// <summary>UTF-8; null = the request had none.</summary>
    public ReadOnlyMemory<byte>? Secret { get; init; }

    /// <summary>Null = never, or as a policy has it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether a null is meant as never.</summary>
    public bool NeverExpires { get; init; }

    public override string ToString() => "new workflow item";
}

public sealed record WorkflowItemChange
{
    public required string Name { get; init; }
    public ReadOnlyMemory<byte>? Secret { get; init; }
    public Given<DateTimeOffset?>? ExpiresAt { get; init; }
    public VersionCondition? IfMatch { get; init; }

    /// <summary>Whether the secret may be left out, then it stays: in the portal, not in the API.</summary>
    public bool KeepsSecret { get; init; }

    public override string ToString() => "change of a workflow item";
}

/// <summary>What a workflow asks for: at most 100 ids and names together.</summary>
public sealed record WorkflowResolve(IReadOnlyList<string> Ids, IReadOnlyList<string> Names);
