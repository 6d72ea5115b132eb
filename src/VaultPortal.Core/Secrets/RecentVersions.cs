using System.Data.Common;
using System.Runtime.InteropServices;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>
/// The newest versions that the rows of their secrets do not name yet, by secret: the table of <see cref="RecentVersion"/> as the
/// queue's thread looks things up in it. Everything in memory here can be read from that table again, and is after each rollback to a
/// savepoint and after each write of another process.
/// <para>
/// A sweep begins when there are many: it brings the rows of the secrets up to date in their order, a few with every eighth write, so
/// that those on one page are written together, and then erases what it no longer needs from the old end of the table.
/// </para>
/// </summary>
internal sealed class RecentVersions : ICommandSet<RecentVersions>, ICacheDrop
{
    /// <summary>
    /// So many rows begin a sweep: with 100,000 secrets about seven of them lie on each page of secrets, and a reader still looks through
    /// all in a millisecond or two.
    /// </summary>
    public const int Many = 16_384;

    /// <summary>
    /// More are not taken. A sweep is twice as fast as the writes that drive it, but begins anew whenever another process writes.
    /// </summary>
    private const int Most = 4 * Many;

    private const int WritesOfStep = 8;
    private const int SettledInStep = 16;
    private const int ErasedInStep = 64;
    private const int RowsOfLongStep = 400;

    private readonly PreparedCommand _all;
    private readonly PreparedCommand _add;
    private readonly PreparedCommand _settle;
    private readonly PreparedCommand _erase;
    private readonly Dictionary<long, NewestVersion> _newest = [];

    // Of the sweep: whose rows are brought up to date, how many were, and up to which version the table is erased afterwards.
    private readonly List<long> _order = [];
    private int _settled;
    private long _through;

    private bool _loaded;
    private int _rows;
    private int _writes;

    private RecentVersions(DbConnection connection)
    {
        _all = new(
            connection,
            "SELECT secret_id, version, id, updated_at FROM secret_recent ORDER BY id"
        );
        // The number of an erased version may come up again, and its row here is worth nothing then.
        _add = new(
            connection,
            "INSERT OR REPLACE INTO secret_recent (id, secret_id, version, updated_at) VALUES ($1, $2, $3, $4)"
        );
        _settle = new(
            connection,
            "UPDATE secret SET version = $2, version_id = $3, value_id = $3, updated_at = $4 WHERE id = $1 AND version_id < $3"
        );
        _erase = new(
            connection,
            "DELETE FROM secret_recent WHERE id IN (SELECT id FROM secret_recent WHERE id <= $1 ORDER BY id LIMIT $2)"
        );
    }

    public static RecentVersions Create(DbConnection connection) => new(connection);

    private bool IsSweeping => _through != 0;

    /// <summary>Makes of a secret's row what the secret is now.</summary>
    public SecretRow Complete(SecretRow secret)
    {
        Load();
        // The row may name a later one: a write that changed more than the value went there directly.
        if (_newest.TryGetValue(secret.Id, out var newest) && newest.Row > secret.VersionId)
        {
            secret.Version = newest.Version;
            secret.VersionId = newest.Row;
            secret.ValueId = newest.Row;
            secret.UpdatedAt = newest.At;
        }

        return secret;
    }

    /// <summary>
    /// Notes the version, which brought the secret's value, as its newest. False where that cannot be: there are too many, or the number
    /// of its row came up a second time, among those that are about to be erased.
    /// </summary>
    public bool TryAdd(SecretRow secret)
    {
        Load();
        if (secret.VersionId <= _through || _rows >= Most)
        {
            return false;
        }

        _add.ExecuteOne(secret.VersionId, secret.Id, secret.Version, secret.UpdatedAt);
        _newest[secret.Id] = new(secret.Version, secret.VersionId, secret.UpdatedAt);
        _rows++;
        if (++_writes >= WritesOfStep)
        {
            _writes = 0;
            Step();
        }

        return true;
    }

    /// <summary>A step of a sweep over whatever there is: whether it has more.</summary>
    public bool LongStep()
    {
        Load();
        if (!IsSweeping && _rows > 0)
        {
            BeginSweep();
        }

        if (IsSweeping)
        {
            Sweep(RowsOfLongStep, RowsOfLongStep);
        }

        return IsSweeping;
    }

    public void DropAll()
    {
        _loaded = false;
        _newest.Clear();
        EndSweep();
    }

    private void Load()
    {
        if (_loaded)
        {
            return;
        }

        _newest.Clear();
        _rows = 0;
        using var row = _all.Query();
        while (row.Read())
        {
            _newest[row.GetInt64(0)] = new(row.GetInt64(1), row.GetInt64(2), row.Time(3));
            _rows++;
        }

        _loaded = true;
    }

    private void Step()
    {
        if (!IsSweeping && _rows >= Many)
        {
            BeginSweep();
        }

        if (IsSweeping)
        {
            Sweep(SettledInStep, ErasedInStep);
        }
    }

    private void BeginSweep()
    {
        _order.AddRange(_newest.Keys);
        _order.Sort();
        _through = _newest.Values.Max(newest => newest.Row);
    }

    private void Sweep(int settle, int erase)
    {
        if (_settled < _order.Count)
        {
            Settle(Math.Min(settle, _order.Count - _settled));
        }
        else if (Erase(erase) < erase)
        {
            EndSweep();
        }
    }

    private void Settle(int count)
    {
        foreach (var id in CollectionsMarshal.AsSpan(_order).Slice(_settled, count))
        {
            if (_newest.Remove(id, out var newest))
            {
                // No row is changed where it names that version or a later one, or the secret was erased.
                _settle.Execute(id, newest.Version, newest.Row, newest.At);
            }
        }

        _settled += count;
    }

    private int Erase(int most)
    {
        var erased = _erase.Execute(_through, (long)most);
        _rows -= erased;
        return erased;
    }

    private void EndSweep()
    {
        _order.Clear();
        _settled = 0;
        _through = 0;
    }

    /// <param name="Version">Its number.</param>
    /// <param name="Row">Its row among the versions.</param>
    /// <param name="At">When it was made.</param>
    private readonly record struct NewestVersion(long Version, long Row, DateTimeOffset At);
}
