using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

public sealed class DatabaseStartTests : IDisposable
{
    private const string Second = "20260102000000_Second";

    private readonly DataDirectory _directory = new(
        Directory.CreateTempSubdirectory("vaultportal-test-").FullName
    );

    private SqliteDatabase Database =>
        new(
            _directory.Database,
            new SqliteDatabaseOptions
            {
                MigrationsAssembly = typeof(FirstTestMigration).Assembly.GetName().Name,
            }
        );

    [Fact]
    public void DatabaseStart_without_a_database_makes_it_and_holds_the_lock_shared()
    {
        using var held = Start();

        Number("SELECT count(*) FROM test_second").ShouldBe(0);
        Should.Throw<StartRefusedException>(() => DataLock.TakeAlone(_directory, "restore"));
        DataLock.TakeShared(_directory, "command").Dispose();
    }

    [Fact]
    public void DatabaseStart_with_nothing_pending_does_not_wait_for_a_stale_lock_row()
    {
        Start().Dispose();
        LeaveLockRow();

        Start().Dispose();

        Number("SELECT count(*) FROM __EFMigrationsLock").ShouldBe(1);
    }

    [Fact]
    public void DatabaseStart_with_a_migration_pending_drops_a_stale_lock_row()
    {
        StopBeforeSecond();
        LeaveLockRow();

        Start().Dispose();

        Number("SELECT count(*) FROM test_second").ShouldBe(0);
    }

    [Fact]
    public void DatabaseStart_with_a_migration_pending_keeps_a_whole_copy_from_before()
    {
        StopBeforeSecond();
        Execute("INSERT INTO test_first (id) VALUES (42)");

        Start().Dispose();

        var copy = new SqliteDatabase(Path.Combine(_directory.Backups, $"before-{Second}.db"));
        using var connection = copy.OpenReading();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM test_first";
        command.ExecuteScalar().ShouldBe(42L);
    }

    [Fact]
    public void DatabaseStart_after_a_kill_while_copying_makes_the_copy_anew()
    {
        StopBeforeSecond();
        Directory.CreateDirectory(_directory.Backups);
        var copy = Path.Combine(_directory.Backups, $"before-{Second}.db");
        File.WriteAllText(copy + ".partial", "half a copy");

        Start().Dispose();

        File.Exists(copy + ".partial").ShouldBeFalse();
        File.ReadAllBytes(copy).AsSpan().StartsWith("SQLite format 3"u8).ShouldBeTrue();
    }

    [Fact]
    public void DatabaseStart_after_a_kill_between_copy_and_migration_succeeds()
    {
        StopBeforeSecond();
        Directory.CreateDirectory(_directory.Backups);
        File.Copy(_directory.Database, Path.Combine(_directory.Backups, $"before-{Second}.db"));

        Start().Dispose();

        Number("SELECT count(*) FROM test_second").ShouldBe(0);
    }

    [Fact]
    public void DatabaseStart_after_a_kill_before_the_first_migration_succeeds()
    {
        File.WriteAllBytes(_directory.Database, []);
        Execute(
            "CREATE TABLE __EFMigrationsLock (Id INTEGER NOT NULL PRIMARY KEY, Timestamp TEXT NOT NULL)"
        );
        LeaveLockRow();

        Start().Dispose();

        Number("SELECT count(*) FROM test_second").ShouldBe(0);
    }

    [Fact]
    public void DatabaseStart_with_a_migration_pending_refuses_while_another_process_serves()
    {
        StopBeforeSecond();
        using var serving = DataLock.TakeShared(_directory, "serve");

        var refusal = Should.Throw<StartRefusedException>(() => Start());

        refusal.Message.ShouldContain("serve (process");
        Number("SELECT count(*) FROM __EFMigrationsHistory").ShouldBe(1);
    }

    [Fact]
    public void DatabaseStart_with_a_newer_schema_refuses_plainly()
    {
        Start().Dispose();
        Execute("INSERT INTO __EFMigrationsHistory VALUES ('20990101000000_Later', '10')");

        var refusal = Should.Throw<StartRefusedException>(() => Start());

        refusal.Message.ShouldContain("newer version");
        refusal.Message.ShouldContain("20990101000000_Later");
    }

    [Fact]
    public void DatabaseStart_with_a_foreign_database_refuses_and_leaves_it()
    {
        Execute("CREATE TABLE someone_elses (id INTEGER)");

        Should.Throw<StartRefusedException>(() => Start()).Message.ShouldContain("someone_elses");

        Number("SELECT count(*) FROM someone_elses").ShouldBe(0);
    }

    [Fact]
    public void DatabaseStart_with_a_file_that_is_no_database_refuses_plainly()
    {
        File.WriteAllText(
            _directory.Database,
            string.Concat(Enumerable.Repeat("no database ", 999))
        );

        Should.Throw<StartRefusedException>(() => Start()).Message.ShouldContain("cannot be used");
    }

    [Fact]
    public void SqliteNative_below_3_40_refuses_plainly() =>
        Should
            .Throw<StartRefusedException>(() => SqliteNative.DemandVersion(3_039_004, "3.39.4"))
            .Message.ShouldContain("3.40 or later");

    public void Dispose() => Directory.Delete(_directory.Root, recursive: true);

    private DataLock Start() =>
        new DatabaseStart(Database, _directory, NullLogger<DatabaseStart>.Instance).Start("test");

    /// <summary>The database of the version before: the second migration is pending.</summary>
    private void StopBeforeSecond()
    {
        Start().Dispose();
        Execute("DROP TABLE test_second");
        Execute($"DELETE FROM __EFMigrationsHistory WHERE MigrationId = '{Second}'");
    }

    private void LeaveLockRow() =>
        Execute("INSERT INTO __EFMigrationsLock VALUES (1, '2026-01-01 00:00:00')");

    private void Execute(string sql)
    {
        using var connection = Database.OpenWriting();
        TestStore.Execute(connection, sql);
    }

    private long Number(string sql)
    {
        using var connection = Database.OpenWriting();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}

[DbContext(typeof(SqliteVaultDbContext))]
[Migration("20260101000000_First")]
public sealed class FirstTestMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("CREATE TABLE test_first (id INTEGER PRIMARY KEY)");
}

[DbContext(typeof(SqliteVaultDbContext))]
[Migration("20260102000000_Second")]
public sealed class SecondTestMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("CREATE TABLE test_second (id INTEGER PRIMARY KEY)");
}
