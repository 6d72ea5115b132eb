using VaultPortal.Core.Common;

namespace VaultPortal.Core.Policies;

/// <summary>
/// All policies, read at one moment. Of those that match an object the most specific decides alone: one that names the vault before
/// one that names the field type, then the item type, the classification, and last the kind. As there is one policy for a match,
/// there is never a tie. A set is asked by one thread at a time.
/// </summary>
public sealed class PolicySet
{
    public static readonly PolicySet Empty = new([]);

    private readonly ExpiryPolicy[] _byRank;

    // There are few different traits however many objects there are.
    private readonly Dictionary<LifetimeTraits, ExpiryRule> _found = [];

    public PolicySet(IEnumerable<ExpiryPolicy> policies)
    {
        ArgumentNullException.ThrowIfNull(policies);
        _byRank = [.. policies.OrderByDescending(Rank)];
    }

    /// <summary>The most specific first.</summary>
    public IReadOnlyList<ExpiryPolicy> Policies => _byRank;

    public ExpiryPolicy? Find(PublicId id) => Array.Find(_byRank, p => p.PublicId == id);

    /// <summary>Whether any policy asks for rotation: without one nothing can be overdue.</summary>
    public bool AsksForRotation => Array.Exists(_byRank, p => p.RotateEvery is not null);

    /// <summary>The longest time before an expiry at which anything is due soon.</summary>
    public TimeSpan LongestNotice =>
        _byRank
            .Select(ExpiryRule.Of)
            .Append(ExpiryRule.BuiltIn)
            .Max(rule => rule.Notice ?? TimeSpan.Zero);

    /// <summary>What is decided about an object. Only kinds that may be warned of are, whatever a policy for all of them says.</summary>
    public ExpiryRule RuleFor(LifetimeTraits traits)
    {
        // The empty set is one for all threads: nothing is kept in it.
        if (_byRank.Length == 0)
        {
            return ExpiryRule.BuiltIn;
        }

        if (!_found.TryGetValue(traits, out var rule))
        {
            rule = Search(traits);
            _found.Add(traits, rule);
        }

        return rule;
    }

    /// <summary>
    /// Whether a policy that only warns decides about anything once this one does not any more, which decides about it now: a less specific
    /// one that can match the same.
    /// </summary>
    public bool UncoversWarning(ExpiryPolicy leaving)
    {
        ArgumentNullException.ThrowIfNull(leaving);
        return (leaving.Kind == 0 || ((LifetimeKind)leaving.Kind).MayOnlyBeWarnedOf())
            && Policies.Any(other =>
                other.OnExpiry == OnExpiry.Warn
                && other.Id != leaving.Id
                && Rank(other) < Rank(leaving)
                && MayMeet(other.Kind, leaving.Kind)
                && MayMeet(other.VaultId, leaving.VaultId)
                && MayMeet(other.ItemType, leaving.ItemType)
                && MayMeet(other.FieldType, leaving.FieldType)
                && MayMeet(other.Classification, leaving.Classification)
            );
    }

    private static bool MayMeet(long one, long other) => one == 0 || other == 0 || one == other;

    public static bool Matches(ExpiryPolicy policy, LifetimeTraits traits)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return (policy.Kind == 0 || policy.Kind == (int)traits.Kind)
            && (policy.VaultId == 0 || policy.VaultId == traits.VaultId)
            && (policy.ItemType == 0 || policy.ItemType == traits.ItemType)
            && (policy.FieldType == 0 || policy.FieldType == traits.FieldType)
            && (policy.Classification == 0 || policy.Classification == traits.Classification);
    }

    private ExpiryRule Search(LifetimeTraits traits)
    {
        if (Array.Find(_byRank, policy => Matches(policy, traits)) is not { } found)
        {
            return ExpiryRule.BuiltIn;
        }

        var rule = ExpiryRule.Of(found);
        return rule.OnExpiry == OnExpiry.Warn && !traits.Kind.MayOnlyBeWarnedOf()
            ? rule with
            {
                OnExpiry = OnExpiry.Block,
            }
            : rule;
    }

    private static int Rank(ExpiryPolicy policy) =>
        (policy.VaultId != 0 ? 16 : 0)
        + (policy.FieldType != 0 ? 8 : 0)
        + (policy.ItemType != 0 ? 4 : 0)
        + (policy.Classification != 0 ? 2 : 0)
        + (policy.Kind != 0 ? 1 : 0);
}
