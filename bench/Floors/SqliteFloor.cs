using System.Diagnostics;
using Microsoft.Data.Sqlite;
using VaultPortal.Core.Storage;

namespace VaultPortal.Bench.Floors;

/// <summary>Rows a second that SQLite makes durable (WAL, <c>synchronous=FULL</c>), one row of 100 bytes each.</summary>
internal static class SqliteFloor
{
    public static double Measure(int rowsPerCommit, TimeSpan duration)
    {
        SqliteNative.DemandVersion();
        var folder = Directory.CreateTempSubdirectory("vaultportal-floor-");
        try
        {
            using var connection = new SqliteConnection(
                $"Data Source={Path.Combine(folder.FullName, "floor.db")};Pooling=False"
            );
            connection.Open();
            Execute(connection, "PRAGMA journal_mode=WAL");
            Execute(connection, "PRAGMA synchronous=FULL");
            Execute(connection, "CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
            return Rows(connection, rowsPerCommit, duration);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Rows(SqliteConnection connection, int rowsPerCommit, TimeSpan duration)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO row (body) VALUES ($body)";
        insert.Parameters.AddWithValue("$body", new byte[100]);
        insert.Prepare();
        using var begin = Prepared(connection, "BEGIN IMMEDIATE");
        using var commit = Prepared(connection, "COMMIT");
        var rows = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration)
        {
            begin.ExecuteNonQuery();
            for (var i = 0; i < rowsPerCommit; i++)
            {
                insert.ExecuteNonQuery();
            }

            commit.ExecuteNonQuery();
            rows += rowsPerCommit;
        }

        return rows / clock.Elapsed.TotalSeconds;
    }

    private static SqliteCommand Prepared(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Prepare();
        return command;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = Prepared(connection, sql);
        command.ExecuteNonQuery();
    }
}
