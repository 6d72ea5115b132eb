namespace VaultPortal.Client;

/// <summary>
/// Who may sign for a vault follows from its permission checkpoints alone, version by version, each later one signed by an ADMIN
/// of the one before; the first by whoever made the vault, whose fingerprint is pinned.
/// </summary>
internal static class ChainOfTrust
{
    /// <summary>Verifies the permission checkpoints of a vault.</summary>
    /// <param name="vaultId">The vault.</param>
    /// <param name="checkpoints">All versions from the pinned beginning on, oldest first.</param>
    /// <param name="keys">The keys that the server names.</param>
    /// <param name="pins">What was seen before; null at the first sight.</param>
    /// <param name="expectedCreator">A fingerprint that was compared outside the portal, or null.</param>
    /// <exception cref="TrustException">It does not hold.</exception>
    public static Membership Verify(
        string vaultId,
        IEnumerable<SignedCheckpoint> checkpoints,
        KeyDirectory keys,
        VaultPins? pins,
        string? expectedCreator = null
    )
    {
        var anchor = pins?.Anchor ?? 1;
        var states = new List<MembershipState>();
        foreach (var signed in checkpoints)
        {
            var checkpoint = signed.Read<PermissionCheckpoint>();
            if (checkpoint.Version < anchor)
            {
                continue;
            }

            RequirePlace(checkpoint, PermissionCheckpoint.Vault, vaultId, anchor + states.Count);
            var (signer, hash) = RequireSignature(signed, keys);
            pins?.CompareSame("permission", checkpoint.Version, hash);
            if (states.Count == 0)
            {
                RequireCreator(signer.Fingerprint, pins?.Creator);
                RequireCreator(signer.Fingerprint, expectedCreator);
            }

            // The first one is its own witness: its signer must be an ADMIN of it. That is why his fingerprint is pinned.
            RequireAdmin(
                signer,
                states.Count == 0 ? checkpoint.Permissions : states[^1].Members,
                keys,
                states
            );
            states.Add(
                new(checkpoint.Version, hash, signer.Fingerprint, [.. checkpoint.Permissions])
            );
        }

        if (states.Count == 0)
        {
            throw Broken("The vault has no permission checkpoint to begin with.");
        }

        pins?.Compare("permission", states[^1].Version, states[^1].Hash);
        return new Membership(vaultId, anchor, [.. states], keys);
    }

    internal static void RequirePlace(
        PermissionCheckpoint checkpoint,
        string assetType,
        string assetId,
        long version
    )
    {
        if (checkpoint.AssetType != assetType || checkpoint.AssetId != assetId)
        {
            throw Broken("A permission checkpoint is of another object.");
        }

        if (checkpoint.Version != version)
        {
            throw Broken($"Permission checkpoint {version} is missing.");
        }
    }

    internal static (KnownKey Signer, string Hash) RequireSignature(
        SignedCheckpoint signed,
        KeyDirectory keys
    )
    {
        var key = keys.Find(signed.SignerId);
        var canonical = signed.Canonical();
        return KeyDirectory.Holds(key.Key, canonical, signed.Signature)
            ? (key, SignedCheckpoint.HashOf(canonical))
            : throw new TrustException(
                TrustFault.SignatureInvalid,
                $"The signature by key {key.Id} does not hold."
            );
    }

    internal static void RequireAdmin(
        KnownKey key,
        IReadOnlyList<Member> members,
        KeyDirectory keys,
        IReadOnlyList<MembershipState> earlier
    )
    {
        var own = members.Where(member => IsOf(key, member, keys)).ToList();
        if (own.Any(member => member.AccessLevel == AccessLevel.Admin))
        {
            return;
        }

        throw own.Count > 0
            ? new TrustException(
                TrustFault.SignerLevel,
                "A permission checkpoint was signed by a member who is no ADMIN."
            )
            : Refusal(key, WasMember(key, earlier, keys, AccessLevel.Admin), members);
    }

    internal static bool WasMember(
        KnownKey key,
        IEnumerable<MembershipState> states,
        KeyDirectory keys,
        AccessLevel level
    ) =>
        states.Any(state =>
            state.Members.Any(member => member.AccessLevel >= level && IsOf(key, member, keys))
        );

    internal static TrustException Refusal(KnownKey key, bool former, IEnumerable<Member> members)
    {
        if (former)
        {
            return new(
                TrustFault.SignerRemoved,
                "The signer is not a member any more. A present member has to sign this again."
            );
        }

        return members.Any(member => member.Principal == (key.Record.OwnerType, key.Record.OwnerId))
            ? new(
                TrustFault.EndorsementMissing,
                "The signing key is said to be a member's, but none of his keys endorsed it and no ADMIN named it."
            )
            : new(TrustFault.SignerNotMember, "The signing key belongs to no member of the vault.");
    }

    internal static TrustException Broken(string message) => new(TrustFault.ChainBroken, message);

    private static bool IsOf(KnownKey key, Member member, KeyDirectory keys) =>
        keys.Follows(key, member.PrincipalId, member.KeyFingerprints.ToHashSet());

    private static void RequireCreator(string found, string? expected)
    {
        if (expected is not null && found != expected)
        {
            throw new TrustException(
                TrustFault.PinChanged,
                "The vault begins with another key than expected. Compare the fingerprints with its maker, outside the portal."
            );
        }
    }
}
