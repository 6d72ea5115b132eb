using System.Data.Common;
using System.Security.Cryptography;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Checkpoints;

/// <summary>Appending and reading accepted checkpoints.</summary>
internal sealed class CheckpointCommands : ICommandSet<CheckpointCommands>
{
    private readonly PreparedCommand _append;
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _text;
    private readonly PreparedCommand _isWhole;
    private readonly PreparedCommand _shorten;

    private CheckpointCommands(DbConnection connection)
    {
        _append = new(
            connection,
            """
            INSERT INTO checkpoint (kind, object_id, version, text, signer_key_id, signature, accepted_at, previous)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING sequence
            """
        );
        _find = new(
            connection,
            """
            SELECT c.kind, c.version, c.text, c.signature, c.accepted_at,
                   k.public_id, k.owner_kind, k.owner_id, k.algorithm, k.spki, k.fingerprint, c.hash
            FROM checkpoint c JOIN registered_key k ON k.id = c.signer_key_id WHERE c.sequence = $1
            """
        );
        _text = new(connection, "SELECT version, text, hash FROM checkpoint WHERE sequence = $1");
        _isWhole = new(connection, "SELECT 1 FROM checkpoint WHERE sequence = $1 AND hash IS NULL");
        _shorten = new(
            connection,
            "UPDATE checkpoint SET text = $2, hash = $3 WHERE sequence = $1"
        );
    }

    public static CheckpointCommands Create(DbConnection connection) => new(connection);

    /// <summary>
    /// Keeps a checkpoint for ever and answers its sequence. The summary before it, which is long and mostly the same, is kept as its
    /// difference from this one.
    /// </summary>
    public long Append(
        ISignedInput signed,
        long objectId,
        long signerKeyId,
        DateTimeOffset now,
        long previous
    )
    {
        if (signed.Content.Kind == CheckpointKind.Summary && previous != 0)
        {
            Shorten(previous, signed.Text);
        }

        return _append.Number(
                signed.Content.Kind,
                objectId,
                signed.Content.Version,
                signed.Text,
                signerKeyId,
                signed.Signature,
                now,
                previous
            ) ?? throw new InvalidDataException("An appended checkpoint has no sequence.");
    }

    /// <summary>The text as it is kept: whole, or with <c>Hash</c> set the difference from the next one's.</summary>
    public KeptText Text(long sequence)
    {
        using var row = _text.Query(sequence);
        return row.Read()
            ? new KeptText(row.GetInt64(0), row.Bytes(1), row.OptionalBytes(2))
            : throw new InvalidDataException("A row names a checkpoint that does not exist.");
    }

    /// <summary>Whether the text is kept whole, without reading it.</summary>
    public bool IsWhole(long sequence) => _isWhole.Any(sequence);

    private void Shorten(long sequence, byte[] next)
    {
        var (version, text, hash) = Text(sequence);
        if (hash is null && SummaryTexts.Shorten(version, text, next) is { } steps)
        {
            _shorten.ExecuteOne(sequence, steps, SHA256.HashData(text));
        }
    }

    /// <summary>The checkpoint with this sequence; 0 = never signed = null. Its text is as it is kept: the newest of each kind is whole.</summary>
    public StoredCheckpoint? Find(long sequence)
    {
        if (sequence == 0)
        {
            return null;
        }

        using var row = _find.Query(sequence);
        return row.Read()
            ? new StoredCheckpoint(
                (CheckpointKind)row.GetInt32(0),
                row.GetInt64(1),
                row.Bytes(2),
                row.Bytes(3),
                row.Time(4),
                row.Id(5),
                new PrincipalRef((PrincipalKind)row.GetInt32(6), row.GetInt64(7)),
                (Cryptography.SignatureAlgorithm)row.GetInt32(8),
                row.Bytes(9),
                row.Bytes(10),
                row.OptionalBytes(11)
            )
            : throw new InvalidDataException("A row names a checkpoint that does not exist.");
    }
}

/// <summary>An accepted checkpoint with the key that signed it.</summary>
internal sealed record StoredCheckpoint(
    CheckpointKind Kind,
    long Version,
    byte[] Text,
    byte[] Signature,
    DateTimeOffset AcceptedAt,
    Common.PublicId SignerKeyId,
    PrincipalRef Signer,
    Cryptography.SignatureAlgorithm Algorithm,
    byte[] Spki,
    byte[] Fingerprint,
    byte[]? Hash
);

/// <param name="Text">The signed bytes, or the difference that makes them of the next one's.</param>
/// <param name="Hash">SHA-256 over the signed bytes, where the difference is kept; else null.</param>
internal readonly record struct KeptText(long Version, byte[] Text, byte[]? Hash);
