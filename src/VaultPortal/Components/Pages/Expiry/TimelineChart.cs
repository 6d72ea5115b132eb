using System.Globalization;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>What a timeline draws: equal spans of whole days, of which each row shows one mark for all that happens in it.</summary>
/// <param name="Step">The length of a span, in days.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The day after the last.</param>
internal sealed record TimelineChart(
    DateOnly From,
    DateOnly To,
    int Step,
    double Now,
    IReadOnlyList<TimelineTick> Ticks,
    IReadOnlyList<TimelineLane> Lanes
)
{
    private const int MostVaults = 12;

    /// <summary>First and last day of a timeline, and how many days one mark stands for.</summary>
    public static (DateOnly From, DateOnly To, int Step) Range(DateOnly today, int span)
    {
        var (step, before, after) = span switch
        {
            30 => (2, 4, 15),
            365 => (30, 3, 12),
            _ => (7, 3, 13),
        };
        return (today.AddDays(-step * before), today.AddDays(step * after), step);
    }

    public static TimelineChart Of(
        IReadOnlyList<ExpiryEvent> events,
        bool byVault,
        int span,
        TimeZoneInfo zone,
        DateTimeOffset now
    )
    {
        var (from, to, step) = Range(zone.DayOf(now), span);
        var (start, end) = (zone.Midnight(from), zone.Midnight(to));
        var within = events.Where(e => e.At >= start && e.At < end).ToList();
        return new TimelineChart(
            from,
            to,
            step,
            Percent((now - start) / (end - start)),
            Marked(from, to, step),
            byVault ? ByVault(within, from, to, step, zone) : ByKind(within, from, to, step, zone)
        );
    }

    private static List<TimelineLane> ByKind(
        List<ExpiryEvent> events,
        DateOnly from,
        DateOnly to,
        int step,
        TimeZoneInfo zone
    ) =>
        [
            .. events
                .GroupBy(e => e.Entry.Object.Kind)
                .OrderBy(kind => kind.Key)
                .Select(kind => new TimelineLane(
                    ExpiryLooks.For(kind.Key),
                    address => address with { Kinds = [kind.Key] },
                    [.. kind],
                    Marks([.. kind], from, to, step, zone)
                )),
        ];

    private static List<TimelineLane> ByVault(
        List<ExpiryEvent> events,
        DateOnly from,
        DateOnly to,
        int step,
        TimeZoneInfo zone
    )
    {
        var vaults = events
            .GroupBy(e => (e.Entry.VaultId, Name: e.Entry.VaultName ?? "In no vault"))
            .OrderByDescending(vault => vault.Count())
            .ThenBy(vault => vault.Key.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();
        var lanes = vaults
            .Take(MostVaults)
            .Select(vault => new TimelineLane(
                vault.Key.Name,
                address => Of(address, vault.Key.VaultId),
                [.. vault],
                Marks([.. vault], from, to, step, zone)
            ))
            .ToList();
        if (vaults.Count > MostVaults)
        {
            var rest = vaults.Skip(MostVaults).SelectMany(vault => vault).ToList();
            lanes.Add(
                new(
                    $"{vaults.Count - MostVaults} more vaults",
                    null,
                    rest,
                    Marks(rest, from, to, step, zone)
                )
            );
        }

        return lanes;
    }

    /// <summary>The objects of a vault, or those that lie in none.</summary>
    private static ExpiryAddress Of(ExpiryAddress address, PublicId? vault) =>
        vault is not null
            ? address with
            {
                Vault = vault,
            }
            : address with
            {
                Kinds =
                [
                    .. (address.Kinds.Count > 0 ? address.Kinds : LifetimeKindNames.All).Where(
                        kind => kind is not (LifetimeKind.VaultItem or LifetimeKind.Field)
                    ),
                ],
            };

    private static List<TimelineMark> Marks(
        List<ExpiryEvent> events,
        DateOnly from,
        DateOnly to,
        int step,
        TimeZoneInfo zone
    ) =>
        [
            .. events
                .GroupBy(e => (zone.DayOf(e.At).DayNumber - from.DayNumber) / step)
                .Select(span => new TimelineMark(
                    Percent((span.Key + 0.5) * step / (to.DayNumber - from.DayNumber)),
                    from.AddDays(span.Key * step),
                    from.AddDays((span.Key + 1) * step),
                    span.Max(e => e.Entry.State),
                    [.. span]
                )),
        ];

    private static List<TimelineTick> Marked(DateOnly from, DateOnly to, int step)
    {
        var spans = (to.DayNumber - from.DayNumber) / step;
        // About five, at the beginnings of spans.
        var every = (spans + 4) / 5;
        return
        [
            .. Enumerable
                .Range(0, spans)
                .Where(span => span % every == 0)
                .Select(span => new TimelineTick(
                    Percent((double)span / spans),
                    from.AddDays(span * step)
                        .ToString(step == 30 ? "MMM yyyy" : "d MMM", CultureInfo.InvariantCulture)
                )),
        ];
    }

    private static double Percent(double part) => Math.Round(part * 100, 2);
}

/// <param name="At">From the left, in percent.</param>
internal sealed record TimelineTick(double At, string Word);

/// <param name="Narrow">The address that shows this row alone; null = there is none.</param>
internal sealed record TimelineLane(
    string Name,
    Func<ExpiryAddress, ExpiryAddress>? Narrow,
    IReadOnlyList<ExpiryEvent> Events,
    IReadOnlyList<TimelineMark> Marks
);

/// <param name="At">The middle, from the left, in percent.</param>
/// <param name="State">The gravest of them.</param>
internal sealed record TimelineMark(
    double At,
    DateOnly From,
    DateOnly To,
    ExpiryState State,
    IReadOnlyList<ExpiryEvent> Events
);
