using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>A signed update of an item: all of it takes effect, or none.</summary>
public sealed record VaultItemUpdate
{
    public required SignedInput<DetailContent> Detail { get; init; }

    /// <summary>Needed when name, type or websites change; verified and consumed whenever it is sent.</summary>
    public SignedInput<SummaryContent>? Summary { get; init; }

    /// <summary>Null = keep.</summary>
    public string? Name { get; init; }
    public ItemType? Type { get; init; }
    public IReadOnlyList<string>? Websites { get; init; }
    public required IReadOnlyList<FieldChange> Changes { get; init; }
}

public enum FieldAction
{
    Add = 1,
    Update,
    Delete,
}

/// <summary>One entry of an update. Its form is checked at the door; what depends on the state is decided in the queue.</summary>
public sealed record FieldChange
{
    public required FieldAction Action { get; init; }
    public required PublicId FieldId { get; init; }
    public PublicId InstanceId { get; init; }
    public string? Name { get; init; }
    public FieldType Type { get; init; }

    /// <summary>Whether the entry says anything about the value: an envelope, or null to empty the field.</summary>
    public bool SaysValue { get; init; }

    /// <summary>UTF-8 of the envelope; null = empty.</summary>
    public byte[]? Value { get; init; }
    public int? DekVersion { get; init; }
    public PublicId? AssetId { get; init; }
    public int? Order { get; init; }

    /// <summary>Where the entry stands in the request.</summary>
    public required JsonPointer At { get; init; }
}

/// <summary>A new item with its first fields.</summary>
public sealed record NewVaultItem
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }
    public required ItemType Type { get; init; }
    public IReadOnlyList<string> Websites { get; init; } = [];

    /// <summary>Additions, in order.</summary>
    public required IReadOnlyList<FieldChange> Fields { get; init; }
    public required SignedInput<SummaryContent> Summary { get; init; }
    public required SignedInput<DetailContent> Detail { get; init; }
}

/// <summary>The checkpoints that bring an archived item back.</summary>
public sealed record ItemRestore(
    SignedInput<SummaryContent> Summary,
    SignedInput<DetailContent> Detail
);

/// <summary>The answer to what makes something.</summary>
public sealed record Created(PublicId Id);
