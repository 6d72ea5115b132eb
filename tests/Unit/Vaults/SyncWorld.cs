using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Tests.Unit.Access;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>Vaults, items and grants in a real database, changed as the services change them but without signatures.</summary>
internal sealed class SyncWorld : IDisposable
{
    private static readonly object Nothing = new();

    public SyncWorld()
    {
        var owner = Store.AddAccount();
        Member = new PrincipalRef(PrincipalKind.User, owner.Id);
        MemberCaller = Store.AddMachine(owner);
        var agent = Store.AddAgent(owner);
        Agent = new PrincipalRef(PrincipalKind.Agent, agent.Id);
        AgentCaller = Store.AddMachine(owner, agent: agent);
        var auditor = Store.AddAccount("auditor@example.org", Role.Auditor);
        AuditorCaller = Store.AddMachine(auditor);
    }

    public AccessStore Store { get; } = new();

    public PrincipalRef Member { get; }
    public PrincipalRef Agent { get; }
    public Caller MemberCaller { get; }
    public Caller AgentCaller { get; }
    public Caller AuditorCaller { get; }

    public Task<PublicId> AddVault(string name = "vault") =>
        Change(scope =>
        {
            var vault = new Vault
            {
                PublicId = PublicId.New(scope.Now),
                Name = name,
                CurrentDekVersion = 1,
                CreatedByKind = PrincipalKind.User,
                CreatedById = Member.Id,
                CreatedAt = scope.Now,
                UpdatedAt = scope.Now,
            };
            scope.Commands<VaultCommands>().Insert(vault, scope.CommitSequence);
            return vault.PublicId;
        });

    public Task<PublicId> AddItem(PublicId vaultId, string name = "item") =>
        Change(scope =>
        {
            var vault = scope.Commands<VaultCommands>().Find(vaultId)!;
            var item = new ItemRow
            {
                PublicId = PublicId.New(scope.Now),
                VaultId = vault.Id,
                VaultPublicId = vaultId,
                Type = ItemType.Login,
                Name = name,
                CreatedAt = scope.Now,
                UpdatedAt = scope.Now,
            };
            scope.Commands<VaultItemCommands>().Insert(item, Member, scope.CommitSequence);
            ItemSearch.Put(scope, item, []);
            vault.ItemCount++;
            scope.Commands<VaultCommands>().Update(vault, scope.CommitSequence);
            return item.PublicId;
        });

    public Task ChangeVault(PublicId id, Action<Vault, WriteScope> change) =>
        Change(scope =>
        {
            var vault = scope.Commands<VaultCommands>().Find(id)!;
            change(vault, scope);
            scope.Commands<VaultCommands>().Update(vault, scope.CommitSequence);
            return Nothing;
        });

    public Task ArchiveVault(PublicId id) =>
        ChangeVault(id, (vault, scope) => vault.ArchivedAt = scope.Now);

    public Task RestoreVault(PublicId id) =>
        ChangeVault(
            id,
            (vault, scope) => (vault.ArchivedAt, vault.Opened) = (null, scope.CommitSequence)
        );

    /// <summary>An update that leaves the vault's summary alone.</summary>
    public Task ChangeItem(PublicId id, string name) =>
        Change(scope =>
        {
            var item = scope.Commands<VaultItemCommands>().Find(id)!;
            item.Name = name;
            scope.Commands<VaultItemCommands>().Update(item, scope.CommitSequence);
            return Nothing;
        });

    public Task ArchiveItem(PublicId id, bool archive = true) =>
        Change(scope =>
        {
            var item = scope.Commands<VaultItemCommands>().Find(id)!;
            var vault = scope.Commands<VaultCommands>().Find(item.VaultPublicId)!;
            item.ArchivedAt = archive ? scope.Now : null;
            vault.ItemCount += archive ? -1 : 1;
            scope.Commands<VaultItemCommands>().Update(item, scope.CommitSequence);
            scope.Commands<VaultCommands>().Update(vault, scope.CommitSequence);
            return Nothing;
        });

    /// <summary>Opens a grant, again where one has ended; or ends it.</summary>
    public Task Grant(PrincipalRef who, PublicId vaultOrItem, bool item, bool open = true) =>
        Change(scope =>
        {
            var asset = item
                ? scope.Commands<VaultItemCommands>().Find(vaultOrItem)!.Id
                : scope.Commands<VaultCommands>().Find(vaultOrItem)!.Id;
            var kind = item ? GrantedAsset.VaultItem : GrantedAsset.Vault;
            using var command = scope.Connection.CreateCommand();
            command.CommandText = $"""
                UPDATE access_grant SET {(
                    open
                        ? $"opened = {scope.CommitSequence}, ended = NULL"
                        : $"ended = {scope.CommitSequence}"
                )}
                WHERE asset_kind = {(int)kind} AND asset_id = {asset} AND principal_kind = {(int)who.Kind}
                  AND principal_id = {who.Id} AND ended IS {(open ? "NOT NULL" : "NULL")}
                """;
            if (
                command.ExecuteNonQuery() == 0
                && open
                && scope.Commands<AccessCommands>().FindGrant(who, kind, asset) is null
            )
            {
                scope
                    .Commands<AccessCommands>()
                    .InsertGrant(
                        kind,
                        asset,
                        who,
                        AccessLevel.Read,
                        scope.Now,
                        scope.CommitSequence
                    );
            }

            return Nothing;
        });

    public Task SetLevel(PrincipalRef who, AccessLevel level) =>
        Change(scope =>
        {
            using var command = scope.Connection.CreateCommand();
            command.CommandText =
                $"UPDATE access_grant SET level = {(int)level} WHERE principal_kind = {(int)who.Kind} AND principal_id = {who.Id}";
            command.ExecuteNonQuery();
            return Nothing;
        });

    public void Dispose() => Store.Dispose();

    private Task<T> Change<T>(Func<WriteScope, T> change) => Store.Queue.RunAsync(change);
}
