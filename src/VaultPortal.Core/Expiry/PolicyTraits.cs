using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Core.Expiry;

/// <summary>Between a policy as people say it and its row.</summary>
internal static class PolicyTraits
{
    public static readonly VaultError NoSuchVault = VaultError.Invalid(
        "/match/vault",
        "There is no such vault."
    );

    /// <summary>What a policy matches, as numbers; 0 = any.</summary>
    public static LifetimeTraits Of(ExpiryPolicy policy) =>
        new(
            (LifetimeKind)policy.Kind,
            policy.VaultId,
            policy.ItemType,
            policy.FieldType,
            policy.Classification
        );

    /// <summary>The same of what was said, if there is such a vault.</summary>
    public static Result<LifetimeTraits> Of(VaultCommands vaults, PolicyMatch match)
    {
        var vault = match.VaultId is { } id ? vaults.Find(id) : null;
        return match.VaultId is not null && vault is not { ArchivedAt: null }
            ? NoSuchVault
            : new LifetimeTraits(
                match.Kind ?? 0,
                vault?.Id ?? 0,
                (int)(match.ItemType ?? 0),
                (int)(match.FieldType ?? 0),
                (int)(match.Classification ?? 0)
            );
    }

    public static void Fill(ExpiryPolicy policy, LifetimeTraits match, ExpiryPolicyDraft draft)
    {
        policy.Name = draft.Name;
        policy.Kind = (int)match.Kind;
        policy.VaultId = match.VaultId;
        policy.ItemType = match.ItemType;
        policy.FieldType = match.FieldType;
        policy.Classification = match.Classification;
        policy.DefaultLifetime = Seconds(draft.DefaultLifetime);
        policy.LongestLifetime = Seconds(draft.LongestLifetime);
        policy.OnExpiry = draft.OnExpiry;
        policy.ReminderOffsets = ReminderOffsetText.Write(draft.ReminderOffsets);
        policy.RotateEvery = Seconds(draft.RotateEvery);
        policy.RemindsCreator = draft.RemindsCreator;
        policy.RemindsAdmins = draft.RemindsAdmins;
        policy.RemindedPeople = string.Join(',', draft.RemindedPeople);
    }

    public static IEnumerable<PublicId> People(ExpiryPolicy policy) =>
        policy
            .RemindedPeople.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => PublicId.TryParse(text, out var id) ? id : (PublicId?)null)
            .OfType<PublicId>();

    private static long? Seconds(TimeSpan? length) => (long?)length?.TotalSeconds;
}
