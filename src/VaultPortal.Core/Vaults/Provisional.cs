// Provisional until the start of the key ring lands.
namespace VaultPortal.Core.Vaults;

public static class ProvisionalStart
{
    public static (Cryptography.MasterKey, Cryptography.KeyRing) Run(
        Storage.SqliteDatabase database,
        string folder
    )
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
