namespace VaultPortal.Core.Storage;

/// <summary>The answers that are kept for retries, bound to the request that they answer.</summary>
public sealed class SealedAnswers : ISealedColumn
{
    public static string Table => "kept_answer";

    public static string Column => "answer";

    public static string Bound => "scope";

    public static byte[]? AdditionalData(PreparedRows row, int first)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Bytes(first);
    }
}
