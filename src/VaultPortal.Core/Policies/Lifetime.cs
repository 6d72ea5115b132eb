namespace VaultPortal.Core.Policies;

/// <summary>Where an object stands in its lifetime. A higher one outweighs a lower.</summary>
public enum ExpiryState
{
    Active = 1,
    DueSoon = 2,
    OverdueForRotation = 3,
    Expired = 4,
}

/// <summary>
/// The moments at which the state of an object changes by itself; from each one on, to the microsecond, the new state holds. The state is
/// worked out from them whenever it is asked for: nothing has to run for it to change.
/// </summary>
/// <param name="ExpiresAt">From then on it is expired.</param>
/// <param name="DueAt">From then on it is due soon: the earliest reminder.</param>
/// <param name="RotateAt">From then on it is overdue for rotation.</param>
public readonly record struct Lifetime(
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? DueAt,
    DateTimeOffset? RotateAt
)
{
    public ExpiryState StateAt(DateTimeOffset now) =>
        ExpiresAt <= now ? ExpiryState.Expired
        : RotateAt <= now ? ExpiryState.OverdueForRotation
        : DueAt <= now ? ExpiryState.DueSoon
        : ExpiryState.Active;

    /// <summary>Since when the state of <paramref name="now"/> holds; null = since the object was made.</summary>
    public DateTimeOffset? Since(DateTimeOffset now) =>
        StateAt(now) switch
        {
            ExpiryState.Expired => ExpiresAt,
            ExpiryState.OverdueForRotation => RotateAt,
            ExpiryState.DueSoon => DueAt,
            _ => null,
        };

    /// <summary>When the state changes next by itself; null = never.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset now)
    {
        var (state, at) = (StateAt(now), this);
        return new[] { DueAt, RotateAt, ExpiresAt }
            .Where(moment => moment > now && at.StateAt(moment.Value) != state)
            .Min();
    }
}

/// <summary>The names of states on the wire, in exports, metrics and addresses.</summary>
public static class ExpiryStateNames
{
    private static readonly (ExpiryState State, string Name)[] Names =
    [
        (ExpiryState.Active, "active"),
        (ExpiryState.DueSoon, "due-soon"),
        (ExpiryState.OverdueForRotation, "overdue"),
        (ExpiryState.Expired, "expired"),
    ];

    public static string WireName(this ExpiryState state) =>
        Array.Find(Names, n => n.State == state).Name
        ?? throw new ArgumentOutOfRangeException(nameof(state), state, "There is no such state.");

    public static bool TryParse(string? name, out ExpiryState state)
    {
        state = Array.Find(Names, n => n.Name == name).State;
        return state != default;
    }
}
