using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>New expiries of an item and of some of its fields (machine.md section 7). They are metadata beside the checkpoints: nobody signs them.</summary>
public sealed record ExpiryChange
{
    /// <summary>Whether the item's own is to change.</summary>
    public required bool SaysItem { get; init; }

    /// <summary>The item's new expiry; null = none any more.</summary>
    public DateTimeOffset? ItemExpiresAt { get; init; }

    /// <summary>The fields that change, each once.</summary>
    public required IReadOnlyList<FieldExpiry> Fields { get; init; }
}

/// <param name="ExpiresAt">Null = none any more.</param>
/// <param name="At">Where the entry stands in the request.</param>
public sealed record FieldExpiry(PublicId FieldId, DateTimeOffset? ExpiresAt, JsonPointer At);
