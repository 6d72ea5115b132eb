using System.Text.Json;

namespace VaultPortal.Core.Audit;

/// <summary>
/// Walks over the entries and tells from how they stand what was done: each entry says its own place in its text, and its hash
/// holds the one before. After a break it goes on from the stored hash, so that one deed is one finding.
/// </summary>
internal sealed class ChainWalk(SealChecks seals)
{
    private readonly byte[] _previous = new byte[AuditChain.HashSize];
    private readonly byte[] _computed = new byte[AuditChain.HashSize];
    private byte[] _buffer = new byte[4096];
    private long _shift;
    private long _shiftedSince;
    private bool _shiftVaried;

    public FindingList Findings { get; } = new();

    public long Count { get; private set; }

    /// <summary>The last entry's place.</summary>
    public long Last { get; private set; }

    public void Visit(long sequence, ReadOnlySpan<byte> text, ReadOnlySpan<byte> hash)
    {
        if (sequence != Last + 1)
        {
            Findings.Add(
                AuditFindingKind.Missing,
                Last + 1,
                $"The entries {Last + 1} to {sequence - 1} are missing."
            );
        }

        var chained = IsChained(text, hash) || sequence != Last + 1;
        Judge(sequence, Place(text), chained, hash.Length == AuditChain.HashSize);
        seals.Visit(sequence, hash, Findings);
        Last = sequence;
        Count++;
        if (hash.Length == AuditChain.HashSize)
        {
            hash.CopyTo(_previous);
        }
    }

    /// <summary>After the last entry: compares with the head.</summary>
    public void End(long headSequence, byte[] headHash)
    {
        if (_shift != 0)
        {
            EndShift(Last, returned: false);
        }

        if (headSequence > Last)
        {
            Findings.Add(
                AuditFindingKind.Truncated,
                Last + 1,
                $"The entries {Last + 1} to {headSequence} are missing from the end."
            );
        }
        else if (headSequence < Last && headHash.Length > 0)
        {
            Findings.Add(
                AuditFindingKind.Inserted,
                headSequence + 1,
                $"The chain ended at {headSequence}, but entries up to {Last} follow."
            );
        }
        else if (headHash.Length > 0 && !headHash.AsSpan().SequenceEqual(_previous))
        {
            Findings.Add(
                AuditFindingKind.HeadDiffers,
                Last,
                "The head of the chain has another hash than its last entry."
            );
        }
    }

    private bool IsChained(ReadOnlySpan<byte> text, ReadOnlySpan<byte> hash)
    {
        var length = AuditChain.HashSize + text.Length;
        if (_buffer.Length < length)
        {
            _buffer = new byte[length * 2];
        }

        _previous.CopyTo(_buffer, 0);
        text.CopyTo(_buffer.AsSpan(AuditChain.HashSize));
        AuditChain.Hash(_buffer.AsSpan(0, length), _computed);
        return hash.SequenceEqual(_computed);
    }

    /// <summary>A shift (an entry that says another place than it has) is judged when it ends: only then is it known what it was.</summary>
    private void Judge(long sequence, long? place, bool chained, bool wellFormed)
    {
        var shift = place is { } said ? said - sequence : _shift;
        if (shift != _shift)
        {
            if (_shift == 0)
            {
                _shiftedSince = sequence;
                _shiftVaried = false;
            }
            else if (shift == 0)
            {
                EndShift(sequence - 1, returned: true);
            }
            else
            {
                _shiftVaried = true;
            }

            _shift = shift;
            return;
        }

        if (shift == 0 && (!chained || !wellFormed || place is null))
        {
            Findings.Add(
                AuditFindingKind.Changed,
                sequence,
                $"The entry {sequence} is not what was written."
            );
        }
    }

    private void EndShift(long last, bool returned)
    {
        var (kind, message) =
            returned || _shiftVaried
                ? (
                    AuditFindingKind.Reordered,
                    $"The entries {_shiftedSince} to {last} stand in each other's place."
                )
            : _shift > 0
                ? (
                    AuditFindingKind.Missing,
                    $"From {_shiftedSince} on, {_shift} entries are missing and the rest were moved up."
                )
            : (
                AuditFindingKind.Inserted,
                $"Before {_shiftedSince}, {-_shift} entries were inserted and the rest were moved down."
            );
        Findings.Add(kind, _shiftedSince, message);
    }

    /// <summary>The place that the entry's text says; null when it says none.</summary>
    private static long? Place(ReadOnlySpan<byte> text)
    {
        try
        {
            var json = new Utf8JsonReader(text);
            while (json.Read())
            {
                if (
                    json.TokenType is JsonTokenType.PropertyName
                    && json.CurrentDepth == 1
                    && json.ValueTextEquals("sequence"u8)
                )
                {
                    return json.Read() && json.TryGetInt64(out var place) ? place : null;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not what the product writes: the entry was changed, and is reported as such.
        }

        return null;
    }
}
