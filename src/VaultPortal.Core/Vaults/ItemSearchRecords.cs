using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>What is looked for, and which part of what is found.</summary>
public sealed record ItemQuery
{
    /// <summary>Part of a name, label or website, in whatever case; empty = everything.</summary>
    public required string Text { get; init; }

    /// <summary>Only items of these types; null = of any.</summary>
    public IReadOnlyList<ItemType>? Types { get; init; }

    /// <summary>Only items of these vaults; null = of any.</summary>
    public IReadOnlyList<PublicId>? VaultIds { get; init; }

    /// <summary>Only items that expire before this moment.</summary>
    public DateTimeOffset? ExpiresBefore { get; init; }
    public required Page Page { get; init; }
}

/// <param name="Total">How many match in all, counted up to <see cref="ItemSearch.MostCounted"/>.</param>
public sealed record FoundItems(IReadOnlyList<FoundItem> Items, int Total);

public sealed record FoundItem
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }
    public required ItemType Type { get; init; }
    public required IReadOnlyList<string> Websites { get; init; }
    public required PublicId VaultId { get; init; }
    public required string VaultName { get; init; }
    public required PublicId? GroupId { get; init; }
    public required DateTimeOffset? ExpiresAt { get; init; }
}
