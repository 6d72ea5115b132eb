using System.Collections.Immutable;
using VaultPortal.Cryptography;

namespace VaultPortal.Client;

/// <summary>Reads a vault, verifies it from its permission checkpoints up, and unwraps its data keys.</summary>
internal sealed class VaultLoader(VaultPortalClient client, CancellationToken cancellation)
{
    private MachineTransport Transport => client.Transport;

    public async Task<VaultContext> LoadAsync(string vaultId, string? expectedCreator)
    {
        var answer = await Transport.GetAsync<VaultAnswer>($"vault/{vaultId}", cancellation);
        var pins = await client.Options.Pins.LoadAsync(vaultId, cancellation);
        var keys = new KeyDirectory(await ReadKeysAsync(vaultId));
        var membership = ChainOfTrust.Verify(
            vaultId,
            await ReadPermissionsAsync(vaultId, answer, pins?.Anchor ?? 1),
            keys,
            pins,
            expectedCreator
        );

        var directory = Verify<DirectoryCheckpoint>(
            membership,
            answer.DirectoryCheckpoint,
            found => ("directory", found.VaultId, null, found.Version),
            "directory",
            pins
        );
        var summary =
            Verify<SummaryCheckpoint>(
                membership,
                answer.SummaryCheckpoint,
                found => ("summary", found.VaultId, null, found.Version),
                "summary",
                pins
            ) ?? throw ChainOfTrust.Broken("The vault has no summary checkpoint.");

        var context = new VaultContext(client, vaultId)
        {
            Directory = directory?.Checkpoint,
            Summary = summary.Checkpoint,
            Membership = membership,
            AccessLevel = answer.AccessLevel,
            RekeyDue = answer.RekeyDue,
            StaleInstances = answer.StaleInstances ?? 0,
            Pins = new VaultPins(
                membership.Creator,
                membership.Anchor,
                pins?.Seen ?? ImmutableDictionary<string, SeenVersion>.Empty
            ),
        };
        try
        {
            await UnwrapAsync(context);
            await context.PinAsync(
                cancellation,
                [
                    ("permission", new(membership.Current.Version, membership.Current.Hash)),
                    ("summary", new(summary.Checkpoint.Version, summary.Hash)),
                    .. directory is null
                        ? (ReadOnlySpan<(string, SeenVersion)>)[]
                        : [("directory", new(directory.Checkpoint.Version, directory.Hash))],
                ]
            );
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>The checkpoints of a kind, oldest first.</summary>
    public static async Task<List<SignedCheckpoint>> ReadCheckpointsAsync(
        MachineTransport transport,
        string vaultId,
        string query,
        CancellationToken cancellation
    ) =>
        await MachineTransport
            .PagesAsync<SignedCheckpoint>(
                async page =>
                {
                    var answer = await transport.GetAsync<CheckpointList>(
                        $"vault/{vaultId}/checkpoints?{query}&page={page}&limit=100",
                        cancellation
                    );
                    return (answer.Checkpoints, answer.Pagination);
                },
                cancellation
            )
            .ToListAsync(cancellation);

    /// <summary>The keys that the server names for a vault; the own one is known without it.</summary>
    public async Task<IEnumerable<PublicKeyRecord>> ReadKeysAsync(string vaultId)
    {
        var answer = await Transport.GetAsync<KeyList>(
            $"vault/{vaultId}/public-keys",
            cancellation
        );
        return answer.Keys;
    }

    /// <summary>
    /// Checks who wrapped each data key, then unwraps. The current one counts for writing only when a present ADMIN wrapped it, or
    /// a key of our own; one of an earlier ADMIN still opens what was sealed with it. One that does not hold is left out, and
    /// refused where it is needed.
    /// </summary>
    private async Task UnwrapAsync(VaultContext context)
    {
        if (client.Options.Key is not { Pair.EncryptionFingerprint: not null } own)
        {
            return;
        }

        var answer = await Transport.GetAsync<WrappedKeyList>(
            $"vault/{context.Id}/wrapped-key",
            cancellation
        );
        Unwrap(context.Id, context.Membership, own, answer.WrappedKeys, context.Deks);
    }

    internal static void Unwrap(
        string vaultId,
        Membership membership,
        MemberKey own,
        IEnumerable<WrappedDek> wraps,
        DekRing deks
    )
    {
        foreach (
            var version in wraps
                .Where(wrap => wrap.RecipientKeyId == own.Id)
                .GroupBy(wrap => wrap.DekVersion)
        )
        {
            // Of two the better counts: another one must not take its place.
            foreach (var wrap in version)
            {
                try
                {
                    var (dek, seals) = Unwrap(vaultId, membership, own.Pair, wrap);
                    deks.AddBetter(version.Key, dek, seals);
                }
                catch (TrustException fault)
                {
                    deks.Refuse(version.Key, fault);
                }
            }
        }
    }

    private static (byte[] Dek, bool Seals) Unwrap(
        string vaultId,
        Membership membership,
        KeyPair own,
        WrappedDek wrap
    )
    {
        var signer = membership.Keys.Find(wrap.SignerId);
        var (opens, seals) = membership.WrapCounts(signer, own.Fingerprint);
        if (
            !opens
            || wrap.VaultId != vaultId
            || !DekWrapping.Holds(wrap, signer.Key, own.EncryptionFingerprint!)
        )
        {
            throw InvalidDek("is not signed by an ADMIN of the vault or a key of our own");
        }

        return own.Unwrap(wrap) is { Length: DekWrapping.KeyLength } dek
            ? (dek, seals)
            : throw InvalidDek("does not open");
    }

    private async Task<List<SignedCheckpoint>> ReadPermissionsAsync(
        string vaultId,
        VaultAnswer answer,
        long anchor
    )
    {
        if (answer.PermissionCheckpoint is not { } newest)
        {
            return [];
        }

        var version = newest.Read<PermissionCheckpoint>().Version;
        if (version == anchor)
        {
            return [newest];
        }

        var all = await ReadCheckpointsAsync(Transport, vaultId, "kind=permission", cancellation);
        // Those of items are listed too. A checkpoint that was accepted between the two answers is met at the next look.
        return
        [
            .. all.Where(signed =>
                signed.Read<PermissionCheckpoint>() is var one
                && one.AssetType == PermissionCheckpoint.Vault
                && one.Version <= version
            ),
        ];
    }

    private Verified<T>? Verify<T>(
        Membership membership,
        SignedCheckpoint? signed,
        Func<T, (string, string, string?, long)> place,
        string kind,
        VaultPins? pins
    )
        where T : class
    {
        if (signed is null)
        {
            pins?.RequireUnseen(kind);
            return null;
        }

        return membership.Verify(
            signed,
            place,
            kind,
            null,
            pins,
            client.Options.AcceptFormerMembers
        );
    }

    private static TrustException InvalidDek(string what) =>
        new(TrustFault.WrappedDekInvalid, $"A wrapped data key {what}.");

    private sealed record KeyList(IReadOnlyList<PublicKeyRecord> Keys);

    private sealed record WrappedKeyList(IReadOnlyList<WrappedDek> WrappedKeys);

    private sealed record CheckpointList(
        IReadOnlyList<SignedCheckpoint> Checkpoints,
        Pagination? Pagination = null
    );
}
