using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>Whether a policy may be as it was asked for, as far as that needs no look at the database.</summary>
internal static class PolicyDrafts
{
    /// <summary>Most people that one policy reminds besides.</summary>
    public const int MostPeople = 100;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    public static VaultError? Problem(ExpiryPolicyDraft draft) =>
        ProblemOfName(draft.Name)
        ?? ProblemOfMatch(draft.Match)
        ?? ProblemOfLength(draft.DefaultLifetime, "/defaultLifetime")
        ?? ProblemOfLength(draft.LongestLifetime, "/longestLifetime")
        ?? ProblemOfLength(draft.RotateEvery, "/rotateEvery")
        ?? ProblemOfDefault(draft)
        ?? ProblemOfWarning(draft)
        ?? ProblemOfOffsets(draft.ReminderOffsets)
        ?? ProblemOfPeople(draft.RemindedPeople);

    /// <summary>Whether anything can have all of these traits.</summary>
    public static VaultError? ProblemOfMatch(PolicyMatch match)
    {
        var isOfVaults = match.Kind is null or LifetimeKind.VaultItem or LifetimeKind.Field;
        return match.Kind is { } kind && !Enum.IsDefined(kind)
                ? VaultError.Invalid("/match/kind", "There is no such kind.")
            : match.FieldType is not null && match.Kind is not (null or LifetimeKind.Field)
                ? VaultError.Invalid(
                    "/match/fieldType",
                    "Only fields have a field type: choose the kind field, or any."
                )
            : isOfVaults ? null
            : match.VaultId is not null ? NotOfVaults("/match/vault", "lie in a vault")
            : match.ItemType is not null ? NotOfVaults("/match/itemType", "have an item type")
            : match.Classification is not null
                ? NotOfVaults("/match/classification", "have the classification of a vault")
            : null;
    }

    private static VaultError NotOfVaults(string path, string what) =>
        VaultError.Invalid(
            path,
            $"Only vault items and their fields {what}: choose one of these kinds, or any."
        );

    private static VaultError? ProblemOfWarning(ExpiryPolicyDraft draft) =>
        !Enum.IsDefined(draft.OnExpiry)
            ? VaultError.Invalid("/onExpiry", "On expiry it is block or warn.")
        : draft is { OnExpiry: OnExpiry.Warn, Match.Kind: { } kind } && !kind.MayOnlyBeWarnedOf()
            ? VaultError.Invalid(
                "/onExpiry",
                "Keys, trusted issuers and workflow items are always refused once they have expired; only vault items, fields and environment secrets can be warned of."
            )
        : null;

    private static VaultError? ProblemOfName(string name) =>
        TextRules.ProblemOfName(name) is { } problem ? VaultError.Invalid("/name", problem)
        : name.EnumerateRunes().Count() > ExpiryPolicy.MaxNameLength
            ? VaultError.Invalid(
                "/name",
                $"A name has at most {ExpiryPolicy.MaxNameLength} characters."
            )
        : null;

    private static VaultError? ProblemOfLength(TimeSpan? length, string path) =>
        length is not { } given || IsLength(given)
            ? null
            : VaultError.Invalid(path, "A length of time is whole minutes, from 1m to 100y.");

    private static VaultError? ProblemOfDefault(ExpiryPolicyDraft draft) =>
        draft.LongestLifetime is { } longest && draft.DefaultLifetime > longest
            ? VaultError.Invalid(
                "/defaultLifetime",
                $"The default is longer than the longest lifetime, {DurationText.Write(longest)}."
            )
            : null;

    private static VaultError? ProblemOfOffsets(IReadOnlyList<TimeSpan> offsets)
    {
        var seen = new HashSet<TimeSpan>();
        for (var i = 0; i < offsets.Count; i++)
        {
            if (!IsLength(offsets[i]))
            {
                return VaultError.Invalid(
                    $"/reminderOffsets/{i}",
                    "A reminder comes whole minutes before the expiry, from 1m to 100y."
                );
            }

            if (!seen.Add(offsets[i]))
            {
                return VaultError.Invalid(
                    $"/reminderOffsets/{i}",
                    "This reminder stands further up already."
                );
            }
        }

        return null;
    }

    private static VaultError? ProblemOfPeople(IReadOnlyList<PublicId> people) =>
        people.Count > MostPeople
            ? VaultError.Invalid(
                "/remindedPeople",
                $"A policy reminds at most {MostPeople} people besides."
            )
        : people.Distinct().Count() < people.Count
            ? VaultError.Invalid("/remindedPeople", "Each person is named once.")
        : null;

    private static bool IsLength(TimeSpan length) =>
        length >= Shortest && length <= DurationText.Longest && length.Ticks % Shortest.Ticks == 0;
}
