using System.Collections.Immutable;

namespace VaultPortal.Client;

/// <summary>Who is, and was, a member of a vault: verified, and what else is verified with.</summary>
internal sealed class Membership(
    string vaultId,
    long anchor,
    ImmutableArray<MembershipState> states,
    KeyDirectory keys,
    ImmutableArray<Member> itemMembers = default
)
{
    public MembershipState Current => states[^1];

    public string Creator => states[0].Signer;

    public long Anchor => anchor;

    public KeyDirectory Keys => keys;

    /// <summary>
    /// With the members of one item: those may sign its detail as well. The item's own permission checkpoints are each signed by
    /// an ADMIN of the vault or of the item's one before; the one in force by somebody who is still that.
    /// </summary>
    public Membership WithItem(
        string itemId,
        IReadOnlyList<SignedCheckpoint> checkpoints,
        VaultPins? pins
    )
    {
        ImmutableArray<Member> before = [];
        var name = VaultPins.NameOf("permission", itemId);
        for (var index = 0; index < checkpoints.Count; index++)
        {
            var isLast = index == checkpoints.Count - 1;
            var checkpoint = checkpoints[index].Read<PermissionCheckpoint>();
            ChainOfTrust.RequirePlace(checkpoint, PermissionCheckpoint.Item, itemId, index + 1);
            var (signer, hash) = ChainOfTrust.RequireSignature(checkpoints[index], keys);
            var seen = pins?.CompareSame(name, checkpoint.Version, hash) == true;
            if (isLast)
            {
                pins?.Compare(name, checkpoint.Version, hash);
            }

            if (!IsAdmin(signer, everWas: seen || !isLast))
            {
                ChainOfTrust.RequireAdmin(signer, before, keys, states);
            }

            before = [.. checkpoint.Permissions];
        }

        return new Membership(vaultId, anchor, states, keys, before);
    }

    /// <summary>Verifies the newest checkpoint of a kind: place, signature, pin, and a present member with the level for it.</summary>
    /// <exception cref="TrustException">It does not hold.</exception>
    public Verified<T> Verify<T>(
        SignedCheckpoint signed,
        Func<T, (string Kind, string VaultId, string? ItemId, long Version)> place,
        string kind,
        string? itemId,
        VaultPins? pins,
        bool acceptFormerMembers
    )
    {
        var checkpoint = signed.Read<T>();
        var found = place(checkpoint);
        if (found.VaultId != vaultId || found.ItemId != itemId)
        {
            throw ChainOfTrust.Broken($"The {kind} checkpoint is of another object.");
        }

        var (key, hash) = ChainOfTrust.RequireSignature(signed, keys);
        var name = VaultPins.NameOf(kind, itemId);
        // What was verified while its signer was a member stays good when he leaves.
        if (pins?.Compare(name, found.Version, hash) != true)
        {
            RequireMember(
                key,
                kind == "directory" ? AccessLevel.Admin : AccessLevel.Write,
                acceptFormerMembers
            );
        }

        return new Verified<T>(checkpoint, hash);
    }

    /// <summary>The member that a key belongs to now. Keys that an earlier checkpoint named still count as his.</summary>
    public Member? MemberOf(KnownKey key) =>
        Current.Members.FirstOrDefault(member => IsOf(key, member))
        ?? ItemMembers.FirstOrDefault(member =>
            keys.Follows(key, member.PrincipalId, member.KeyFingerprints.ToHashSet())
        );

    /// <summary>Whether a key belongs to somebody who is, or in the chain ever was, an ADMIN.</summary>
    public bool IsAdmin(KnownKey key, bool everWas = false) =>
        (everWas ? states : [Current]).Any(state =>
            state.Members.Any(member =>
                member.AccessLevel == AccessLevel.Admin && IsOf(key, member)
            )
        );

    private ImmutableArray<Member> ItemMembers => itemMembers.IsDefault ? [] : itemMembers;

    private void RequireMember(KnownKey key, AccessLevel level, bool acceptFormerMembers)
    {
        if (MemberOf(key) is { } member)
        {
            var onItem = ItemMembers.FirstOrDefault(other => other.Principal == member.Principal);
            if (member.AccessLevel < level && !(onItem?.AccessLevel >= level))
            {
                throw new TrustException(
                    TrustFault.SignerLevel,
                    $"The signer may {member.AccessLevel} and no more."
                );
            }

            return;
        }

        var former = ChainOfTrust.WasMember(key, states, keys, level);
        if (!former || !acceptFormerMembers)
        {
            throw ChainOfTrust.Refusal(key, former, Current.Members);
        }
    }

    private bool IsOf(KnownKey key, Member member) =>
        keys.Follows(key, member.PrincipalId, EverNamed(member));

    private HashSet<string> EverNamed(Member member) =>
        [.. states.SelectMany(state => state.Find(member)?.KeyFingerprints ?? [])];
}
