using VaultPortal.Components.Pages.Policies;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>What changes of many at once say.</summary>
internal static class BulkWords
{
    public static string Objects(int count) => Counted(count, "object");

    /// <summary>"Policy “Short”: an expiry at most 90 days away; warns only."</summary>
    public static string Of(DecidingPolicy policy)
    {
        string?[] says =
        [
            policy.LongestLifetime is { } longest
                ? $"an expiry at most {PolicyWords.Of(longest)} away"
                : "any expiry",
            policy.DefaultLifetime is { } usual ? $"{PolicyWords.Of(usual)} for what is new" : null,
            policy.OnExpiry == OnExpiry.Warn ? "warns only" : null,
            policy.RotateEvery is { } every ? $"rotated every {PolicyWords.Of(every)}" : null,
        ];
        return $"Policy “{policy.Name}”: {string.Join("; ", says.Where(said => said is not null))}.";
    }

    /// <summary>"2 environment secrets, 1 API key"; kinds that are not rotated are left out.</summary>
    public static string Kinds(IEnumerable<BulkRotationLine> lines)
    {
        var kinds = lines.ToLookup(line => line.Object.Kind);
        return string.Join(
            ", ",
            new[]
            {
                (LifetimeKind.EnvironmentSecret, "environment secret"),
                (LifetimeKind.ApiKey, "API key"),
                (LifetimeKind.WorkflowSecret, "workflow key"),
            }
                .Where(kind => kinds.Contains(kind.Item1))
                .Select(kind => Counted(kinds[kind.Item1].Count(), kind.Item2))
        );
    }

    /// <summary>What rotating comes to, in sentences: there is no way back.</summary>
    public static string WhatFollows(IReadOnlyCollection<BulkRotationLine> lines, int graceHours)
    {
        var values = lines.Count(line => line.Object.Kind == LifetimeKind.EnvironmentSecret);
        var keys = lines.Count - values;
        var old = (values, keys) switch
        {
            (_, 0) => "old values",
            (0, _) => "old keys",
            _ => "old values and keys",
        };
        return string.Join(
            ' ',
            new[]
            {
                "This cannot be undone.",
                values == 0 ? null
                : values == 1 ? "A value is generated and not shown here."
                : $"{values} values are generated and not shown here.",
                keys == 0 ? null
                : keys == 1 ? "A new key is shown once."
                : $"{keys} new keys are shown once.",
                graceHours == 0
                    ? $"The {old} end at once."
                    : $"The {old} stay good for {Counted(graceHours, "hour")} at most.",
            }.Where(sentence => sentence is not null)
        );
    }

    public static string Counted(int count, string one) =>
        $"{count} {one}{(count == 1 ? "" : "s")}";
}
