using System.Collections.Frozen;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>Lists and counts what somebody sees of the lifetimes, at one moment of a reading connection.</summary>
internal sealed class ExpiryList(ReadScope scope, LifetimeSight sight, DateTimeOffset now)
{
    private static readonly TimeSpan Instant = TimeSpan.FromMicroseconds(1);

    private readonly LifetimeCommands _lifetimes = scope.Commands<LifetimeCommands>();
    private readonly PolicySet _policies = scope.Commands<PolicyCommands>().All();
    private readonly Dictionary<LifetimeTraits, ExpiryRule> _rules = [];

    /// <summary>The rows of objects that no page has.</summary>
    public IReadOnlySet<(LifetimeKind Kind, long Id)> LeftOut { get; init; } =
        FrozenSet<(LifetimeKind, long)>.Empty;

    private bool FieldTypes => _policies.Policies.Any(policy => policy.FieldType != 0);

    public ExpiryRule RuleFor(LifetimeTraits traits)
    {
        if (ReferenceEquals(_policies, PolicySet.Empty))
        {
            return ExpiryRule.BuiltIn;
        }

        if (!_rules.TryGetValue(traits, out var rule))
        {
            rule = _policies.RuleFor(traits);
            _rules.Add(traits, rule);
        }

        return rule;
    }

    /// <param name="after">Where the page before ended.</param>
    public ExpiryPage Page(
        ExpiryQuery query,
        ExpiryCursor? after,
        Func<LifetimeRow, bool> mayChange
    )
    {
        // One more than is answered says whether there is more.
        var (places, total) = Earliest(query, after, query.Take + 1);
        var page = places.AsSpan(0, Math.Min(query.Take, places.Length)).ToArray();
        return new ExpiryPage(
            Entries(page, static _ => true, mayChange),
            places.Length > query.Take ? page[^1].ToString() : null,
            total
        );
    }

    /// <summary>Where the first of all that match stand.</summary>
    public ExpiryCursor[] Earliest(ExpiryQuery query, int most) =>
        Earliest(query, null, most).Places;

    /// <summary>Those of the objects at these places that are still there, as they are now.</summary>
    public List<ExpiryEntry> Entries(
        IReadOnlyCollection<ExpiryCursor> places,
        Func<LifetimeRow, bool> sees,
        Func<LifetimeRow, bool> mayChange
    )
    {
        var rows = places
            .GroupBy(place => place.Kind)
            .SelectMany(kind => _lifetimes.Rows(kind.Key, kind.Select(place => place.Id)))
            .Where(sees)
            .ToDictionary(row => (row.Kind, row.Id));
        return
        [
            .. places
                .Select(place => rows.GetValueOrDefault((place.Kind, place.Id)))
                .OfType<LifetimeRow>()
                .Select(row => Entry(row, mayChange(row))),
        ];
    }

    private (ExpiryCursor[] Places, int Total) Earliest(
        ExpiryQuery query,
        ExpiryCursor? after,
        int most
    )
    {
        if (ScanOf(query) is not { } scan)
        {
            return ([], 0);
        }

        // The last of the best stands first, so that a better one takes its place.
        var best = new PriorityQueue<ExpiryCursor, ExpiryCursor>(
            Comparer<ExpiryCursor>.Create((one, other) => other.CompareTo(one))
        );
        var total = 0;
        _lifetimes.Scan(
            scan,
            mark =>
            {
                var lifetime = mark.Under(RuleFor(mark.Traits));
                if (!Matches(query, lifetime) || LeftOut.Contains((mark.Kind, mark.Id)))
                {
                    return;
                }

                total++;
                var place = ExpiryCursor.Of(mark, lifetime);
                if (after is { } cursor && place <= cursor)
                {
                    return;
                }

                if (best.Count < most)
                {
                    best.Enqueue(place, place);
                }
                else if (place < best.Peek())
                {
                    best.EnqueueDequeue(place, place);
                }
            }
        );
        return (Sorted(best), total);
    }

    public List<ExpiryCount> Count()
    {
        var counts = new int[LifetimeKindNames.All.Count + 1, (int)ExpiryState.Expired + 1];
        _lifetimes.Scan(
            new LifetimeScan
            {
                Sight = sight,
                Rotating = _policies.AsksForRotation,
                FieldTypes = FieldTypes,
            },
            mark =>
            {
                var lifetime = mark.Under(RuleFor(mark.Traits));
                if (ExpiryCursor.MomentOf(lifetime) is not null)
                {
                    counts[(int)mark.Kind, (int)lifetime.StateAt(now)]++;
                }
            }
        );
        return
        [
            .. from kind in LifetimeKindNames.All
            from state in Enum.GetValues<ExpiryState>()
            let count = counts[(int)kind, (int)state]
            where count > 0
            select new ExpiryCount(kind, state, count),
        ];
    }

    public ExpiryEntry Entry(LifetimeRow row, bool mayChange)
    {
        var rule = RuleFor(row.Traits);
        var lifetime = row.Under(rule);
        return new ExpiryEntry
        {
            Object = row.Object,
            Title = row.Title,
            VaultId = row.VaultId,
            VaultName = row.VaultName,
            ItemId = row.ItemId,
            OwnerId = row.OwnerId,
            OwnerName = row.OwnerName,
            Lifetime = lifetime,
            State = lifetime.StateAt(now),
            Since = lifetime.Since(now),
            OnExpiry = rule.OnExpiry,
            PolicyId = rule.Policy?.PublicId,
            PolicyName = rule.Policy?.Name,
            MayChange = mayChange,
        };
    }

    private static ExpiryCursor[] Sorted(PriorityQueue<ExpiryCursor, ExpiryCursor> best)
    {
        var places = best.UnorderedItems.Select(item => item.Element).ToArray();
        Array.Sort(places);
        return places;
    }

    private bool Matches(ExpiryQuery query, Lifetime lifetime) =>
        ExpiryCursor.MomentOf(lifetime) is { } moment
        && !(moment >= query.Before)
        && !(moment < query.After)
        && (query.States.Count == 0 || query.States.Contains(lifetime.StateAt(now)));

    /// <summary>Null when nothing can match.</summary>
    private LifetimeScan? ScanOf(ExpiryQuery query)
    {
        var vault = query.VaultId is { } vaultId ? _lifetimes.Vault(vaultId) : null;
        var owner = query.OwnerId is { } ownerId ? _lifetimes.Principal(ownerId) : null;
        if (
            (query.VaultId is not null && vault is null)
            || (query.OwnerId is not null && owner is null)
        )
        {
            return null;
        }

        var rotating = _policies.AsksForRotation;
        var (from, until) = rotating ? (null, null) : Bounds(query);
        return new LifetimeScan
        {
            Sight = sight,
            Kinds = query.Kinds,
            Rotating = rotating,
            FieldTypes = FieldTypes,
            From = from,
            Until = until,
            Search = query.Search,
            Vault = vault,
            Owner = owner,
        };
    }

    /// <summary>Between which expiries everything lies that can match, where nothing is rotated: the index on them finds that.</summary>
    private (DateTimeOffset? From, DateTimeOffset? Until) Bounds(ExpiryQuery query)
    {
        var (from, until) = (query.After, query.Before);
        if (query.States.Count > 0)
        {
            if (!query.States.Contains(ExpiryState.Expired) && !(from > now))
            {
                from = now + Instant;
            }

            if (!query.States.Contains(ExpiryState.Active))
            {
                var latest = query.States.Contains(ExpiryState.DueSoon)
                    ? Later(now, _policies.LongestNotice)
                    : now;
                until = until < latest ? until : Later(latest, Instant);
            }
        }

        return (from, until);
    }

    private static DateTimeOffset Later(DateTimeOffset moment, TimeSpan by) =>
        DateTimeOffset.MaxValue - moment < by ? DateTimeOffset.MaxValue : moment + by;
}
