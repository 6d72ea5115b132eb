using System.Globalization;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Policies;

/// <summary>Policies in words: what they are about, and what they decide.</summary>
internal static class PolicyWords
{
    public static string Of(LifetimeKind? kind) => kind?.Words() ?? "Everything";

    public static string Match(ExpiryPolicyView policy)
    {
        var match = policy.Match;
        var isOfVaults =
            match.VaultId is not null
            || match.ItemType is not null
            || match.Classification is not null;
        var words =
            match.Kind is null && match.FieldType is not null ? "Fields"
            : match.Kind is null && isOfVaults ? "Items and their fields"
            : Of(match.Kind);
        words += match.FieldType is { } field ? $" of type {Words.For(field)}" : "";
        words += match.ItemType is { } item
            ? match.Kind == LifetimeKind.Field || match.FieldType is not null
                ? $" in items of type {Words.For(item)}"
                : $" of type {Words.For(item)}"
            : "";
        words += match.VaultId is { } id
            ? $" in the vault {policy.VaultName ?? id.ToString()}"
            : "";
        return words
            + (
                match.Classification is { } classification
                    ? $" in vaults classified {Words.For(classification)}"
                    : ""
            );
    }

    /// <summary>In the longest unit that divides it: "90 days", "12 hours".</summary>
    public static string Of(TimeSpan length)
    {
        var (count, unit) =
            length.Ticks % TimeSpan.TicksPerDay == 0 ? (length.TotalDays, "day")
            : length.Ticks % TimeSpan.TicksPerHour == 0 ? (length.TotalHours, "hour")
            : (length.TotalMinutes, "minute");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count:N0} {unit}{(count == 1 ? "" : "s")}"
        );
    }

    public static IEnumerable<string> Decides(ExpiryPolicyView policy) =>
        Decides(
            new ExpiryRule
            {
                Policy = null,
                DefaultLifetime = policy.DefaultLifetime,
                LongestLifetime = policy.LongestLifetime,
                OnExpiry = policy.OnExpiry,
                ReminderOffsets = policy.ReminderOffsets,
                RotateEvery = policy.RotateEvery,
            }
        );

    public static IEnumerable<string> Decides(ExpiryRule policy)
    {
        if (policy.DefaultLifetime is { } usual)
        {
            yield return $"expires after {Of(usual)} by default";
        }

        if (policy.LongestLifetime is { } longest)
        {
            yield return $"at most {Of(longest)}";
        }

        if (policy.OnExpiry == OnExpiry.Warn)
        {
            yield return "warns only";
        }

        if (policy.RotateEvery is { } every)
        {
            yield return $"to be rotated every {Of(every)}";
        }

        yield return policy.ReminderOffsets.Count switch
        {
            0 => "no reminders before",
            <= 4 => $"reminds {string.Join(", ", policy.ReminderOffsets.Select(Of))} before",
            var count => $"reminds {count} times before",
        };
    }
}
