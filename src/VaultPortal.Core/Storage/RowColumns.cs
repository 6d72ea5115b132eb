using System.Data.Common;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Storage;

/// <summary>Columns in the forms that the schema keeps them in: see <see cref="PreparedCommand"/> for the way in.</summary>
internal static class RowColumns
{
    public static PublicId Id(this DbDataReader row, int column) =>
        new(row.GetFieldValue<byte[]>(column));

    public static PublicId? OptionalId(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.Id(column);

    public static DateTimeOffset Time(this DbDataReader row, int column) =>
        UtcTime.FromMicroseconds(row.GetInt64(column));

    public static DateTimeOffset? OptionalTime(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.Time(column);

    public static byte[]? OptionalBytes(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    public static long? OptionalLong(this DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt64(column);
}
