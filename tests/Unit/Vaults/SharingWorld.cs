using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Access;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>A vault with two ADMINs and an agent on the real services, everything signed as their clients would.</summary>
internal sealed class SharingWorld : IDisposable
{
    private readonly CheckpointVerifier _verifier;

    private SharingWorld()
    {
        _verifier = new CheckpointVerifier(Store.Reads);
        Vaults = new VaultService(Store.Gate, _verifier, Store.Reads);
        Grants = new GrantService(Store.Gate, _verifier);
        Items = new VaultItemReadService(Store.Gate, Store.Clock);
    }

    public AccessStore Store { get; } = new();

    public VaultService Vaults { get; }

    public GrantService Grants { get; }

    public VaultItemReadService Items { get; }

    public Member Ada { get; private set; } = null!;

    public Member Ben { get; private set; } = null!;

    /// <summary>An agent of Ada's with WRITE.</summary>
    public Caller Agent { get; private set; } = null!;

    public PublicId VaultId { get; } = PublicId.New(TimeProvider.System.GetUtcNow());

    public PublicId ItemId { get; } = PublicId.New(TimeProvider.System.GetUtcNow());

    public static async Task<SharingWorld> MakeAsync()
    {
        var world = new SharingWorld();
        world.Ada = await world.AddMember("ada@example.org");
        world.Ben = await world.AddMember("ben@example.org");
        var agent = world.Store.AddAgent(world.Ada.Account);
        world.Agent = world.Store.AddMachine(world.Ada.Account, agent: agent);
        var summary = new SummaryContent(world.VaultId, 1, "shared", null, 1, [], []);
        Expect(
            await world.Vaults.CreateAsync(
                world.Ada.Caller,
                new NewVault
                {
                    Id = world.VaultId,
                    Name = "shared",
                    Summary = world.Ada.Sign(summary),
                    Directory = world.Ada.Sign(
                        new DirectoryContent(world.VaultId, 1, "shared", null, null)
                    ),
                    Permission = world.Ada.Sign(world.Permission(1, world.Ada)),
                },
                default
            )
        );
        Expect(
            await world.Grants.SetAsync(
                world.Ada.Caller,
                GrantedAsset.Vault,
                world.VaultId,
                world.Permissions(2, world.Ada, world.Ada, world.Ben)
            )
        );
        world.Store.Execute(
            $"""
            INSERT INTO vault_item (public_id, vault_id, name, type, websites, detail_version, detail_checkpoint, field_count,
                permission_version, permission_checkpoint, created_by_kind, created_by_id, created_at, updated_at, changed)
            VALUES (x'{world.ItemId}', (SELECT id FROM vault), 'item', 1, '[]', 0, 0, 0, 0, 0, 1, 1, 0, 0, 1);
            INSERT INTO access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at, opened)
            VALUES (1, (SELECT id FROM vault), 2, {agent.Id}, 2, 0, 1)
            """
        );
        return world;
    }

    /// <summary>set-permissions that leaves exactly these as ADMINs.</summary>
    public NewPermissions Permissions(long version, Member signer, params Member[] admins) =>
        new(
            [
                .. admins.Select(a => new WantedGrant(
                    PrincipalKind.User,
                    a.Account.PublicId,
                    AccessLevel.Admin
                )),
            ],
            signer.Sign(Permission(version, admins))
        );

    /// <summary>A new name for the vault, signed by this one.</summary>
    public VaultUpdate Rename(Member signer, string name) =>
        new()
        {
            Name = name,
            Directory = signer.Sign(new DirectoryContent(VaultId, 2, name, null, null)),
            Summary = signer.Sign(
                new SummaryContent(
                    VaultId,
                    2,
                    name,
                    null,
                    1,
                    [new SummaryItem(ItemId, "item", ItemType.Login, [], null)],
                    []
                )
            ),
        };

    public string Name() =>
        Store.Number("SELECT count(*) FROM vault WHERE name = 'shared'") == 1
            ? "shared"
            : "renamed";

    public void Dispose() => Store.Dispose();

    private static void Expect<T>(Result<T> result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException(result.Error.ToString());
        }
    }

    private PermissionContent Permission(long version, params Member[] admins) =>
        new(
            GrantedAsset.Vault,
            VaultId,
            version,
            [
                .. admins.Select(a => new PermissionEntry(
                    PrincipalKind.User,
                    a.Account.PublicId,
                    AccessLevel.Admin,
                    [a.Key.PublicKey.FingerprintHex]
                )),
            ]
        );

    private async Task<Member> AddMember(string email)
    {
        var account = Store.AddAccount(email);
        var key = SigningKey.Generate();
        var registered = await Store.KeyPairs.RegisterByCommandAsync(
            Caller.Command(),
            email,
            key.PublicKey.ToPem()
        );
        return new Member(account, Store.AddMachine(account), key, registered.Value.KeyPair.Id);
    }

    public sealed record Member(TestAccount Account, Caller Caller, SigningKey Key, PublicId KeyId)
    {
        public SignedInput<T> Sign<T>(T content)
            where T : CheckpointContent
        {
            var text = CheckpointText.Of(content);
            return new SignedInput<T>(
                content,
                text,
                PrincipalKind.User,
                KeyId,
                Key.Sign(text),
                JsonPointer.Root
            );
        }
    }
}
