using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>Who may open a vault: grants, the data keys wrapped for them, and new data keys when somebody leaves.</summary>
public sealed class VaultMembers
{
    private readonly VaultContext vault;

    internal VaultMembers(VaultContext vault) => this.vault = vault;

    /// <summary>The members as an ADMIN signed them.</summary>
    public IReadOnlyList<Member> Current => vault.Membership.Current.Members;

    /// <summary>
    /// Gives somebody access, or another level, and wraps the data keys for him. His keys are believed by their fingerprints alone,
    /// which are to be compared outside the portal.
    /// </summary>
    /// <param name="principalType">A person or an agent.</param>
    /// <param name="principalId">His id.</param>
    /// <param name="level">What he may do.</param>
    /// <param name="fingerprints">Of all his active signing keys.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task ShareAsync(
        PrincipalType principalType,
        string principalId,
        AccessLevel level,
        IReadOnlyList<string> fingerprints,
        CancellationToken cancellation = default
    )
    {
        var member = new Member(principalType, principalId, level, fingerprints);
        await vault.ReloadAsync(cancellation);
        var isNew = Current.All(other => other.Principal != member.Principal);
        await SetAsync(
            [.. Current.Where(other => other.Principal != member.Principal), member],
            cancellation
        );
        if (isNew)
        {
            await WrapForAsync(principalType, principalId, cancellation);
        }
    }

    /// <summary>Takes somebody's access away. Afterwards the vault is due for new data keys: <see cref="RekeyAsync"/>.</summary>
    public async Task RevokeAsync(
        PrincipalType principalType,
        string principalId,
        CancellationToken cancellation = default
    )
    {
        await vault.ReloadAsync(cancellation);
        await SetAsync(
            [.. Current.Where(member => member.Principal != (principalType, principalId))],
            cancellation
        );
    }

    /// <summary>Wraps every data key that we have for a member's active keys, none of which has them yet.</summary>
    public Task WrapForAsync(
        PrincipalType principalType,
        string principalId,
        CancellationToken cancellation = default
    ) => WrapAsync((_, member) => member.Principal == (principalType, principalId), cancellation);

    /// <summary>Wraps every data key that we have for one more key of a member, a new one of our own for instance.</summary>
    public Task WrapForKeyAsync(string keyId, CancellationToken cancellation = default) =>
        WrapAsync((key, _) => key == keyId, cancellation);

    /// <summary>
    /// Gives the vault a new data key, wrapped to every present member. What was sealed under the old one is sealed anew by
    /// <see cref="ReencryptAsync"/>.
    /// </summary>
    public async Task RekeyAsync(CancellationToken cancellation = default)
    {
        var recipients = await RecipientsAsync((_, _) => true, cancellation);
        var summary = vault.Summary with
        {
            Version = vault.Summary.Version + 1,
            CurrentDekVersion = vault.DekVersion + 1,
        };
        var dek = DekRing.NewKey();
        var wraps = recipients.Select(recipient =>
            DekWrapping.Wrap(vault.Signer, vault.Id, summary.CurrentDekVersion, dek, recipient)
        );
        try
        {
            await vault.SendAsync(
                HttpMethod.Post,
                $"vault/{vault.Id}/rekey",
                new JsonObject
                {
                    ["wrappedDeks"] = WireJson.Node(wraps.ToList()),
                    ["summaryCheckpoint"] = vault.Sign(summary),
                },
                cancellation
            );
        }
        catch
        {
            CryptographicOperations.ZeroMemory(dek);
            throw;
        }

        vault.Deks.Add(summary.CurrentDekVersion, dek, mayBeSealedWith: true);
        vault.RekeyDue = false;
        await vault.AcceptAsync(summary, cancellation);
    }

    /// <summary>
    /// Seals every value and attachment that stands under an older data key anew, item by item; answers how many fields. Can be
    /// stopped and begun again.
    /// </summary>
    public async Task<int> ReencryptAsync(CancellationToken cancellation = default)
    {
        var count = 0;
        foreach (var entry in vault.Summary.Items)
        {
            var item = await OpenItemReader.ReadAsync(vault, entry.Id, cancellation);
            var editor = new ItemEditor(vault, item);
            foreach (
                var field in item.Fields.Where(field =>
                    field.HasValue && field.DekVersion != vault.DekVersion
                )
            )
            {
                editor.Reseal(field, await CopyAsync(field, cancellation));
                count++;
            }

            if (!editor.IsEmpty)
            {
                await OpenVault.SendAsync(vault, editor, cancellation);
            }
        }

        return count;
    }

    private async Task WrapAsync(Func<string, Member, bool> which, CancellationToken cancellation)
    {
        var recipients = await RecipientsAsync(which, cancellation);
        var wraps = vault.Deks.Versions.SelectMany(version => Wrap(version, recipients));
        await vault.SendAsync(
            HttpMethod.Post,
            $"vault/{vault.Id}/wrapped-keys",
            new JsonObject { ["wrappedDeks"] = WireJson.Node(wraps.ToList()) },
            cancellation
        );
    }

    private async Task<Attachment?> CopyAsync(OpenField field, CancellationToken cancellation)
    {
        if (field.AssetId is null)
        {
            return null;
        }

        // At most 10 MiB, and the digest must be known to be right before anything is written.
        var attachments = new VaultAttachments(vault);
        using var content = new MemoryStream();
        var description = await attachments.DownloadAsync(field, content, cancellation);
        content.Position = 0;
        var copy = await attachments.UploadAsync(
            content,
            description.Name,
            description.MediaType,
            cancellation
        );
        CryptographicOperations.ZeroMemory(content.GetBuffer());
        return copy;
    }

    /// <summary>
    /// Signs the members as the next version. They must have been made from the vault as it was just read: from an older state they
    /// would undo what others did since.
    /// </summary>
    private async Task SetAsync(IReadOnlyList<Member> members, CancellationToken cancellation)
    {
        var named = WithActiveKeys(members);
        var checkpoint = new PermissionCheckpoint(
            PermissionCheckpoint.Vault,
            vault.Id,
            vault.Membership.Current.Version + 1,
            named
        );
        await vault.SendAsync(
            HttpMethod.Post,
            $"permissions/VAULT/{vault.Id}/set-permissions",
            new JsonObject
            {
                ["permissions"] = WireJson.Node(
                    named.Select(member => new
                    {
                        member.PrincipalType,
                        member.PrincipalId,
                        member.AccessLevel,
                    })
                ),
                ["permissionCheckpoint"] = vault.Sign(checkpoint),
            },
            cancellation
        );
        await vault.ReloadAsync(cancellation);
    }

    /// <summary>The members with the keys that are active now: of those that stay, the ones that follow what was signed.</summary>
    private List<Member> WithActiveKeys(IReadOnlyList<Member> members)
    {
        var directory = vault.Membership.Keys;
        return
        [
            .. members.Select(member =>
            {
                var active = directory
                    .Records.Where(key =>
                        key.IsActive
                        && (key.OwnerType, key.OwnerId) == member.Principal
                        && directory.Follows(
                            directory.Find(key.Id),
                            member.PrincipalId,
                            member.KeyFingerprints.ToHashSet()
                        )
                    )
                    .Select(key => key.Fingerprint)
                    .ToList();
                // Of somebody new the server names no keys yet.
                return active.Count == 0 ? member : member with { KeyFingerprints = active };
            }),
        ];
    }

    private async Task<List<WrapRecipient>> RecipientsAsync(
        Func<string, Member, bool> which,
        CancellationToken cancellation
    )
    {
        await vault.ReloadAsync(cancellation);
        var memberships = await ItemMembershipsAsync(cancellation);
        return
        [
            .. memberships
                .Prepend(vault.Membership)
                .SelectMany(membership => membership.Recipients())
                .DistinctBy(found => found.Key.Id)
                .Where(found => which(found.Key.Id, found.Member))
                .Select(found => KeyDirectory.RecipientOf(found.Key, found.Member.PrincipalId)),
        ];
    }

    /// <summary>
    /// Those with grants on single items, archived ones aside, who need the data keys as well. Grants that nobody stands for give
    /// none.
    /// </summary>
    private async Task<List<Membership>> ItemMembershipsAsync(CancellationToken cancellation)
    {
        var all = await VaultLoader.ReadCheckpointsAsync(
            vault.Transport,
            vault.Id,
            "kind=permission",
            cancellation
        );
        var ofItems = all.ToLookup(signed =>
            signed.Read<PermissionCheckpoint>() is { AssetType: PermissionCheckpoint.Item } one
                ? one.AssetId
                : ""
        );
        var found = new List<Membership>();
        foreach (var item in vault.Summary.Items.Where(item => ofItems.Contains(item.Id)))
        {
            try
            {
                found.Add(
                    vault.Membership.WithItem(
                        item.Id,
                        [.. ofItems[item.Id]],
                        vault.Pins,
                        presentKeys: true
                    )
                );
            }
            catch (TrustException fault)
                when (fault.Fault
                        is TrustFault.SignerRemoved
                            or TrustFault.SignerNotMember
                            or TrustFault.SignerLevel
                            or TrustFault.EndorsementMissing
                ) { }
        }

        return found;
    }

    private IEnumerable<WrappedDek> Wrap(int version, IEnumerable<WrapRecipient> recipients) =>
        recipients.Select(recipient =>
            DekWrapping.Wrap(vault.Signer, vault.Id, version, vault.DekToWrap(version), recipient)
        );
}
