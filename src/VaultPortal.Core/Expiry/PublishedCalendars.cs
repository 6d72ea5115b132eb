using System.Net;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// The calendars that are read under their addresses (<see cref="CalendarFeedService"/>). Whoever reads one is no caller: the token is
/// all that there is to decide by.
/// </summary>
public sealed class PublishedCalendars(
    ReadConnections connections,
    LifetimeReads reads,
    WriteQueue queue,
    CalendarStrangers strangers,
    TimeProvider time
)
{
    /// <summary>Most objects in a calendar: those whose time comes first.</summary>
    public const int MostObjects = 500;

    private const int MostTokenLength = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, DateTimeOffset> _used = [];

    /// <summary>
    /// The calendar with this token. Every other text is not found alike, by the same work: it is hashed and looked for. Role and grants
    /// of the account count as they are now; a disabled one has none.
    /// </summary>
    /// <param name="token">Whatever was sent.</param>
    /// <param name="source">Where the call came from.</param>
    /// <param name="cancellation">Whoever waits for it has left.</param>
    public async Task<Result<string>> ReadAsync(
        string token,
        IPAddress? source,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(token);
        var now = time.GetUtcNow();
        // No longer text than a token could ever be is worth a hash.
        var hash = CalendarFeedService.HashOf(
            token.Length <= MostTokenLength ? token : token[..MostTokenLength]
        );
        if (FindOwner(hash) is not { } owner)
        {
            return strangers.Refused(source);
        }

        if (strangers.TooOften(owner.AccountId) is { } limited)
        {
            return limited;
        }

        lock (_gate)
        {
            _used[owner.AccountId] = now;
        }

        return await reads.ReadAsync<string>(
            scope => ICalendar.Write("VaultPortal expiries", now, Entries(scope, owner, now)),
            cancellation
        );
    }

    private FeedOwner? FindOwner(byte[] hash)
    {
        using var scope = connections.Open();
        return scope.Commands<CalendarFeedCommands>().FindOwner(hash);
    }

    /// <summary>Writes when calendars were read, in steps of the queue's second lane.</summary>
    public async Task FlushAsync(CancellationToken cancellation = default)
    {
        KeyValuePair<long, DateTimeOffset>[] step;
        do
        {
            lock (_gate)
            {
                step = [.. _used.Take(500)];
                foreach (var (account, _) in step)
                {
                    _used.Remove(account);
                }
            }

            // A hint: what cannot be written is lost.
            var taken = step;
            _ =
                taken.Length > 0
                && await queue.RunStepAsync(scope => Write(scope, taken), cancellation);
        } while (step.Length > 0);
    }

    private static bool Write(WriteScope scope, KeyValuePair<long, DateTimeOffset>[] step)
    {
        foreach (var (account, at) in step)
        {
            scope.Commands<CalendarFeedCommands>().Used(account, at);
        }

        return true;
    }

    private static IEnumerable<CalendarEntry> Entries(
        ReadScope scope,
        FeedOwner owner,
        DateTimeOffset now
    )
    {
        var standing = Access.Authorization.OfAccount(
            owner.AccountId,
            owner.Role,
            CallerKind.Person
        );
        var list = new ExpiryList(scope, LifetimeSight.Of(standing), now)
        {
            LeftOut = scope.Commands<ReminderCommands>().Muted(owner.AccountId).Keys.ToHashSet(),
        };
        // Also what is overdue for rotation: it may expire later on.
        var query = new ExpiryQuery
        {
            States = [ExpiryState.Active, ExpiryState.DueSoon, ExpiryState.OverdueForRotation],
            Take = MostObjects,
        };
        return list.Page(query, null, static _ => false)
            .Entries.SelectMany(CalendarEntry.Of)
            .Where(entry => entry.At >= now);
    }
}

/// <summary>Slows down who tries addresses of calendars, or reads one again and again.</summary>
public sealed class CalendarStrangers(
    GuessGuard guesses,
    RateLimiter limiter,
    RefusalCounter refusals
)
{
    /// <summary>The refusal of a token that nobody has; counted, and limited for its address after too many.</summary>
    internal VaultError Refused(IPAddress? source)
    {
        refusals.Count("calendar_unknown", source);
        return guesses.Take(source) ?? AccessErrors.NotFound;
    }

    /// <summary>A calendar is counted by itself: whoever knows its address must not use up what its account may ask.</summary>
    internal VaultError? TooOften(long account) =>
        limiter.Take(RateLimitKey.OfCalendar(account)).Refusal;
}

/// <summary>Whose calendar a token opens.</summary>
internal sealed record FeedOwner(long AccountId, Role Role);
