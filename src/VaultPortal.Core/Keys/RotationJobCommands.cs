using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>Where a rotation of the data keys stands: the row of <c>long_job</c>, whose detail is <c>key|column</c>.</summary>
internal sealed class RotationJobCommands : ICommandSet<RotationJobCommands>
{
    public const string Name = "rotate-data";

    public readonly PreparedCommand Find;
    public readonly PreparedCommand Begin;
    public readonly PreparedCommand Step;
    public readonly PreparedCommand Finish;

    private RotationJobCommands(DbConnection connection)
    {
        Find = new(
            connection,
            "SELECT cursor, done, total, detail, started_at, finished_at FROM long_job WHERE name = $1"
        );
        Begin = new(
            connection,
            """
            INSERT INTO long_job (name, cursor, done, total, detail, started_at, updated_at, finished_at)
            VALUES ($1, 0, 0, $2, $3, $4, $4, NULL)
            ON CONFLICT (name) DO UPDATE
            SET cursor = 0, done = 0, total = excluded.total, detail = excluded.detail,
                started_at = excluded.started_at, updated_at = excluded.updated_at, finished_at = NULL
            """
        );
        Step = new(
            connection,
            "UPDATE long_job SET cursor = $2, done = $3, detail = $4, updated_at = $5 WHERE name = $1"
        );
        Finish = new(
            connection,
            "UPDATE long_job SET finished_at = $2, updated_at = $2 WHERE name = $1"
        );
    }

    public static RotationJobCommands Create(DbConnection connection) => new(connection);

    /// <summary>The job as it stands when it was interrupted or is under way; null when there is none, or it is finished.</summary>
    public Job? Unfinished()
    {
        using var row = Find.Query(Name);
        return row.Read() && row.IsDBNull(5) && row.GetString(3).Split('|') is [var key, var column]
            ? new(key, column, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), Resumed: false)
            : null;
    }
}

/// <summary>Where a rotation stands.</summary>
internal sealed record Job(
    string KeyId,
    string Column,
    long Cursor,
    long Done,
    long Total,
    bool Resumed
);
