using System.Text.Json;

namespace VaultPortal.Client;

/// <summary>Reads an item and verifies it. What it is called and which fields it has is taken from what a member signed alone.</summary>
internal static class OpenItemReader
{
    public static async Task<OpenItem> ReadAsync(
        VaultContext vault,
        string itemId,
        CancellationToken cancellation
    )
    {
        var answer = await vault.Transport.GetAsync<ItemAnswer>(
            $"vault/{vault.Id}/items/{itemId}",
            cancellation
        );
        var signed =
            answer.DetailCheckpoint
            ?? throw ChainOfTrust.Broken("The item has no detail checkpoint.");
        var verified = await VerifyAsync(vault, itemId, signed, cancellation);
        var detail = verified.Checkpoint;
        if (!IsListed(vault.Summary, detail))
        {
            // Somebody may have renamed it since we looked.
            await vault.ReloadAsync(cancellation);
            RequireListed(vault.Summary, detail);
        }

        await vault.PinAsync(
            cancellation,
            (VaultPins.NameOf("detail", itemId), new(detail.Version, verified.Hash))
        );

        var values = answer.Fields.ToDictionary(field => field.Id);
        return new OpenItem(
            detail,
            [
                .. InOrder(detail.Fields)
                    .Select(field => new OpenField(
                        vault,
                        itemId,
                        field,
                        values.TryGetValue(field.Id, out var found)
                            ? new StoredValue(
                                found.Value.ValueKind == JsonValueKind.String
                                    ? found.Value.GetString()
                                    : null,
                                found.DekVersion,
                                found.Value.ValueKind == JsonValueKind.Undefined,
                                found.Expired,
                                found.ExpiresAt
                            )
                            : throw ChainOfTrust.Broken("A signed field is missing.")
                    )),
            ]
        );
    }

    public static IEnumerable<DetailField> InOrder(IEnumerable<DetailField> fields) =>
        fields.OrderBy(field => field.Order).ThenBy(field => field.Id, StringComparer.Ordinal);

    /// <summary>Refuses an item that is not as the signed summary lists it: one that was archived, moved or renamed since.</summary>
    internal static void RequireListed(SummaryCheckpoint summary, DetailCheckpoint detail)
    {
        if (!IsListed(summary, detail))
        {
            throw ChainOfTrust.Broken("The item is not as the vault's summary lists it.");
        }
    }

    private static bool IsListed(SummaryCheckpoint summary, DetailCheckpoint detail)
    {
        var told = ItemDraft.SummaryOf(detail);
        return summary.Items.Where(item => item.Id == told.Id).ToList() is [var listed]
            && listed with { Websites = told.Websites } == told
            && listed.Websites.SequenceEqual(told.Websites);
    }

    private static async Task<Verified<DetailCheckpoint>> VerifyAsync(
        VaultContext vault,
        string itemId,
        SignedCheckpoint signed,
        CancellationToken cancellation
    )
    {
        try
        {
            return Verify(vault.Membership, vault, itemId, signed);
        }
        catch (TrustException fault)
            when (fault.Fault is TrustFault.SignerNotMember or TrustFault.SignerLevel)
        {
            // Somebody with a grant on this item alone may have signed: its own permission checkpoints tell.
            var permissions = await VaultLoader.ReadCheckpointsAsync(
                vault.Transport,
                vault.Id,
                $"kind=permission&itemId={itemId}",
                cancellation
            );
            if (permissions.Count == 0)
            {
                throw;
            }

            var membership = vault.Membership.WithItem(itemId, permissions, vault.Pins);
            var verified = Verify(membership, vault, itemId, signed);
            var (_, hash) = ChainOfTrust.RequireSignature(permissions[^1], vault.Membership.Keys);
            await vault.PinAsync(
                cancellation,
                (VaultPins.NameOf("permission", itemId), new(permissions.Count, hash))
            );
            return verified;
        }
    }

    private static Verified<DetailCheckpoint> Verify(
        Membership membership,
        VaultContext vault,
        string itemId,
        SignedCheckpoint signed
    ) =>
        membership.Verify<DetailCheckpoint>(
            signed,
            found => ("detail", found.VaultId, found.VaultItemId, found.Version),
            "detail",
            itemId,
            vault.Pins,
            vault.Client.Options.AcceptFormerMembers
        );

    private sealed record ItemAnswer(
        IReadOnlyList<FieldAnswer> Fields,
        SignedCheckpoint? DetailCheckpoint = null
    );

    private sealed record FieldAnswer(
        string Id,
        int DekVersion,
        JsonElement Value = default,
        bool Expired = false,
        DateTimeOffset? ExpiresAt = null
    );
}
