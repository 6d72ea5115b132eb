using Microsoft.EntityFrameworkCore;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Storage;

/// <summary>The model, the same for every database; one derived context per database carries its migrations. Each concern configures its own entities beside them.</summary>
public abstract class VaultDbContext(DbContextOptions options) : DbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<TimeConverter>();
        configurationBuilder
            .Properties<PublicId>()
            .HaveConversion<PublicIdConverter>()
            .HaveMaxLength(PublicId.Size);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(VaultDbContext).Assembly);

    private sealed class TimeConverter()
        : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<
            DateTimeOffset,
            long
        >(time => UtcTime.ToMicroseconds(time), stored => UtcTime.FromMicroseconds(stored));

    private sealed class PublicIdConverter()
        : Microsoft.EntityFrameworkCore.Storage.ValueConversion.ValueConverter<PublicId, byte[]>(
            id => id.ToBytes(),
            stored => new PublicId(stored)
        );
}

/// <summary>SQLite; the migrations are in <c>Storage/Migrations/Sqlite</c>.</summary>
public sealed class SqliteVaultDbContext(DbContextOptions<SqliteVaultDbContext> options)
    : VaultDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        KeptRows.UsePlainNumbers(modelBuilder);
    }
}
