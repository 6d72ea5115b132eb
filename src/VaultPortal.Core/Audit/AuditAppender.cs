using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Audit;

/// <summary>
/// Appends entries inside the batch's transaction. The head is read when the transaction begins (another process may have
/// appended) and stored once, before it commits. Used by the queue's thread alone.
/// </summary>
internal sealed class AuditAppender : IDisposable
{
    private readonly SqliteStatement _readHead;
    private readonly SqliteStatement _insertHead;
    private readonly SqliteStatement _updateHead;
    private readonly SqliteStatement _lastEntry;
    private readonly SqliteStatement _entryHash;
    private readonly SqliteStatement _append;
    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private readonly byte[] _hash = new byte[AuditChain.HashSize];
    private readonly byte[] _markedHash = new byte[AuditChain.HashSize];
    private long _sequence;
    private long _markedSequence;
    private long _loadedSequence;
    private long _batch;
    private long _loadedWriter;
    private bool _broken;

    public AuditAppender(SqliteConnection connection)
    {
        _readHead = new(
            connection,
            "SELECT sequence, hash, batch, writer FROM audit_head WHERE id = 1"
        );
        _insertHead = new(
            connection,
            "INSERT INTO audit_head (id, chain_id, sequence, hash, batch, writer) VALUES (1, $1, 0, $2, 0, 0)"
        );
        _updateHead = new(
            connection,
            "UPDATE audit_head SET sequence = $1, hash = $2, batch = $3, writer = $4 WHERE id = 1"
        );
        _lastEntry = new(connection, "SELECT coalesce(max(sequence), 0) FROM audit_entry");
        _entryHash = new(connection, "SELECT hash FROM audit_entry WHERE sequence = $1");
        _append = new(
            connection,
            "INSERT INTO audit_entry (sequence, text, hash) VALUES ($1, $2, $3)"
        );
    }

    /// <summary>What this batch leaves behind when it is committed.</summary>
    public ChainPosition Position => new(Batch, _loadedSequence, _sequence, [.. _hash]);

    /// <summary>The number that this batch has once it is committed; it is greater than that of every batch before.</summary>
    public long Batch => _batch + 1;

    /// <summary>The sequence of the entry that is appended next.</summary>
    public long NextSequence => _sequence + 1;

    /// <summary>Reads the head; begins the chain when there is none.</summary>
    public void Load(DateTimeOffset now)
    {
        _broken = false;
        if (!TryRead())
        {
            BeginChain(now);
        }
    }

    public void Append(in AuditEvent entry)
    {
        _broken = true;
        _text.ResetWrittenCount();
        _text.Write(_hash);
        AuditChain.Write(entry, _sequence + 1, _text);
        AuditChain.Hash(_text.WrittenSpan, _hash);
        _sequence++;
        _append.BindNumber(1, _sequence);
        _append.BindText(2, _text.WrittenSpan[AuditChain.HashSize..]);
        _append.BindBlob(3, _hash);
        _append.Run();
        _broken = false;
    }

    /// <summary>Throws when an entry could not be appended: an item that hid the exception may not be committed.</summary>
    public void DemandWhole()
    {
        if (_broken)
        {
            throw new InvalidOperationException(
                "An entry of the audit could not be written, and the work item went on without it."
            );
        }
    }

    /// <summary>Remembers the head before an item.</summary>
    public void Mark()
    {
        _markedSequence = _sequence;
        _hash.CopyTo(_markedHash, 0);
    }

    /// <summary>The item was rolled back, and its entries with it.</summary>
    public void ReturnToMark()
    {
        _broken = false;
        _sequence = _markedSequence;
        _markedHash.CopyTo(_hash, 0);
    }

    /// <summary>Stores the head: the last thing before COMMIT.</summary>
    public void Store(long writerId)
    {
        _updateHead.BindNumber(1, _sequence);
        _updateHead.BindBlob(2, _hash);
        _updateHead.BindNumber(3, Batch);
        _updateHead.BindNumber(4, writerId);
        _updateHead.Run();
    }

    /// <summary>
    /// Whether a batch of this process is in the database, once the head is loaded anew; null when it cannot be told, because
    /// another process wrote since and the batch left no entry to look for.
    /// </summary>
    public bool? Holds(ChainPosition wanted, long writerId)
    {
        if (_batch < wanted.Batch)
        {
            return false;
        }

        if (_batch == wanted.Batch)
        {
            return _loadedWriter == writerId;
        }

        return wanted.Sequence > wanted.FirstSequence ? HasEntry(wanted) : null;
    }

    public void Dispose()
    {
        _append?.Dispose();
        _entryHash?.Dispose();
        _lastEntry?.Dispose();
        _updateHead?.Dispose();
        _insertHead?.Dispose();
        _readHead?.Dispose();
    }

    private bool TryRead()
    {
        try
        {
            if (!_readHead.Next())
            {
                return false;
            }

            _sequence = _loadedSequence = _readHead.Number(0);
            _readHead.Bytes(1).CopyTo(_hash);
            _batch = _readHead.Number(2);
            _loadedWriter = _readHead.Number(3);
            return true;
        }
        finally
        {
            _readHead.Reset();
        }
    }

    private void BeginChain(DateTimeOffset now)
    {
        if (_lastEntry.ReadNumber() != 0)
        {
            throw new StorageUnavailableException(
                "The audit chain has entries but no head: it was tampered with. Verify the audit and restore a backup."
            );
        }

        var chainId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        Array.Clear(_hash);
        _sequence = _loadedSequence = _batch = _loadedWriter = 0;
        _insertHead.BindText(1, System.Text.Encoding.ASCII.GetBytes(chainId));
        _insertHead.BindBlob(2, _hash);
        _insertHead.Run();
        Append(
            new(Caller.System(chainId), "audit_chain.begin", $"audit_chain:{chainId}", "ok", now)
        );
    }

    private bool HasEntry(ChainPosition wanted)
    {
        try
        {
            _entryHash.BindNumber(1, wanted.Sequence);
            return _entryHash.Next() && _entryHash.Bytes(0).SequenceEqual(wanted.Hash);
        }
        finally
        {
            _entryHash.Reset();
        }
    }
}
