using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Tests.Unit.Expiry;

/// <summary>An object of the simulated year, as it is in the database at this moment. Moments are microseconds.</summary>
internal sealed class Thing
{
    public required LifetimeKind Kind { get; init; }
    public required long Id { get; init; }

    /// <summary>As webhooks are told it.</summary>
    public required string Name { get; init; }
    public long Vault { get; init; }
    public int ItemType { get; init; }
    public int FieldType { get; init; }
    public int Classification { get; init; }

    /// <summary>The account that made it or answers for it; 0 = nobody.</summary>
    public long Creator { get; init; }

    /// <summary>Of a field.</summary>
    public Thing? Item { get; init; }
    public long? ExpiresAt { get; set; }

    /// <summary>Null = it has no value of its own.</summary>
    public long? ValueAt { get; set; }
    public long? GoneAt { get; set; }
    public bool IsErased { get; set; }

    /// <summary>What was told of it and stands.</summary>
    public List<Tale> Told { get; } = [];

    /// <summary>Before then nothing is to be told of it unless it changes.</summary>
    public long NextDue { get; set; }
}

/// <param name="Offset">In seconds before the moment.</param>
internal sealed record Tale(
    bool OfRotation,
    long Moment,
    long Offset,
    long MadeAt,
    string Receivers
)
{
    public long Due => Moment - Offset * Model.Second;
}

/// <summary>A policy, or what holds without one.</summary>
internal sealed record Rule
{
    public int Kind { get; init; }
    public long Vault { get; init; }
    public int ItemType { get; init; }
    public int FieldType { get; init; }
    public int Classification { get; init; }

    /// <summary>In seconds, in any order.</summary>
    public long[] Offsets { get; init; } = [30 * Model.Day, 7 * Model.Day, Model.Day];

    /// <summary>In seconds.</summary>
    public long? RotateEvery { get; init; }
    public bool Creator { get; init; } = true;
    public bool Admins { get; init; } = true;
    public long[] People { get; init; } = [];
}

internal sealed class Person
{
    public required long Id { get; init; }
    public required PublicId PublicId { get; init; }
    public required Role Role { get; init; }
    public bool IsDisabled { get; set; }

    /// <summary>By the row of the vault.</summary>
    public Dictionary<long, AccessLevel> Grants { get; } = [];
    public HashSet<Thing> Muted { get; } = [];
}

internal sealed class Hook
{
    public required long Id { get; init; }
    public required string[] Events { get; init; }
    public bool IsDisabled { get; set; }
}

/// <summary>
/// What docs/expiry.md promises, worked out once more and by other means than the sweep's: for each object, at each sweep, from all that
/// is so at that moment and all that was told before.
/// </summary>
internal sealed class Model
{
    public const long Second = 1_000_000;

    /// <summary>In seconds.</summary>
    public const long Day = 86_400;

    private const long Hour = 3_600 * Second;

    private static readonly Rule Otherwise = new();

    public List<Thing> Things { get; } = [];
    public List<Rule> Rules { get; } = [];
    public List<Person> People { get; } = [];
    public List<Hook> Hooks { get; } = [];
    public HashSet<long> ArchivedVaults { get; } = [];
    public bool Mails { get; set; }

    /// <summary>Every message, also of what a wrong clock told: who is sent what, and when.</summary>
    public List<string> Messages { get; } = [];
    public int Expired { get; private set; }
    public int Overdue { get; private set; }

    /// <summary>Policies or the clock have changed.</summary>
    public void LookAtAll() => Things.ForEach(thing => thing.NextDue = 0);

    public bool IsThere(Thing thing) =>
        thing.GoneAt is null
        && (thing.Item is not { } item || IsThere(item))
        && !ArchivedVaults.Contains(thing.Vault)
        && !(
            thing.Kind is LifetimeKind.ApiKey or LifetimeKind.UserKey or LifetimeKind.AgentKey
            && People.Single(person => person.Id == thing.Creator).IsDisabled
        );

    public void Sweep(long now)
    {
        foreach (var thing in Things)
        {
            if (thing.NextDue <= now && IsThere(thing))
            {
                Sweep(thing, now);
            }
        }
    }

    private void Sweep(Thing thing, long now)
    {
        var rule = RuleOf(thing);
        var rotateAt = thing.ValueAt + rule.RotateEvery * Second;
        var isExpired = thing.ExpiresAt <= now;
        bool IsWrong(Tale tale) => tale.Due > now + Hour;
        if (
            thing.Told.Exists(tale =>
                IsWrong(tale) && tale.Moment == (tale.OfRotation ? rotateAt : thing.ExpiresAt)
            )
        )
        {
            thing.Told.RemoveAll(IsWrong);
        }

        thing.NextDue = long.MaxValue;
        Tell(thing, rule, false, thing.ExpiresAt, rule.Offsets, now);
        Tell(
            thing,
            rule,
            true,
            rotateAt,
            rule.Offsets.Where(offset => !isExpired && offset < rule.RotateEvery),
            now
        );
    }

    /// <summary>Of what is due and was not told the last, once.</summary>
    private void Tell(
        Thing thing,
        Rule rule,
        bool ofRotation,
        long? moment,
        IEnumerable<long> offsets,
        long now
    )
    {
        if (moment is not { } at)
        {
            return;
        }

        long? last = null;
        foreach (var offset in offsets.Append(0))
        {
            var due = at - offset * Second;
            if (due > now)
            {
                thing.NextDue = Math.Min(thing.NextDue, due);
            }
            else if (!(last <= offset))
            {
                last = offset;
            }
        }

        if (
            last is not { } told
            || thing.Told.Exists(tale =>
                tale.OfRotation == ofRotation
                && tale.Moment == at
                && tale.Offset <= told
                && tale.Due <= now + Hour
            )
        )
        {
            return;
        }

        thing.Told.RemoveAll(tale => tale.Due > now + Hour);
        var receivers = Receivers(thing, rule);
        thing.Told.Add(new Tale(ofRotation, at, told, now, string.Join(',', receivers)));
        Announce(thing, ofRotation, at, told, now, receivers);
        Expired += !ofRotation && told == 0 ? 1 : 0;
        Overdue += ofRotation && told == 0 && !(thing.ExpiresAt <= now) ? 1 : 0;
    }

    private void Announce(
        Thing thing,
        bool ofRotation,
        long moment,
        long offset,
        long now,
        IEnumerable<long> receivers
    )
    {
        var type =
            offset > 0 ? "expiry.due_soon"
            : ofRotation ? "expiry.overdue"
            : "expiry.expired";
        var at = UtcTime.ToText(UtcTime.FromMicroseconds(moment));
        foreach (var hook in Hooks)
        {
            if (!hook.IsDisabled && hook.Events.Contains(type))
            {
                Messages.Add(
                    $"webhook {hook.Id} {type} {thing.Kind.WireName()} {thing.Name} {at} {now}"
                );
            }
        }

        if (Mails)
        {
            Messages.AddRange(receivers.Select(to => $"mail {to} {type} {at} {now}"));
        }
    }

    /// <summary>Vault before field type before item type before classification before kind.</summary>
    private Rule RuleOf(Thing thing) =>
        Rules
            .Where(rule =>
                (rule.Kind == 0 || rule.Kind == (int)thing.Kind)
                && (rule.Vault == 0 || rule.Vault == thing.Vault)
                && (rule.ItemType == 0 || rule.ItemType == thing.ItemType)
                && (rule.FieldType == 0 || rule.FieldType == thing.FieldType)
                && (rule.Classification == 0 || rule.Classification == thing.Classification)
            )
            .MaxBy(rule =>
                (
                    rule.Vault != 0,
                    rule.FieldType != 0,
                    rule.ItemType != 0,
                    rule.Classification != 0,
                    rule.Kind != 0
                )
            )
        ?? Otherwise;

    private long[] Receivers(Thing thing, Rule rule)
    {
        var told = People
            .Where(person =>
                (rule.Creator && person.Id == thing.Creator && Knows(person, thing))
                || (
                    rule.Admins && person.Grants.GetValueOrDefault(thing.Vault) == AccessLevel.Admin
                )
                || (rule.People.Contains(person.Id) && Knows(person, thing))
            )
            .Where(person => IsTold(person, thing))
            .ToArray();
        if (told.Length == 0)
        {
            told = [.. People.Where(person => person.Role == Role.Owner && IsTold(person, thing))];
        }

        return [.. told.Select(person => person.Id).Order()];
    }

    private static bool IsTold(Person person, Thing thing) =>
        !person.IsDisabled && !person.Muted.Contains(thing);

    private static bool Knows(Person person, Thing thing) =>
        thing.Vault == 0 || person.Role == Role.Auditor || person.Grants.ContainsKey(thing.Vault);
}
