using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Porting;

/// <summary>
/// Fills an installation for trying it out: a demo owner with keys, the vault and the item of the documentation's two example
/// requests at the versions that these take as given, and 200 items with mixed expiries. Values are sealed for real, under a
/// data key that is written beside the other keys of the demo.
/// </summary>
public sealed class DemoSeed(
    AccountService accounts,
    ApiKeyService apiKeys,
    VaultSeeder seeder,
    WriteQueue queue,
    TimeProvider time
)
{
    public const string Email = "demo@vaultportal.example";
    private const int DekVersion = 3;
    private const int ItemsPerVault = 50;

    private static readonly PublicId SignerId = PublicId.Parse("507f1f77bcf86cd799439099");

    private static readonly (string Name, DataClassification? Classification)[] Vaults =
    [
        ("Customer Platform", DataClassification.Confidential),
        ("Office and Network", DataClassification.Internal),
        ("Public Website", DataClassification.Public),
        ("Archive of the Old System", null),
    ];

    private static readonly (string Name, ItemType Type, string[] Fields)[] Templates =
    [
        ("Sign-in", ItemType.Login, ["Username", "Password"]),
        ("Payment API", ItemType.ApiKey, ["Key", "Secret"]),
        ("Orders database", ItemType.Database, ["Host", "Username", "Password"]),
        ("Deploy key", ItemType.SshKey, ["Private key"]),
        ("Build server", ItemType.Server, ["Host", "Root password"]),
        ("Recovery notes", ItemType.SecureNote, ["Note"]),
        ("Company card", ItemType.CreditCard, ["Number", "Expiry", "Code"]),
        ("Certificate", ItemType.Custom, ["Certificate", "Passphrase"]),
    ];

    /// <summary>Days from now at which items expire, in turn; null = never.</summary>
    private static readonly int?[] Expiries = [null, 90, null, 14, 365, null, -3, 30];

    /// <summary>Fills the installation; a refusal when there is a demo in it already.</summary>
    public async Task<Result<SeededDemo>> SeedAsync(Caller caller, CancellationToken cancellation)
    {
        var password = RandomText();
        var owner = await accounts.CreateAsync(
            caller,
            new NewAccount(Email, password, Role.Owner),
            cancellation
        );
        if (owner.Error is { } refused)
        {
            return refused;
        }

        var key = await apiKeys.CreateAsync(
            caller,
            new NewApiKey
            {
                Owner = owner.Value.ToString(),
                Name = "Demo",
                Permissions = ["machine.all"],
            },
            cancellation
        );
        if (key.Error is { } unmade)
        {
            return unmade;
        }

        var signing = SigningKey.Generate();
        var encryption = X25519PrivateKey.Generate();
        var passphrase = RandomText();
        var wrapped = WrappedPrivateKey.Make(
            signing,
            encryption,
            passphrase,
            signing.PublicKey.FingerprintHex,
            encryption.FingerprintHex
        );
        var signer = await RegisterAsync(
            caller,
            owner.Value,
            signing,
            encryption,
            wrapped,
            cancellation
        );
        var dek = RandomNumberGenerator.GetBytes(32);
        await seeder.SeedAsync(caller, signer, Example(dek), cancellation);
        for (var i = 0; i < Vaults.Length; i++)
        {
            await seeder.SeedAsync(caller, signer, Filled(i, dek), cancellation);
        }

        return new SeededDemo(
            owner.Value,
            password,
            passphrase,
            key.Value.Key,
            SignerId,
            signing,
            encryption,
            dek
        );
    }

    /// <summary>The state that the documentation's examples begin from; its histories begin at these versions.</summary>
    private static SeedVault Example(byte[] dek)
    {
        var vault = PublicId.Parse("507f1f77bcf86cd799439011");
        var item = PublicId.Parse("507f1f77bcf86cd799439021");
        var field = PublicId.Parse("507f1f77bcf86cd799439031");
        var instance = PublicId.Parse("507f1f77bcf86cd799439061");
        return new SeedVault(
            vault,
            "Production",
            DataClassification.Internal,
            DekVersion,
            DirectoryVersion: 6,
            SummaryVersion: 8,
            [
                new SeedItem(
                    item,
                    "Production Database",
                    ItemType.Login,
                    ["https://db.example.com"],
                    DetailVersion: 12,
                    [
                        new SeedField(
                            field,
                            instance,
                            "Username",
                            FieldType.Text,
                            Seal("app", dek, vault, item, field, instance)
                        ),
                    ]
                ),
            ]
        )
        {
            Dek = dek,
        };
    }

    private SeedVault Filled(int number, byte[] dek)
    {
        var now = time.GetUtcNow();
        var vault = PublicId.New(now);
        var items = Enumerable
            .Range(0, ItemsPerVault)
            .Select(i =>
            {
                var (name, type, labels) = Templates[i % Templates.Length];
                var item = PublicId.New(now);
                return new SeedItem(
                    item,
                    $"{name} {(i / Templates.Length) + 1}",
                    type,
                    type is ItemType.Login or ItemType.Server ? [$"host{i + 1}.example.com"] : [],
                    DetailVersion: 1,
                    [.. labels.Select(label => Field(label, dek, vault, item, now))]
                )
                {
                    ExpiresAt = Expiries[(i + number) % Expiries.Length] is { } days
                        ? now.AddDays(days)
                        : null,
                };
            });
        var (title, classification) = Vaults[number];
        return new SeedVault(vault, title, classification, DekVersion, 1, 1, [.. items])
        {
            Dek = dek,
        };
    }

    private static SeedField Field(
        string label,
        byte[] dek,
        PublicId vault,
        PublicId item,
        DateTimeOffset now
    )
    {
        var field = PublicId.New(now);
        var instance = PublicId.New(now);
        var value = RandomNumberGenerator.GetHexString(20, lowercase: true);
        var type = label is "Username" or "Host" or "Note" ? FieldType.Text : FieldType.Secret;
        return new SeedField(
            field,
            instance,
            label,
            type,
            Seal(value, dek, vault, item, field, instance)
        );
    }

    /// <summary>A v3 envelope (machine.md section 5), as a client makes it.</summary>
    private static string Seal(
        string value,
        byte[] dek,
        PublicId vault,
        PublicId item,
        PublicId field,
        PublicId instance
    )
    {
        var plaintext = Encoding.UTF8.GetBytes(value);
        var nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        var sealedBytes = new byte[plaintext.Length];
        var tag = new byte[AesGcm.TagByteSizes.MaxSize];
        using var cipher = new AesGcm(dek, tag.Length);
        var additional = $"vaultportal/field/v3|{vault}|{item}|{field}|{instance}|{DekVersion}";
        cipher.Encrypt(nonce, plaintext, sealedBytes, tag, Encoding.UTF8.GetBytes(additional));
        return $$"""{"v":3,"iv":"{{Convert.ToBase64String(nonce)}}","t":"{{Convert.ToBase64String(tag)}}","d":"{{Convert.ToBase64String(sealedBytes)}}"}""";
    }

    private async Task<SeedSigner> RegisterAsync(
        Caller caller,
        PublicId owner,
        SigningKey key,
        X25519PrivateKey encryption,
        string wrapped,
        CancellationToken cancellation
    )
    {
        var signing = key.PublicKey.FingerprintHex;
        return await queue.RunAsync(
            scope =>
            {
                var account = scope.Context.Set<Account>().Single(a => a.PublicId == owner);
                var row = new RegisteredKey
                {
                    PublicId = SignerId,
                    OwnerKind = PrincipalKind.User,
                    OwnerId = account.Id,
                    Algorithm = SignatureAlgorithm.Ed25519,
                    Spki = key.PublicKey.Spki.ToArray(),
                    Fingerprint = key.PublicKey.Fingerprint,
                    EncryptionSpki = encryption.PublicSpki,
                    EncryptionFingerprint = Convert.FromHexString(encryption.FingerprintHex),
                    EncryptionKeySignature = key.Sign(
                        KeyStatements.EncryptionKey(owner, signing, encryption.FingerprintHex)
                    ),
                    WrappedPrivateKey = wrapped,
                    Proof = key.Sign(KeyStatements.Proof(owner, signing)),
                    State = RegisteredKeyState.Active,
                    CreatedAt = scope.Now,
                };
                scope.Context.Add(row);
                scope.Context.SaveChanges();
                scope.Audit(
                    caller,
                    "user_key_pair.register_by_command",
                    $"user_key_pair:{SignerId}",
                    "ok"
                );
                return new SeedSigner(account.Id, row.Id, SignerId, key)
                {
                    Member = new SeedMember(owner, encryption.PublicSpki),
                };
            },
            cancellation
        );
    }

    private static string RandomText() =>
        RandomNumberGenerator.GetString(
            "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789",
            24
        );
}

/// <summary>What the demo was made with; all of it is worth something only inside this demo.</summary>
public sealed record SeededDemo(
    PublicId OwnerId,
    string Password,
    string Passphrase,
    string ApiKey,
    PublicId SignerId,
    SigningKey SigningKey,
    X25519PrivateKey EncryptionKey,
    byte[] Dek
)
{
    /// <summary>Without its keys.</summary>
    public override string ToString() => $"Demo of {OwnerId}";
}
