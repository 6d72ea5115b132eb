using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;

namespace VaultPortal.Core.Storage;

/// <summary>
/// The leases of this process (DESIGN section 9): of each piece of work that names one, one process at a time does it. Whoever holds
/// one says so by a beat at least every <see cref="BeatEvery"/>; others ask as often, and take it over when they saw no beat for
/// <see cref="Patience"/>: within 30 s after a kill.
/// </summary>
public sealed class Leases(WriteQueue queue, TimeProvider time)
{
    public static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(4);

    /// <summary>By the steady clock of whoever waits: what time of day it is says nothing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Names this process.</summary>
    private readonly string _holder = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly ConcurrentDictionary<string, Seen> _seen = new();

    /// <summary>Whether this process holds the lease from now on; asks for it, or says that it goes on. For one asker of each lease at a time.</summary>
    public async Task<bool> BeatAsync(string name, CancellationToken cancellation = default)
    {
        var silent =
            _seen.TryGetValue(name, out var seen) && time.GetElapsedTime(seen.At) >= Patience
                ? seen.Lease
                : null;
        var now = await queue.RunAsync(scope => Beat(scope, name, silent), cancellation);
        if (now.Holder == _holder)
        {
            _seen.TryRemove(name, out _);
            return true;
        }

        if (seen?.Lease != now)
        {
            _seen[name] = new(now, time.GetTimestamp());
        }

        return false;
    }

    /// <summary>
    /// Whether this process still holds it, in the transaction of a step of the work: one that was asleep while another took over does
    /// nothing any more.
    /// </summary>
    public bool IsHeld(WriteScope scope, string name)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return scope.Commands<LeaseCommands>().Find(name)?.Holder == _holder;
    }

    /// <summary>Gives it up at once, so that nobody has to wait.</summary>
    public Task ReleaseAsync(string name, CancellationToken cancellation = default) =>
        queue.RunAsync(
            scope => scope.Commands<LeaseCommands>().Release(name, _holder),
            cancellation
        );

    /// <param name="silent">The lease as it has stood for too long.</param>
    private LeaseRow Beat(WriteScope scope, string name, LeaseRow? silent)
    {
        var commands = scope.Commands<LeaseCommands>();
        var found = commands.Find(name);
        if (found is not null && found.Holder != _holder && found != silent)
        {
            return found;
        }

        var own = new LeaseRow(_holder, (found?.Beat ?? 0) + 1);
        commands.Put(name, own);
        return own;
    }

    private sealed record Seen(LeaseRow Lease, long At);
}

internal sealed record LeaseRow(string Holder, long Beat);

internal sealed class LeaseCommands : ICommandSet<LeaseCommands>
{
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _put;
    private readonly PreparedCommand _release;

    private LeaseCommands(DbConnection connection)
    {
        _find = new(connection, "SELECT holder, beat FROM lease WHERE name = $1");
        _put = new(
            connection,
            """
            INSERT INTO lease (name, holder, beat) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, beat = excluded.beat
            """
        );
        _release = new(connection, "DELETE FROM lease WHERE name = $1 AND holder = $2");
    }

    public static LeaseCommands Create(DbConnection connection) => new(connection);

    public LeaseRow? Find(string name)
    {
        using var row = _find.Query(name);
        return row.Read() ? new LeaseRow(row.GetString(0), row.GetInt64(1)) : null;
    }

    public void Put(string name, LeaseRow lease) => _put.ExecuteOne(name, lease.Holder, lease.Beat);

    public int Release(string name, string holder) => _release.Execute(name, holder);
}
