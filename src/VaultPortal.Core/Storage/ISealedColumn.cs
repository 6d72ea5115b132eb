using VaultPortal.Cryptography;

namespace VaultPortal.Core.Storage;

/// <summary>
/// A column that holds what a data key has sealed. Each concern names its own and adds it to the container as
/// <c>SealedValues</c>, so that a rotation of the data keys seals it anew and <c>keys status</c> counts it. Rows are found by
/// their <c>rowid</c>.
/// </summary>
public interface ISealedColumn
{
    static abstract string Table { get; }

    static abstract string Column { get; }

    /// <summary>The columns that the additional data is made of, as SQL selects them, separated by commas.</summary>
    static abstract string Bound { get; }

    /// <summary>The additional data of a row: the very bytes that its value was sealed with; null when the row waits to be erased and is to be left.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">Where the columns of <see cref="Bound"/> begin.</param>
    static abstract byte[]? AdditionalData(PreparedRows row, int first);

    /// <summary>Whether the column is a TEXT that the sealed bytes stand in; else it holds them and nothing else.</summary>
    static virtual bool IsText => false;

    /// <summary>The sealed bytes (format: <see cref="Sealer"/>) in a stored TEXT (UTF-8); null where it holds none.</summary>
    static virtual byte[]? Unpack(byte[] stored) => stored;

    /// <summary>What is to be stored instead of <paramref name="stored"/>.</summary>
    static virtual byte[] Pack(byte[] stored, byte[] resealed) => resealed;
}
