using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
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
public sealed class CalendarFeedService(Gate gate)
{
    private const int TokenSize = 32;

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

    private static AuditedCall Call(string action) => new(action, "calendar", Permissions.None);

    internal static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
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
