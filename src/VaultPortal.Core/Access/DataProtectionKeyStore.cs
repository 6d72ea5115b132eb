using Microsoft.EntityFrameworkCore;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>
/// Keeps the data-protection key ring in the database. The framework asks for it without a caller and without waiting, so it is
/// no service; what it hands in is sealed already.
/// </summary>
public sealed class DataProtectionKeyStore(
    WriteQueue queue,
    IDbContextFactory<VaultDbContext> contexts
)
{
    public IReadOnlyList<string> ReadAll()
    {
        using var context = contexts.CreateDbContext();
        return context
            .Set<DataProtectionKey>()
            .AsNoTracking()
            .OrderBy(key => key.Id)
            .Select(key => key.Xml)
            .ToList();
    }

    public void Add(string name, string xml) =>
        queue
            .RunAsync(scope =>
            {
                scope.Context.Add(
                    new DataProtectionKey
                    {
                        Name = name,
                        Xml = xml,
                        CreatedAt = scope.Now,
                    }
                );
                scope.Context.SaveChanges();
                scope.Audit(
                    Caller.System(Guid.NewGuid().ToString("N")),
                    "data_protection_key.create",
                    $"data_protection_key:{name}",
                    "ok"
                );
                return default(Common.Unit);
            })
            .GetAwaiter()
            .GetResult();
}
