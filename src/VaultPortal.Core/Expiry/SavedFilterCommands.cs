using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

internal sealed class SavedFilterCommands : ICommandSet<SavedFilterCommands>
{
    private readonly PreparedCommand _of;

    private SavedFilterCommands(DbConnection connection)
    {
        _of = new(
            connection,
            """
            SELECT public_id, name, query, created_at FROM saved_filter
            WHERE account_id = $1 ORDER BY name COLLATE NOCASE, id
            """
        );
    }

    public static SavedFilterCommands Create(DbConnection connection) => new(connection);

    public List<SavedFilterView> Of(long accountId)
    {
        var filters = new List<SavedFilterView>();
        using var row = _of.Query(accountId);
        while (row.Read())
        {
            filters.Add(new(row.Id(0), row.GetString(1), row.GetString(2), row.Time(3)));
        }

        return filters;
    }
}
