using System.Text.Json;

namespace VaultPortal.Client;

/// <summary>What changed after a cursor. Apply <see cref="Archived"/> first. Not verified: the server's word; open what
/// you use.</summary>
/// <param name="Vaults">Vaults that are new or changed.</param>
/// <param name="Items">Items that are new or changed.</param>
/// <param name="Archived">What went away, also by a lost grant (with a reason).</param>
/// <param name="NextCursor">Where to go on the next time.</param>
public sealed record SyncPage(
    IReadOnlyList<ListedVault> Vaults,
    IReadOnlyList<ListedItem> Items,
    IReadOnlyList<JsonElement> Archived,
    string NextCursor
)
{
    internal bool IsEmpty => Vaults.Count == 0 && Items.Count == 0 && Archived.Count == 0;
}
