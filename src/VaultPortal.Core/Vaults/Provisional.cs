#pragma warning disable CA1822
// Provisional until VaultService lands on main; that version wins.
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

public sealed class VaultService
{
    public Task<Result<VaultList>> ListAsync(
        Caller caller,
        VaultQuery query,
        CancellationToken cancellation = default
    ) => Task.FromResult<Result<VaultList>>(new VaultList([], 0));

    public Task<Result<VaultView>> GetAsync(
        Caller caller,
        PublicId vaultId,
        CancellationToken cancellation = default
    ) => Task.FromResult<Result<VaultView>>(VaultErrors.VaultNotFound);

    public Task<Result<VaultContents>> GetContentsAsync(
        Caller caller,
        PublicId vaultId,
        CancellationToken cancellation = default
    ) => Task.FromResult<Result<VaultContents>>(VaultErrors.VaultNotFound);
}

public static class ProvisionalReads
{
    public static Task<Result<VaultItemView>> GetAsync(
        this VaultItemService service,
        Caller caller,
        PublicId vaultId,
        PublicId itemId,
        bool withValues,
        CancellationToken cancellation = default
    ) => Task.FromResult<Result<VaultItemView>>(VaultErrors.ItemNotFound);
}

public static class ProvisionalStart
{
    public static (Cryptography.MasterKey, Cryptography.KeyRing) Run(Storage.SqliteDatabase database, string folder)
    {
        using (var connection = database.OpenWriting())
        using (var context = database.CreateContext(connection))
        {
            context.Database.EnsureCreated();
        }

        var file = Path.Combine(folder, "master.key");
        if (!File.Exists(file))
        {
            using var made = Cryptography.MasterKey.Generate();
            File.WriteAllBytes(file, made.Export());
        }

        var master = Cryptography.MasterKey.FromBytes(File.ReadAllBytes(file));
        var ring = new Cryptography.KeyRing();
        ring.Add("dk1", master.Derive("provisional", 32), current: true);
        return (master, ring);
    }
}
