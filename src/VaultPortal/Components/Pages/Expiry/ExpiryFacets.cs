using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>What there is to filter by: the vaults and owners of what expires.</summary>
/// <param name="Any">Whether anything expires at all.</param>
public sealed record ExpiryFacets(
    IReadOnlyList<(PublicId Id, string Name)> Vaults,
    IReadOnlyList<(PublicId Id, string Name)> Owners,
    bool Any
)
{
    public static readonly ExpiryFacets None = new([], [], Any: false);

    public static ExpiryFacets Of(IReadOnlyList<ExpiryEntry> entries) =>
        new(
            Named(entries.Select(entry => (entry.VaultId, entry.VaultName))),
            Named(entries.Select(entry => (entry.OwnerId, entry.OwnerName))),
            entries.Count > 0
        );

    public string NameOf(PublicId id) =>
        Vaults.Concat(Owners).FirstOrDefault(known => known.Id == id).Name ?? id.ToString();

    private static List<(PublicId Id, string Name)> Named(
        IEnumerable<(PublicId? Id, string? Name)> found
    ) =>
        [
            .. found
                .Where(known => known.Id is not null && known.Name is not null)
                .Select(known => (known.Id!.Value, known.Name!))
                .DistinctBy(known => known.Value)
                .OrderBy(known => known.Item2, StringComparer.OrdinalIgnoreCase),
        ];
}
