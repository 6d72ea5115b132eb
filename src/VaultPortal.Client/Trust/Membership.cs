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
    /// With the members of one item: those may sign its detail as well. The item's own permission checkpoints count from the newest
    /// one that a present ADMIN of the vault signed, or that was seen before; each later one is signed by an ADMIN of the item's
    /// one before. What is older shows nothing: somebody who was an ADMIN once could still sign it. With
    /// <paramref name="presentKeys"/> it begins only at one signed by a key that counts now: for handing out data keys.
    /// </summary>
    public Membership WithItem(
        string itemId,
        IReadOnlyList<SignedCheckpoint> checkpoints,
        VaultPins? pins,
        bool presentKeys = false
    )
    {
        var name = VaultPins.NameOf("permission", itemId);
        var read = new List<(KnownKey Signer, PermissionCheckpoint Checkpoint)>();
        var begin = -1;
        foreach (var signed in checkpoints)
        {
            var checkpoint = signed.Read<PermissionCheckpoint>();
            var version = read.Count + 1;
            ChainOfTrust.RequirePlace(checkpoint, PermissionCheckpoint.Item, itemId, version);
            var (signer, hash) = ChainOfTrust.RequireSignature(signed, keys);
            var seen =
                version == checkpoints.Count
                    ? pins?.Compare(name, version, hash)
                    : pins?.CompareSame(name, version, hash);
            if (presentKeys ? HolderIsAdmin(signer) : seen == true || IsAdmin(signer))
            {
                begin = read.Count;
            }

            read.Add((signer, checkpoint));
        }

        if (read.Count == 0)
        {
            pins?.RequireUnseen(name);
            return new Membership(vaultId, anchor, states, keys);
        }

        if (begin < 0)
        {
            var former = ChainOfTrust.WasMember(read[0].Signer, states, keys, AccessLevel.Admin);
            throw ChainOfTrust.Refusal(read[0].Signer, former, Current.Members);
        }

        for (var index = begin + 1; index < read.Count; index++)
        {
            var before = read[index - 1].Checkpoint.Permissions;
            ChainOfTrust.RequireAdmin(read[index].Signer, before, keys, states);
        }

        return new Membership(vaultId, anchor, states, keys, [.. read[^1].Checkpoint.Permissions]);
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
        where T : class
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

    /// <summary>
    /// Whom data keys are wrapped to: active keys, not expired, of present members (and of the item that was looked at), by the fingerprints that stand with them now and what those
    /// endorsed. A key that was dropped may be in other hands, whatever the server says of it.
    /// </summary>
    public IEnumerable<(KnownKey Key, Member Member)> Recipients()
    {
        foreach (var record in keys.Records.Where(record => record.Receives))
        {
            var key = keys.Find(record.Id);
            if (
                Current.Members.Concat(ItemMembers).FirstOrDefault(member => IsNow(key, member)) is
                { } member
            )
            {
                yield return (key, member);
            }
        }
    }

    /// <summary>
    /// What a data key counts for, by who wrapped it. It opens when anybody who ever was an ADMIN did, or ourselves. It seals only
    /// when a present ADMIN did or ourselves, by a key that the newest permission checkpoint names, that such a one endorsed, or
    /// that is our very own: whoever has another may know the data key.
    /// </summary>
    public (bool Opens, bool Seals) WrapCounts(KnownKey signer, string ownFingerprint)
    {
        if (signer.Fingerprint == ownFingerprint)
        {
            return (true, true);
        }

        var own = OwnMember(ownFingerprint);
        var seals = HolderIsAdmin(signer) || (own is not null && IsNow(signer, own));
        var opens =
            seals || IsAdmin(signer, everWas: true) || (own is not null && IsOf(signer, own));
        return (opens, seals);
    }

    /// <summary>
    /// Whether a key belongs to somebody who is, or in the chain ever was, an ADMIN. For what was signed: a key that was dropped
    /// counts.
    /// </summary>
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

    /// <summary>
    /// The present member who holds our key. An endorsement shows only that its maker vouches for the key, and anybody can make one
    /// for a key that is not his: so a key that no checkpoint names counts only with its own signature over whose it is.
    /// </summary>
    private Member? OwnMember(string fingerprint)
    {
        if (
            Current.Members.FirstOrDefault(member => EverNamed(member).Contains(fingerprint)) is
            { } named
        )
        {
            return named;
        }

        var record = keys.Records.FirstOrDefault(key => key.Fingerprint == fingerprint);
        if (record is null)
        {
            return null;
        }

        var key = keys.Find(record.Id);
        return Current.Members.FirstOrDefault(member =>
            KeyDirectory.Claims(key, member.PrincipalId) && IsOf(key, member)
        );
    }

    private bool HolderIsAdmin(KnownKey key) =>
        Current.Members.Any(member =>
            member.AccessLevel == AccessLevel.Admin && IsNow(key, member)
        );

    private bool IsNow(KnownKey key, Member member) =>
        keys.Follows(key, member.PrincipalId, member.KeyFingerprints.ToHashSet());

    private bool IsOf(KnownKey key, Member member) =>
        keys.Follows(key, member.PrincipalId, EverNamed(member));

    private HashSet<string> EverNamed(Member member) =>
        [.. states.SelectMany(state => state.Find(member)?.KeyFingerprints ?? [])];
}
