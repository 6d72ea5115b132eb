using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>
/// Erases what has been in the trash for 30 days, with its whole history and its keys. Only <c>deleted_at</c> starts that time, never
/// inactivity; what was reserved while it lay there is protected from it.
/// </summary>
public static class SecretTrash
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>The name of the job in the table of long jobs; its cursor is the next row of versions to erase.</summary>
    internal const string Job = "erase-trash";

    // Row, two keys and the entry of the audit; the row of the job comes on top once.
    private const int RowsOfSecret = 4;
    private const int RowsPerStep = 498;

    /// <summary>
    /// One step on the queue's second lane: whether there is more; after a kill it goes on where it was. A secret's own row goes first, so that from then on it is not there for anybody, and its key is
    /// free; the versions follow, as many as the step has room for, and the cursor keeps where to go on.
    /// </summary>
    internal static bool EraseStep(WriteScope scope, Caller caller)
    {
        var commands = scope.Commands<SecretTrashCommands>();
        var began = commands.Cursor();
        var version = began ?? 0;
        var room = RowsPerStep;
        var more = true;
        while (more && room >= RowsOfSecret)
        {
            if (version != 0)
            {
                version = commands.EraseVersion(version);
                room--;
            }
            else if (commands.FirstDue(scope.Now - Kept) is { } due)
            {
                version = Erase(scope, caller, commands, due);
                room -= RowsOfSecret;
            }
            else
            {
                more = false;
            }
        }

        if (version != 0)
        {
            commands.KeepCursor(version, scope.Now);
        }
        else if (began is not null)
        {
            commands.Finish();
        }

        return more;
    }

    private static long Erase(
        WriteScope scope,
        Caller caller,
        SecretTrashCommands commands,
        DueSecret due
    )
    {
        commands.Erase(due.Id);
        if (due.Store == SecretStore.Workflows)
        {
            scope.Commands<WorkflowCommands>().ForgetKeys(due.Id);
            scope.Audit(
                caller,
                "workflow_secret.erase",
                WorkflowResolver.Target(due.PublicId),
                "ok"
            );
        }
        else
        {
            scope.Audit(caller, "secret.erase", $"secret:{due.PublicId.ToUuid()}", "ok");
        }

        return due.VersionId;
    }
}

/// <summary>A secret whose time in the trash is over.</summary>
internal sealed record DueSecret(long Id, SecretId PublicId, SecretStore Store, long VersionId);

internal sealed class SecretTrashCommands : ICommandSet<SecretTrashCommands>
{
    private readonly PreparedCommand _firstDue;
    private readonly PreparedCommand _erase;
    private readonly PreparedCommand _eraseVersion;
    private readonly PreparedCommand _cursor;
    private readonly PreparedCommand _keepCursor;
    private readonly PreparedCommand _finish;

    private SecretTrashCommands(DbConnection connection)
    {
        _firstDue = new(
            connection,
            """
            SELECT id, public_id, store, version_id FROM secret
            WHERE deleted_at IS NOT NULL AND deleted_at <= $1 AND is_reserved = 0 ORDER BY deleted_at LIMIT 1
            """
        );
        _erase = new(connection, "DELETE FROM secret WHERE id = $1");
        _eraseVersion = new(
            connection,
            "DELETE FROM secret_version WHERE id = $1 RETURNING previous"
        );
        _cursor = new(connection, "SELECT cursor FROM long_job WHERE name = $1");
        _keepCursor = new(
            connection,
            """
            INSERT INTO long_job (name, cursor, done, total, detail, started_at, updated_at) VALUES ($1, $2, 0, 0, '', $3, $3)
            ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at
            """
        );
        _finish = new(connection, "DELETE FROM long_job WHERE name = $1");
    }

    public static SecretTrashCommands Create(DbConnection connection) => new(connection);

    public DueSecret? FirstDue(DateTimeOffset deletedBy)
    {
        using var row = _firstDue.Query(deletedBy);
        return row.Read()
            ? new(
                row.GetInt64(0),
                SecretId.FromBytes(row.Bytes(1)),
                (SecretStore)row.GetInt64(2),
                row.GetInt64(3)
            )
            : null;
    }

    public void Erase(long id) => _erase.ExecuteOne(id);

    /// <summary>Erases a version and answers the row of the one before; 0 = that was the first.</summary>
    public long EraseVersion(long row) => _eraseVersion.Number(row) ?? 0;

    public long? Cursor() => _cursor.Number(SecretTrash.Job);

    public void KeepCursor(long version, DateTimeOffset now) =>
        _keepCursor.ExecuteOne(SecretTrash.Job, version, now);

    public void Finish() => _finish.ExecuteOne(SecretTrash.Job);
}
