using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>A real database in a folder of its own, with the product's schema and a table for tests to write to.</summary>
public sealed class TestStore : IDisposable
{
    public TestStore(SqliteDatabaseOptions? options = null, string name = "vault.db")
    {
        Folder = Directory.CreateTempSubdirectory("vaultportal-test-").FullName;
        Database = new SqliteDatabase(Path.Combine(Folder, name), options);
        CreateSchema(Database);
    }

    public string Folder { get; }

    public SqliteDatabase Database { get; }

    public static Caller Caller { get; } = Caller.System("test");

    /// <summary>The schema as the product makes it.</summary>
    public static void CreateSchema(SqliteDatabase database)
    {
        using var connection = database.OpenWriting();
        using var context = database.CreateContext(connection);
        context.Database.Migrate();
        Execute(connection, "CREATE TABLE test_note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    }

    public WriteQueue StartQueue(
        WriteQueueOptions? options = null,
        TimeProvider? time = null,
        IEnumerable<ICacheDrop>? caches = null,
        ILogger<WriteQueue>? logger = null
    ) =>
        new(
            Database,
            time ?? TimeProvider.System,
            caches ?? [],
            logger ?? NullLogger<WriteQueue>.Instance,
            options
        );

    /// <summary>Runs SQL as another process would.</summary>
    public void Execute(string sql)
    {
        using var connection = Database.OpenWriting();
        Execute(connection, sql);
    }

    public long Number(string sql)
    {
        using var connection = Database.OpenReading();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public static void Execute(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>Prepared commands on the tests' own table.</summary>
internal sealed class NoteCommands : ICommandSet<NoteCommands>
{
    private NoteCommands(DbConnection connection)
    {
        Insert = new(connection, "INSERT INTO test_note (id, text) VALUES ($1, $2)");
        Update = new(connection, "UPDATE test_note SET text = $2 WHERE id = $1");
        Count = new(connection, "SELECT count(*) FROM test_note");
    }

    public PreparedCommand Insert { get; }

    public PreparedCommand Update { get; }

    public PreparedCommand Count { get; }

    public static NoteCommands Create(DbConnection connection) => new(connection);
}
