using VaultPortal.Core.Common;

namespace VaultPortal.Core.Policies;

/// <summary>What the policy that decides about an object says; without one, <see cref="BuiltIn"/>.</summary>
public sealed record ExpiryRule
{
    /// <summary>No lifetime is asked for, an expiry blocks, reminders 30, 7 and 1 days before.</summary>
    public static readonly ExpiryRule BuiltIn = new()
    {
        Policy = null,
        DefaultLifetime = null,
        LongestLifetime = null,
        OnExpiry = OnExpiry.Block,
        ReminderOffsets = [TimeSpan.FromDays(30), TimeSpan.FromDays(7), TimeSpan.FromDays(1)],
        RotateEvery = null,
    };

    private IReadOnlyList<TimeSpan>? _offsets;

    /// <summary>The policy that decided; null = none matched.</summary>
    public required ExpiryPolicy? Policy { get; init; }
    public required TimeSpan? DefaultLifetime { get; init; }
    public required TimeSpan? LongestLifetime { get; init; }
    public required OnExpiry OnExpiry { get; init; }

    /// <summary>Descending, each once, all positive. A policy may have very many: they are read when they are asked for.</summary>
    public IReadOnlyList<TimeSpan> ReminderOffsets
    {
        get => _offsets ??= ReminderOffsetText.Read(Policy?.ReminderOffsets ?? "");
        init => _offsets = value;
    }

    public required TimeSpan? RotateEvery { get; init; }

    public static ExpiryRule Of(ExpiryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new ExpiryRule
        {
            Policy = policy,
            DefaultLifetime = Seconds(policy.DefaultLifetime),
            LongestLifetime = Seconds(policy.LongestLifetime),
            OnExpiry = policy.OnExpiry,
            RotateEvery = Seconds(policy.RotateEvery),
        };
    }

    /// <summary>When an object that is made at <paramref name="now"/> without an expiry expires: the default, else the longest lifetime.</summary>
    public DateTimeOffset? DefaultExpiry(DateTimeOffset now) =>
        now + (DefaultLifetime ?? LongestLifetime);

    /// <summary>
    /// Why an expiry cannot be set at <paramref name="now"/>, in words for whoever sets it; null = it can. An expiry in the past is never
    /// too long; none at all is, where there is a longest lifetime.
    /// </summary>
    public string? ProblemOf(DateTimeOffset? expiresAt, DateTimeOffset now) =>
        LongestLifetime is not { } longest ? null
        : expiresAt is null
            ? $"The policy '{Policy?.Name}' wants an expiry, at most {DurationText.Write(longest)} away."
        : expiresAt > now + longest
            ? $"The policy '{Policy?.Name}' allows an expiry at most {DurationText.Write(longest)} away."
        : null;

    /// <summary>The expiry of something that is made: what was said, if it may be so, and the default where nothing was.</summary>
    /// <param name="said">What the request says; null = nothing.</param>
    /// <param name="path">The member that is at fault otherwise, a JSON Pointer.</param>
    public Result<DateTimeOffset?> ExpiryOfNew(
        Given<DateTimeOffset?>? said,
        DateTimeOffset now,
        string path
    ) =>
        said is not { } given ? DefaultExpiry(now)
        : RefusalOf(given.Value, now, path) is { } refused ? refused
        : given.Value;

    /// <summary><see cref="ProblemOf"/> as a refusal of the member at this JSON Pointer; null = it can be set.</summary>
    public VaultError? RefusalOf(DateTimeOffset? expiresAt, DateTimeOffset now, string path) =>
        ProblemOf(expiresAt, now) is { } problem ? VaultError.Invalid(path, problem) : null;

    /// <summary>The same of a change from one expiry to another: what stays as it was is no change, however long it is.</summary>
    public VaultError? RefusalOfChange(
        DateTimeOffset? before,
        DateTimeOffset? after,
        DateTimeOffset now,
        string path
    ) => before == after ? null : RefusalOf(after, now, path);

    /// <summary>The expiry itself where it may be set, else the latest that may: for what comes back from its own past.</summary>
    public DateTimeOffset? Nearest(DateTimeOffset? expiresAt, DateTimeOffset now) =>
        ProblemOf(expiresAt, now) is null ? expiresAt : now + LongestLifetime;

    /// <summary>
    /// The expiry of the key that takes the place of another: as long a life as that one was given, or the longest that may be; and its
    /// very end where somebody has set that nearer since, so that no key outlives by its successor what it was to end by.
    /// </summary>
    public DateTimeOffset? ExpiryOfSuccessor(
        DateTimeOffset createdAt,
        DateTimeOffset? expiresAt,
        bool isEnding,
        DateTimeOffset now
    ) => Nearest(isEnding ? expiresAt : EndOf(expiresAt - createdAt, now), now);

    /// <summary>When a life of this length ends that begins now; a very long one with the calendar.</summary>
    public static DateTimeOffset? EndOf(TimeSpan? life, DateTimeOffset now) =>
        life > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + life;

    /// <summary>
    /// What becomes of an expiry about which another rule decided before, because the object is of another type now, for instance: none
    /// is filled as of something new, one too far away is cut back. Where the same rule decides, nothing changes.
    /// </summary>
    public DateTimeOffset? ExpiryAfter(
        ExpiryRule before,
        DateTimeOffset? expiresAt,
        DateTimeOffset now
    )
    {
        ArgumentNullException.ThrowIfNull(before);
        return before.Policy == Policy ? expiresAt
            : expiresAt is null ? DefaultExpiry(now)
            : Nearest(expiresAt, now);
    }

    /// <summary>The moments at which the state of an object changes by itself.</summary>
    /// <param name="expiresAt">Its hard expiry.</param>
    /// <param name="valueAt">When its value was made or changed last; null = it has none of its own, and is never to be rotated.</param>
    public Lifetime LifetimeOf(DateTimeOffset? expiresAt, DateTimeOffset? valueAt) =>
        new(
            expiresAt,
            Notice is { } notice ? Before(expiresAt, notice) : null,
            RotateEvery is { } every && valueAt is { } made ? After(made, every) : null
        );

    /// <summary>How long before its expiry something is due soon: the earliest reminder; null = it never is.</summary>
    public TimeSpan? Notice =>
        _offsets is null ? ReminderOffsetText.First(Policy?.ReminderOffsets ?? "")
        : _offsets.Count == 0 ? null
        : _offsets[0];

    private static TimeSpan? Seconds(long? seconds) =>
        seconds is { } given ? TimeSpan.FromSeconds(given) : null;

    private static DateTimeOffset? Before(DateTimeOffset? moment, TimeSpan by) =>
        moment is not { } at ? null
        : at - DateTimeOffset.MinValue < by ? DateTimeOffset.MinValue
        : at - by;

    private static DateTimeOffset? After(DateTimeOffset moment, TimeSpan by) =>
        DateTimeOffset.MaxValue - moment < by ? null : moment + by;
}
