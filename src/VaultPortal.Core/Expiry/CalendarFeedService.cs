using System.Buffers.Text;
using System.Data.Common;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>Where the calendar of an account stands.</summary>
/// <param name="CreatedAt">When its address was made.</param>
/// <param name="LastUsedAt">When it was last read: a hint, no evidence.</param>
public sealed record CalendarFeedView(DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

/// <summary>The token of a calendar's address, which is shown this once.</summary>
public sealed record CalendarFeedToken(string Token) : IShownOnceAnswer
{
    public bool HoldsSecret => true;

    /// <summary>Without the token, which stands in no log.</summary>
    public override string ToString() => "token of a calendar";
}

/// <summary>
/// Calendars for calendar programs, which cannot sign in: whoever has the address of one reads what expires for its account, as far as
/// that account sees it at this very moment. One address for each account; its token is kept as a hash only.
/// </summary>
public sealed class CalendarFeedService(
    Gate gate,
    ReadConnections reads,
    WriteQueue queue,
    CalendarStrangers strangers,
    TimeProvider time
)
{
    /// <summary>Most entries of a calendar: the earliest.</summary>
    public const int MostEntries = 500;

    private const int TokenSize = 32;
    private const int MostTokenLength = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, DateTimeOffset> _used = [];

    /// <summary>The calendar of whoever asks; null = there is no address of it.</summary>
    public Task<Result<CalendarFeedView?>> GetAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<CalendarFeedView?>(
            caller,
            Call("calendar.read"),
            (scope, standing) =>
                standing.Kind != CallerKind.Person
                    ? AccessErrors.Forbidden
                    : scope.Commands<CalendarFeedCommands>().Find(standing.OwnerId),
            cancellation
        );

    /// <summary>Makes a new address, shown this once; the one before it ends at once. Needs a step-up.</summary>
    public Task<Result<CalendarFeedToken>> MakeAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<Unit, CalendarFeedToken>(
            caller,
            Call("calendar.make"),
            (scope, standing) =>
                standing.Kind != CallerKind.Person ? AccessErrors.Forbidden
                : Authorization.DemandStepUp(standing, scope.Now) is { } stepUp ? stepUp
                : default(Unit),
            (scope, standing, _) =>
            {
                var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenSize));
                scope
                    .Commands<CalendarFeedCommands>()
                    .Put(standing.OwnerId, HashOf(token), scope.Now);
                return new CalendarFeedToken(token);
            },
            cancellation
        );

    /// <summary>Ends the address. Where there is none, that is no fault.</summary>
    public Task<Result<Unit>> RevokeAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<Unit, Unit>(
            caller,
            Call("calendar.revoke"),
            static (_, standing) =>
                standing.Kind != CallerKind.Person ? AccessErrors.Forbidden : default(Unit),
            static (scope, standing, _) =>
            {
                scope.Commands<CalendarFeedCommands>().Remove(standing.OwnerId);
                return default(Unit);
            },
            cancellation
        );

    /// <summary>
    /// The calendar with this token. Every other text is not found alike, by the same work: it is hashed and looked for. Role and grants
    /// of the account count as they are now; a disabled one has none.
    /// </summary>
    /// <param name="token">Whatever was sent.</param>
    /// <param name="source">Where the call came from.</param>
    public Result<string> Read(string token, IPAddress? source)
    {
        ArgumentNullException.ThrowIfNull(token);
        var now = time.GetUtcNow();
        // No longer text than a token could ever be is worth a hash.
        var hash = HashOf(token.Length <= MostTokenLength ? token : token[..MostTokenLength]);
        using var scope = reads.Open();
        if (scope.Commands<CalendarFeedCommands>().FindOwner(hash) is not { } owner)
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

        return ICalendar.Write("VaultPortal expiries", now, Entries(scope, owner, now));
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
        var list = new ExpiryList(scope, LifetimeSight.Of(owner.ToStanding()), now);
        var query = new ExpiryQuery { After = now, Take = MostEntries };
        return list.Page(query, null, static _ => false).Entries.Select(ToEntry);
    }

    private static CalendarEntry ToEntry(ExpiryEntry entry)
    {
        var rotates = entry.Lifetime.RotateAt == entry.Moment;
        var what = rotates ? "Rotate" : "Expires";
        return new CalendarEntry(
            $"{entry.Object.Kind.WireName()}-{entry.Object.Id}-{(rotates ? "rotation" : "expiry")}@vaultportal",
            entry.Moment,
            entry.VaultName is { } vault
                ? $"{what}: {entry.Title} ({vault})"
                : $"{what}: {entry.Title}",
            ""
        );
    }

    private static AuditedCall Call(string action) => new(action, "calendar", Permissions.None);

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
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

    /// <summary>A calendar is counted with the requests of its account.</summary>
    internal VaultError? TooOften(long account) =>
        limiter.Take(new RateLimitKey(CallerKind.Person, account)).Refusal;
}

/// <summary>Whose calendar a token opens.</summary>
internal sealed record FeedOwner(long AccountId, Role Role)
{
    /// <summary>What the account is worth in a session, without any step-up.</summary>
    public Standing ToStanding() =>
        new(
            new PrincipalRef(PrincipalKind.User, AccountId),
            AccountId,
            Role == Role.Auditor ? PermissionSets.Auditor : (Permissions)~0L,
            Role,
            CallerKind.Person
        );
}

/// <summary>Prepared reads and writes of calendars' addresses.</summary>
internal sealed class CalendarFeedCommands : ICommandSet<CalendarFeedCommands>
{
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _owner;
    private readonly PreparedCommand _put;
    private readonly PreparedCommand _remove;
    private readonly PreparedCommand _used;

    private CalendarFeedCommands(DbConnection connection)
    {
        _find = new(
            connection,
            "SELECT created_at, last_used_at FROM calendar_feed WHERE account_id = $1"
        );
        _owner = new(
            connection,
            """
            SELECT a.id, a.role FROM calendar_feed f JOIN account a ON a.id = f.account_id
            WHERE f.token_hash = $1 AND a.disabled_at IS NULL
            """
        );
        _put = new(
            connection,
            """
            INSERT INTO calendar_feed (account_id, token_hash, created_at) VALUES ($1, $2, $3)
            ON CONFLICT (account_id) DO UPDATE
            SET token_hash = excluded.token_hash, created_at = excluded.created_at, last_used_at = NULL
            """
        );
        _remove = new(connection, "DELETE FROM calendar_feed WHERE account_id = $1");
        _used = new(
            connection,
            "UPDATE calendar_feed SET last_used_at = $2 WHERE account_id = $1 AND created_at <= $2"
        );
    }

    public static CalendarFeedCommands Create(DbConnection connection) => new(connection);

    public CalendarFeedView? Find(long account)
    {
        using var row = _find.Query(account);
        return row.Read() ? new CalendarFeedView(row.Time(0), row.OptionalTime(1)) : null;
    }

    /// <summary>Null where nobody has this token, or only somebody who is disabled.</summary>
    public FeedOwner? FindOwner(byte[] tokenHash)
    {
        using var row = _owner.Query(tokenHash);
        return row.Read() ? new FeedOwner(row.GetInt64(0), (Role)row.GetInt64(1)) : null;
    }

    public void Put(long account, byte[] tokenHash, DateTimeOffset now) =>
        _put.ExecuteOne(account, tokenHash, now);

    public void Remove(long account) => _remove.Execute(account);

    public void Used(long account, DateTimeOffset at) => _used.Execute(account, at);
}
