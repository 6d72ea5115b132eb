using System.Data.Common;
using System.Security.Cryptography;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>One sealed column, as a rotation of the data keys and <c>keys status</c> see it.</summary>
public abstract class SealedValues
{
    /// <summary>The most rows that one step changes (DESIGN section 2).</summary>
    internal const int StepSize = 500;

    private protected SealedValues() { }

    /// <summary>Table and column, e.g. <c>secret_version.sealed</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Adds how many values each data key holds; what is in no known format counts for none.</summary>
    internal abstract void Count(ReadScope scope, Dictionary<string, long> byKey);

    /// <summary>Reads the next rows after <paramref name="cursor"/>, and seals anew those that are not of the current key.</summary>
    internal abstract ResealBatch Reseal(ReadScope scope, KeyRing ring, long cursor);

    /// <summary>Stores them, each where the row still holds the very bytes that were read; answers how many did.</summary>
    internal abstract int Store(WriteScope scope, ResealBatch batch);
}

/// <summary>What a step seals anew.</summary>
/// <param name="Rows">The rows that are not of the current key.</param>
/// <param name="Read">How many values were looked at.</param>
/// <param name="Cursor">The last row that was looked at.</param>
/// <param name="IsLast">Whether the column ends here.</param>
/// <param name="Damaged">The rows whose value cannot be opened; they stay as they are.</param>
internal sealed record ResealBatch(
    IReadOnlyList<ResealedRow> Rows,
    int Read,
    long Cursor,
    bool IsLast,
    IReadOnlyList<long> Damaged
);

internal readonly record struct ResealedRow(long Row, byte[] Before, byte[] After);

/// <inheritdoc/>
public sealed class SealedValues<TColumn> : SealedValues
    where TColumn : ISealedColumn
{
    public override string Name => $"{TColumn.Table}.{TColumn.Column}";

    internal override void Count(ReadScope scope, Dictionary<string, long> byKey)
    {
        using var rows = scope.Commands<SealedColumnCommands<TColumn>>().All.Query();
        while (rows.Read())
        {
            if (
                TColumn.Unpack(rows.Bytes(0)) is { } value
                && Sealer.TryReadKeyId(value, out var key)
            )
            {
                byKey[key] = byKey.GetValueOrDefault(key) + 1;
            }
        }
    }

    internal override ResealBatch Reseal(ReadScope scope, KeyRing ring, long cursor)
    {
        var resealed = new List<ResealedRow>();
        var damaged = new List<long>();
        var read = 0;
        using var rows = scope
            .Commands<SealedColumnCommands<TColumn>>()
            .Next.Query(cursor, (long)StepSize);
        while (rows.Read())
        {
            read++;
            cursor = rows.GetInt64(0);
            try
            {
                if (Reseal(ring, rows) is { } row)
                {
                    resealed.Add(row);
                }
            }
            catch (SealException)
            {
                // One value that cannot be opened keeps no other from its new key.
                damaged.Add(cursor);
            }
        }

        return new(resealed, read, cursor, IsLast: read < StepSize, damaged);
    }

    internal override int Store(WriteScope scope, ResealBatch batch)
    {
        var replace = scope.Commands<SealedColumnCommands<TColumn>>().Replace;
        var stored = 0;
        foreach (var row in batch.Rows)
        {
            // Who wrote or erased the row meanwhile was later: his bytes stand.
            stored += replace.Execute(row.Row, row.Before, row.After);
        }

        return stored;
    }

    /// <summary>The row with its value sealed anew; null when that is of the current key, or cannot be asked for any more.</summary>
    private static ResealedRow? Reseal(KeyRing ring, PreparedRows row)
    {
        var stored = row.Bytes(1);
        return
            TColumn.Unpack(stored) is { } value
            && KeyOf(value) != ring.CurrentId
            && TColumn.AdditionalData(row, SealedColumnCommands<TColumn>.FirstBound) is { } bound
            ? new(row.GetInt64(0), stored, TColumn.Pack(stored, Reseal(ring, value, bound)))
            : null;
    }

    private static byte[] Reseal(KeyRing ring, byte[] value, byte[] bound)
    {
        var plaintext = ring.Open(value, bound);
        try
        {
            return ring.Seal(plaintext, bound);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static string KeyOf(byte[] value) =>
        Sealer.TryReadKeyId(value, out var key)
            ? key
            : throw new SealException($"A value in {TColumn.Table} is not in a known format.");
}

/// <summary>The prepared commands on one sealed column.</summary>
internal sealed class SealedColumnCommands<TColumn> : ICommandSet<SealedColumnCommands<TColumn>>
    where TColumn : ISealedColumn
{
    /// <summary>Where the bound columns begin in the rows of <see cref="Next"/>.</summary>
    public const int FirstBound = 2;

    public readonly PreparedCommand All;
    public readonly PreparedCommand Next;
    public readonly PreparedCommand Replace;

    private SealedColumnCommands(DbConnection connection)
    {
        var bytes = TColumn.IsText ? $"CAST({TColumn.Column} AS BLOB)" : TColumn.Column;
        var after = TColumn.IsText ? "CAST($3 AS TEXT)" : "$3";
        // Long enough for every header, so that counting reads no long value whole.
        var beginning = TColumn.IsText ? bytes : $"substr({TColumn.Column}, 1, 320)";
        All = new(
            connection,
            $"SELECT {beginning} FROM {TColumn.Table} WHERE {TColumn.Column} IS NOT NULL"
        );
        Next = new(
            connection,
            $"""
            SELECT rowid, {bytes}, {TColumn.Bound} FROM {TColumn.Table}
            WHERE rowid > $1 AND {TColumn.Column} IS NOT NULL ORDER BY rowid LIMIT $2
            """
        );
        Replace = new(
            connection,
            $"UPDATE {TColumn.Table} SET {TColumn.Column} = {after} WHERE rowid = $1 AND {bytes} = $2"
        );
    }

    public static SealedColumnCommands<TColumn> Create(DbConnection connection) => new(connection);
}
