using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace VaultPortal.Core.Storage;

/// <summary>Gives the migrations tool a context; nothing is opened.</summary>
public sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteVaultDbContext>
{
    public SqliteVaultDbContext CreateDbContext(string[] args) =>
        new(
            new DbContextOptionsBuilder<SqliteVaultDbContext>()
                .UseSqlite("Data Source=:memory:")
                .Options
        );
}
