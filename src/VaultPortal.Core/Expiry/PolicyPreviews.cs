using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>Works out, for every object that has a lifetime, what other policies would make of it.</summary>
internal sealed class PolicyPreviews(PolicySet before, PolicySet after, DateTimeOffset now)
{
    public const int MostNamed = 100;

    /// <summary>Whether a rule is that of the policy which is made, changed or deleted.</summary>
    public required Func<ExpiryRule, bool> IsOwn { get; init; }

    /// <summary>Whether it is deleted: then what it decides about is what it decided about so far.</summary>
    public bool IsDeletion { get; init; }

    /// <param name="sight">What the caller may know: only of this anything is named.</param>
    /// <param name="countsAll">Whether the rest is counted nevertheless.</param>
    public PolicyPreview Make(ReadScope scope, LifetimeSight sight, bool countsAll)
    {
        var lifetimes = scope.Commands<LifetimeCommands>();
        var (decides, blocked, unblocked, dueSoon, overdue, beyond) = (0, 0, 0, 0, 0, 0);
        lifetimes.Scan(
            new LifetimeScan
            {
                Sight = countsAll ? LifetimeSight.Everything : sight,
                Rotating = true,
            },
            mark =>
            {
                var effect = Of(mark);
                decides += effect.IsDecided ? 1 : 0;
                blocked += effect is { WasRefused: false, IsRefused: true } ? 1 : 0;
                unblocked += effect is { WasRefused: true, IsRefused: false } ? 1 : 0;
                dueSoon += effect.Becomes(ExpiryState.DueSoon) ? 1 : 0;
                overdue += effect.Becomes(ExpiryState.OverdueForRotation) ? 1 : 0;
                beyond += effect.IsBeyond ? 1 : 0;
            }
        );
        return new PolicyPreview
        {
            Decides = decides,
            Blocked = blocked,
            Unblocked = unblocked,
            DueSoon = dueSoon,
            Overdue = overdue,
            BeyondLongest = beyond,
            First = Named(lifetimes, sight),
        };
    }

    /// <summary>Those that expire first stand first.</summary>
    private List<PreviewedObject> Named(LifetimeCommands lifetimes, LifetimeSight sight)
    {
        var affected = new List<LifetimeMark>();
        lifetimes.Scan(
            new LifetimeScan { Sight = sight, Rotating = true },
            mark =>
            {
                if (Of(mark).IsAny)
                {
                    affected.Add(mark);
                }
            }
        );
        return
        [
            .. affected
                .OrderBy(mark => mark.ExpiresAt ?? DateTimeOffset.MaxValue)
                .ThenBy(mark => mark.Kind)
                .ThenBy(mark => mark.Id)
                .Take(MostNamed)
                .GroupBy(mark => mark.Kind)
                .SelectMany(some => lifetimes.Rows(some.Key, some.Select(mark => mark.Id)))
                .OrderBy(row => row.ExpiresAt ?? DateTimeOffset.MaxValue)
                .ThenBy(row => row.Title, StringComparer.Ordinal)
                .Select(Shown),
        ];
    }

    private PreviewedObject Shown(LifetimeRow row)
    {
        var effect = Of(new LifetimeMark(row.Kind, row.Id, row.ExpiresAt, row.ValueAt, row.Traits));
        return new PreviewedObject(
            row.Object,
            row.Title,
            row.VaultName,
            row.ExpiresAt,
            effect.Before,
            effect.After,
            effect.IsRefused,
            effect.IsBeyond
        );
    }

    private Effect Of(LifetimeMark mark)
    {
        var (old, next) = (before.RuleFor(mark.Traits), after.RuleFor(mark.Traits));
        var isExpired = mark.ExpiresAt <= now;
        var isOwn = IsOwn(next);
        return new Effect(
            IsDeletion ? IsOwn(old) : isOwn,
            mark.Under(old).StateAt(now),
            mark.Under(next).StateAt(now),
            isExpired && old.OnExpiry == OnExpiry.Block,
            isExpired && next.OnExpiry == OnExpiry.Block,
            isOwn && next.ProblemOf(mark.ExpiresAt, now) is not null
        );
    }

    private readonly record struct Effect(
        bool IsDecided,
        ExpiryState Before,
        ExpiryState After,
        bool WasRefused,
        bool IsRefused,
        bool IsBeyond
    )
    {
        public bool IsAny => Before != After || WasRefused != IsRefused || IsBeyond;

        public bool Becomes(ExpiryState state) => Before != state && After == state;
    }
}
