using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>A vault that is being made: its first checkpoints and its data key.</summary>
internal sealed class VaultDraft
{
    private readonly VaultContext vault;
    private readonly PermissionCheckpoint permission;
    private readonly WrappedDek wrap;

    private VaultDraft(VaultContext vault, PermissionCheckpoint permission, WrappedDek wrap) =>
        (this.vault, this.permission, this.wrap) = (vault, permission, wrap);

    public static async Task<VaultDraft> MakeAsync(
        VaultPortalClient client,
        string name,
        DataClassification? classification,
        CancellationToken cancellation
    )
    {
        var signer = client.RequireKey();
        var me = await client.GetMeAsync(cancellation);
        var id = PublicId.New();
        var permission = new PermissionCheckpoint(
            PermissionCheckpoint.Vault,
            id,
            1,
            Founders(client, me, signer)
        );
        var vault = new VaultContext(client, id)
        {
            Directory = new(id, 1, name, null, classification),
            Summary = new(id, 1, name, 1, [], [], classification),
            Membership = MembershipOf(permission, me, signer),
            Pins = new(signer.Pair.Fingerprint, 1, ImmutableDictionary<string, SeenVersion>.Empty),
            AccessLevel = AccessLevel.Admin,
        };
        var dek = DekRing.NewKey();
        vault.Deks.Add(1, dek, mayBeSealedWith: true);
        return new(
            vault,
            permission,
            DekWrapping.Wrap(signer, id, 1, dek, KeyAccount.RecipientOf(signer))
        );
    }

    public async Task<OpenVault> SendAsync(CancellationToken cancellation)
    {
        var body = new JsonObject
        {
            ["id"] = vault.Id,
            ["name"] = vault.Summary.Name,
            ["directoryCheckpoint"] = vault.Sign(vault.Directory),
            ["summaryCheckpoint"] = vault.Sign(vault.Summary),
            ["permissionCheckpoint"] = vault.Sign(permission),
            ["wrappedDeks"] = new JsonArray(WireJson.Node(wrap)),
        };
        if (vault.Summary.DataClassification is { } classification)
        {
            body["dataClassification"] = WireJson.Node(classification);
        }

        try
        {
            await vault.SendAsync(HttpMethod.Post, "vault", body, cancellation);
            await vault.PinAsync(
                cancellation,
                VaultContext.Pin("permission", null, 1, permission),
                VaultContext.Pin("directory", null, 1, vault.Directory),
                VaultContext.Pin("summary", null, 1, vault.Summary)
            );
            return new OpenVault(vault);
        }
        catch
        {
            vault.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Who a new vault belongs to: its maker, and an agent's owner beside it. Which keys are theirs is never asked of the server:
    /// it would be a way to slip one in.
    /// </summary>
    private static IReadOnlyList<Member> Founders(VaultPortalClient client, Me me, MemberKey signer)
    {
        var owner = client.Options.OwnerFingerprints;
        var own = signer.Pair.Fingerprint;
        return me.Agent is { } agent
            ?
            [
                new(PrincipalType.Agent, agent.Id, AccessLevel.Admin, [own]),
                new(PrincipalType.User, me.Owner.Id, AccessLevel.Admin, owner),
            ]
            :
            [
                new(
                    PrincipalType.User,
                    me.Owner.Id,
                    AccessLevel.Admin,
                    [own, .. owner.Where(key => key != own)]
                ),
            ];
    }

    private static Membership MembershipOf(PermissionCheckpoint permission, Me me, MemberKey signer)
    {
        var hash = SignedCheckpoint.HashOf(WireJson.Canonical(permission));
        var state = new MembershipState(
            1,
            hash,
            signer.Pair.Fingerprint,
            [.. permission.Permissions]
        );
        var own = new PublicKeyRecord(
            signer.Id,
            signer.Pair.PublicKeyPem,
            signer.Pair.Fingerprint,
            "active",
            me.PrincipalType,
            me.Principal.Id
        );
        return new Membership(permission.AssetId, 1, [state], new KeyDirectory([own]));
    }
}
