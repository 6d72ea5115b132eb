using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Porting;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Tests.Unit.Components;

/// <summary>Vaults with signed items, as a page would find them.</summary>
public static class SampleVaults
{
    public const string Envelope =
        """{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"c2FtcGxl"}""";

    private static readonly string[] Names =
    [
        "Production database",
        "Payment gateway",
        "Staging cluster",
        "Mail relay",
        "Build signing",
        "Customer exports",
        "Office network",
        "Backup keys",
    ];

    public static PublicId Id(int kind, int number) =>
        PublicId.Parse($"65a1b2c3d4e5f{kind:x1}{number:x10}");

    public static PublicId VaultId(int number) => Id(1, number);

    public static PublicId ItemId(int vault, int item) => Id(2, vault * 1000 + item);

    public static PublicId FieldId(int vault, int item, int field) =>
        Id(3, (vault * 1000 + item) * 16 + field);

    /// <summary>Registers a key for the account and makes vaults that it signs.</summary>
    public static async Task SeedAsync(
        WriteQueue queue,
        long accountId,
        int vaults,
        Func<int, int>? items = null,
        DateTimeOffset? now = null
    )
    {
        using var key = SigningKey.Generate();
        var keyId = PublicId.New(DateTimeOffset.UtcNow);
        await queue.RunAsync(scope =>
        {
            scope.Context.Add(
                new RegisteredKey
                {
                    PublicId = keyId,
                    OwnerKind = PrincipalKind.User,
                    OwnerId = accountId,
                    Algorithm = SignatureAlgorithm.Ed25519,
                    Spki = key.PublicKey.Spki.ToArray(),
                    Fingerprint = Convert.FromHexString(key.PublicKey.FingerprintHex),
                    State = RegisteredKeyState.Active,
                    CreatedAt = scope.Now,
                }
            );
            return scope.Context.SaveChanges();
        });
        var signer = (await SeedSigner.FindAsync(queue, keyId, key))!;
        var seeder = new VaultSeeder(queue);
        for (var i = 0; i < vaults; i++)
        {
            var vault = Vault(i, items?.Invoke(i) ?? 0, now ?? DateTimeOffset.UtcNow);
            await seeder.SeedAsync(Caller.System("test"), signer, vault, default);
            await SignPermissionAsync(queue, signer, vault.Id);
        }
    }

    /// <summary>What the creator of a vault signs about who may open it: she herself, with ADMIN.</summary>
    private static Task<long> SignPermissionAsync(
        WriteQueue queue,
        SeedSigner signer,
        PublicId vaultId
    ) =>
        queue.RunAsync(scope =>
        {
            var vaults = scope.Commands<VaultCommands>();
            var vault = vaults.Find(vaultId)!;
            var owner = new PrincipalRef(PrincipalKind.User, signer.OwnerId);
            var content = new PermissionContent(
                GrantedAsset.Vault,
                vaultId,
                1,
                [
                    new PermissionEntry(
                        owner.Kind,
                        scope.Commands<AccessCommands>().NameOf(owner).Id,
                        AccessLevel.Admin,
                        [signer.Key.PublicKey.FingerprintHex]
                    ),
                ]
            );
            var text = CheckpointText.Of(content);
            var signed = new SignedInput<CheckpointContent>(
                content,
                text,
                PrincipalKind.User,
                signer.KeyId,
                signer.Key.Sign(text),
                JsonPointer.Root
            );
            (vault.PermissionVersion, vault.PermissionCheckpoint) = (
                1,
                scope
                    .Commands<CheckpointCommands>()
                    .Append(signed, vault.Id, signer.KeyRow, scope.Now, 0)
            );
            vaults.Update(vault, scope.CommitSequence);
            return vault.PermissionCheckpoint;
        });

    public static string Name(int vault) =>
        Names[vault % Names.Length] + (vault < Names.Length ? "" : $" {vault}");

    private static SeedVault Vault(int number, int items, DateTimeOffset now) =>
        new(
            VaultId(number),
            Name(number),
            number % 5 == 4 ? null : (DataClassification)(number % 5 + 1),
            3,
            6 + number,
            8,
            [.. Enumerable.Range(0, items).Select(i => Item(number, i, now))]
        );

    private static SeedItem Item(int vault, int number, DateTimeOffset now) =>
        new(
            ItemId(vault, number),
            number == 1
                ? "A fairly long name of an item that has to wrap somewhere when the window is narrow"
                : $"Primary database {number}",
            (ItemType)(number % 8 + 1),
            number % 2 == 0 ? ["https://db.example.org", "db2.example.org", "db3.example.org"] : [],
            12,
            [
                .. Enum.GetValues<FieldType>()
                    .Select(
                        (type, i) =>
                            new SeedField(
                                FieldId(vault, number, i),
                                Id(4, (vault * 1000 + number) * 16 + i),
                                $"{type} field",
                                type,
                                Envelope
                            )
                    ),
            ]
        )
        {
            ExpiresAt = number switch
            {
                2 => now.AddDays(-1),
                4 => now.AddDays(12),
                5 => now.AddDays(90),
                _ => null,
            },
        };
}
