using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Makes the database ready to be used, or says plainly why not. A kill between any two of its steps leaves the next start able
/// to succeed: what it leaves is a copy that is not whole (made anew), or a stale row of the migrations' own lock (dropped).
/// </summary>
public sealed partial class DatabaseStart(
    SqliteDatabase database,
    DataDirectory directory,
    ILogger<DatabaseStart> logger
)
{
    /// <summary>Brings the schema up to date and answers the shared lock, to be held as long as the process uses the data.</summary>
    /// <param name="command">What this process does, as others are told it.</param>
    /// <param name="alone">For what needs the data for itself: the lock that is answered is held alone.</param>
    public DataLock Start(string command, bool alone = false)
    {
        SqliteNative.DemandVersion();
        LogSqlite(logger, SqliteNative.Version);
        directory.Create();
        try
        {
            return alone ? ReadyAlone(command) : Ready(command);
        }
        catch (Exception exception)
            when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"The database {database.Path} cannot be used: {exception.Message}",
                exception
            );
        }
    }

    private DataLock Ready(string command)
    {
        var shared = TakeWhenUpToDate(command);
        if (shared is not null)
        {
            return shared;
        }

        using (DataLock.TakeAlone(directory, command))
        {
            Upgrade();
        }

        return TakeWhenUpToDate(command)
            ?? throw new StartRefusedException(
                "Another process exchanged the database during this start; start again."
            );
    }

    private DataLock ReadyAlone(string command)
    {
        var held = DataLock.TakeAlone(directory, command);
        try
        {
            Upgrade();
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private DataLock? TakeWhenUpToDate(string command)
    {
        var shared = DataLock.TakeShared(directory, command);
        try
        {
            if (File.Exists(database.Path) && Pending().Count == 0)
            {
                return shared;
            }
        }
        catch
        {
            shared.Dispose();
            throw;
        }

        shared.Dispose();
        return null;
    }

    /// <summary>Under the lock held alone.</summary>
    private void Upgrade()
    {
        using var connection = database.OpenWriting();
        using var context = database.CreateMigratingContext(connection);
        var pending = Pending(connection, context);
        if (pending.Count == 0)
        {
            return;
        }

        if (HasTable(connection, "__EFMigrationsLock"))
        {
            // Left by a kill; with the lock held alone nobody can be migrating, and Migrate() would wait for it for ever.
            Run(connection, "DELETE FROM \"__EFMigrationsLock\"");
        }

        var copy = HasTable(connection, "__EFMigrationsHistory")
            ? Copy(connection, pending[0])
            : null;
        Migrate(context, pending[^1], copy);
    }

    private void Migrate(VaultDbContext context, string newest, string? copy)
    {
        try
        {
            context.Database.Migrate();
        }
        catch (Exception exception)
        {
            throw new StartRefusedException(
                $"The database could not be migrated: {exception.Message}"
                    + (copy is null ? "" : $" The database as it was before is in {copy}."),
                exception
            );
        }

        LogMigrated(logger, newest);
    }

    [LoggerMessage(LogLevel.Information, "SQLite {Version}.")]
    private static partial void LogSqlite(ILogger logger, string version);

    [LoggerMessage(LogLevel.Information, "The database was migrated to {Migration}.")]
    private static partial void LogMigrated(ILogger logger, string migration);

    /// <summary>Copies the database, checked, under a name that only a whole copy gets.</summary>
    private string Copy(SqliteConnection connection, string migration)
    {
        DataDirectory.CreateFolder(directory.Backups);
        var copy = Path.Combine(directory.Backups, $"before-{migration}.db");
        var partial = copy + ".partial";
        File.Delete(partial);
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "VACUUM INTO $1";
            command.Parameters.AddWithValue("$1", partial);
            command.CommandTimeout = 0;
            command.ExecuteNonQuery();
        }

        Check(partial);
        using (var file = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, copy, overwrite: true);
        return copy;
    }

    private static void Check(string copy)
    {
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = copy,
                Mode = SqliteOpenMode.ReadOnly,
                Pooling = false,
            }.ToString()
        );
        connection.Open();
        if (Text(connection, "PRAGMA integrity_check") != "ok")
        {
            throw new StartRefusedException(
                "The database is damaged and was not migrated; nothing was changed. Restore a backup."
            );
        }
    }

    private List<string> Pending()
    {
        using var connection = database.OpenWriting();
        using var context = database.CreateMigratingContext(connection);
        return Pending(connection, context);
    }

    /// <summary>The migrations that this program has and the database has not.</summary>
    private static List<string> Pending(SqliteConnection connection, VaultDbContext context)
    {
        var known = context.Database.GetMigrations().ToList();
        var applied = Applied(connection);
        var newer = applied.Except(known).ToList();
        return newer.Count == 0
            ? [.. known.Except(applied)]
            : throw new StartRefusedException(
                $"The database was made by a newer version of this program (it has {newer[0]}). Start that version, or restore a backup."
            );
    }

    private static List<string> Applied(SqliteConnection connection)
    {
        var applied = new List<string>();
        if (!HasTable(connection, "__EFMigrationsHistory"))
        {
            if (Text(connection, OtherTables) is { } table)
            {
                throw new StartRefusedException(
                    $"The database file is not one of this program: it has a table {table} and no history."
                );
            }

            return applied;
        }

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\"";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            applied.Add(rows.GetString(0));
        }

        return applied;
    }

    private const string OtherTables =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_\\_EF%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' LIMIT 1";

    private static bool HasTable(SqliteConnection connection, string name) =>
        Text(connection, $"SELECT name FROM sqlite_master WHERE type = 'table' AND name = '{name}'")
            is not null;

    private static string? Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        return command.ExecuteScalar() as string;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
