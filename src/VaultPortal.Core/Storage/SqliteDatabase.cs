using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace VaultPortal.Core.Storage;

/// <summary>The database file and how connections to it are opened: always by here, so that no connection misses a pragma.</summary>
/// <param name="path">The database file.</param>
/// <param name="options">How connections behave.</param>
/// <param name="application">
/// The host's services, where there are any: the model of the accounts asks them for its options.
/// </param>
public sealed class SqliteDatabase(
    string path,
    SqliteDatabaseOptions? options = null,
    IServiceProvider? application = null
) : IDbContextFactory<VaultDbContext>
{
    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromMilliseconds(250);
    private readonly SqliteDatabaseOptions _options = options ?? new();

    /// <summary>The database file.</summary>
    public string Path { get; } = path;

    /// <summary>How long the writer waits for another process before it looks whether that has written.</summary>
    internal TimeSpan LockPatience =>
        _options.BusyTimeout < LookAtLeastEvery ? _options.BusyTimeout : LookAtLeastEvery;

    /// <summary>How long the writer waits for another process in all.</summary>
    internal TimeSpan BusyTimeout => _options.BusyTimeout;

    /// <summary>A context for cold reads, on a reading connection of its own.</summary>
    public VaultDbContext CreateDbContext()
    {
        var connection = OpenReading();
        return CreateContext(connection, ownsConnection: true);
    }

    /// <summary>A context on an open connection, inside whatever transaction that has: it begins none and makes no savepoints.</summary>
    internal VaultDbContext CreateContext(DbConnection connection, bool ownsConnection = false)
    {
        var context = new SqliteVaultDbContext(Options(connection, ownsConnection).Options);
        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        context.Database.AutoSavepointsEnabled = false;
        return context;
    }

    /// <summary>A context that migrates; it makes its own transactions.</summary>
    internal VaultDbContext CreateMigratingContext(DbConnection connection)
    {
        var options = Options(connection, ownsConnection: false);
        if (_options.MigrationsAssembly is not null)
        {
            // The migrations of tests are not the model's.
            options.ConfigureWarnings(warnings =>
                warnings.Ignore(RelationalEventId.PendingModelChangesWarning)
            );
        }

        return new SqliteVaultDbContext(options.Options);
    }

    /// <summary>A connection that writes. The file is made when it is missing.</summary>
    internal SqliteConnection OpenWriting() =>
        Open(
            SqliteOpenMode.ReadWriteCreate,
            $"""
            PRAGMA busy_timeout = {LockPatience.TotalMilliseconds:F0};
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA wal_autocheckpoint = 0;
            PRAGMA foreign_keys = ON;
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -{_options.WriterCacheKibibytes};
            """
        );

    /// <summary>A connection that cannot write.</summary>
    internal SqliteConnection OpenReading() =>
        Open(
            SqliteOpenMode.ReadOnly,
            $"""
            PRAGMA busy_timeout = {_options.BusyTimeout.TotalMilliseconds:F0};
            PRAGMA query_only = ON;
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -{_options.ReaderCacheKibibytes};
            """
        );

    private DbContextOptionsBuilder<SqliteVaultDbContext> Options(
        DbConnection connection,
        bool ownsConnection
    )
    {
        var builder = new DbContextOptionsBuilder<SqliteVaultDbContext>().UseSqlite(
            connection,
            ownsConnection,
            sqlite => sqlite.MigrationsAssembly(_options.MigrationsAssembly)
        );
        return application is null ? builder : builder.UseApplicationServiceProvider(application);
    }

    private SqliteConnection Open(SqliteOpenMode mode, string pragmas)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = Path,
                Mode = mode,
                Pooling = false,
                // The provider waits on its own as well, in steps of 150 ms: as briefly as it can be told to.
                DefaultTimeout = 1,
                Vfs = _options.Vfs,
            }.ToString()
        );
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = pragmas;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
